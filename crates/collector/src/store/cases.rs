//! What can be done about cases, whichever backend keeps them.

use suara_survey::AnswerId;
use suara_survey::wire::{CaseReason, CaseStatus};

use super::hooks::Notice;

/// Under this name changes of a survey's cases are counted. No survey has it, because of the slash.
pub(crate) fn cases_of(survey: &str) -> String {
    format!("{survey}/cases")
}

/// What an answer opens a case with, unless it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) reason: CaseReason,
    pub(crate) due_ms: i64,
}

/// A case as it is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct CaseRow {
    pub(crate) id: AnswerId,
    pub(crate) reason: CaseReason,
    pub(crate) status: CaseStatus,
    pub(crate) assignee: Option<String>,
    pub(crate) opened_ms: i64,
    pub(crate) due_ms: i64,
    pub(crate) first_ms: Option<i64>,
    pub(crate) resolved_ms: Option<i64>,
    pub(crate) reopened: i64,
    pub(crate) revision: i64,
    pub(crate) said: Said,
}

/// What the visitor says as far as a list shows it, as the answer is now.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Said {
    pub(crate) score: Option<i64>,
    pub(crate) comment: Option<String>,
    pub(crate) locale: String,
    pub(crate) page: String,
}

/// Which cases: none of a member for any.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseFilter {
    pub(crate) status: Option<CaseStatus>,
    pub(crate) assignee: Option<String>,
    /// Only those that are not resolved.
    pub(crate) unresolved: bool,
    /// Only those that were due before.
    pub(crate) due_before_ms: Option<i64>,
    /// Only those that come behind this one in the list, by its due time and id.
    pub(crate) after: Option<(i64, Vec<u8>)>,
    pub(crate) limit: u32,
}

/// A case's times, for figures.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct CaseSpan {
    pub(crate) opened_ms: i64,
    pub(crate) due_ms: i64,
    pub(crate) first_ms: Option<i64>,
    pub(crate) resolved_ms: Option<i64>,
}

/// What was done about a case, as (`note`, `status`, `assignee` or `due`; what it is from then on, or the note).
pub(crate) type Entry = (&'static str, String);

/// Something done about a case: what it is from then on, if nobody has changed it since that revision.
#[derive(Clone, Debug)]
pub(crate) struct CaseAct {
    pub(crate) survey: String,
    /// With the revision that it was read at.
    pub(crate) case: CaseRow,
    pub(crate) entries: Vec<Entry>,
    /// Who is told of it.
    pub(crate) notice: Option<Notice>,
}

/// Reads a reason as it stands in the database.
pub(crate) fn reason_of(name: &str) -> Option<CaseReason> {
    [CaseReason::Complaint, CaseReason::Detractor].into_iter().find(|reason| reason.name() == name)
}

/// Reads a status as it stands in the database.
pub(crate) fn status_of(name: &str) -> Option<CaseStatus> {
    CaseStatus::NAMES.iter().find(|(known, _)| *known == name).map(|(_, status)| *status)
}
