//! An answer on its way: cumulative snapshots out, a receipt back.

use serde::{Deserialize, Serialize};

use crate::json::Object;

/// All that is known of one asking so far. Each snapshot replaces the one before; the receiver keeps the highest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Snapshot {
    /// The version of this format: 1.
    pub v: u8,
    /// A UUIDv7, made when the question was shown.
    pub id: String,
    /// Rises by one with each snapshot of this id, from 1.
    pub snapshot: u32,
    /// The survey's id.
    pub survey: String,
    /// The survey's version.
    pub version: u32,
    /// How far the visitor has come.
    pub stage: Stage,
    /// When this snapshot was made, by the visitor's clock, in milliseconds since 1970.
    pub at_ms: i64,
    /// The locale that the visitor read, such as `en` or `id`.
    pub locale: String,
    /// Origin and path of the page, without its query.
    pub page: String,
    /// What was given, one entry a question.
    #[serde(default)]
    pub answers: Vec<Given>,
}

impl Snapshot {
    /// The snapshot as JSON, the same that serde makes of it.
    pub fn to_json(&self) -> String {
        let answers: Vec<String> = self.answers.iter().map(Given::to_json).collect();
        Object::new()
            .whole("v", self.v.into())
            .text("id", &self.id)
            .whole("snapshot", self.snapshot.into())
            .text("survey", &self.survey)
            .whole("version", self.version.into())
            .text("stage", self.stage.name())
            .whole("at_ms", self.at_ms)
            .text("locale", &self.locale)
            .text("page", &self.page)
            .raw("answers", &["[", &answers.join(","), "]"].concat())
            .end()
    }
}

/// How far a visitor has come. Silence is data: `shown` and `dismissed` are records too.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The question is on the screen.
    Shown,
    /// Closed without a score.
    Dismissed,
    /// A score was chosen; sending was not pressed.
    Partial,
    /// Sent.
    Complete,
}

impl Stage {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Dismissed => "dismissed",
            Self::Partial => "partial",
            Self::Complete => "complete",
        }
    }
}

/// The answer to one question, with the words in which it was asked.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Given {
    /// The question's id.
    pub question: String,
    /// The question as the visitor read it.
    pub text: String,
    /// For a question of kind `nps`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// For a question of kind `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Given {
    fn to_json(&self) -> String {
        let mut object = Object::new().text("question", &self.question).text("text", &self.text);
        if let Some(score) = self.score {
            object = object.whole("score", score.into());
        }
        if let Some(comment) = &self.comment {
            object = object.text("comment", comment);
        }
        object.end()
    }
}

/// What a receiver says once the snapshot is on disk. Only a body that names the id lets the answer leave the outbox:
/// a captive portal also says 200.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Receipt {
    /// The snapshot's id.
    pub id: String,
    /// The highest snapshot number that the receiver holds.
    pub snapshot: u32,
}
