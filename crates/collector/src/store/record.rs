//! An answer as it is kept, and as it is listed for an export.

use sha2::{Digest, Sha256};
use suara_survey::wire::{Given, Snapshot, Stage};
use suara_survey::{Answer, AnswerId, Score};

/// A checked snapshot, ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: AnswerId,
    pub(crate) survey: String,
    pub(crate) version: u32,
    pub(crate) snapshot: u32,
    pub(crate) stage: Stage,
    pub(crate) at_ms: i64,
    pub(crate) received_ms: i64,
    pub(crate) score: Option<Score>,
    pub(crate) comment: Option<String>,
    pub(crate) locale: String,
    pub(crate) page: String,
    /// JSON of what was given, with the questions' words.
    pub(crate) given: String,
    /// Tells a repeated body from another one.
    pub(crate) body_sha: [u8; 32],
}

impl Record {
    /// What is kept of a checked snapshot that came as `body`.
    pub(crate) fn new(snapshot: Snapshot, answer: Answer, body: &[u8], received_ms: i64) -> Self {
        Self {
            id: answer.id,
            snapshot: answer.snapshot,
            stage: answer.stage,
            at_ms: answer.at_ms,
            received_ms,
            score: answer.score,
            comment: answer.comment.map(storable),
            given: given_json(snapshot.answers),
            survey: snapshot.survey,
            version: snapshot.version,
            locale: storable(snapshot.locale),
            page: storable(snapshot.page),
            body_sha: Sha256::digest(body).into(),
        }
    }
}

/// One record, as an export lists it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    pub(crate) id: AnswerId,
    pub(crate) survey: String,
    pub(crate) version: u32,
    pub(crate) stage: Stage,
    pub(crate) at_ms: i64,
    pub(crate) score: Option<Score>,
    pub(crate) comment: Option<String>,
    pub(crate) locale: String,
    pub(crate) page: String,
}

impl Listed {
    /// Whether `record` says the same, whatever body it came in.
    pub(crate) fn says_the_same_as(&self, record: &Record) -> bool {
        self.survey == record.survey
            && (self.stage, self.at_ms, self.score) == (record.stage, record.at_ms, record.score)
            && self.comment == record.comment
    }
}

/// How a stage is written in the database.
pub(crate) const fn stage_code(stage: Stage) -> i64 {
    match stage {
        Stage::Shown => 0,
        Stage::Dismissed => 1,
        Stage::Partial => 2,
        Stage::Complete => 3,
    }
}

/// Reads what [`stage_code`] wrote.
pub(crate) const fn stage_of(code: i64) -> Option<Stage> {
    match code {
        0 => Some(Stage::Shown),
        1 => Some(Stage::Dismissed),
        2 => Some(Stage::Partial),
        3 => Some(Stage::Complete),
        _ => None,
    }
}

/// The name of a stage in the wire format and in files.
pub(crate) const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Shown => "shown",
        Stage::Dismissed => "dismissed",
        Stage::Partial => "partial",
        Stage::Complete => "complete",
    }
}

/// PostgreSQL keeps no NUL in a text, so no backend does; the replacement character shows that something stood there.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn given_json(answers: Vec<Given>) -> String {
    let kept =
        |given: Given| Given { text: storable(given.text), comment: given.comment.map(storable), ..given };
    let answers: Vec<Given> = answers.into_iter().map(kept).collect();
    serde_json::to_string(&answers).unwrap_or_else(|_| "[]".to_owned())
}
