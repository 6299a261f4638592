//! Dates from day numbers and back, by arithmetic alone.
//!
//! Source: Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day comes
//! last, and eras are 400 years of 146,097 days.

use super::Civil;

const DAYS_PER_ERA: i64 = 146_097;

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

pub(super) fn days_from_civil(date: Civil) -> i64 {
    let month = i64::from(date.month);
    let year = i64::from(date.year) - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(date.day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - EPOCH
}

pub(super) fn civil_from_days(days: i32) -> Civil {
    let days = i64::from(days) + EPOCH;
    let (era, day_of_era) = (days.div_euclid(DAYS_PER_ERA), days.rem_euclid(DAYS_PER_ERA));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    // An i32 of days is under six million years; months and days are below 32.
    Civil {
        year: (era * 400 + year_of_era + i64::from(month <= 2)) as i32,
        month: month as u8,
        day: (day_of_year - (153 * march_month + 2) / 5 + 1) as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Day, Grain, Label};
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let mut last = Civil { year: 1599, month: 12, day: 31 };
        let first = days_from_civil(Civil { year: 1600, month: 1, day: 1 }) as i32;
        for days in first..first + 2 * DAYS_PER_ERA as i32 {
            let date = civil_from_days(days);
            assert!(last < date && days_from_civil(date) == i64::from(days), "{date:?}");
            last = date;
        }
        assert_eq!(last, Civil { year: 2399, month: 12, day: 31 });
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused() {
        for (year, month, day) in [(2023, 2, 29), (2023, 4, 31), (2023, 0, 1), (2023, 13, 1), (2023, 1, 0)] {
            assert_eq!(Day::from_civil(year, month, day), None);
        }
        assert_eq!(Day::from_civil(i32::MAX, 1, 1), None);
    }

    #[test]
    fn the_ends_of_the_range_do_not_overflow() {
        for day in [Day(i32::MIN), Day(i32::MAX)] {
            for grain in [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter] {
                let _ =
                    (grain.start_of(day), grain.next(day), grain.label(day), grain.periods(day, day).count());
            }
        }
        assert_eq!(Day::from_unix_ms(i64::MAX), Day(i32::MAX));
    }

    #[test]
    fn every_period_starts_where_the_last_one_ends() {
        for grain in [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter] {
            for day in (-1000..1000).map(Day) {
                let (start, next) = (grain.start_of(day), grain.next(day));
                assert!(start <= day && day < next && grain.start_of(next) == next);
                assert_eq!(grain.label(start), grain.label(next.plus(-1)));
                assert_ne!(grain.label(start), grain.label(next));
            }
        }
    }

    #[test]
    fn iso_weeks_belong_to_the_year_of_their_thursday() {
        let week = |year, month, day| Grain::Week.label(Day::from_civil(year, month, day).unwrap());
        assert_eq!(week(2018, 12, 31), Label::Week { year: 2019, week: 1 });
        assert_eq!(week(2016, 1, 3), Label::Week { year: 2015, week: 53 });
        assert_eq!(week(2026, 12, 31), Label::Week { year: 2026, week: 53 });
    }

    #[test]
    fn empty_periods_are_listed_and_backward_ones_are_not() {
        let (first, last) = (Day::from_civil(2023, 11, 30).unwrap(), Day::from_civil(2024, 2, 1).unwrap());
        assert_eq!(Grain::Month.periods(first, last).count(), 4);
        assert_eq!(Grain::Month.periods(last, first).count(), 0);
    }
}
