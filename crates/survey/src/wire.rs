//! The wire format, version 1: the only types here that serde knows. Deriving it is a promise, frozen in golden files;
//! the inner types are free to change, and `TryFrom` or `Answer::check` leads inward.
//!
//! Unknown fields are ignored, so that a newer sender can talk to an older receiver.

mod admin;
mod answer;
mod mark;
mod parcel;
mod strings;
mod survey;

pub use admin::{Account, Columns, Comment, Comments, Credentials, Fault, Setup, SurveySummary};
pub use answer::{Given, Receipt, Snapshot, Stage};
pub use mark::{Mark, Waits};
pub use parcel::Parcel;
pub use strings::Strings;
pub use survey::{ByClass, DaysByClock, Kind, Question, Survey, Text, Timing};

/// The version of the wire format. It stands in every path and in every snapshot.
pub const VERSION: u8 = 1;
