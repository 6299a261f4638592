//! An answer as it is kept, and as it is listed for an export.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use suara_survey::wire::{Given, Snapshot, Stage};
use suara_survey::{Answer, AnswerId, AnswerMarks, Score};

use super::StoreError;
use super::cases::Opening;
use crate::identity::Person;

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
    /// JSON of what the page said of itself or of the visitor, if it said anything.
    pub(crate) fields: Option<String>,
    /// Tells a repeated body from another one.
    pub(crate) body_sha: [u8; 32],
    /// What it opens a case with, unless it has one.
    pub(crate) opens: Option<Opening>,
    /// Whether anybody is told of anything: only then it is looked who.
    pub(crate) is_told: bool,
    /// Who gives it, if that is proved.
    pub(crate) person: Option<Person>,
    pub(crate) marks: AnswerMarks,
    /// What it was marked with before; the writer knows.
    pub(crate) marked: AnswerMarks,
    /// How near another answer of the same person may not be; 0 for any.
    pub(crate) once_ms: i64,
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
            given: given_json(answer.answers),
            fields: fields_json(answer.fields),
            survey: snapshot.survey,
            version: snapshot.version,
            locale: storable(snapshot.locale),
            page: storable(snapshot.page),
            body_sha: Sha256::digest(body).into(),
            opens: None,
            is_told: false,
            person: None,
            marks: AnswerMarks::NONE,
            marked: AnswerMarks::NONE,
            once_ms: 0,
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
    pub(crate) given: Vec<Given>,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) marks: AnswerMarks,
}

impl Listed {
    /// Whether `record` says the same, whatever body it came in.
    pub(crate) fn says_the_same_as(&self, record: &Record) -> bool {
        self.survey == record.survey
            && (self.stage, self.at_ms, self.score) == (record.stage, record.at_ms, record.score)
            && self.comment == record.comment
    }
}

/// One record with all that is kept of it, as programs fetch it page by page; what was given is still JSON.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The number of the change that wrote it.
    pub(crate) change: u64,
    pub(crate) id: AnswerId,
    pub(crate) version: u32,
    pub(crate) snapshot: u32,
    pub(crate) stage: Stage,
    pub(crate) at_ms: i64,
    pub(crate) received_ms: i64,
    pub(crate) score: Option<Score>,
    pub(crate) comment: Option<String>,
    pub(crate) locale: String,
    pub(crate) page: String,
    pub(crate) given: String,
    pub(crate) fields: Option<String>,
    pub(crate) marks: AnswerMarks,
}

impl Kept {
    /// What was given, parsed.
    pub(crate) fn given(&self) -> Result<Vec<Given>, StoreError> {
        parsed(&self.given)
    }

    /// Roughly what it takes in memory.
    pub(crate) fn size_bytes(&self) -> usize {
        let texts = [&self.comment, &self.fields].into_iter().flatten().map(String::len).sum::<usize>();
        size_of::<Self>() + texts + self.locale.len() + self.page.len() + self.given.len()
    }

    /// The same as an export lists it.
    pub(crate) fn listed(self, survey: &str) -> Result<Listed, StoreError> {
        Ok(Listed {
            given: self.given()?,
            fields: self.fields.as_deref().map(parsed).transpose()?.unwrap_or_default(),
            id: self.id,
            survey: survey.to_owned(),
            version: self.version,
            stage: self.stage,
            at_ms: self.at_ms,
            score: self.score,
            comment: self.comment,
            locale: self.locale,
            page: self.page,
            marks: self.marks,
        })
    }
}

/// A range of a survey's changes: those after the first number, up to and with the second.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Span {
    pub(crate) after: u64,
    pub(crate) until: u64,
}

/// Reads what is kept as JSON.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json)
        .map_err(|error| StoreError::Foreign(format!("an answer that is no JSON ({error})")))
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
    let kept = |given: Given| Given {
        text: storable(given.text),
        comment: given.comment.map(storable),
        other: given.other.map(storable),
        email: given.email.map(storable),
        ..given
    };
    let answers: Vec<Given> = answers.into_iter().map(kept).collect();
    serde_json::to_string(&answers).unwrap_or_else(|_| "[]".to_owned())
}

fn fields_json(fields: Vec<(String, String)>) -> Option<String> {
    let fields: BTreeMap<String, String> =
        fields.into_iter().map(|(name, value)| (name, storable(value))).collect();
    if fields.is_empty() { None } else { serde_json::to_string(&fields).ok() }
}
