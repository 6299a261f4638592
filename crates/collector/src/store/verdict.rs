//! What becomes of a snapshot, given what is held under its id. The one rule by which nothing is lost and nothing is
//! counted twice; every backend asks it.

use std::collections::HashMap;

use suara_survey::{AnswerMark, AnswerMarks};

use super::{Record, StoreError};
use crate::identity::Person;

/// What is held under an id.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) survey: String,
    pub(crate) snapshot: u32,
    pub(crate) body_sha: [u8; 32],
    pub(crate) person: Option<Person>,
    pub(crate) marks: AnswerMarks,
}

/// What is held, by id.
pub(crate) type HeldById = HashMap<[u8; 16], Held>;

impl Held {
    /// What is held once `record` is written.
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            survey: record.survey.clone(),
            snapshot: record.snapshot,
            body_sha: record.body_sha,
            person: record.person,
            marks: record.marks,
        }
    }
}

/// The number under which an erased answer is held: above every snapshot, so whoever still sends one hears that it has
/// arrived, and it is not kept.
pub(crate) const ERASED: u32 = suara_survey::SNAPSHOT_MAX + 1;

/// What became of a snapshot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// It is written; these marks its answer did not have before.
    Stored(AnswerMarks),
    /// Nothing is changed: this number or a higher one was there before.
    Held(u32),
    /// The same number came before with other bytes; the first stays.
    OtherBytes,
    /// The id belongs to an answer to another survey.
    OtherSurvey,
}

/// A writer that commits answers in groups.
pub(crate) trait Groups {
    /// Whether the schema refused a row, which trying again would not mend.
    fn is_refused(error: &sqlx::Error) -> bool;

    /// Commits all of a group or nothing of it.
    async fn group(&mut self, records: &mut [Record]) -> Result<Vec<Verdict>, StoreError>;

    /// What becomes of each of a group, in its order.
    async fn settle(&mut self, records: &mut [Record]) -> Vec<Result<Verdict, StoreError>> {
        match self.group(records).await {
            Ok(verdicts) => verdicts.into_iter().map(Ok).collect(),
            // Its neighbours must not suffer for a row that the schema refused.
            Err(StoreError::Database(error)) if Self::is_refused(&error) => {
                tracing::error!(%error, "the schema refused an answer that the checks let pass");
                self.one_by_one(records).await
            }
            Err(error) => {
                tracing::error!(%error, answers = records.len(), "a group of answers was not committed");
                records.iter().map(|_| Err(StoreError::NotCommitted)).collect()
            }
        }
    }

    async fn one_by_one(&mut self, records: &mut [Record]) -> Vec<Result<Verdict, StoreError>> {
        let mut verdicts = Vec::with_capacity(records.len());
        for record in records {
            let verdict = self.group(std::slice::from_mut(record)).await;
            verdicts.push(verdict.and_then(|one| one.first().copied().ok_or(StoreError::NotCommitted)));
        }
        verdicts
    }
}

/// The verdicts on a group, in its order, and the places of those records that are to be written: of each answer the newest,
/// in the order in which they came, so that indexes grow at one end. What an answer has proved before is still proved.
pub(crate) fn judge(mut held: HeldById, records: &mut [Record]) -> (Vec<Verdict>, Vec<usize>) {
    let mut newest: HashMap<[u8; 16], usize> = HashMap::new();
    let mut verdicts = Vec::with_capacity(records.len());
    for (place, record) in records.iter_mut().enumerate() {
        let id = *record.id.as_bytes();
        let verdict = verdict(held.get(&id), record);
        if let Verdict::Stored(_) = verdict {
            settle(held.get(&id), record);
            held.insert(id, Held::of(record));
            newest.insert(id, place);
        }
        verdicts.push(verdict);
    }
    let mut rows: Vec<usize> = newest.into_values().collect();
    rows.sort_unstable();
    (verdicts, rows)
}

fn settle(held: Option<&Held>, record: &mut Record) {
    // Judged anew; an imported one was judged where it came from.
    if record.once_ms > 0 {
        record.marks = record.marks.without(AnswerMarks::NONE.with(AnswerMark::Repeated));
    }
    let Some(held) = held else { return };
    record.marked = held.marks;
    if held.person.is_some() {
        record.person = held.person;
        record.marks = record.marks.without(AnswerMarks::UNPROVEN);
    }
}

/// Says with each verdict what was found, once that is certain.
pub(crate) fn tell(verdicts: &mut [Verdict], records: &[Record]) {
    for (verdict, record) in verdicts.iter_mut().zip(records) {
        if let Verdict::Stored(marks) = verdict {
            *marks = record.marks.without(record.marked);
        }
    }
}

/// The verdict on `record`; [`Verdict::Stored`] means that it is to be written.
fn verdict(held: Option<&Held>, record: &Record) -> Verdict {
    match held {
        Some(held) if held.survey != record.survey => Verdict::OtherSurvey,
        Some(held) if held.snapshot > record.snapshot => Verdict::Held(held.snapshot),
        Some(held) if held.snapshot == record.snapshot && held.body_sha != record.body_sha => {
            Verdict::OtherBytes
        }
        Some(held) if held.snapshot == record.snapshot => Verdict::Held(held.snapshot),
        _ => Verdict::Stored(AnswerMarks::NONE),
    }
}
