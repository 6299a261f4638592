//! The collector's part of the campaign: killed, cut off from power, posted to again and again, and fed with what is
//! malformed. Each is a test that is short in every run and long here.

use std::path::Path;

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{postgres, process};

/// How often what is done: by the names under which the tests read it.
pub(super) type Counts = [(&'static str, &'static str); 5];

/// What the goals ask for.
pub(super) const WHOLE: Counts = [
    ("SUARA_KILLS", "200"),
    ("SUARA_CUTS", "60"),
    ("SUARA_IDS", "1000000"),
    ("SUARA_MALFORMED", "1000000"),
    ("SUARA_MUTATIONS", "100"),
];

/// Enough to see that it goes.
pub(super) const QUICK: Counts = [
    ("SUARA_KILLS", "20"),
    ("SUARA_CUTS", "6"),
    ("SUARA_IDS", "100000"),
    ("SUARA_MALFORMED", "100000"),
    ("SUARA_MUTATIONS", "10"),
];

/// The tests that take part, each with the part of it.
const TESTS: [(&str, &str); 6] =
    [("kill", ""), ("crash", ""), ("power", ""), ("again", ""), ("malformed", ""), ("suite", "mutations::")];

/// Runs them against the release collector; each appends its figures to the file that `SUARA_FIGURES` names, and `report` is
/// called after it. Whether the collector stood them all. A PostgreSQL server runs beside them, for the one that kills its
/// processes.
pub(super) fn run(
    workspace: &Workspace,
    figures: &Path,
    counts: Counts,
    report: impl Fn() -> Result<()>,
) -> Result<bool> {
    let postgres = postgres::Server::start(workspace)?;
    let mut well = true;
    for (test, part) in TESTS {
        println!("\n=== the collector: {test}\n");
        let mut cargo = workspace.cargo();
        cargo.env("SUARA_BIN", workspace.collector()).env("SUARA_FIGURES", figures).envs(counts);
        cargo.env(postgres::VARIABLE, postgres.url());
        cargo.args(["test", "--package", "suara-collector", "--test", test, "--", part]);
        if let Err(error) = process::run(&mut cargo) {
            println!("=== the collector did not stand {test}: {error:#}");
            well = false;
        }
        report()?;
    }
    Ok(well)
}
