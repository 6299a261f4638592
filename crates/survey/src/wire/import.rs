//! What became of a file of answers from elsewhere.

use serde::{Deserialize, Serialize};

/// The report on a file.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportReport {
    /// The tool that the file was taken to come from.
    pub preset: String,
    /// Its encoding.
    pub encoding: String,
    /// What was taken from which columns.
    pub columns: Vec<ImportColumn>,
    /// Columns of which nothing was taken.
    pub left_out: Vec<String>,
    /// Rows that are answers now.
    pub taken: u64,
    /// Rows that are not.
    pub refused: u64,
    /// Rows that were answers before.
    pub already_there: u64,
    /// Rows that are no answers by the tool's own word, or earlier parts of one.
    pub skipped: u64,
    /// Why rows were refused, for the first thousand of them.
    pub refusals: Vec<ImportRefusal>,
}

/// Where a field was taken from.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportColumn {
    /// `score`, `date`, …, or `driver.` and an attribute's id.
    pub field: String,
    /// The columns; a row takes the first that is not empty.
    pub columns: Vec<String>,
}

/// A row that is no answer.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportRefusal {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}
