//! What a survey and an answer are: the definition, its check, the course of one asking, the clocks, and the wire
//! format that the prompt, any receiver and the admin view share.
//!
//! Not here: clocks, randomness, files, network, the browser. Time and random bytes come in as arguments, so every
//! rule can be tested with a fixed clock and gives the same result in the browser and on the server.

mod answer;
mod asking;
mod class;
mod id;
mod json;
mod locale;
mod parcel;
mod refusal;
mod survey;
mod timing;
pub mod wire;

pub use answer::{Answer, COMMENT_MAX_CHARS, PAGE_MAX_BYTES, SNAPSHOT_MAX, body_max_bytes, plausible_at_ms};
pub use asking::Asking;
pub use class::{Class, Score};
pub use id::AnswerId;
pub use json::Json;
pub use locale::LOCALES;
pub use parcel::{Fate, Parcel, Reply};
pub use refusal::{Problem, Refusal};
pub use survey::{Kind, Question, READY_MADE, Survey, Text, ready_made};
pub use timing::{Clock, DAY_MS, Hold, Mark, Waits, may_ask};
