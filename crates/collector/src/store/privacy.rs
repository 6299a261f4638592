//! Whose answers are looked for, and what is erased or has grown too old, whichever backend keeps it.

use std::collections::BTreeMap;

use suara_survey::AnswerId;
use suara_survey::wire::Given;

use crate::identity::Person;

/// Whose answers are looked for.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// One answer.
    Answer(AnswerId),
    /// Everything of somebody who left this address, in lower case.
    Email(String),
    /// Everything of somebody whose identity was signed.
    Person(Person),
}

impl Wanted {
    /// What a text that says the same thing contains, in lower case; nothing where no text does.
    pub(crate) fn needle(&self) -> Option<String> {
        match self {
            Self::Answer(id) => Some(id.to_string()),
            Self::Email(email) => Some(email.clone()),
            Self::Person(_) => None,
        }
    }

    /// Whether an answer with this content is one of theirs.
    pub(crate) fn is_in(&self, given: &[Given], fields: &BTreeMap<String, String>) -> bool {
        let Self::Email(wanted) = self else { return true };
        let is_theirs = |text: &str| text.trim().to_lowercase() == *wanted;
        given.iter().filter_map(|given| given.email.as_deref()).any(is_theirs)
            || fields.values().any(|value| is_theirs(value))
    }

    /// Whether a refused body says the same thing anywhere.
    pub(crate) fn is_in_bytes(&self, body: &[u8]) -> bool {
        let Some(needle) = self.needle() else { return false };
        let body = String::from_utf8_lossy(body).to_lowercase();
        // As JSON writes it: with its quotation marks and backslashes escaped.
        let escaped = serde_json::Value::from(needle.as_str()).to_string();
        body.contains(&needle) || body.contains(&escaped[1..escaped.len() - 1])
    }
}

/// What is to be erased, by whom.
#[derive(Clone, Debug)]
pub(crate) struct Erasure {
    pub(crate) who: String,
    pub(crate) at_ms: i64,
    pub(crate) erased: Vec<Erased>,
}

/// Stands in place of a survey for everything that a person has answered until then; no survey has this name.
pub(crate) const PERSON: &str = "@person";

impl Erasure {
    /// How many answers, and how many refused ones.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let of = |name: &str| self.erased.iter().filter(|erased| erased.survey == name).count() as u64;
        (self.erased.len() as u64 - of(REFUSED) - of(PERSON), of(REFUSED))
    }
}

/// Stands in place of a survey for what was refused; no survey has this name.
pub(crate) const REFUSED: &str = "";

/// One answer that was erased, or something refused: all that is left of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Erased {
    pub(crate) survey: String,
    /// The answer's id, the first half of the hash of what was refused, or a person's pseudonym.
    pub(crate) key: [u8; 16],
    pub(crate) at_ms: i64,
}

/// Answers to one survey that are older than they may be.
#[derive(Clone, Debug)]
pub(crate) struct Purge {
    pub(crate) survey: String,
    /// How old they may be.
    pub(crate) days: u32,
    /// When this deletion began.
    pub(crate) at_ms: i64,
    /// How many it has deleted already.
    pub(crate) so_far: u64,
}

/// Something that is done once a day, and who does it.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) name: &'static str,
    /// Since 1970, UTC.
    pub(crate) day: i64,
    /// No other collector has this name.
    pub(crate) holder: String,
    pub(crate) now_ms: i64,
    /// Until when it is theirs, unless they put that off.
    pub(crate) until_ms: i64,
}

/// Whose a lease is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Hold {
    /// Of whoever asked.
    Ours,
    /// Somebody else's, until then.
    Theirs { until_ms: i64 },
    /// Nobody's: it is done for the day.
    Done,
}
