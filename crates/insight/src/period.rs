//! The calendar that answers are grouped by: days, ISO weeks, months and quarters, all in UTC. Periods are data;
//! their wording is for whoever shows them.

mod civil;

use crate::period::civil::{civil_from_days, days_from_civil};

/// A day, counted from 1970-01-01 UTC, which is 0.
///
/// ```
/// use suara_insight::Day;
/// assert_eq!(Day::from_civil(2016, 2, 29), Some(Day(16_860)));
/// assert_eq!(Day::from_unix_ms(-1), Day(-1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A date of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil {
    /// The year; 0 is 1 BC.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

impl Day {
    /// The day of a date. `None` for a date that does not exist or lies outside what an `i32` of days can hold.
    pub fn from_civil(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Civil { year, month, day };
        let found = Self(i32::try_from(days_from_civil(date)).ok()?);
        (found.civil() == date).then_some(found)
    }

    /// The day of a moment, in milliseconds since 1970-01-01 00:00 UTC; moments past the range of `i32` days are
    /// held at its ends.
    pub fn from_unix_ms(unix_ms: i64) -> Self {
        Self::held(unix_ms.div_euclid(86_400_000))
    }

    /// Its date.
    ///
    /// ```
    /// use suara_insight::{Day, period::Civil};
    /// assert_eq!(Day(19_782).civil(), Civil { year: 2024, month: 2, day: 29 });
    /// ```
    pub fn civil(self) -> Civil {
        civil_from_days(self.0)
    }

    /// The ISO weekday: 1 is Monday, 7 is Sunday.
    ///
    /// ```
    /// assert_eq!(suara_insight::Day(0).iso_weekday(), 4); // 1970-01-01 was a Thursday.
    /// ```
    pub fn iso_weekday(self) -> u8 {
        // Below 7, so it fits.
        (i64::from(self.0) + 3).rem_euclid(7) as u8 + 1
    }

    /// This many days later (earlier, if negative), held within the range of `i32` days.
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    fn held(days: i64) -> Self {
        Self(days.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }
}

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grain {
    /// One day.
    Day,
    /// An ISO 8601 week, Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months from January, April, July or October.
    Quarter,
}

impl Grain {
    /// The first day of the period that holds `day`.
    ///
    /// ```
    /// use suara_insight::{Day, Grain};
    /// let day = Day::from_civil(2024, 2, 29).unwrap();
    /// assert_eq!(Grain::Week.start_of(day), Day::from_civil(2024, 2, 26).unwrap());
    /// assert_eq!(Grain::Quarter.start_of(day), Day::from_civil(2024, 1, 1).unwrap());
    /// ```
    pub fn start_of(self, day: Day) -> Day {
        let Civil { year, month, .. } = day.civil();
        match self {
            Self::Day => day,
            Self::Week => day.plus(1 - i32::from(day.iso_weekday())),
            Self::Month => first_of(year, month),
            Self::Quarter => first_of(year, first_month(quarter_of(month))),
        }
    }

    /// The first day of the period after the one that holds `day`.
    ///
    /// ```
    /// use suara_insight::{Day, Grain};
    /// let day = Day::from_civil(2023, 12, 31).unwrap();
    /// assert_eq!(Grain::Month.next(day), Day::from_civil(2024, 1, 1).unwrap());
    /// ```
    pub fn next(self, day: Day) -> Day {
        let start = self.start_of(day);
        let Civil { year, month, .. } = start.civil();
        match self {
            Self::Day => start.plus(1),
            Self::Week => start.plus(7),
            Self::Month if month < 12 => first_of(year, month + 1),
            Self::Quarter if month < 10 => first_of(year, month + 3),
            Self::Month | Self::Quarter => first_of(year + 1, 1),
        }
    }

    /// What to call the period that holds `day`.
    ///
    /// ```
    /// use suara_insight::{Day, Grain, period::Label};
    /// let day = Day::from_civil(2021, 1, 3).unwrap();
    /// assert_eq!(Grain::Week.label(day), Label::Week { year: 2020, week: 53 });
    /// ```
    pub fn label(self, day: Day) -> Label {
        let Civil { year, month, day: day_of_month } = day.civil();
        match self {
            Self::Day => Label::Day { year, month, day: day_of_month },
            Self::Week => iso_week(day),
            Self::Month => Label::Month { year, month },
            Self::Quarter => Label::Quarter { year, quarter: quarter_of(month) },
        }
    }

    /// The first day of every period from the one that holds `first` to the one that holds `last`, whether or not
    /// anyone answered in it. Nothing if `last` comes before `first`.
    ///
    /// ```
    /// use suara_insight::{Day, Grain};
    /// let (first, last) = (Day::from_civil(2016, 7, 4).unwrap(), Day::from_civil(2018, 10, 30).unwrap());
    /// assert_eq!(Grain::Quarter.periods(first, last).count(), 10);
    /// ```
    pub fn periods(self, first: Day, last: Day) -> impl Iterator<Item = Day> {
        let start = (first <= last).then(|| self.start_of(first));
        core::iter::successors(start, move |&period| {
            let next = self.next(period);
            (period < next && next <= last).then_some(next)
        })
    }
}

/// What to call a period, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A date.
    Day {
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u8,
        /// The day of the month, 1 to 31.
        day: u8,
    },
    /// An ISO week. Its year is the one that holds its Thursday, so it may differ from the calendar year.
    Week {
        /// The ISO week-numbering year.
        year: i32,
        /// The week, 1 to 53.
        week: u8,
    },
    /// A month.
    Month {
        /// The year.
        year: i32,
        /// The month, 1 to 12.
        month: u8,
    },
    /// A quarter.
    Quarter {
        /// The year.
        year: i32,
        /// The quarter, 1 to 4.
        quarter: u8,
    },
}

fn quarter_of(month: u8) -> u8 {
    month.div_ceil(3)
}

fn first_month(quarter: u8) -> u8 {
    3 * quarter - 2
}

fn first_of(year: i32, month: u8) -> Day {
    Day::held(days_from_civil(Civil { year, month, day: 1 }))
}

fn iso_week(day: Day) -> Label {
    let thursday = day.plus(4 - i32::from(day.iso_weekday()));
    let year = thursday.civil().year;
    let days = i64::from(thursday.0) - i64::from(first_of(year, 1).0);
    // At most 365 / 7, so it fits.
    Label::Week { year, week: (days / 7) as u8 + 1 }
}
