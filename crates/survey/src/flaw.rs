//! What an owner has to mend in a definition, where the prompt does not look or does not care.

use std::fmt;

/// A part of a definition that is not as it should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Flaw {
    /// Where, in the notation of JavaScript: `when.url[0].glob`.
    pub path: String,
    /// What is wrong and what is allowed: a sentence that follows the path.
    pub sentence: String,
}

impl Flaw {
    pub(crate) fn new(path: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { path: path.into(), sentence: sentence.into() }
    }

    /// A value that is not among what is allowed.
    pub(crate) fn value(path: impl Into<String>, given: impl fmt::Display, allowed: &str) -> Self {
        Self::new(path, format!("is {given}, but {allowed}"))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.sentence)
    }
}

impl std::error::Error for Flaw {}
