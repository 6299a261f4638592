//! A note that an answer was lost on the way, so that nobody believes it was never given.

use serde::{Deserialize, Serialize};

use crate::json::Object;

/// Takes the place of an answer that was given up. It is sent to the same address by the same rules, and its receipt
/// names the answer's id and snapshot 0. It never counts as an answer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Loss {
    /// The version of this format: 1.
    pub v: u8,
    /// The id of the answer that was lost.
    pub lost: String,
    /// The survey's id.
    pub survey: String,
    /// `refused` with the status that it was refused with, or `expired` after 30 days.
    pub reason: String,
    /// When it was given up, by the visitor's clock, in milliseconds since 1970.
    pub at_ms: i64,
}

impl Loss {
    /// The note as JSON, the same that serde makes of it.
    pub fn to_json(&self) -> String {
        Object::new()
            .whole("v", self.v.into())
            .text("lost", &self.lost)
            .text("survey", &self.survey)
            .text("reason", &self.reason)
            .whole("at_ms", self.at_ms)
            .end()
    }
}
