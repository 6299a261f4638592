//! Which answers somebody has to follow up.

use crate::wire::{CaseReason, CaseRules, Sort, Stage};
use crate::{Answer, Class, Score};

/// Why an answer opens a case by these rules, or `None`. A complaint comes before a low score.
///
/// ```
/// # use suara_survey::{Answer, Survey, case_reason, wire};
/// let survey = Survey::read(&&serde_json::json!({
///     "id": "nps", "version": 1, "questions": [{ "id": "score", "kind": "nps", "text": { "en": "How likely?" } }]
/// })).unwrap();
/// let snapshot: wire::Snapshot = serde_json::from_value(serde_json::json!({
///     "v": 1, "id": "01900000-0000-7000-8000-000000000000", "snapshot": 1, "survey": "nps", "version": 1,
///     "stage": "complete", "at_ms": 0, "locale": "en", "page": "",
///     "answers": [{ "question": "score", "text": "How likely?", "score": 6 }]
/// })).unwrap();
/// let answer = Answer::check(&snapshot, &survey).unwrap();
/// assert_eq!(case_reason(&wire::CaseRules::default(), &answer), Some(wire::CaseReason::Detractor));
/// ```
pub fn case_reason(rules: &CaseRules, answer: &Answer) -> Option<CaseReason> {
    let counts = match answer.stage {
        Stage::Complete => true,
        Stage::Partial => rules.partial,
        Stage::Shown | Stage::Dismissed => false,
    };
    let complains = || answer.answers.iter().any(|given| given.sort == Some(Sort::Complaint));
    let detracts = || answer.score.map(Score::class) == Some(Class::Detractor);
    if counts && rules.complaint && complains() {
        return Some(CaseReason::Complaint);
    }
    (counts && rules.detractor && detracts()).then_some(CaseReason::Detractor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AnswerId;
    use crate::wire::Given;

    fn answer(stage: Stage, score: Option<u8>, sort: Option<Sort>) -> Answer {
        let given = Given { sort, ..Given::default() };
        Answer {
            id: AnswerId::from_parts(0, [0; 10]),
            snapshot: 1,
            stage,
            at_ms: 0,
            score: score.and_then(Score::new),
            comment: None,
            answers: vec![given],
            fields: Vec::new(),
        }
    }

    #[test]
    fn complaints_and_detractors_open_a_case_once_they_are_sent() {
        use CaseReason::{Complaint, Detractor};
        let rules = CaseRules::default();
        for (stage, score, sort, reason) in [
            (Stage::Complete, Some(6), None, Some(Detractor)),
            (Stage::Complete, Some(0), None, Some(Detractor)),
            (Stage::Complete, Some(7), None, None),
            (Stage::Complete, None, None, None),
            (Stage::Complete, Some(10), Some(Sort::Complaint), Some(Complaint)),
            (Stage::Complete, Some(0), Some(Sort::Complaint), Some(Complaint)),
            (Stage::Complete, None, Some(Sort::Criticism), None),
            (Stage::Complete, None, Some(Sort::Suggestion), None),
            (Stage::Partial, Some(0), Some(Sort::Complaint), None),
            (Stage::Dismissed, None, None, None),
        ] {
            assert_eq!(
                case_reason(&rules, &answer(stage, score, sort)),
                reason,
                "{stage:?} {score:?} {sort:?}"
            );
        }
    }

    #[test]
    fn each_rule_can_be_switched() {
        let both = answer(Stage::Complete, Some(0), Some(Sort::Complaint));
        let rules = CaseRules { complaint: false, ..CaseRules::default() };
        assert_eq!(case_reason(&rules, &both), Some(CaseReason::Detractor));
        let rules = CaseRules { complaint: false, detractor: false, ..CaseRules::default() };
        assert_eq!(case_reason(&rules, &both), None);
        let rules = CaseRules { partial: true, ..CaseRules::default() };
        assert_eq!(case_reason(&rules, &answer(Stage::Partial, Some(3), None)), Some(CaseReason::Detractor));
        assert_eq!(case_reason(&rules, &answer(Stage::Shown, Some(3), None)), None);
    }
}
