//! What is kept of one person, found and erased.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Given, Stage};

/// Whose: exactly one of these.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Whose {
    /// One answer, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// The address that the person left, in a question or in a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The person as the owner's backend names them in the `sub` of a signed identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// Everything that is kept of somebody.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonRecords {
    /// Their answers.
    pub answers: Vec<PersonAnswer>,
    /// How many refused answers in the quarantine name them.
    pub refused: u64,
}

/// One answer of somebody.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonAnswer {
    /// Its id.
    pub id: String,
    /// The survey's id.
    pub survey: String,
    /// The survey's version.
    pub version: u32,
    /// How far they came.
    pub stage: Stage,
    /// When it was answered, in milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// The locale that they read.
    pub locale: String,
    /// Origin and path of the page.
    pub page: String,
    /// What the page said of itself or of them.
    pub fields: BTreeMap<String, String>,
    /// What was given, one entry a question.
    pub answers: Vec<Given>,
    /// What was found odd about it, by name.
    #[serde(default)]
    pub marks: Vec<String>,
}

/// What an erasure did.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Erasure {
    /// How many answers were erased.
    pub answers: u64,
    /// How many refused ones.
    pub refused: u64,
    /// Whether no byte of them is left in the database's files; else the collector sees to it in the night. Always false on
    /// PostgreSQL, which overwrites in its own time.
    pub is_overwritten: bool,
}
