//! Cases: what an answer opens one with, what may become of one, and how well they are followed up.

mod hours;

use suara_insight::quantile;
use suara_survey::wire::{CaseChange, CaseFigures, CaseRules, CaseShare, CaseStatus, CaseTimes};
use suara_survey::{Answer, case_reason};

use crate::store::cases::{CaseRow, CaseSpan, Entry, Opening};
use hours::Hours;

/// A year of working days.
const DUE_MAX_HOURS: u32 = 2000;

/// Checks what an owner has set; what is wrong is said with its path.
pub(crate) fn check_rules(rules: &CaseRules) -> Result<(), String> {
    if !(1..=DUE_MAX_HOURS).contains(&rules.due_hours) {
        return Err(format!(
            "cases.due_hours: is {}, but a case is due after 1 to {DUE_MAX_HOURS} working hours",
            rules.due_hours
        ));
    }
    Hours::read(&rules.hours).map(drop).map_err(|reason| format!("cases.hours.{reason}"))
}

/// What an answer that comes at `now_ms` opens a case with, if it does.
pub(crate) fn opening(rules: &CaseRules, answer: &Answer, now_ms: i64) -> Option<Opening> {
    let reason = case_reason(rules, answer)?;
    let minutes = rules.due_hours.saturating_mul(60);
    // Settings are checked when they are kept; if a zone should be gone since, the clock on the wall will do.
    let wall = || now_ms.saturating_add(i64::from(minutes) * 60_000);
    let due_ms = Hours::read(&rules.hours).map_or_else(|_| wall(), |hours| hours.due_ms(now_ms, minutes));
    Some(Opening { reason, due_ms })
}

/// The case after a change at `now_ms`, with what was done about it. Nothing, if that is what it was.
///
/// # Errors
/// A sentence, if that may not become of it.
pub(crate) fn changed(
    case: &CaseRow,
    change: &CaseChange,
    now_ms: i64,
) -> Result<(CaseRow, Vec<Entry>), String> {
    let (mut next, mut entries) = (case.clone(), Vec::new());
    if let Some(status) = change.status.filter(|status| *status != case.status) {
        check_status(case.status, status)?;
        next.status = status;
        next.resolved_ms = (status == CaseStatus::Resolved).then_some(now_ms);
        next.reopened += i64::from(status == CaseStatus::Reopened);
        if status != CaseStatus::Open {
            next.first_ms = next.first_ms.or(Some(now_ms));
        }
        entries.push(("status", status.name().to_owned()));
    }
    if let Some(name) = &change.assignee
        && *name != case.assignee.clone().unwrap_or_default()
    {
        next.assignee = Some(name.clone()).filter(|name| !name.is_empty());
        entries.push(("assignee", name.clone()));
    }
    if let Some(due_ms) = change.due_ms.filter(|due_ms| *due_ms != case.due_ms) {
        if due_ms < case.opened_ms {
            return Err(format!("due_ms: is {due_ms}, but the case was opened later, at {}", case.opened_ms));
        }
        next.due_ms = due_ms;
        entries.push(("due", due_ms.to_string()));
    }
    Ok((next, entries))
}

/// What was resolved is opened again, and only that.
fn check_status(from: CaseStatus, to: CaseStatus) -> Result<(), String> {
    use CaseStatus::{InProgress, Open, Reopened, Resolved};
    let allowed: &[CaseStatus] = match from {
        Open => &[InProgress, Resolved],
        InProgress => &[Open, Resolved],
        Resolved => &[Reopened],
        Reopened => &[InProgress, Resolved],
    };
    if allowed.contains(&to) {
        return Ok(());
    }
    let names: Vec<_> = allowed.iter().map(|status| status.name()).collect();
    let (to, from, names) = (to.name(), from.name(), names.join(" or "));
    Err(format!("status: is {to}, but a case that is {from} can only become {names}"))
}

/// How well cases of these times are followed up, as things are at `now_ms`.
pub(crate) fn figures(spans: &[CaseSpan], now_ms: i64) -> CaseFigures {
    let count = |wanted: &dyn Fn(&&CaseSpan) -> bool| spans.iter().filter(wanted).count() as u64;
    let is_overdue = |span: &&CaseSpan| span.resolved_ms.is_none() && span.due_ms < now_ms;
    let resolved = count(&|span| span.resolved_ms.is_some());
    let overdue = count(&is_overdue);
    CaseFigures {
        opened: spans.len() as u64,
        unresolved: spans.len() as u64 - resolved,
        overdue,
        first_response: times(spans, |span| span.first_ms),
        resolution: times(spans, |span| span.resolved_ms),
        in_time: CaseShare {
            n: resolved + overdue,
            count: count(&|span| span.resolved_ms.is_some_and(|resolved_ms| resolved_ms <= span.due_ms)),
        },
    }
}

