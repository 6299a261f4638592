//! The wire format, version 1: the only types here that serde knows. Deriving it is a promise, frozen in golden files;
//! the inner types are free to change, and `Answer::check` leads inward. A survey has no type here: it is read by
//! `Survey::read`, which names what is wrong by its path.
//!
//! Unknown fields are ignored, so that a newer sender can talk to an older receiver.

mod admin;
mod answer;
mod mark;
mod parcel;

pub use admin::{Account, Columns, Comment, Comments, Credentials, Fault, Setup, SurveySummary};
pub use answer::{Given, Receipt, Snapshot, Stage};
pub use mark::{Mark, Waits};
pub use parcel::Parcel;

/// The version of the wire format. It stands in every path and in every snapshot.
pub const VERSION: u8 = 1;
