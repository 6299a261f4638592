//! What a survey and an answer are: the definition, its check, the course of one asking, the clocks, and the wire
//! format that the prompt, any receiver and the admin view share.
//!
//! Not here: clocks, randomness, files, network, the browser. Time and random bytes come in as arguments, so every
//! rule can be tested with a fixed clock and gives the same result in the browser and on the server.

mod answer;
mod asking;
mod case;
mod class;
mod definition;
mod flaw;
mod id;
mod json;
pub mod lean;
mod locale;
mod marks;
mod parcel;
mod reader;
mod refusal;
mod survey;
pub mod targeting;
mod theme;
mod timing;
pub mod wire;

pub use answer::{
    Answer, COMMENT_MAX_CHARS, EMAIL_MAX_BYTES, IDENTITY_MAX_BYTES, LINE_MAX_CHARS, PAGE_MAX_BYTES,
    SNAPSHOT_MAX, body_max_bytes, plausible_at_ms,
};
pub use asking::{Asking, NO_QUESTION};
pub use case::case_reason;
pub use class::{Class, Score};
pub use definition::check_definition;
pub use flaw::Flaw;
pub use id::AnswerId;
pub use json::Json;
pub use locale::LOCALES;
pub use marks::{AnswerMark, AnswerMarks, is_hasty};
pub use parcel::{Fate, Parcel, Reply};
pub use refusal::{Problem, Refusal};
pub(crate) use survey::{Condition, Rule};
pub use survey::{Ending, Item, Kind, Question, READY_MADE, Survey, Text, ready_made};
pub use theme::{Colour, Palette, Surface};
pub use timing::{Clock, DAY_MS, Hold, Mark, NEVER_MS, Waits, may_ask};
