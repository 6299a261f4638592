//! Moments as ISO 8601 writes them, in the two forms that mean the same everywhere.

use crate::DAY_MS;

/// Reads `2026-03-10` (midnight UTC) or `2026-03-10T12:00:00+07:00`, seconds and their fraction optional; none for
/// anything else. Without an offset a date-time would mean another moment in each visitor's zone.
///
/// ```
/// use suara_survey::targeting::instant_ms;
/// assert_eq!(instant_ms("1970-01-02"), Some(86_400_000));
/// assert_eq!(instant_ms("1970-01-01T07:00:00.5+07:00"), Some(500));
/// assert_eq!(instant_ms("1970-01-01T07:00:00"), None);
/// assert_eq!(instant_ms("2026-02-29"), None);
/// ```
pub fn instant_ms(text: &str) -> Option<i64> {
    let day_ms = day(text.get(..10)?)? * DAY_MS;
    let Some(rest) = text[10..].strip_prefix('T') else {
        return (text.len() == 10).then_some(day_ms);
    };
    let zone = rest.find(['Z', '+', '-'])?;
    let (clock, zone) = rest.split_at(zone);
    Some(day_ms + clock_ms(clock)? - zone_ms(zone)?)
}

fn day(text: &str) -> Option<i64> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=length).contains(&day).then(|| days_since_1970(year, month, day))
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn clock_ms(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let [hour, minute, second] = match whole.len() {
        5 => {
            let [hour, minute] = numbers(whole, ':', [2, 2])?;
            [hour, minute, 0]
        }
        _ => numbers(whole, ':', [2, 2, 2])?,
    };
    let is_fraction = (1..=3).contains(&fraction.len()) && fraction.bytes().all(|c| c.is_ascii_digit());
    let thousandths: i64 = fraction.parse().ok().filter(|_| is_fraction)?;
    let thousandths = thousandths * [100, 10, 1][fraction.len() - 1];
    (hour < 24 && minute < 60 && second < 60)
        .then_some(((hour * 60 + minute) * 60 + second) * 1000 + thousandths)
}

fn zone_ms(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let [hours, minutes] = numbers(&text[1..], ':', [2, 2])?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

fn numbers<const N: usize>(text: &str, between: char, lengths: [usize; N]) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(between);
    for (number, length) in numbers.iter_mut().zip(lengths) {
        let part =
            parts.next().filter(|part| part.len() == length && part.bytes().all(|c| c.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}
