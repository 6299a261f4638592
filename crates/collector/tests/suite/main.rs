//! The collector from outside: real HTTP on a free port, a real database in a folder of its own, and the real binary.

#![allow(clippy::panic, clippy::unwrap_used, reason = "the harness is part of the tests")]

mod files;
mod harness;
mod intake;
mod limits;
mod owners;
mod pages;
mod startup;
mod trouble;
