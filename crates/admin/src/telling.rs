//! What is said of a report, in sentences. Which sentence follows from what insight found; nothing is judged here.

use suara_insight::{Interval, Movement, Standing};

use crate::report::{Change, Report, Summary};
use crate::strings::fill;
use crate::wording::Wording;

/// A verdict, and the numbers behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Told {
    pub(crate) verdict: String,
    pub(crate) detail: Option<String>,
}

/// A sentence of warning for a score with few answers.
pub(crate) fn caution(standing: Standing, wording: Wording) -> Option<&'static str> {
    let score = &wording.strings().score;
    match standing {
        Standing::IntervalLeads => Some(&score.few),
        Standing::IntervalOnly => Some(&score.very_few),
        Standing::NumberLeads | Standing::NoAnswers => None,
    }
}

/// The whole of a summary in one sentence, for a reader who hears it.
pub(crate) fn summary(summary: &Summary, wording: Wording) -> String {
    let dashboard = &wording.strings().dashboard;
    let Some(interval) = summary.interval else { return dashboard.summary_none.clone() };
    let (answers, interval) = (wording.answers(summary.tally.n()), wording.interval(interval));
    match summary.nps.map(|nps| wording.points(nps)) {
        Some(score) => {
            fill(&dashboard.summary, &[("answers", &answers), ("score", &score), ("interval", &interval)])
        }
        None => fill(&dashboard.summary_interval, &[("answers", &answers), ("interval", &interval)]),
    }
}

/// Whether the score moved over the periods.
pub(crate) fn movement(report: &Report, wording: Wording) -> Told {
    let trend = &wording.strings().trend;
    let verdict = match report.movement {
        Movement::Up => &trend.rising,
        Movement::Down => &trend.falling,
        Movement::Uneven => &trend.uneven,
        Movement::NotShown => &trend.unmoved,
        Movement::TooFew => &trend.too_few,
    };
    // The verdict allows for looking twice, at the slope and at the differences, so it can withhold what this interval
    // alone would show; the two are then not put side by side.
    let withheld = |interval: Interval| report.movement == Movement::NotShown && !interval.contains(0.0);
    let slope = report.slope.filter(|slope| report.movement != Movement::TooFew && !withheld(slope.1));
    let detail = |(slope, interval): (f64, Interval)| {
        let (slope, interval) = (wording.points(slope), wording.interval(interval));
        let grain = wording.grain(report.grain);
        fill(&trend.slope, &[("slope", &slope), ("grain", grain), ("interval", &interval)])
    };
    Told { verdict: verdict.clone(), detail: slope.map(detail) }
}

/// How a period compares with the days before it.
pub(crate) fn change(change: &Change, wording: Wording) -> Told {
    let texts = &wording.strings().change;
    let verdict = match change.movement {
        Movement::Up => &texts.higher,
        Movement::Down => &texts.lower,
        Movement::NotShown | Movement::Uneven => &texts.unmoved,
        Movement::TooFew => &texts.too_few,
    };
    let (points, days) = (wording.points(change.difference.abs()), change.days.to_string());
    let (difference, interval) = (wording.points(change.difference), wording.interval(change.interval));
    let before = wording.answers(change.before.n());
    let detail = [("difference", &*difference), ("interval", &interval), ("answers", &before)];
    Told {
        verdict: fill(verdict, &[("points", &points), ("days", &days)]),
        detail: Some(fill(&texts.detail, &detail)),
    }
}

#[cfg(test)]
mod tests {
    use suara_insight::{Columns, Day};
    use suara_survey::wire::{self, Stage};

    use super::*;
    use crate::language::Language;
    use crate::scope::{Period, Scope};

    fn report(scores: &[(i32, u8)], period: Period) -> Report {
        let wire = wire::Columns {
            at_ms: scores.iter().map(|(day, _)| i64::from(*day) * 86_400_000).collect(),
            stage: vec![Stage::Complete; scores.len()],
            score: scores.iter().map(|(_, score)| Some(*score)).collect(),
            marks: Vec::new(),
        };
        let columns = Columns::try_from(wire).unwrap();
        Report::new(&columns, Scope { period, ..Scope::default() }, Day(30))
    }

    fn english() -> Wording {
        Wording::new(Language::English)
    }

    #[test]
    fn too_few_answers_get_a_verdict_without_a_slope() {
        let told = movement(&report(&[(1, 9), (2, 3)], Period::All), english());
        assert_eq!(told.verdict, "Too few answers to say whether it moved");
        assert_eq!(told.detail, None);
    }

    #[test]
    fn a_fall_is_told_with_its_slope_and_interval() {
        let scores: Vec<_> = (0..300).map(|i| (i / 30, if i % 30 < 28 - i / 15 { 10 } else { 0 })).collect();
        let told = movement(&report(&scores, Period::All), english());
        assert_eq!(told.verdict, "Falling");
        let detail = told.detail.unwrap();
        assert!(detail.starts_with("−") && detail.contains(" points a day, 95% interval −"), "{detail}");
    }

    #[test]
    fn a_rise_against_the_days_before_names_its_size_and_both_numbers_of_answers() {
        let scores: Vec<_> = (0..80).map(|i| if i < 40 { (27, 10) } else { (20, i as u8 % 10) }).collect();
        let report = report(&scores, Period::Last(7));
        let told = change(&report.change.unwrap(), english());
        assert_eq!(told.verdict, "160.0 points higher than in the 7 days before");
        assert!(told.detail.unwrap().ends_with("; 40 answers before"));
    }

    #[test]
    fn a_listener_hears_the_interval_where_there_is_no_number() {
        let heard = |scores: &[(i32, u8)]| summary(&report(scores, Period::All).headline, english());
        assert_eq!(heard(&[]), "No scores in this period.");
        assert!(heard(&[(1, 9)]).starts_with("1 answer. 95% interval of the Net Promoter Score: "));
        assert!(heard(&[(1, 9); 40]).contains("Net Promoter Score 100.0, 95% interval "));
    }
}
