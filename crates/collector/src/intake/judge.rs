//! What is odd about an answer, and who gives it, as far as that can be told when it comes. Nothing here refuses anything.

use suara_survey::wire::{IdentityWish, Snapshot, Stage};
use suara_survey::{Answer, AnswerMark, AnswerMarks, DAY_MS, is_hasty};

use crate::app::App;
use crate::identity::{Person, Times};
use crate::metrics::Count;
use crate::surveys::Published;

/// How many answers were marked, by the mark.
#[derive(Default)]
pub(crate) struct Marked([Count; AnswerMark::ALL.len()]);

impl Marked {
    /// Each mark's label with its count.
    pub(crate) fn counts(&self) -> Vec<(String, f64)> {
        let label = |mark: AnswerMark| format!("{{mark=\"{}\"}}", mark.name());
        AnswerMark::ALL.iter().zip(&self.0).map(|(mark, count)| (label(*mark), count.get() as f64)).collect()
    }

    pub(super) fn count(&self, marks: AnswerMarks) {
        marks.iter().for_each(|mark| self.0[mark as usize].one_more());
    }
}

/// Who gives an answer, and what is odd about it.
pub(super) struct Judged {
    pub(super) person: Option<Person>,
    pub(super) marks: AnswerMarks,
    /// How near another answer of the same person may not be; 0 for any.
    pub(super) once_ms: i64,
}

/// What a checked snapshot shows. How long it took is told by the visitor's clock alone, as the snapshot has it.
pub(super) fn judge(
    app: &App,
    published: &Published,
    (snapshot, answer): (&Snapshot, &Answer),
    received_ms: i64,
) -> Judged {
    let settings = &published.settings;
    let times = Times { at_ms: answer.at_ms, received_ms };
    let judge = |token| app.surveys.identity().judge(token, published.survey.id(), times);
    let (person, proof) = snapshot.identity.as_deref().map(judge).unwrap_or_default();
    let is_hasty = answer.stage == Stage::Complete && is_hasty(answer.id, snapshot.at_ms, settings.min_ms);
    let is_unsigned = settings.identity == IdentityWish::Required && person.is_none();
    let marks = proof
        .with_if(snapshot.trap, AnswerMark::Honeypot)
        .with_if(is_hasty, AnswerMark::Hasty)
        .with_if(is_unsigned, AnswerMark::Unsigned);
    let once_ms = settings.one_per_person_days.map_or(0, |days| i64::from(days) * DAY_MS);
    Judged { person, marks, once_ms }
}
