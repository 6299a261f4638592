//! The prompt's own words, one JSON file a locale in `locales/`.

use serde::{Deserialize, Serialize};

/// Every text of the prompt that is not part of a survey. A locale file must have them all.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Strings {
    /// Name of the landmark.
    pub region: String,
    /// Said once, politely, when the question arrives.
    pub arrived: String,
    /// Default meaning of 0.
    pub low: String,
    /// Default meaning of 10.
    pub high: String,
    /// Behind the label of a field that may stay empty.
    pub optional: String,
    /// The button that sends.
    pub send: String,
    /// The button that closes.
    pub close: String,
    /// When Send is pressed without a score.
    pub choose: String,
    /// Heading after sending.
    pub thanks: String,
    /// Under the heading: the receiver has the answer.
    pub delivered: String,
    /// Under the heading: kept in this browser until the receiver answers.
    pub saved: String,
    /// Under the heading: this browser keeps nothing, and the receiver did not answer.
    pub unsaved: String,
    /// Button beside `unsaved`.
    pub retry: String,
}
