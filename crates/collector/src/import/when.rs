//! When a row says that it was answered. Day and month are told apart per file, never per row.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// What a column of dates may hold, for messages.
pub(super) const FORMS: &str = "2026-01-31, 2026-01-31 13:45:00, 31/01/2026 or 01/31/2026 with a time or without, RFC 3339, or seconds or milliseconds since 1970";

/// Whether the day or the month comes first in 03/04/2026.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Order {
    /// 31/01/2026
    DayFirst,
    /// 01/31/2026
    MonthFirst,
}

/// How the dates of one file are read.
#[derive(Clone, Debug)]
pub(super) struct Dates {
    pub(super) order: Option<Order>,
    /// Of times that do not say.
    pub(super) zone: TimeZone,
}

impl Default for Dates {
    fn default() -> Self {
        Self { order: None, zone: TimeZone::UTC }
    }
}

impl Dates {
    /// Milliseconds since 1970, or `None` for what is none of [`FORMS`], before 1970, or could mean two days.
    pub(super) fn parse(&self, text: &str) -> Option<i64> {
        let ms = match text.len() {
            _ if text.bytes().all(|byte| byte.is_ascii_digit()) => unix_ms(text)?,
            _ => match text.parse::<Timestamp>() {
                Ok(time) => time.as_millisecond(),
                Err(_) => self.local_ms(text)?,
            },
        };
        (ms >= 0).then_some(ms)
    }

    fn local_ms(&self, text: &str) -> Option<i64> {
        let (day, rest) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        let date = self.date(day.trim_end_matches(','))?;
        if rest.trim().is_empty() {
            // Noon, so that the day stays the same in nearly every zone that a reader may sit in.
            return TimeZone::UTC.to_timestamp(date.at(12, 0, 0, 0)).ok().map(Timestamp::as_millisecond);
        }
        let (time, zone) = self.time(rest)?;
        zone.to_timestamp(DateTime::from_parts(date, time)).ok().map(Timestamp::as_millisecond)
    }

    fn date(&self, text: &str) -> Option<Date> {
        let (parts, separator) = parts(text)?;
        let [first, second, third] = parts;
        if text.split(separator).next()?.len() == 4 {
            return date(first, second, third);
        }
        let year = if third < 100 { 2000 + third } else { third };
        let order = match (separator, self.order) {
            // Nobody puts a dot behind a month that comes first.
            ('.', _) => Order::DayFirst,
            (_, Some(order)) => order,
            (_, None) => evidence(text)?,
        };
        match order {
            Order::DayFirst => date(year, second, first),
            Order::MonthFirst => date(year, first, second),
        }
    }

    /// `13:45`, `1:45:00 PM`, `13.45.00`, each with a zone behind it or without.
    fn time(&self, text: &str) -> Option<(Time, TimeZone)> {
        let mut words = text.split_whitespace().peekable();
        let clock = words.next()?;
        let (clock, glued) = clock.split_at(clock.find(['+', 'Z']).unwrap_or(clock.len()));
        let is_half = |word: &&str| ["AM", "PM"].contains(&word.to_uppercase().as_str());
        let half = words.next_if(is_half).map(str::to_uppercase);
        let zone = match words.next().or(Some(glued).filter(|glued| !glued.is_empty())) {
            Some(name) => zone(name)?,
            None => self.zone.clone(),
        };
        if words.next().is_some() {
            return None;
        }
        // Fractions of a second are not worth telling apart from the dots of 13.45.00.
        let numbers = clock.split([':', '.']).map(|number| number.parse().ok()).collect::<Option<Vec<i8>>>();
        let (hour, minute, second) = match numbers.or_else(|| whole_seconds(clock))?[..] {
            [hour, minute] => (hour, minute, 0),
            [hour, minute, second] => (hour, minute, second),
            [hour, minute, second, _] => (hour, minute, second),
            _ => return None,
        };
        let hour = match half.as_deref() {
            Some(_) if !(1..=12).contains(&hour) => return None,
            Some("AM") => hour % 12,
            Some(_) => hour % 12 + 12,
            None => hour,
        };
        Some((Time::new(hour, minute, second, 0).ok()?, zone))
    }
}

/// `13:45:00.123` without its fraction.
fn whole_seconds(clock: &str) -> Option<Vec<i8>> {
    clock.split_once('.')?.0.split(':').map(|number| number.parse().ok()).collect()
}

