//! The clocks as the visitor's browser keeps them; the loader reads them before anything else is loaded.

use serde::Serialize;

/// When one survey was last seen, dismissed and answered in this browser, and what waits follow.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Mark {
    /// The survey's id.
    pub survey: String,
    /// Milliseconds since 1970; 0 for never.
    pub seen: i64,
    /// Milliseconds since 1970; 0 for never.
    pub dismissed: i64,
    /// Milliseconds since 1970; 0 for never.
    pub answered: i64,
    /// How long this survey waits.
    pub own: Waits,
    /// How long other surveys wait.
    pub others: Waits,
}

/// A wait for each clock, in milliseconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Waits {
    /// After it was seen.
    pub seen: i64,
    /// After it was dismissed.
    pub dismissed: i64,
    /// After it was answered.
    pub answered: i64,
}
