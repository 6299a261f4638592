//! Journeys of visitors and owners: a real browser, the real collector, a real database.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod admin;
mod answers;
mod api;
mod axe;
mod bfcache;
mod clocks;
mod conformance;
mod debug;
mod endpoints;
mod faults;
mod guest;
mod hosts;
mod keyboard;
mod kills;
mod locales;
mod losses;
mod mounts;
mod npm;
mod outbox;
mod policy;
mod rules;
mod spa;
mod startup;
mod storage;
mod together;
