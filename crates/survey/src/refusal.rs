//! Why a survey or an answer is not taken: where, and what would be allowed.

use std::fmt;

use crate::{Kind, PAGE_MAX_BYTES, SNAPSHOT_MAX};

/// A list and the index in it.
pub(crate) type Place = (&'static str, usize);

/// A refused survey or answer: the place (a path such as `answers[0].score`) and the problem there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The lists that the field is in and the places in them, such as `answers` and 0.
    places: [Option<Place>; 2],
    /// The field, with the path that leads to it from there.
    field: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Refusal {
    // Put together only when it is shown.
    pub(crate) const fn new(field: &'static str, problem: Problem) -> Self {
        Self { places: [None, None], field, problem }
    }

    pub(crate) const fn at(list: &'static str, index: usize, field: &'static str, problem: Problem) -> Self {
        Self { places: [Some((list, index)), None], field, problem }
    }

    pub(crate) const fn within(places: [Option<Place>; 2], field: &'static str, problem: Problem) -> Self {
        Self { places, field, problem }
    }

    /// The path of the field, in the notation of JavaScript: `questions[1].choices[0].text`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for (list, index) in self.places.iter().flatten() {
            path += &[list, "[", &crate::lean::digits(*index as i64), "]."].concat();
        }
        path + self.field
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
    /// A partial answer with nothing in it.
    NothingGiven,
    /// A required question without an answer.
    Missing,
    /// The same, in a complete answer.
    MissingAnswer(String),
    /// A rating, such as a score, outside its scale.
    OutOfScale {
        /// What was given.
        given: u8,
        /// The lowest and the highest of the scale.
        scale: (u8, u8),
    },
    /// A choice or attribute that the question does not have, or the same one twice.
    UnknownItem(String),
    /// More than one choice where one is to be made.
    TooManyChoices(usize),
    /// Not an e-mail address, or one without the permission to use it.
    NotAnEmail(String),
    /// An e-mail address without the permission to use it, while it is given.
    NoConsent,
    /// The answer to a question that the visitor's way through the survey does not reach.
    OffTheWay(String),
    /// A field that the survey does not list, or the same one twice.
    UnknownField(String),
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
    /// A second 0-10 question.
    NpsTwice,
    /// A list with nothing in it, or with too much.
    NotAList(usize),
    /// A rule that leads nowhere, or back.
    NoWay(String),
    /// Not a condition on an answer.
    NotACondition,
    /// An address that is neither of the web nor of this site.
    NotAnAddress(String),
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
            Self::NothingGiven => {
                f.write_str("are empty, but the stage says that something was answered; send shown or dismissed")
            }
            Self::MissingAnswer(id) => {
                write!(f, "lack \"{id}\", which is required on this way; send stage partial without it")
            }
            Self::Missing => f.write_str("is required and has no answer; give one"),
            Self::OutOfScale { given, scale: (low, high) } => {
                write!(f, "is {given}, but it is a whole number from {low} to {high}")
            }
            Self::UnknownItem(id) => write!(f, "has \"{id}\", which the question does not offer, or only once"),
            Self::TooManyChoices(n) => write!(f, "has {n} choices, but one is to be made"),
            Self::NotAnEmail(given) => {
                write!(f, "is \"{given}\", but needs an address such as name@example.org, with consent true")
            }
            Self::NoConsent => f.write_str("has an address without consent; give both or neither"),
            Self::OffTheWay(id) => {
                write!(f, "is \"{id}\", which these answers do not lead to; leave it out")
            }
            Self::UnknownField(name) => {
                write!(f, "has \"{name}\", which the survey does not list under fields, or only once")
            }
            Self::TooLong { given, limit, unit } => {
                write!(f, "has {given} {unit}, but at most {limit} are taken; shorten it")
            }
            Self::UnknownQuestion(id) => {
                write!(f, "is \"{id}\", which the survey does not ask, or asks only once")
            }
            Self::WrongKind => f.write_str(
                "does not fit its answer: nps takes score; csat, ces and thumbs take rating; choice and choices take \
                 choices; drivers take ratings; text takes comment; contact takes email and consent",
            ),
            Self::Empty => f.write_str("is empty; give it a value"),
            Self::BadName(name) => {
                write!(f, "is \"{name}\", but a name has 1 to 64 lower-case letters, digits, - and _")
            }
            Self::UnknownKind(kind) => {
                let names = Kind::NAMES.map(|(name, _)| name).join(", ");
                write!(f, "is \"{kind}\", but a question is of one of the kinds {names}")
            }
            Self::NotTexts => f.write_str("is not an object of texts by locale, such as {\"en\": \"Why?\"}"),
            Self::NotAVersion => {
                f.write_str("is not a whole number from 1; raise it with each published change")
            }
            Self::Twice(id) => write!(f, "is \"{id}\", which an earlier question has already; rename one"),
            Self::NpsTwice => f.write_str("is nps again, but a survey has one 0-10 question; use another kind"),
            Self::NotAList(n) => write!(f, "has {n} items, but takes 1 to 50"),
            Self::NoWay(go) => {
                write!(f, "is \"{go}\", but must name a later question, \"end\", or \"end:\" and an ending's id")
            }
            Self::NotACondition => f.write_str(
                "must be one of {\"class\": \"promoter\"}, {\"from\": 0, \"to\": 6}, {\"choice\": \"id\"}, {\"answered\": true}",
            ),
            Self::NotAnAddress(given) => {
                write!(f, "is \"{given}\", but must begin with https://, http:// or /")
            }
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