fn times(spans: &[CaseSpan], end: impl Fn(&CaseSpan) -> Option<i64>) -> CaseTimes {
    let took: Vec<f64> =
        spans.iter().filter_map(|span| Some((end(span)? - span.opened_ms).max(0) as f64)).collect();
    let at = |p| quantile(&took, p).map(|ms| ms.round() as i64);
    CaseTimes { n: took.len() as u64, median_ms: at(0.5), p90_ms: at(0.9) }
}

#[cfg(test)]
mod tests {
    use suara_survey::AnswerId;
    use suara_survey::wire::CaseReason;

    use crate::store::cases::Said;

    use super::*;

    fn case(status: CaseStatus) -> CaseRow {
        CaseRow {
            id: AnswerId::from_parts(0, [0; 10]),
            reason: CaseReason::Detractor,
            status,
            assignee: None,
            opened_ms: 1000,
            due_ms: 5000,
            first_ms: None,
            resolved_ms: (status == CaseStatus::Resolved).then_some(2000),
            reopened: 0,
            revision: 1,
            said: Said::default(),
        }
    }

    fn to(status: CaseStatus) -> CaseChange {
        CaseChange { status: Some(status), ..CaseChange::default() }
    }

    #[test]
    fn a_case_takes_only_steps_that_lead_somewhere() {
        use CaseStatus::{InProgress, Open, Reopened, Resolved};
        let all = [Open, InProgress, Resolved, Reopened];
        let allowed = [
            (Open, InProgress),
            (Open, Resolved),
            (InProgress, Open),
            (InProgress, Resolved),
            (Resolved, Reopened),
            (Reopened, InProgress),
            (Reopened, Resolved),
        ];
        for from in all {
            for status in all {
                let outcome = changed(&case(from), &to(status), 3000);
                let is_fine = from == status || allowed.contains(&(from, status));
                assert_eq!(outcome.is_ok(), is_fine, "{from:?} to {status:?}");
            }
        }
    }

    #[test]
    fn the_first_response_stays_the_first_and_a_reopened_case_is_not_resolved() {
        let (begun, entries) = changed(&case(CaseStatus::Open), &to(CaseStatus::InProgress), 2000).unwrap();
        assert_eq!((begun.first_ms, begun.resolved_ms), (Some(2000), None));
        assert_eq!(entries, [("status", "in_progress".to_owned())]);
        let (done, _) = changed(&begun, &to(CaseStatus::Resolved), 3000).unwrap();
        assert_eq!((done.first_ms, done.resolved_ms), (Some(2000), Some(3000)));
        let (again, _) = changed(&done, &to(CaseStatus::Reopened), 4000).unwrap();
        assert_eq!((again.first_ms, again.resolved_ms, again.reopened), (Some(2000), None, 1));
        let change =
            CaseChange { assignee: Some(String::new()), due_ms: Some(5000), ..CaseChange::default() };
        assert!(changed(&again, &change, 5000).unwrap().1.is_empty(), "nothing has changed");
        let early = CaseChange { due_ms: Some(999), ..CaseChange::default() };
        assert!(changed(&again, &early, 5000).unwrap_err().starts_with("due_ms: is 999"));
    }

    #[test]
    fn figures_count_each_case_where_it_belongs() {
        let span = |due_ms, first_ms, resolved_ms| CaseSpan { opened_ms: 0, due_ms, first_ms, resolved_ms };
        let spans = [
            span(100, Some(10), Some(50)),
            span(100, Some(20), Some(100)),
            span(100, Some(30), Some(150)),
            span(100, Some(40), None),
            span(100, None, None),
            span(900, None, None),
        ];
        let figures = figures(&spans, 500);
        assert_eq!((figures.opened, figures.unresolved, figures.overdue), (6, 3, 2));
        assert_eq!(figures.first_response, CaseTimes { n: 4, median_ms: Some(25), p90_ms: Some(37) });
        assert_eq!(figures.resolution, CaseTimes { n: 3, median_ms: Some(100), p90_ms: Some(140) });
        assert_eq!(figures.in_time, CaseShare { n: 5, count: 2 });
        assert_eq!(super::figures(&[], 0), CaseFigures::default());
    }
}
