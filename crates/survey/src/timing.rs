//! The three clocks: last seen, last dismissed, last answered, kept apart for each survey. The loader applies the same
//! rule before anything is loaded; `tests/fixtures/clocks.json` holds the cases that test both.

use crate::{Json, Problem, wire};

/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// Ten years: longer waits than this are "never again", and a slip of the keyboard.
const WAIT_MAX_DAYS: u32 = 3650;

/// What a wait is counted from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Clock {
    /// The question was on the screen.
    Seen,
    /// It was closed without an answer.
    Dismissed,
    /// It was answered.
    Answered,
}

/// A wait for each clock, in milliseconds.
pub type Waits = wire::Waits;

/// When one survey was last seen, dismissed and answered in this browser.
pub type Mark = wire::Mark;

/// Why a survey is not shown yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hold {
    /// The survey whose mark holds it back: itself or another one.
    pub survey: String,
    /// The clock that has not run out.
    pub clock: Clock,
    /// When it runs out, in milliseconds since 1970.
    pub until_ms: i64,
}

impl Waits {
    /// Without settings: a week after being seen, a month after being closed, a quarter after an answer.
    pub const OWN: Self = Self { seen: 7 * DAY_MS, dismissed: 30 * DAY_MS, answered: 90 * DAY_MS };
    /// Without settings: other surveys leave a day after being seen, a week after being closed or answered.
    pub const OTHERS: Self = Self { seen: DAY_MS, dismissed: 7 * DAY_MS, answered: 7 * DAY_MS };

    pub(crate) fn read(days: &impl Json) -> Result<Self, Problem> {
        let wait = |clock| match days.member_count(clock) {
            Some(days) if days <= WAIT_MAX_DAYS => Ok(i64::from(days) * DAY_MS),
            _ => Err(Problem::NotWaits),
        };
        Ok(Self { seen: wait("seen")?, dismissed: wait("dismissed")?, answered: wait("answered")? })
    }
}

impl Mark {
    /// A survey that this browser has never shown.
    pub fn never(survey: &str, own: Waits, others: Waits) -> Self {
        Self { survey: survey.to_owned(), seen: 0, dismissed: 0, answered: 0, own, others }
    }

    /// Reads a mark as this browser kept it; none if something else stands there.
    pub fn read(json: &impl Json) -> Option<Self> {
        let waits = |json: &_| {
            let ms = |clock| Json::member_whole(json, clock);
            Some(Waits { seen: ms("seen")?, dismissed: ms("dismissed")?, answered: ms("answered")? })
        };
        Some(Self {
            survey: json.member_text("survey")?,
            seen: json.member_whole("seen")?,
            dismissed: json.member_whole("dismissed")?,
            answered: json.member_whole("answered")?,
            own: waits(&json.member("own")?)?,
            others: waits(&json.member("others")?)?,
        })
    }

    /// Sets one clock.
    pub fn set(&mut self, clock: Clock, now_ms: i64) {
        match clock {
            Clock::Seen => self.seen = now_ms,
            Clock::Dismissed => self.dismissed = now_ms,
            Clock::Answered => self.answered = now_ms,
        }
    }

    /// What still holds `survey` back because of this mark. A time after `now_ms` comes from a clock that was wrong
    /// and holds nothing back.
    fn holds(&self, survey: &str, now_ms: i64) -> Option<Hold> {
        let waits = if self.survey == survey { &self.own } else { &self.others };
        [
            (Clock::Answered, self.answered, waits.answered),
            (Clock::Dismissed, self.dismissed, waits.dismissed),
            (Clock::Seen, self.seen, waits.seen),
        ]
        .into_iter()
        .find(|&(_, at, wait)| at > 0 && at <= now_ms && now_ms - at < wait)
        .map(|(clock, at, wait)| Hold { survey: self.survey.clone(), clock, until_ms: at + wait })
    }
}

/// Whether `survey` may be shown now, given the marks of all surveys in this browser.
///
/// # Errors
/// The first [`Hold`] found.
pub fn may_ask(survey: &str, marks: &[Mark], now_ms: i64) -> Result<(), Hold> {
    marks.iter().find_map(|mark| mark.holds(survey, now_ms)).map_or(Ok(()), Err)
}
