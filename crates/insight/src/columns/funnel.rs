//! How many of those who were asked said something, and how much.

use suara_survey::Score;
use suara_survey::wire::Stage;

/// Each step counts those who came at least that far, so the counts fall; `dismissed` stands beside them.
///
/// Answers from a file were never shown by Suara; they count as shown, because whoever answered was asked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Funnel {
    /// Saw the question.
    pub shown: u64,
    /// Closed it without an answer.
    pub dismissed: u64,
    /// Gave a score, or another answer, sent or not.
    pub scored: u64,
    /// Pressed Send.
    pub sent: u64,
}

impl Funnel {
    pub(super) fn of(stage: &[Stage], score: &[Option<Score>]) -> Self {
        let mut funnel = Self::default();
        for (stage, score) in stage.iter().zip(score) {
            funnel.shown += 1;
            funnel.dismissed += u64::from(*stage == Stage::Dismissed && score.is_none());
            let said = matches!(stage, Stage::Partial | Stage::Complete);
            funnel.scored += u64::from(said || score.is_some());
            funnel.sent += u64::from(*stage == Stage::Complete);
        }
        funnel
    }

    /// A count as a share of those who saw the question, 0 to 1. `None` when nobody did.
    pub fn share(&self, count: u64) -> Option<f64> {
        (self.shown > 0).then(|| count as f64 / self.shown as f64)
    }

    /// Those who neither answered nor closed it.
    pub fn ignored(&self) -> u64 {
        self.shown.saturating_sub(self.scored).saturating_sub(self.dismissed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_chosen_but_not_sent_still_counts_as_a_score() {
        let stages = [Stage::Shown, Stage::Dismissed, Stage::Partial, Stage::Complete];
        let funnel = Funnel::of(&stages, &[None, None, Score::new(3), Score::new(9)]);
        assert_eq!(funnel, Funnel { shown: 4, dismissed: 1, scored: 2, sent: 1 });
        assert_eq!((funnel.share(funnel.scored), funnel.ignored()), (Some(0.5), 1));
    }

    #[test]
    fn an_answer_to_another_question_is_no_silence() {
        let funnel = Funnel::of(&[Stage::Shown, Stage::Partial, Stage::Complete], &[None; 3]);
        assert_eq!(funnel, Funnel { shown: 3, dismissed: 0, scored: 2, sent: 1 });
    }

    #[test]
    fn nobody_asked_has_no_share() {
        assert_eq!(Funnel::default().share(0), None);
    }
}
