//! Working hours: when something is due that takes so many of them. Time zones and their changes of the clock are jiff's.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use suara_survey::wire::WorkingHours;

/// Holidays that are kept: twenty a year for a good while.
const HOLIDAYS_MAX: usize = 500;

/// Days that are looked at: a year for each hundred of the hours that may be asked for, with the holidays beside.
const DAYS_MAX: usize = 20 * 366;

/// Hours of work, checked.
#[derive(Clone, Debug)]
pub(crate) struct Hours {
    zone: TimeZone,
    /// From Monday.
    days: [bool; 7],
    from: Time,
    /// None for midnight.
    to: Option<Time>,
    holidays: BTreeSet<Date>,
}

impl Hours {
    /// Checks what an owner has set; what is wrong is said with its path.
    pub(crate) fn read(given: &WorkingHours) -> Result<Self, String> {
        let zone = TimeZone::get(&given.zone).map_err(|_| {
            format!("zone: is \"{}\", but must be an IANA name such as Asia/Jakarta", short(&given.zone))
        })?;
        let from = time(&given.from).ok_or_else(|| not_a_time("from", &given.from))?;
        let to = match given.to.as_str() {
            "24:00" => None,
            text => Some(time(text).ok_or_else(|| not_a_time("to", text))?),
        };
        if to.is_some_and(|to| to <= from) {
            return Err(format!("to: is {}, but work must end after it begins at {}", given.to, given.from));
        }
        let (days, holidays) = (days(&given.days)?, holidays(&given.holidays)?);
        Ok(Self { zone, days, from, to, holidays })
    }

    /// When `minutes` of work are over for something that comes at `start_ms`. An hour that the clock skips is not worked,
    /// one that it repeats is worked twice. Far beyond any calendar it is the clock on the wall that counts.
    pub(crate) fn due_ms(&self, start_ms: i64, minutes: u32) -> i64 {
        let wall = start_ms.saturating_add(i64::from(minutes) * 60_000);
        self.due(start_ms, minutes).map_or(wall, Timestamp::as_millisecond)
    }

