//! What the collector and the admin view say to each other.

use serde::{Deserialize, Serialize};

use super::{Role, Stage, SurveyState};

/// A new account, made with the one-time token that the collector prints, or with an invitation's.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setup {
    /// From the link.
    pub token: String,
    /// The name to sign in with.
    pub email: String,
    /// At least 10 characters, at most 1,024 bytes, and none of those that are guessed first.
    pub password: String,
}

/// Signing in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Credentials {
    /// The name of the account.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// Another password.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PasswordChange {
    /// The one that the account has now.
    pub password: String,
    /// At least 10 characters, at most 1,024 bytes, and none of those that are guessed first.
    pub new_password: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// The name of the account, or of the token.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// A survey in the list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SurveySummary {
    /// The survey's id.
    pub id: String,
    /// Its newest version; 0 for a draft that was never published.
    pub version: u32,
    /// What becomes of it.
    #[serde(default)]
    pub state: SurveyState,
    /// When its draft was last changed, in milliseconds since 1970, UTC; none without a draft.
    #[serde(default)]
    pub draft_ms: Option<i64>,
    /// Its first question in English.
    pub question: String,
    /// How many records it has, silence included.
    pub records: u64,
    /// How many of these are marked so that they are left out of the score.
    #[serde(default)]
    pub left_out: u64,
    /// Whether it has a question from 0 to 10; without one there is no score.
    pub has_score: bool,
    /// Answers that were given up on their way and never came, the most frequent reason first.
    #[serde(default)]
    pub lost: Vec<Lost>,
}

/// How many answers were lost on their way for one reason.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lost {
    /// `refused` with a status, `expired`, or `other`.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// All records of a survey as columns of one length, oldest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Columns {
    /// When it was answered, in milliseconds since 1970, UTC.
    pub at_ms: Vec<i64>,
    /// How far the visitor came.
    pub stage: Vec<Stage>,
    /// 0 to 10; none for silence.
    pub score: Vec<Option<u8>>,
    /// What is odd about each, a bit a mark: 1 `honeypot`, 2 `hasty`, 4 `identity_forged`, 8 `identity_expired`,
    /// 16 `identity_late`, 32 `unsigned`, 64 `repeated`. Missing where nothing is odd about any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<u8>,
}

/// Answers with a comment, newest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comments {
    /// At most as many as were asked for.
    pub comments: Vec<Comment>,
}

/// One answer with a comment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comment {
    /// The answer's id.
    pub id: String,
    /// When it was answered, in milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// 0 to 10.
    pub score: Option<u8>,
    /// What the visitor wrote.
    pub comment: String,
    /// The locale that the visitor read.
    pub locale: String,
    /// Origin and path of the page.
    pub page: String,
    /// What is odd about the answer, as in [`Columns::marks`].
    #[serde(default, skip_serializing_if = "is_unmarked")]
    pub marks: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_unmarked(marks: &u8) -> bool {
    *marks == 0
}

/// Any refusal: the body of every 4xx and 5xx.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// One sentence that names the bad value, the limit and the remedy.
    pub error: String,
}
