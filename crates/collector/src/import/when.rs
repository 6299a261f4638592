//! When a row says that it was answered.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// What a column of dates may hold, for messages.
pub(super) const FORMS: &str =
    "2026-01-31, 2026-01-31 13:45:00 (UTC), RFC 3339, or seconds or milliseconds since 1970";

/// Milliseconds since 1970, or `None` for what is none of [`FORMS`] or before 1970.
pub(super) fn parse(text: &str) -> Option<i64> {
    let ms = match text.len() {
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => unix_ms(text)?,
        // Noon, so that the day stays the same in nearly every zone that a reader may sit in.
        10 => utc_ms(text.parse::<Date>().ok()?.at(12, 0, 0, 0))?,
        _ => match text.parse::<Timestamp>() {
            Ok(time) => time.as_millisecond(),
            Err(_) => utc_ms(text.parse::<DateTime>().ok()?)?,
        },
    };
    (ms >= 0).then_some(ms)
}

fn utc_ms(time: DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(time).ok().map(Timestamp::as_millisecond)
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
            assert_eq!(parse(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_days_is_not_guessed() {
        for text in
            ["", "soon", "03/04/2024", "2024-13-01", "2024-02-30", "20240131", "1969-12-31", "-5", "17e8"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
