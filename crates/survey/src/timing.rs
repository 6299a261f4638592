//! The three clocks: last seen, last dismissed, last answered, kept apart for each survey; "Maybe later" and how often a
//! survey is shown stand above them. The loader applies the same
//! rule before anything is loaded; `tests/fixtures/clocks.json` holds the cases that test both.

use crate::{Json, Problem, wire};

/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// Ten years: longer waits than this are a slip of the keyboard; "never" says what they mean.
const WAIT_MAX_DAYS: u32 = 3650;

/// A wait that never ends, as far as a double counts exactly: the loader reads it as a number of JavaScript.
pub const NEVER_MS: i64 = 9_007_199_254_740_991;

/// What a wait is counted from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Clock {
    /// The question was on the screen.
    Seen,
    /// It was closed without an answer.
    Dismissed,
    /// It was answered.
    Answered,
    /// "Maybe later" was chosen; kept as the moment when that is over.
    Later,
    /// It was shown as often as it may be.
    Times,
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
    /// When it runs out, in milliseconds since 1970; [`NEVER_MS`] or more if it does not.
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
            None if days.member_text(clock).as_deref() == Some("never") => Ok(NEVER_MS),
            _ => Err(Problem::NotWaits),
        };
        Ok(Self { seen: wait("seen")?, dismissed: wait("dismissed")?, answered: wait("answered")? })
    }
}

impl Mark {
    /// A survey that this browser has never shown.
    pub fn never(survey: &str, own: Waits, others: Waits) -> Self {
        let survey = survey.to_owned();
        Self { survey, seen: 0, dismissed: 0, answered: 0, later: 0, times: 0, max_times: 0, own, others }
    }

    /// Reads a mark as this browser kept it; none if something else stands there. Older marks know only the three clocks.
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
            later: json.member_whole("later").unwrap_or_default(),
            times: json.member_count("times").unwrap_or_default(),
            max_times: json.member_count("max_times").unwrap_or_default(),
            own: waits(&json.member("own")?)?,
            others: waits(&json.member("others")?)?,
        })
    }

    /// It is on the screen: one more time, and "Maybe later" is over.
    pub fn show(&mut self, now_ms: i64) {
        (self.seen, self.later) = (now_ms, 0);
        self.times = self.times.saturating_add(1);
    }

    /// Sets one clock; that of "Maybe later" to the moment when it is over. How often it was shown counts [`Mark::show`].
    pub fn set(&mut self, clock: Clock, at_ms: i64) {
        match clock {
            Clock::Seen => self.seen = at_ms,
            Clock::Dismissed => self.dismissed = at_ms,
            Clock::Answered => self.answered = at_ms,
            Clock::Later => self.later = at_ms,
            Clock::Times => (),
        }
    }

    /// What still holds `survey` back because of this mark. A time after `now_ms` comes from a clock that was wrong
    /// and holds nothing back.
    fn holds(&self, survey: &str, now_ms: i64) -> Option<Hold> {
        let is_own = self.survey == survey;
        let hold = |clock, until_ms| Some(Hold { survey: self.survey.clone(), clock, until_ms });
        if is_own && self.max_times > 0 && self.times >= self.max_times {
            return hold(Clock::Times, NEVER_MS);
        }
        if is_own && self.later > 0 {
            // The visitor's own word stands above the clocks. It was given while the survey was seen.
            return if self.seen <= now_ms && now_ms < self.later {
                hold(Clock::Later, self.later)
            } else {
                None
            };
        }
        let waits = if is_own { &self.own } else { &self.others };
        let clocks = [
            (Clock::Answered, self.answered, waits.answered),
            (Clock::Dismissed, self.dismissed, waits.dismissed),
            (Clock::Seen, self.seen, waits.seen),
        ];
        let runs = |&(_, at, wait): &(Clock, i64, i64)| at > 0 && at <= now_ms && now_ms - at < wait;
        let (clock, at, wait) = clocks.into_iter().find(runs)?;
        hold(clock, at.saturating_add(wait))
    }
}

/// Whether `survey` may be shown now, given the marks of all surveys in this browser.
///
/// # Errors
/// The first [`Hold`] found.
pub fn may_ask(survey: &str, marks: &[Mark], now_ms: i64) -> Result<(), Hold> {
    marks.iter().find_map(|mark| mark.holds(survey, now_ms)).map_or(Ok(()), Err)
}
