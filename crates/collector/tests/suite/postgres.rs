//! The contract of a store once more, on PostgreSQL: the same tests as in `main.rs`, and those that only a server needs.

#![allow(clippy::panic, clippy::unwrap_used, reason = "the harness is part of the tests")]

mod cases;
mod devices;
mod files;
#[allow(dead_code, reason = "some of it is for the tests of the other suite")]
mod harness;
#[path = "home/server.rs"]
mod home;
mod hooks;
mod identity;
mod imports;
mod intake;
mod kinds;
mod losses;
mod marks;
mod owners;
mod passwords;
mod people;
mod posthog;
mod privacy;
mod quarantine;
mod responses;
mod server;
mod surveys;
