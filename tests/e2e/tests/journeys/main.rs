//! Journeys of visitors and owners: a real browser, the real collector, a real database.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod admin;
mod answers;
mod clocks;
mod endpoints;
mod guest;
mod keyboard;
mod locales;
mod outbox;
mod policy;
mod startup;
