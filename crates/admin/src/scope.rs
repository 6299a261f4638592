//! What part of the answers is looked at: the period and its grouping, as the address of the page holds them.

use suara_insight::verdict::NUMBER_FROM_N;
use suara_insight::{Day, Grain};

/// The choice of period and grouping. It lives in the query string, so that a view can be shared and reloaded.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Scope {
    pub(crate) period: Period,
    /// None: chosen by the length of the period.
    pub(crate) grain: Option<Grain>,
    pub(crate) marked: Marked,
}

/// What becomes of answers about which something is odd.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Marked {
    #[default]
    LeftOut,
    Counted,
}

/// Which days are looked at.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Period {
    #[default]
    All,
    /// This many days, today included.
    Last(u16),
    /// From the first day of this quarter.
    Quarter,
    /// From the first of January.
    Year,
    /// Between two days, both included; a missing one is open.
    Custom { from: Option<Day>, to: Option<Day> },
}

impl Scope {
    /// Reads a query; what it does not know is as if it were not there.
    pub(crate) fn parse(value: impl Fn(&str) -> Option<String>) -> Self {
        let day = |name: &str| value(name).and_then(|text| parse_day(&text));
        let period = match value("period").as_deref() {
            Some("7d") => Period::Last(7),
            Some("30d") => Period::Last(30),
            Some("90d") => Period::Last(90),
            Some("quarter") => Period::Quarter,
            Some("year") => Period::Year,
            Some("custom") => Period::Custom { from: day("from"), to: day("to") },
            _ => Period::All,
        };
        let grain = match value("by").as_deref() {
            Some("day") => Some(Grain::Day),
            Some("week") => Some(Grain::Week),
            Some("month") => Some(Grain::Month),
            Some("quarter") => Some(Grain::Quarter),
            _ => None,
        };
        let marked =
            if value("marked").as_deref() == Some("count") { Marked::Counted } else { Marked::LeftOut };
        Self { period, grain, marked }
    }

    /// The query that [`parse`](Self::parse) reads back, `?` included; only what differs from the default, but never
    /// empty, because a link to nothing leads nowhere.
    pub(crate) fn query(self) -> String {
        let mut query = format!("?period={}", self.period.token());
        if let Period::Custom { from, to } = self.period {
            for (name, day) in [("from", from), ("to", to)] {
                if let Some(day) = day {
                    query.push_str(&format!("&{name}={}", write_day(day)));
                }
            }
        }
        if let Some(grain) = self.grain {
            query.push_str(&format!("&by={}", grain_token(grain)));
        }
        if self.marked == Marked::Counted {
            query.push_str("&marked=count");
        }
        query
    }

    /// The same days, grouped otherwise.
    pub(crate) fn by(self, grain: Grain) -> Self {
        Self { grain: Some(grain), ..self }
    }

    /// The same, with other answers.
    pub(crate) fn with(self, marked: Marked) -> Self {
        Self { marked, ..self }
    }

    /// Other days, and the grouping that suits them.
    pub(crate) fn over(self, period: Period) -> Self {
        Self { period, grain: None, ..self }
    }
}

impl Period {
    /// Those that are offered beside [`Custom`](Self::Custom).
    pub(crate) const READY: [Self; 6] =
        [Self::All, Self::Last(7), Self::Last(30), Self::Last(90), Self::Quarter, Self::Year];

    /// The first and the last day; none for all of them.
    pub(crate) fn days(self, today: Day) -> Option<(Day, Day)> {
        let first = match self {
            Self::All => return None,
            Self::Last(days) => today.plus(1 - i32::from(days)),
            Self::Quarter => Grain::Quarter.start_of(today),
            Self::Year => Day::from_civil(today.civil().year, 1, 1).unwrap_or(today),
            Self::Custom { from: None, to: None } => return None,
            Self::Custom { from, to } => {
                let (from, to) = (from.unwrap_or(EARLIEST), to.unwrap_or(today));
                return Some((from.min(to), from.max(to)));
            }
        };
        Some((first, today))
    }

    fn token(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Last(days) => format!("{days}d"),
            Self::Quarter => "quarter".to_owned(),
            Self::Year => "year".to_owned(),
            Self::Custom { .. } => "custom".to_owned(),
        }
    }
}

/// 1970-01-01: no answer is older.
const EARLIEST: Day = Day(0);

/// The days before a period, as many as it has.
pub(crate) fn days_before((first, last): (Day, Day)) -> (Day, Day) {
    (first.plus(-length_days((first, last))), first.plus(-1))
}

/// How many days, both ends included.
pub(crate) fn length_days((first, last): (Day, Day)) -> i32 {
    last.0.saturating_sub(first.0).saturating_add(1)
}

/// Most periods in one trend: more would be closer together than their dots are wide, and slow to draw.
const MOST_PERIODS: f64 = 400.0;

/// Fewest periods that still show a course.
const FEWEST_PERIODS: f64 = 3.0;

/// The groupings with the days of one period, on average, and the longest range that each suits.
const GRAINS: [(Grain, f64, i32); 4] = [
    (Grain::Day, 1.0, 31),
    (Grain::Week, 7.0, 182),
    (Grain::Month, 30.4, 731),
    (Grain::Quarter, 91.3, i32::MAX),
];

/// The grouping of a range in which `n` answered: the wish, unless that gives more than [`MOST_PERIODS`]; without a
/// wish the finest that gives at most about 30 periods with, on average, enough answers in each to show a number,
/// as long as a course is left to see.
pub(crate) fn grain(wish: Option<Grain>, days: (Day, Day), n: f64) -> Grain {
    let length = f64::from(length_days(days));
    let can_be_drawn = |(_, size, _): &&(Grain, f64, i32)| length / size <= MOST_PERIODS;
    if let Some(wished) = GRAINS.iter().filter(can_be_drawn).find(|grain| Some(grain.0) == wish) {
        return wished.0;
    }
    let suits = GRAINS.iter().filter(|(_, _, longest)| length <= f64::from(*longest));
    let shows_a_course = suits.filter(|(_, size, _)| length / size >= FEWEST_PERIODS);
    let has_enough = |(_, size, _): &&(Grain, f64, i32)| n / (length / size) >= NUMBER_FROM_N;
    let best = shows_a_course.clone().find(has_enough).or_else(|| shows_a_course.clone().next_back());
    best.map_or(Grain::Day, |grain| grain.0)
}

/// The name of a grouping in an address.
pub(crate) fn grain_token(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "day",
        Grain::Week => "week",
        Grain::Month => "month",
        Grain::Quarter => "quarter",
    }
}

/// `2016-06-09`, as addresses and date fields have it.
pub(crate) fn write_day(day: Day) -> String {
    let civil = day.civil();
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

/// The day of `2016-06-09`.
pub(crate) fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Day::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests;
