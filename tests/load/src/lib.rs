//! Load for the collector. The generator shares the machine with what it measures, so it is as lean as it can be: a
//! request is made once for each connection, and only its digits change.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod disk;
mod lane;
mod ledger;
mod mutation;
mod post;
mod serving;

use std::io::Write;
use std::path::{Path, PathBuf};

pub use disk::Disk;
pub use lane::{Lane, Outcome};
pub use ledger::{Held, Ledger, held, try_held};
pub use mutation::{Chance, mutated};
pub use post::{Post, id};
pub use serving::{Serving, processor_s, release_binary, resident_kb};

/// The binary under test: the one that `$SUARA_BIN` names, else the one that was built with the tests.
pub fn binary_or(built: &str) -> PathBuf {
    std::env::var_os("SUARA_BIN").map_or_else(|| Path::new(built).to_owned(), PathBuf::from)
}

/// How often something is done: as a variable says, else as it is done in each test run.
pub fn times(variable: &str, else_so_often: u32) -> u32 {
    std::env::var(variable).map_or(else_so_often, |text| text.parse().unwrap())
}

/// A figure for `docs/campaign-collector.json`: appended to the file that `$SUARA_FIGURES` names, if it does, and said.
pub fn figure(figure: &serde_json::Value) {
    say("figure", &figure.to_string());
    let Some(path) = std::env::var_os("SUARA_FIGURES") else { return };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    // In one write, because tests run side by side.
    file.unwrap().write_all(format!("{figure}\n").as_bytes()).unwrap();
}

/// Something that a reader must not miss, though the test passes.
pub fn warn(text: &str) {
    say("WARNING", text);
}

/// Says why a test does nothing here; `cargo xtask test` counts it as skipped.
pub fn skip(why: &str) {
    // Past the test harness, in one write: tests run side by side.
    drop(std::io::stdout().write_all(format!("test skipped: {why}\n").as_bytes()));
}

/// Past the test harness, so that it is always seen.
fn say(what: &str, text: &str) {
    drop(std::io::stderr().write_all(format!("{what}: {text}\n").as_bytes()));
}