    fn due(&self, start_ms: i64, minutes: u32) -> Option<Timestamp> {
        let start = Timestamp::from_millisecond(start_ms).ok()?;
        let mut left = SignedDuration::from_mins(i64::from(minutes));
        let mut date = start.to_zoned(self.zone.clone()).date();
        for _ in 0..DAYS_MAX {
            if let Some((opens, closes)) = self.open(date) {
                let from = opens.max(start);
                let there = from.duration_until(closes);
                if there >= left {
                    return from.checked_add(left).ok();
                }
                left -= there.max(SignedDuration::ZERO);
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    /// From when to when work is done on this day, if it is.
    fn open(&self, date: Date) -> Option<(Timestamp, Timestamp)> {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
        if !self.days[weekday] || self.holidays.contains(&date) {
            return None;
        }
        let at = |date: Date, time: Time| {
            Some(self.zone.to_ambiguous_zoned(date.to_datetime(time)).compatible().ok()?.timestamp())
        };
        let closes = match self.to {
            Some(to) => at(date, to)?,
            None => at(date.checked_add(1.day()).ok()?, Time::midnight())?,
        };
        Some((at(date, self.from)?, closes))
    }
}

fn days(given: &[u8]) -> Result<[bool; 7], String> {
    let mut days = [false; 7];
    for (index, day) in given.iter().enumerate() {
        match days.get_mut(usize::from(*day).wrapping_sub(1)) {
            Some(works) => *works = true,
            None => {
                return Err(format!("days[{index}]: is {day}, but days are 1 for Monday to 7 for Sunday"));
            }
        }
    }
    if given.is_empty() {
        Err("days: are none; name at least one on which somebody works".to_owned())
    } else {
        Ok(days)
    }
}

fn holidays(given: &[String]) -> Result<BTreeSet<Date>, String> {
    if given.len() > HOLIDAYS_MAX {
        return Err(format!(
            "holidays: are {}, but at most {HOLIDAYS_MAX} are kept; leave past ones out",
            given.len()
        ));
    }
    let date = |(index, text): (usize, &String)| {
        let date = text.parse().ok().filter(|_| text.len() == 10);
        date.ok_or_else(|| {
            format!("holidays[{index}]: is \"{}\", but a day is written as 2026-12-25", short(text))
        })
    };
    given.iter().enumerate().map(date).collect()
}

/// `09:00` and nothing else.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let is_short = hour.len() == 2 && minute.len() == 2;
    is_short.then(|| Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok())?
}

fn not_a_time(member: &str, given: &str) -> String {
    format!("{member}: is \"{}\", but a time is written as 09:00, from 00:00 to 23:59", short(given))
}

fn short(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: &str, days: &[u8], (from, to): (&str, &str), holidays: &[&str]) -> Hours {
        Hours::read(&WorkingHours {
            zone: zone.to_owned(),
            days: days.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
            holidays: holidays.iter().map(|&day| day.to_owned()).collect(),
        })
        .unwrap()
    }

    fn due(hours: &Hours, start: &str, minutes: u32) -> String {
        let start: Timestamp = start.parse().unwrap();
        Timestamp::from_millisecond(hours.due_ms(start.as_millisecond(), minutes)).unwrap().to_string()
    }

    #[test]
    fn only_hours_of_work_count() {
        let office = hours("UTC", &[1, 2, 3, 4, 5], ("09:00", "17:00"), &["2026-11-26"]);
        // 2026-11-25 is a Wednesday, and the day after a holiday.
        for (start, minutes, expected) in [
            ("2026-11-25T09:00:00Z", 480, "2026-11-25T17:00:00Z"),
            ("2026-11-25T09:00:00Z", 481, "2026-11-27T09:01:00Z"),
            ("2026-11-25T16:30:00Z", 60, "2026-11-27T09:30:00Z"),
            ("2026-11-25T07:00:00Z", 60, "2026-11-25T10:00:00Z"),
            ("2026-11-25T17:00:00Z", 60, "2026-11-27T10:00:00Z"),
            ("2026-11-25T23:59:59Z", 1, "2026-11-27T09:01:00Z"),
            ("2026-11-26T12:00:00Z", 60, "2026-11-27T10:00:00Z"),
            ("2026-11-27T16:00:00Z", 120, "2026-11-30T10:00:00Z"),
            ("2026-11-28T12:00:00Z", 60, "2026-11-30T10:00:00Z"),
            ("2026-11-29T23:00:00Z", 960, "2026-12-01T17:00:00Z"),
            ("2026-11-25T12:34:56Z", 60, "2026-11-25T13:34:56Z"),
        ] {
            assert_eq!(due(&office, start, minutes), expected, "{start} + {minutes}");
        }
    }

    #[test]
    fn the_days_are_those_of_the_zone() {
        let jakarta = hours("Asia/Jakarta", &[1, 2, 3, 4, 5], ("08:00", "16:00"), &[]);
        // Friday 23:30 in UTC is Saturday morning in Jakarta.
        assert_eq!(due(&jakarta, "2026-11-27T23:30:00Z", 60), "2026-11-30T02:00:00Z");
        // Sunday 23:00 in UTC is Monday 06:00 there.
        assert_eq!(due(&jakarta, "2026-11-29T23:00:00Z", 60), "2026-11-30T02:00:00Z");
        assert_eq!(due(&jakarta, "2026-11-30T01:30:00Z", 60), "2026-11-30T02:30:00Z");
    }

    #[test]
    fn when_the_clock_changes_an_hour_is_missing_or_comes_twice() {
        let berlin = |from, to| hours("Europe/Berlin", &[1, 2, 3, 4, 5, 6, 7], (from, to), &[]);
        // On 29 March 2026 the clock goes from 02:00 to 03:00, so midnight to six are five hours.
        let night = berlin("00:00", "06:00");
        assert_eq!(due(&night, "2026-03-28T23:00:00Z", 300), "2026-03-29T04:00:00Z");
        assert_eq!(due(&night, "2026-03-28T23:00:00Z", 301), "2026-03-29T22:01:00Z");
        // On 25 October 2026 it goes back from 03:00 to 02:00: seven hours.
        assert_eq!(due(&night, "2026-10-24T22:00:00Z", 420), "2026-10-25T05:00:00Z");
        assert_eq!(due(&night, "2026-10-24T22:00:00Z", 421), "2026-10-25T23:01:00Z");
        // Work that would begin in the missing hour begins after it.
        let early = berlin("02:30", "04:30");
        assert_eq!(due(&early, "2026-03-28T23:00:00Z", 60), "2026-03-29T02:30:00Z");
        // Nine o'clock stays nine o'clock, whatever it is in UTC.
        let office = berlin("09:00", "17:00");
        assert_eq!(due(&office, "2026-03-28T15:30:00Z", 60), "2026-03-29T07:30:00Z");
        assert_eq!(due(&office, "2026-10-24T14:30:00Z", 60), "2026-10-25T08:30:00Z");
    }

    #[test]
    fn around_the_clock_is_the_clock_on_the_wall() {
        let always = hours("America/New_York", &[1, 2, 3, 4, 5, 6, 7], ("00:00", "24:00"), &[]);
        assert_eq!(due(&always, "2026-03-07T12:00:00Z", 48 * 60), "2026-03-09T12:00:00Z");
        assert_eq!(due(&always, "2026-10-31T12:00:00Z", 48 * 60), "2026-11-02T12:00:00Z");
        assert_eq!(due(&always, "2026-11-25T12:00:00Z", 2000 * 60), "2027-02-16T20:00:00Z");
        assert_eq!(always.due_ms(i64::MAX - 1, 60), i64::MAX, "no calendar reaches that far");
    }

    #[test]
    fn what_an_owner_has_set_wrongly_is_named() {
        let read = |change: fn(&mut WorkingHours)| {
            let mut given = WorkingHours::default();
            change(&mut given);
            Hours::read(&given).unwrap_err()
        };
        assert!(read(|given| given.zone = "Jakarta".to_owned()).starts_with("zone: is \"Jakarta\""));
        assert!(read(|given| given.days = vec![]).starts_with("days: are none"));
        assert!(read(|given| given.days = vec![1, 8]).starts_with("days[1]: is 8"));
        assert!(read(|given| given.days = vec![0]).starts_with("days[0]: is 0"));
        assert!(read(|given| given.from = "9:00".to_owned()).starts_with("from: is \"9:00\""));
        assert!(read(|given| given.to = "25:00".to_owned()).starts_with("to: is \"25:00\""));
        assert!(read(|given| given.to = "08:00".to_owned()).starts_with("to: is 08:00"));
        assert!(read(|given| given.holidays = vec!["25.12.".to_owned()]).starts_with("holidays[0]"));
    }
}
