//! The collector from outside: real HTTP on a free port, a real database in a folder of its own, and the real binary.

#![allow(clippy::panic, clippy::unwrap_used, reason = "the harness is part of the tests")]

mod backups;
mod cases;
mod contract;
mod devices;
mod files;
mod flood;
mod harness;
#[path = "home/directory.rs"]
mod home;
mod hooks;
mod identity;
mod imports;
mod intake;
mod kinds;
mod limits;
mod losses;
mod marks;
mod mutations;
mod operation;
mod owners;
mod pages;
mod passwords;
mod people;
mod posthog;
mod privacy;
mod quarantine;
mod remains;
mod responses;
mod startup;
mod surveys;
mod trouble;
