//! Everything that the dashboard says about one choice of days, put together from what insight computes.
//! Nothing is computed here.

use std::borrow::Cow;

use suara_insight::chart::Reading;
use suara_insight::{
    Columns, Day, Difference, Funnel, Grain, Histogram, Interval, Level, Movement, Records, Standing, Tally,
    Trend, score,
};

use crate::scope::{self, Marked, Scope};

/// What is said of the answers in a scope.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report {
    /// The days looked at; none when all are and nobody has answered.
    pub(crate) days: Option<(Day, Day)>,
    pub(crate) histogram: Histogram,
    pub(crate) headline: Summary,
    pub(crate) change: Option<Change>,
    pub(crate) grain: Grain,
    pub(crate) periods: Vec<(Day, Summary)>,
    pub(crate) movement: Movement,
    /// NPS gained a period, with its interval.
    pub(crate) slope: Option<(f64, Interval)>,
    pub(crate) funnel: Funnel,
    /// How many answers are marked, whether they are counted or not.
    pub(crate) marked: u64,
}

/// A score with everything that honesty asks for beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) tally: Tally,
    /// None when there are too few answers to show one.
    pub(crate) nps: Option<f64>,
    pub(crate) interval: Option<Interval>,
    pub(crate) standing: Standing,
}

/// Against the days before, as many as the period has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) days: i32,
    pub(crate) before: Tally,
    pub(crate) difference: f64,
    pub(crate) interval: Interval,
    pub(crate) movement: Movement,
}

impl Report {
    pub(crate) fn new(columns: &Columns, scope: Scope, today: Day) -> Self {
        let chosen = scope.period.days(today);
        let marked = within(columns, chosen).left_out();
        let columns = match scope.marked {
            Marked::LeftOut => columns.counted(),
            Marked::Counted => Cow::Borrowed(columns),
        };
        let records = within(&columns, chosen);
        let days = chosen.map(|days| held(days, records.days())).or(records.days());
        let tally = records.tally();
        let grain = scope::grain(scope.grain, days.unwrap_or((today, today)), tally.n());
        let periods = days.map(|(first, last)| records.by_period(grain, first, last)).unwrap_or_default();
        let trend = Trend::of(&periods.iter().map(|period| period.1).collect::<Vec<_>>());
        Self {
            days,
            histogram: records.histogram(),
            headline: Summary::of(tally),
            change: chosen.and_then(|days| Change::of(&columns, days, tally)),
            grain,
            periods: periods.into_iter().map(|(start, tally)| (start, Summary::of(tally))).collect(),
            movement: Movement::of_trend(&trend),
            slope: trend.line.map(|line| line.slope).zip(trend.slope_interval(Level::NINETY_FIVE)),
            funnel: records.funnel(),
            marked: marked as u64,
        }
    }

    /// The trend as a chart needs it.
    pub(crate) fn readings(&self) -> Vec<Reading> {
        let reading = |summary: &Summary| Reading {
            n: summary.tally.n(),
            nps: summary.nps,
            interval: summary.interval,
        };
        self.periods.iter().map(|(_, summary)| reading(summary)).collect()
    }
}

/// The records of the chosen days, or all.
fn within(columns: &Columns, chosen: Option<(Day, Day)>) -> Records<'_> {
    chosen.map_or_else(|| columns.all(), |(first, last)| columns.within(first, last))
}

/// A chosen range without the years before anybody had answered, which an open start would bring.
fn held((first, last): (Day, Day), answered: Option<(Day, Day)>) -> (Day, Day) {
    const LONG_DAYS: i32 = 400;
    match answered {
        Some((earliest, latest)) if scope::length_days((first, last)) > LONG_DAYS => {
            (first.max(earliest), last.min(latest))
        }
        _ => (first, last),
    }
}

impl Summary {
    fn of(tally: Tally) -> Self {
        let standing = Standing::of(&tally);
        let shown = matches!(standing, Standing::NumberLeads | Standing::IntervalLeads);
        Self {
            tally,
            nps: tally.nps().filter(|_| shown),
            interval: score(&tally, Level::NINETY_FIVE),
            standing,
        }
    }
}

impl Change {
    fn of(columns: &Columns, days: (Day, Day), now: Tally) -> Option<Self> {
        let (first, last) = scope::days_before(days);
        let before = columns.within(first, last).tally();
        let difference = Difference::between(&now, &before, Level::NINETY_FIVE)?;
        Some(Self {
            days: scope::length_days(days),
            before,
            difference: difference.difference,
            interval: difference.mover,
            movement: Movement::of_difference(&difference, &now, &before),
        })
    }
}

#[cfg(test)]
mod tests;
