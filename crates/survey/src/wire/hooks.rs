//! Webhooks: who is told of what, and how that went.

use serde::{Deserialize, Serialize};

/// How a hook is told.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum HookFormat {
    /// An object with `type`, `timestamp` and `data`.
    #[default]
    Standard,
    /// A sentence, as an incoming webhook of Slack takes it.
    Slack,
}

/// A hook to make, or what one is to be from now on.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewHook {
    /// Where to, by `https`.
    pub url: String,
    /// Only what happens to this survey; empty for all.
    #[serde(default)]
    pub survey: String,
    /// Of what it is told: `answer.completed`, `case.opened`, `case.resolved`, `case.reopened`, `survey.published`.
    pub events: Vec<String>,
    /// How it is told.
    #[serde(default)]
    pub format: HookFormat,
    /// Whether it is told at present. What happens while it is off is not told later.
    #[serde(default = "yes")]
    pub on: bool,
}

fn yes() -> bool {
    true
}

/// A hook, without its secret.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hook {
    /// Its id, for its address.
    pub id: String,
    /// Where to and of what.
    #[serde(flatten)]
    pub hook: NewHook,
    /// Since when, in milliseconds since 1970, UTC.
    pub created_ms: i64,
    /// Until when the secret before this one signs, too; none if it does not.
    pub old_secret_until_ms: Option<i64>,
}

/// All hooks.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hooks {
    /// Oldest first.
    pub hooks: Vec<Hook>,
}

/// A hook's new secret; it is said once.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HookSecret {
    /// The hook's id.
    pub id: String,
    /// `whsec_` and the key in base64, as libraries for Standard Webhooks take it.
    pub secret: String,
}

/// Something that a hook was told, or is to be told.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivery {
    /// The survey that it is about.
    pub survey: String,
    /// The `webhook-id`: the same however often it is sent.
    pub id: String,
    /// What happened.
    pub event: String,
    /// When it happened, in milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// `waiting`, `delivered`, or `dead`: tried for a day, and given up.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; none if it is not.
    pub next_ms: Option<i64>,
    /// The status of the last answer; none if there was none.
    pub status: Option<i64>,
    /// What came of the last attempt, in a sentence.
    pub outcome: String,
    /// When that was.
    pub done_ms: Option<i64>,
}

/// What a hook was told and is to be told.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deliveries {
    /// Newest first; at most as many as were asked for.
    pub deliveries: Vec<Delivery>,
}

/// What to send again.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resend {
    /// The survey that it is about, as it stands in the list.
    pub survey: String,
    /// Its id, as it stands in the list.
    pub id: String,
}
