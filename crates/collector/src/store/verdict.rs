//! What becomes of a snapshot, given what is held under its id. The one rule by which nothing is lost and nothing is
//! counted twice; every backend asks it.

use super::Record;

/// What is held under an id.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) survey: String,
    pub(crate) snapshot: u32,
    pub(crate) body_sha: [u8; 32],
}

impl Held {
    /// What is held once `record` is written.
    pub(crate) fn of(record: &Record) -> Self {
        Self { survey: record.survey.clone(), snapshot: record.snapshot, body_sha: record.body_sha }
    }
}

/// What became of a snapshot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// It is written.
    Stored,
    /// Nothing is changed: this number or a higher one was there before.
    Held(u32),
    /// The same number came before with other bytes; the first stays.
    OtherBytes,
    /// The id belongs to an answer to another survey.
    OtherSurvey,
}

/// The verdict on `record`; [`Verdict::Stored`] means that it is to be written.
pub(crate) fn verdict(held: Option<&Held>, record: &Record) -> Verdict {
    match held {
        Some(held) if held.survey != record.survey => Verdict::OtherSurvey,
        Some(held) if held.snapshot > record.snapshot => Verdict::Held(held.snapshot),
        Some(held) if held.snapshot == record.snapshot && held.body_sha != record.body_sha => {
            Verdict::OtherBytes
        }
        Some(held) if held.snapshot == record.snapshot => Verdict::Held(held.snapshot),
        _ => Verdict::Stored,
    }
}
