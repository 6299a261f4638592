//! Journeys of visitors and owners: a real browser, the real collector, a real database.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod answers;
mod guest;
mod outbox;
mod policy;
