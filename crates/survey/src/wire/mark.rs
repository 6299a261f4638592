//! The clocks as the visitor's browser keeps them; the loader reads them before anything else is loaded.

use crate::json::Object;

/// When one survey was last seen, dismissed and answered in this browser, and what waits follow.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mark {
    /// The survey's id.
    pub survey: String,
    /// Milliseconds since 1970; 0 for never.
    pub seen: i64,
    /// Milliseconds since 1970; 0 for never.
    pub dismissed: i64,
    /// Milliseconds since 1970; 0 for never.
    pub answered: i64,
    /// Not before this, in milliseconds since 1970, because the visitor said "Maybe later"; 0 for no such word. As long
    /// as it is there, the three clocks above do not hold this survey back.
    pub later: i64,
    /// How often it was shown.
    pub times: u32,
    /// How often it may be shown; 0 for no limit.
    pub max_times: u32,
    /// How long this survey waits.
    pub own: Waits,
    /// How long other surveys wait.
    pub others: Waits,
}

impl Mark {
    /// The mark as JSON.
    pub fn to_json(&self) -> String {
        Object::new()
            .text("survey", &self.survey)
            .whole("seen", self.seen)
            .whole("dismissed", self.dismissed)
            .whole("answered", self.answered)
            .whole("later", self.later)
            .whole("times", self.times.into())
            .whole("max_times", self.max_times.into())
            .raw("own", &self.own.to_json())
            .raw("others", &self.others.to_json())
            .end()
    }
}

/// A wait for each clock, in milliseconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Waits {
    /// After it was seen.
    pub seen: i64,
    /// After it was dismissed.
    pub dismissed: i64,
    /// After it was answered.
    pub answered: i64,
}

impl Waits {
    fn to_json(self) -> String {
        let Self { seen, dismissed, answered } = self;
        Object::new().whole("seen", seen).whole("dismissed", dismissed).whole("answered", answered).end()
    }
}
