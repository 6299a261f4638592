//! What the collector and the admin view say to each other.

use serde::{Deserialize, Serialize};

use super::Stage;

/// The first owner's account, made with the one-time token that the collector prints.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Setup {
    /// From the setup link.
    pub token: String,
    /// The name to sign in with.
    pub email: String,
    /// At least 10 characters, at most 1,024 bytes.
    pub password: String,
}

/// Signing in.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Credentials {
    /// The name of the account.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// Who is signed in.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Account {
    /// The name of the account.
    pub email: String,
}

/// A survey in the list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SurveySummary {
    /// The survey's id.
    pub id: String,
    /// Its newest version.
    pub version: u32,
    /// Its first question in English.
    pub question: String,
    /// How many records it has, silence included.
    pub records: u64,
}

/// All records of a survey as columns of one length, oldest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Columns {
    /// When it was answered, in milliseconds since 1970, UTC.
    pub at_ms: Vec<i64>,
    /// How far the visitor came.
    pub stage: Vec<Stage>,
    /// 0 to 10; none for silence.
    pub score: Vec<Option<u8>>,
}

/// Answers with a comment, newest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Comments {
    /// At most as many as were asked for.
    pub comments: Vec<Comment>,
}

/// One answer with a comment.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
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
}

/// Any refusal: the body of every 4xx and 5xx.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Fault {
    /// One sentence that names the bad value, the limit and the remedy.
    pub error: String,
}
