//! Where a program finds all answers of a survey, in parts that it need not fetch twice.

use serde::{Deserialize, Serialize};

/// All records of a survey, each in exactly one chunk.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chunks {
    /// The survey's newest change.
    pub change: u64,
    /// By rising changes; those without records are left out.
    pub chunks: Vec<Chunk>,
}

/// The records whose newest change lies in a range.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chunk {
    /// The range begins behind this change.
    pub after: u64,
    /// And ends with this one.
    pub until: u64,
    /// How many records it has. In a range that is full the number only falls, and names the content.
    pub rows: u64,
    /// Where they are, as an Arrow stream. For a full range, what stands there never changes.
    pub href: String,
}
