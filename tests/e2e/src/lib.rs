//! The harness of the journeys: the real collector, host pages on another origin, and browsers that keep their profile.
//!
//! Nothing is mocked and nothing sleeps: conditions are polled until a deadline. Whatever is started ends with the value
//! that started it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

mod browser;
mod collector;
mod display;
mod driver;
mod engine;
mod fault;
mod host;
mod picture;
mod process;
mod prompt;
mod proxy;
mod roles;
mod suite;
mod visitor;

use std::io::Write;
use std::time::{Duration, Instant};

pub use browser::Browser;
pub use collector::{Collector, PASSWORD, binary, data_folder};
pub use engine::Engine;
pub use fault::{Answer, Fault};
pub use host::{Host, Page, Reply, fixture};
pub use picture::{Area, Picture};
pub use process::Running;
pub use prompt::Seen;
pub use proxy::{Passage, Proxy};
pub use suite::Suite;
pub use visitor::{Look, Visitor};

/// What takes longer than this does not come. Generous, because a machine may have two cores and other work.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(15);

/// Looks until there is something to see, and gives it.
///
/// # Panics
/// After [`PATIENCE`].
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(start.elapsed() < PATIENCE, "waited {} s in vain for {what}", PATIENCE.as_secs());
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Says something that a reader of the tests wants to know also when they pass.
pub fn note(text: &str) {
    // Written to the stream itself, because what is printed is shown for failures only.
    drop(writeln!(std::io::stdout(), "note: {text}"));
}

/// Says why a journey does nothing here; `cargo xtask test` counts it as skipped.
pub fn skip(why: &str) {
    drop(std::io::stdout().write_all(format!("test skipped: {why}\n").as_bytes()));
}

/// A figure for `docs/campaign.json`: appended to the file that `$SUARA_FIGURES` names, if it does, and noted.
pub fn figure(figure: &serde_json::Value) {
    note(&figure.to_string());
    let Some(path) = std::env::var_os("SUARA_FIGURES") else { return };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    // In one write, because journeys run side by side.
    file.unwrap().write_all(format!("{figure}\n").as_bytes()).unwrap();
}
