//! What was sent as an answer and could not be taken as one, kept with the reason until an owner has looked at it.

use serde::{Deserialize, Serialize};

/// Why something was not taken.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// It is no JSON of the shape of a snapshot.
    Unreadable,
    /// It is written in another version of the wire format.
    Format,
    /// It names a survey, or a version of one, that is not here.
    Unknown,
    /// It does not fit its survey.
    Invalid,
    /// Its id and number came before with other bytes, or its id belongs to an answer to another survey.
    Conflict,
    /// It is larger than an answer can be.
    TooLarge,
    /// It came from a page that may not send answers.
    Origin,
}

impl Ground {
    /// All grounds, by their names on the wire.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("unreadable", Self::Unreadable),
        ("format", Self::Format),
        ("unknown", Self::Unknown),
        ("invalid", Self::Invalid),
        ("conflict", Self::Conflict),
        ("too_large", Self::TooLarge),
        ("origin", Self::Origin),
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// The ground with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, ground)| *ground)
    }
}

/// Something that was refused. The same bytes refused again on the same ground are the same one.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quarantined {
    /// Its number, for its address.
    pub id: i64,
    /// Why it was not taken.
    pub ground: Ground,
    /// The sentence that its sender was told.
    pub error: String,
    /// The survey that it names; empty where that cannot be read.
    pub survey: String,
    /// When it came first, in milliseconds since 1970, UTC.
    pub first_ms: i64,
    /// When it came last, in milliseconds since 1970, UTC.
    pub last_ms: i64,
    /// How often it came.
    pub times: i64,
    /// How much of it is kept, in bytes.
    pub size_bytes: i64,
    /// Whether that is all of it: of what is too large only the beginning is kept.
    pub is_whole: bool,
}

/// What was refused, newest first.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quarantine {
    /// At most a page of them.
    pub quarantined: Vec<Quarantined>,
}

/// One that was refused, with what was sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuarantinedBody {
    /// Everything else about it.
    #[serde(flatten)]
    pub about: Quarantined,
    /// What came, as text; bytes that are no text are replaced.
    pub body: String,
}
