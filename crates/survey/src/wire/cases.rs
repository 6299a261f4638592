//! Cases: answers that somebody has to follow up, and how well that goes.

use serde::{Deserialize, Serialize};

/// Which answers open a case, and by when it is to be closed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CaseRules {
    /// A comment that the visitor calls a complaint opens one.
    pub complaint: bool,
    /// A score from 0 to 6 opens one.
    pub detractor: bool,
    /// An answer that was not sent to its end opens one, too.
    pub partial: bool,
    /// Working hours until it is due, 1 to 2000.
    pub due_hours: u32,
    /// When people work.
    pub hours: WorkingHours,
}

impl Default for CaseRules {
    /// Complaints and detractors, once they are sent, due after eight working hours.
    fn default() -> Self {
        let hours = WorkingHours::default();
        Self { complaint: true, detractor: true, partial: false, due_hours: 8, hours }
    }
}

/// When people work.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct WorkingHours {
    /// A time zone by its IANA name, such as `Asia/Jakarta`.
    pub zone: String,
    /// Days of the week, 1 for Monday to 7 for Sunday; at least one.
    pub days: Vec<u8>,
    /// When work begins, as `09:00`.
    pub from: String,
    /// When it ends, as `17:00`; `24:00` is midnight.
    pub to: String,
    /// Days on which nobody works, as `2026-12-25`.
    pub holidays: Vec<String>,
}

impl Default for WorkingHours {
    /// Monday to Friday from nine to five, UTC.
    fn default() -> Self {
        let (from, to) = ("09:00".to_owned(), "17:00".to_owned());
        Self { zone: "UTC".to_owned(), days: vec![1, 2, 3, 4, 5], from, to, holidays: Vec::new() }
    }
}

/// Why a case was opened.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseReason {
    /// The visitor calls it a complaint.
    Complaint,
    /// The score is 6 or less.
    Detractor,
}

impl CaseReason {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Detractor => "detractor",
        }
    }
}

/// How far a case is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// Nobody has begun.
    Open,
    /// Somebody is at it.
    InProgress,
    /// Done.
    Resolved,
    /// It was done, and is not.
    Reopened,
}

impl CaseStatus {
    /// All of them, by their names on the wire.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("open", Self::Open),
        ("in_progress", Self::InProgress),
        ("resolved", Self::Resolved),
        ("reopened", Self::Reopened),
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// A case, with what the visitor said.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Case {
    /// The id of the answer that opened it: an answer has at most one case.
    pub id: String,
    /// Why it was opened.
    pub reason: CaseReason,
    /// How far it is.
    pub status: CaseStatus,
    /// Who is to look after it, by the name of the account; none for nobody.
    pub assignee: Option<String>,
    /// When it was opened, in milliseconds since 1970, UTC.
    pub opened_ms: i64,
    /// By when it is to be resolved.
    pub due_ms: i64,
    /// When somebody first began, resolved it or wrote a note.
    pub first_ms: Option<i64>,
    /// When it was resolved; none while it is not.
    pub resolved_ms: Option<i64>,
    /// How often it was opened again.
    pub reopened: u32,
    /// Rises with each change.
    pub revision: i64,
    /// The answer's score as it is now.
    pub score: Option<u8>,
    /// The answer's first comment.
    pub comment: Option<String>,
    /// The locale that the visitor read.
    pub locale: String,
    /// Origin and path of the page.
    pub page: String,
}

/// Some cases of a survey, the one due first at the top.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cases {
    /// At most as many as were asked for.
    pub cases: Vec<Case>,
}

/// A case with everything that was done and said about it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseFile {
    /// The case.
    pub case: Case,
    /// An address at which the visitor may be written to, if they gave one for that.
    pub email: Option<String>,
    /// What was done and said, oldest first.
    pub entries: Vec<CaseEntry>,
}

/// Something that was done or said about a case.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseEntry {
    /// When, in milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// By whom.
    pub who: String,
    /// `note`, `status`, `assignee` or `due`.
    pub what: String,
    /// The note, or what it is from then on.
    pub text: String,
}

/// A change of a case; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CaseChange {
    /// The revision that the change begins from; without it, any.
    pub revision: Option<i64>,
    /// How far it is.
    pub status: Option<CaseStatus>,
    /// Who is to look after it, by the name of an account; empty for nobody.
    pub assignee: Option<String>,
    /// By when it is to be resolved, in milliseconds since 1970, UTC.
    pub due_ms: Option<i64>,
}

/// A note about a case.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseNote {
    /// 1 to 2000 characters.
    pub text: String,
}

/// How well cases are followed up.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseFigures {
    /// How many were opened in the period.
    pub opened: u64,
    /// How many of these are not resolved.
    pub unresolved: u64,
    /// How many of these are past their due time.
    pub overdue: u64,
    /// From opening to the first response, of those that have one.
    pub first_response: CaseTimes,
    /// From opening to the resolution, of those that are resolved.
    pub resolution: CaseTimes,
    /// Of those that are resolved or past their due time: how many were resolved in time.
    pub in_time: CaseShare,
}

/// How long something takes, by the clock on the wall.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseTimes {
    /// Of how many cases.
    pub n: u64,
    /// Half took no longer than this, in milliseconds.
    pub median_ms: Option<i64>,
    /// Nine in ten took no longer than this, in milliseconds.
    pub p90_ms: Option<i64>,
}

/// Some of all.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseShare {
    /// All.
    pub n: u64,
    /// Some.
    pub count: u64,
}
