//! Why a survey or an answer is not taken: where, and what would be allowed.

use std::fmt;

use crate::{COMMENT_MAX_CHARS, PAGE_MAX_BYTES, SNAPSHOT_MAX, Score};

/// A refused survey or answer: the place (a path such as `answers[0].score`) and the problem there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The list that the field is in and the place in it, such as `answers` and 0.
    item: Option<(&'static str, usize)>,
    /// The field, with the path that leads to it from there.
    field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Refusal {
    // Put together only when it is shown, which the prompt never does.
    pub(crate) const fn new(field: &'static str, problem: Problem) -> Self {
        Self { item: None, field, problem }
    }

    pub(crate) const fn at(list: &'static str, index: usize, field: &'static str, problem: Problem) -> Self {
        Self { item: Some((list, index)), field, problem }
    }

    /// The path of the field, in the notation of JavaScript: `questions[1].text`.
    pub fn path(&self) -> String {
        match self.item {
            Some((list, index)) => format!("{list}[{index}].{}", self.field),
            None => self.field.to_owned(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path(), self.problem)
    }
}

impl std::error::Error for Refusal {}

/// What can be wrong with a field. The text names the bad value, the limit and the remedy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Problem {
    /// Not a UUIDv7.
    NotAnId,
    /// Another survey than the one checked against.
    OtherSurvey(String),
    /// Another version of the survey than the one checked against.
    OtherVersion {
        /// What the answer says.
        given: u32,
        /// What it was checked against.
        expected: u32,
    },
    /// A snapshot number outside 1 to [`SNAPSHOT_MAX`].
    SnapshotNumber(u32),
    /// A score above 10.
    ScoreOutOfRange(u8),
    /// A complete or partial answer with no score at all.
    ScoreMissing,
    /// Longer than allowed.
    TooLong {
        /// How long it is.
        given: usize,
        /// How long it may be.
        limit: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// A question that the survey does not have, or the same question twice.
    UnknownQuestion(String),
    /// A score for a question that takes text, or text for one that takes a score.
    WrongKind,
    /// Empty where something must stand.
    Empty,
    /// A name with characters other than lower-case letters, digits, `-` and `_`, or longer than 64.
    BadName(String),
    /// A kind of question that does not exist.
    UnknownKind(String),
    /// Not an object of texts by locale.
    NotTexts,
    /// Not a whole number from 1.
    NotAVersion,
    /// Two questions of one id.
    Twice(String),
    /// A survey whose first question is not the 0-10 question, or that has it twice.
    NpsFirst,
    /// A text that no locale gives in English, the last resort.
    NoEnglish,
    /// Not three waits of 0 to 3,650 whole days.
    NotWaits,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnId => f.write_str(
                "is not a UUID of version 7; send the id that was made when the question was shown",
            ),
            Self::OtherSurvey(given) => {
                write!(
                    f,
                    "is \"{given}\", but the answer was checked against another survey; send it to its own"
                )
            }
            Self::OtherVersion { given, expected } => {
                write!(f, "is {given}, but this is version {expected}; load the survey again")
            }
            Self::SnapshotNumber(n) => write!(f, "is {n}, but snapshots count from 1 to {SNAPSHOT_MAX}"),
            Self::ScoreOutOfRange(n) => {
                write!(f, "is {n}, but a score is a whole number from 0 to {}", Score::MAX)
            }
            Self::ScoreMissing => {
                f.write_str("has no score, but an answer needs one; send stage shown or dismissed without")
            }
            Self::TooLong { given, limit, unit } => {
                write!(f, "has {given} {unit}, but at most {limit} are taken; shorten it")
            }
            Self::UnknownQuestion(id) => {
                write!(f, "is \"{id}\", which the survey does not ask, or asks only once")
            }
            Self::WrongKind => f.write_str(
                "does not fit its answer; an nps question takes a score, a text question a comment",
            ),
            Self::Empty => f.write_str("is empty; give it a value"),
            Self::BadName(name) => {
                write!(f, "is \"{name}\", but a name has 1 to 64 lower-case letters, digits, - and _")
            }
            Self::UnknownKind(kind) => write!(f, "is \"{kind}\", but a question is of kind nps or text"),
            Self::NotTexts => f.write_str("is not an object of texts by locale, such as {\"en\": \"Why?\"}"),
            Self::NotAVersion => {
                f.write_str("is not a whole number from 1; raise it with each published change")
            }
            Self::Twice(id) => write!(f, "is \"{id}\", which an earlier question has already; rename one"),
            Self::NpsFirst => f.write_str("must begin with the one question of kind nps"),
            Self::NoEnglish => {
                f.write_str("lacks \"en\", which is shown where a visitor's language is missing; add it")
            }
            Self::NotWaits => {
                f.write_str("must give seen, dismissed and answered, each as whole days from 0 to 3650")
            }
        }
    }
}

impl std::error::Error for Problem {}

/// Longest page address that is kept, so that the message above can name it.
pub(crate) fn page_too_long(given: usize) -> Problem {
    Problem::TooLong { given, limit: PAGE_MAX_BYTES, unit: "bytes" }
}

pub(crate) fn comment_too_long(given: usize) -> Problem {
    Problem::TooLong { given, limit: COMMENT_MAX_CHARS, unit: "characters" }
}