/// Which order a date proves, if one of its numbers is no month.
pub(super) fn evidence(text: &str) -> Option<Order> {
    let day = text.split(['T', ' ']).next()?;
    let ([first, second, _], _) = parts(day)?;
    match (first, second) {
        (13..=31, 1..=12) => Some(Order::DayFirst),
        (1..=12, 13..=31) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// A zone by its name, such as `Asia/Jakarta`, or by its distance, such as `+07:00` or `GMT+7`.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    let distance = name.trim_start_matches("GMT").trim_start_matches("UTC");
    if distance.is_empty() || name == "Z" {
        return Some(TimeZone::UTC);
    }
    let Some((sign, clock)) = distance
        .strip_prefix('+')
        .map(|clock| (1, clock))
        .or_else(|| distance.strip_prefix(['-', '\u{2212}']).map(|clock| (-1, clock)))
    else {
        return TimeZone::get(name).ok();
    };
    let (hours, minutes) = match clock.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if clock.len() == 4 => clock.split_at(2),
        None => (clock, "0"),
    };
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
    Offset::from_seconds(sign * seconds).ok().map(TimeZone::fixed)
}

/// Three numbers and what stands between them.
fn parts(text: &str) -> Option<([i32; 3], char)> {
    let separator = text.chars().find(|sign| !sign.is_ascii_digit()).filter(|sign| "-/.".contains(*sign))?;
    let mut numbers = text.split(separator).map(|number| {
        (number.bytes().all(|byte| byte.is_ascii_digit()) && number.len() <= 4)
            .then(|| number.parse().ok())?
    });
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some((three, separator))
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Seconds have nine or ten digits from 1973 to 2286, milliseconds twelve or thirteen; other lengths could be anything.
fn unix_ms(digits: &str) -> Option<i64> {
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        9 | 10 => number.checked_mul(1000),
        12 | 13 => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(order: Option<Order>, zone_name: &str, text: &str) -> Option<String> {
        let dates = Dates { order, zone: zone(zone_name).unwrap() };
        dates.parse(text).map(|ms| Timestamp::from_millisecond(ms).unwrap().to_string())
    }

    #[test]
    fn every_form_of_a_date_is_read() {
        for (text, ms) in [
            ("2023-11-14", 1_699_963_200_000),
            ("2023-11-14 22:13:20", 1_700_000_000_000),
            ("2023-11-14T22:13:20", 1_700_000_000_000),
            ("2023-11-14T22:13:20Z", 1_700_000_000_000),
            ("2023-11-15T05:13:20.5+07:00", 1_700_000_000_500),
            ("1700000000", 1_700_000_000_000),
            ("1700000000123", 1_700_000_000_123),
        ] {
            assert_eq!(Dates::default().parse(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn the_forms_of_other_tools_are_read_in_their_zone() {
        let (day, month) = (Some(Order::DayFirst), Some(Order::MonthFirst));
        for (order, zone, text, expected) in [
            (month, "UTC", "03/04/2024 01:02:03 PM", "2024-03-04T13:02:03Z"),
            (day, "UTC", "03/04/2024 01:02:03", "2024-04-03T01:02:03Z"),
            (month, "UTC", "3/4/24 0:05", "2024-03-04T00:05:00Z"),
            (month, "UTC", "03/04/2024 12:00:00 AM", "2024-03-04T00:00:00Z"),
            (day, "Asia/Jakarta", "31/01/2024 13.45.12", "2024-01-31T06:45:12Z"),
            (None, "UTC", "2024/01/31 1:45:00 PM GMT+7", "2024-01-31T06:45:00Z"),
            (None, "+02:00", "31.01.2024 13:45", "2024-01-31T11:45:00Z"),
            (None, "America/New_York", "2024-07-01 12:00:00", "2024-07-01T16:00:00Z"),
            (None, "UTC", "31/01/2024", "2024-01-31T12:00:00Z"),
            (None, "UTC", "2024-01-31 13:45:00.123000+00:00", "2024-01-31T13:45:00.123Z"),
            (None, "UTC", "2024-01-31 13:45:00 UTC", "2024-01-31T13:45:00Z"),
        ] {
            assert_eq!(at(order, zone, text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_days_is_not_guessed() {
        for text in [
            "",
            "soon",
            "03/04/2024",
            "2024-13-01",
            "2024-02-30",
            "20240131",
            "1969-12-31",
            "-5",
            "17e8",
            "1/2",
            "1/2/3/4",
            "2024-01-31 25:00",
            "31/01/2024 13:00 PM",
            "32/01/2024",
        ] {
            assert_eq!(Dates::default().parse(text), None, "{text}");
        }
        assert_eq!(at(Some(Order::MonthFirst), "UTC", "31/01/2024"), None);
    }
}
