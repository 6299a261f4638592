//! A line of overlapping windows, one ending each day: for looking at, never for testing, since neighbouring windows
//! share most of their answers. Tests take the separate periods of [`trend`](crate::trend).

use crate::{Day, Error, Interval, Level, Tally, interval};

/// The window that Suara shows: a quarter, long enough to steady the line at a few answers a day.
pub const ROLLING_WINDOW_DAYS: u32 = 90;

/// The longest stretch that is held, a hundred years: a misread year must not fill the memory.
pub const MAX_SPAN_DAYS: i64 = 36_525;

/// Running totals per day, from which any window is one subtraction.
///
/// ```
/// use suara_insight::{Day, Rolling, Tally};
/// let one = Tally::new(1.0, 0.0, 0.0)?;
/// let rolling = Rolling::new(&[(Day(100), one), (Day(102), one), (Day(100), one)])?;
/// assert_eq!(rolling.between(Day(100), Day(101)).n(), 2.0);
/// assert_eq!(rolling.ending(Day(102), 2).n(), 1.0);
/// # Ok::<(), suara_insight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rolling {
    first: Day,
    /// One more than there are days: the total before each day, and after the last.
    totals: Vec<Tally>,
}

/// One point of the rolling line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RollingPoint {
    /// The last day of the window.
    pub day: Day,
    /// The answers in the window.
    pub tally: Tally,
    /// Their score interval. `None` if there are none.
    pub band: Option<Interval>,
}

impl Rolling {
    /// From the answers of each day, in any order; days that come twice are added up.
    ///
    /// # Errors
    ///
    /// [`Error::Span`] if the first and the last day lie more than [`MAX_SPAN_DAYS`] apart.
    pub fn new(days: &[(Day, Tally)]) -> Result<Self, Error> {
        let first = days.iter().map(|&(day, _)| day).min().unwrap_or(Day(0));
        let offset = |day: Day| i64::from(day.0) - i64::from(first.0);
        let span = days.iter().map(|&(day, _)| offset(day) + 1).max().unwrap_or(0);
        if span > MAX_SPAN_DAYS {
            return Err(Error::Span { days: span, limit: MAX_SPAN_DAYS });
        }
        let mut totals = vec![Tally::EMPTY; span as usize + 1];
        for &(day, tally) in days {
            totals[offset(day) as usize + 1] += tally;
        }
        for index in 1..totals.len() {
            totals[index] = totals[index - 1] + totals[index];
        }
        Ok(Self { first, totals })
    }

    /// The answers from one day to another, both included; days outside the data hold none.
    pub fn between(&self, from: Day, to: Day) -> Tally {
        let before = self.total_before(i64::from(from.0));
        let after = self.total_before(i64::from(to.0) + 1);
        if from > to { Tally::EMPTY } else { after - before }
    }

    /// The answers of the window of this many days that ends with `last`.
    pub fn ending(&self, last: Day, window_days: u32) -> Tally {
        let from = i64::from(last.0) + 1 - i64::from(window_days);
        self.total_before(i64::from(last.0) + 1) - self.total_before(from)
    }

    /// A point for every day from the first to the last answer. Early windows reach back before the first answer and
    /// so hold fewer; their bands are wider, which says so.
    ///
    /// ```
    /// use suara_insight::{Day, Level, Rolling, Tally, rolling::ROLLING_WINDOW_DAYS};
    /// let rolling = Rolling::new(&[(Day(0), Tally::new(8.0, 1.0, 1.0)?), (Day(9), Tally::EMPTY)])?;
    /// assert_eq!(rolling.line(ROLLING_WINDOW_DAYS, Level::NINETY_FIVE).count(), 10);
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn line(&self, window_days: u32, level: Level) -> impl Iterator<Item = RollingPoint> {
        let days = self.totals.len() as i64 - 1;
        (0..days).map(move |offset| {
            // Every offset is a day that was given or lies between two that were, so it fits.
            let day = Day((i64::from(self.first.0) + offset) as i32);
            let tally = self.ending(day, window_days);
            RollingPoint { day, tally, band: interval::score(&tally, level) }
        })
    }

    fn total_before(&self, day: i64) -> Tally {
        let last = self.totals.len() as i64 - 1;
        let index = (day - i64::from(self.first.0)).clamp(0, last);
        self.totals.get(index as usize).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(p: f64, q: f64, d: f64) -> Tally {
        Tally::new(p, q, d).unwrap()
    }

    #[test]
    fn every_window_equals_its_sum_counted_by_hand() {
        let days: Vec<(Day, Tally)> =
            (0..60).map(|i| (Day(i * 3 % 50 - 20), tally(f64::from(i % 4), 1.0, f64::from(i % 3)))).collect();
        let rolling = Rolling::new(&days).unwrap();
        for from in -25..35 {
            for to in from - 1..35 {
                let by_hand =
                    days.iter().filter(|(day, _)| (from..=to).contains(&day.0)).map(|&(_, tally)| tally);
                assert_eq!(rolling.between(Day(from), Day(to)), by_hand.sum());
            }
        }
    }

    #[test]
    fn no_days_make_an_empty_line() {
        let rolling = Rolling::new(&[]).unwrap();
        assert_eq!(rolling.line(90, Level::NINETY_FIVE).count(), 0);
        assert_eq!(rolling.between(Day(i32::MIN), Day(i32::MAX)), Tally::EMPTY);
    }

    #[test]
    fn a_misread_year_is_refused_before_it_fills_the_memory() {
        let days = [(Day(i32::MIN), tally(1.0, 0.0, 0.0)), (Day(i32::MAX), tally(1.0, 0.0, 0.0))];
        assert!(matches!(Rolling::new(&days), Err(Error::Span { .. })));
    }

    #[test]
    fn a_window_without_answers_has_no_band() {
        let rolling =
            Rolling::new(&[(Day(0), tally(1.0, 0.0, 0.0)), (Day(5), tally(1.0, 0.0, 0.0))]).unwrap();
        let bands: Vec<bool> =
            rolling.line(2, Level::NINETY_FIVE).map(|point| point.band.is_some()).collect();
        assert_eq!(bands, [true, true, false, false, false, true]);
    }
}
