//! Secrets with which an owner's backend signs who a visitor is.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// Whether a survey wants to know who answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum IdentityWish {
    /// It takes a signed identity where there is one.
    #[default]
    Optional,
    /// An answer without one is kept, marked and left out of the score.
    Required,
}

/// All secrets, without themselves.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentitySecrets {
    /// Oldest first; two at most.
    pub secrets: Vec<IdentitySecret>,
}

/// One secret, which is not said again.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdentitySecret {
    /// Its number, for its address.
    pub id: i64,
    /// Since when it is there, in milliseconds since 1970, UTC.
    pub created_ms: i64,
}

/// A new secret; it is said once.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewIdentitySecret {
    /// Its number.
    pub id: i64,
    /// `suid_` and 43 letters and digits: the key for HS256, all of it, as it stands here.
    pub secret: String,
}

/// Whatever is no text is an empty one, which proves nothing either.
pub(super) fn anything<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Anything {
        Text(String),
        Nothing(()),
        Else(IgnoredAny),
    }
    Ok(match Anything::deserialize(deserializer)? {
        Anything::Text(text) => Some(text),
        Anything::Nothing(()) => None,
        Anything::Else(_) => Some(String::new()),
    })
}
