use suara_survey::wire::{self, Stage};

use super::*;
use crate::scope::{Marked, Period};

const DAY_MS: i64 = 86_400_000;
const TODAY: Day = Day(1_000);

/// Scores by the day on which they were given.
fn columns(scores: &[(i32, u8)]) -> Columns {
    let wire = wire::Columns {
        at_ms: scores.iter().map(|(day, _)| i64::from(*day) * DAY_MS).collect(),
        stage: vec![Stage::Complete; scores.len()],
        score: scores.iter().map(|(_, score)| Some(*score)).collect(),
        marks: Vec::new(),
    };
    Columns::try_from(wire).unwrap()
}

fn report(scores: &[(i32, u8)], period: Period) -> Report {
    Report::new(&columns(scores), Scope { period, ..Scope::default() }, TODAY)
}

#[test]
fn nothing_answered_gives_a_report_without_a_number() {
    let report = report(&[], Period::All);
    assert_eq!((report.days, report.headline.nps, report.headline.interval), (None, None, None));
    assert_eq!((report.headline.standing, report.movement), (Standing::NoAnswers, Movement::TooFew));
    assert!(report.periods.is_empty() && report.change.is_none());
}

#[test]
fn nine_answers_show_an_interval_and_no_number_ten_show_both() {
    let nine: Vec<_> = (0..9).map(|_| (990, 10)).collect();
    let summary = report(&nine, Period::All).headline;
    assert_eq!((summary.nps, summary.standing), (None, Standing::IntervalOnly));
    assert!(summary.interval.is_some());
    let ten: Vec<_> = (0..10).map(|_| (990, 10)).collect();
    assert_eq!(report(&ten, Period::All).headline.nps, Some(1.0));
}

#[test]
fn a_chosen_period_keeps_its_empty_days_and_is_compared_with_the_days_before() {
    let scores: Vec<_> = (0..40).map(|i| if i < 20 { (997, 10) } else { (990, 0) }).collect();
    let report = report(&scores, Period::Last(7));
    assert_eq!(report.days, Some((Day(994), TODAY)));
    assert_eq!((report.grain, report.periods.len()), (Grain::Day, 7));
    assert_eq!(report.headline.tally.n(), 20.0);
    let change = report.change.unwrap();
    assert_eq!((change.days, change.before.n(), change.difference), (7, 20.0, 2.0));
    assert_eq!(change.movement, Movement::Up);
}

#[test]
fn an_open_start_does_not_draw_the_years_before_the_first_answer() {
    let period = Period::Custom { from: None, to: Some(TODAY) };
    let report = report(&[(900, 9), (995, 3)], period);
    assert_eq!(report.periods.first().map(|period| period.0), Some(Grain::Month.start_of(Day(900))));
    assert_eq!(report.headline.tally.n(), 2.0);
}

#[test]
fn a_reading_hides_the_number_where_the_summary_does() {
    let report = report(&[(990, 9), (990, 9)], Period::All);
    let readings = report.readings();
    assert_eq!((readings.len(), readings[0].nps, readings[0].n), (1, None, 2.0));
    assert!(readings[0].interval.is_some());
}

#[test]
fn a_marked_answer_is_told_of_and_counts_only_where_that_is_wished_for() {
    let wire = wire::Columns {
        at_ms: [900, 990, 991, 992].map(|day| day * DAY_MS).to_vec(),
        stage: vec![Stage::Complete; 4],
        score: vec![Some(0), Some(0), Some(10), Some(10)],
        marks: vec![1, 1, 0, 16],
    };
    let columns = Columns::try_from(wire).unwrap();
    let report = |period, marked| {
        let report = Report::new(&columns, Scope { period, grain: None, marked }, TODAY);
        (report.marked, report.headline.tally.n(), report.headline.tally.nps(), report.funnel.shown)
    };
    assert_eq!(report(Period::All, Marked::LeftOut), (2, 2.0, Some(1.0), 2));
    assert_eq!(report(Period::All, Marked::Counted), (2, 4.0, Some(0.0), 4));
    assert_eq!(report(Period::Last(30), Marked::LeftOut), (1, 2.0, Some(1.0), 2), "only of these days");
}
