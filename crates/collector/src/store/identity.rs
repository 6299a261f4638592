//! What can be done about the secrets of signed identities, whichever backend keeps them.

use suara_survey::wire::IdentitySecret;

use crate::identity::{Identity, PersonKey};

/// Something done about a secret.
#[derive(Clone)]
pub(crate) enum IdentityAct {
    /// Keeps a new secret, unless there are enough; and the key of pseudonyms, unless there is one.
    Make { secret: String, key: PersonKey },
    /// Removes a secret: what it has signed proves nothing any more.
    Remove(i64),
}

impl std::fmt::Debug for IdentityAct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityAct")
    }
}

reads! {
    /// Everything that is known of identities.
    identity::identity() -> Identity;
    /// All secrets, without themselves, oldest first.
    identity::identity_secrets() -> Vec<IdentitySecret>;
    /// The number of a secret.
    identity::identity_secret(secret: &str) -> Option<i64>;
}
