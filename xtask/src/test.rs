//! Everything that proves the product works, in stages: tools, `dist/`, the collector, then the tests and the sizes.
//!
//! A stage that only builds on what failed is skipped; the others run, and the last line counts every test.

mod stage;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::dist::{self, Build};
use crate::postgres;
use crate::run;
use crate::size;
use crate::tools::{Tool, Toolbox};
use crate::workspace::Workspace;
use stage::Stage;
use tally::Failure;
pub(crate) use tally::Tally;

/// What a journey says whose driver failed it: the program between the test and the browser hung, died, or lost a reply.
const DRIVER_FAILED: [&str; 4] = [
    "The WebDriver request returned an error",
    "HttpError(",
    "Could not parse script result",
    "no browser session",
];
/// Where more than these fail, it is no accident.
const ACCIDENTS: usize = 3;

/// The packages whose tests run in a browser, and the test that does.
const IN_A_BROWSER: [(&str, &str); 4] =
    [("suara", "web"), ("suara", "leptos"), ("suara-insight", "golden"), ("wasm-streams", "web")];

/// `cargo xtask test [--only native|wasm|e2e|size]`
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let mut stages = Stage::ALL.to_vec();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("only") => stages = stage::only(&arguments.value()?.to_string_lossy())?,
            other => return Err(other.unexpected().into()),
        }
    }
    let mut session =
        Session { workspace: Workspace::find()?, toolbox: None, tally: Tally::default(), has_release: false };
    let well = session.run(&stages);
    for failure in session.tally.failures() {
        println!("=== failed: {failure}");
    }
    for (why, tests) in session.tally.skipped() {
        println!("=== skipped: {why} ({tests})");
    }
    println!("{}", session.tally.line());
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The state that stages pass on.
struct Session {
    workspace: Workspace,
    toolbox: Option<Toolbox>,
    tally: Tally,
    /// Whether the release collector is that of these sources.
    has_release: bool,
}

impl Session {
    /// Whether every stage went well.
    fn run(&mut self, stages: &[Stage]) -> bool {
        let start = Instant::now();
        let mut failed = Vec::new();
        for (index, &stage) in stages.iter().enumerate() {
            let step = format!("{}/{} {}", index + 1, stages.len(), stage.heading());
            if let Some(needed) = stage.needs().iter().find(|needed| failed.contains(*needed)) {
                println!("\n=== {step}: skipped, because it needs {}\n", needed.heading());
                failed.push(stage);
                continue;
            }
            println!("\n=== {step} (after {} s)\n", start.elapsed().as_secs());
            let failures_before = self.tally.failed();
            if let Err(error) = self.stage(stage, stages) {
                println!("\n=== {step} FAILED: {error:#}");
                failed.push(stage);
                if self.tally.failed() == failures_before {
                    self.tally.add_failure();
                }
            }
        }
        println!("\n=== {} s in all", start.elapsed().as_secs());
        for stage in &failed {
            println!("=== failed: {}", stage.heading());
        }
        failed.is_empty()
    }

    /// Runs one of `stages`.
    fn stage(&mut self, stage: Stage, stages: &[Stage]) -> Result<()> {
        match stage {
            Stage::Tools => {
                self.toolbox = Some(Toolbox::prepare(&self.workspace, &stage::tools_of(stages))?);
                Ok(())
            }
            Stage::Dist => dist::make(&self.workspace, self.toolbox()?, Build::Shipped),
            Stage::Collector => {
                run::build_collector(&self.workspace)?;
                self.has_release = true;
                Ok(())
            }
            Stage::Native => self.natively(),
            Stage::Wasm => self.in_a_browser(),
            Stage::EndToEnd => self.journeys(),
            Stage::Size => {
                ensure!(size::show(&self.workspace)?, "a shipped part is over its budget");
                Ok(())
            }
        }
    }

    fn natively(&mut self) -> Result<()> {
        let postgres = postgres::Server::start(&self.workspace)?;
        let mut cargo = self.workspace.cargo();
        cargo.env(postgres::VARIABLE, postgres.url());
        // Where the tools failed there is no toolbox, and the test that reads columns says that it is skipped.
        if let Some(toolbox) = &self.toolbox {
            cargo.env("SUARA_FRAMES", toolbox.place(Tool::Frames)?);
        }
        if self.has_release {
            // What is killed under load is what ships: only that takes thousands of posts a second.
            cargo.env("SUARA_BIN", self.workspace.collector());
        }
        self.tally.count(cargo.args(["test", "--no-fail-fast", "--workspace", "--exclude", "suara-e2e"]))
    }

    /// Journeys whose driver failed them, not what they journey through, are run once more, and said.
    fn journeys(&mut self) -> Result<()> {
        let mut cargo = self.toolbox()?.journeys(&self.workspace)?;
        let before = self.tally.failures().len();
        let first = self.tally.count(cargo.args(["test", "--no-fail-fast", "--package", "suara-e2e"]));
        let Some(names) = accidents(&self.tally.failures()[before..]) else {
            return first;
        };
        println!("\n=== a driver failed these, which are run once more:");
        for failure in &self.tally.failures()[before..] {
            println!("{failure}");
        }
        let mut cargo = self.toolbox()?.journeys(&self.workspace)?;
        cargo.args(["test", "--package", "suara-e2e", "--test", "journeys", "--", "--exact"]).args(&names);
        self.tally.take_back(&names);
        let before = self.tally.passed();
        self.tally.count(&mut cargo)?;
        ensure!(
            self.tally.passed() - before == names.len(),
            "not all of {} were run again",
            names.join(", ")
        );
        Ok(())
    }

    /// Every package is tried even when one before it fails.
    fn in_a_browser(&mut self) -> Result<()> {
        let mut failures = Vec::new();
        for (package, test) in IN_A_BROWSER {
            let mut cargo = self.toolbox()?.browser_tests(&self.workspace)?;
            cargo.args(["test", "--package", package, "--target", "wasm32-unknown-unknown", "--test", test]);
            if let Err(error) = self.tally.count(&mut cargo) {
                failures.push(error.to_string());
            }
        }
        if failures.is_empty() { Ok(()) } else { bail!("{}", failures.join("; ")) }
    }

    fn toolbox(&self) -> Result<&Toolbox> {
        self.toolbox.as_ref().context("the tools are not ready")
    }
}

/// The names of journeys that failed by their drivers alone, if they are few enough to be run again.
fn accidents(failures: &[Failure]) -> Option<Vec<String>> {
    let by_driver = |failure: &Failure| {
        failure.said.iter().any(|line| DRIVER_FAILED.iter().any(|what| line.contains(what)))
    };
    let are_accidents = (1..=ACCIDENTS).contains(&failures.len()) && failures.iter().all(by_driver);
    are_accidents.then(|| failures.iter().map(|failure| failure.name.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_few_that_their_drivers_failed_are_run_again() {
        let failure = |name: &str, said: &str| Failure { name: name.to_owned(), said: vec![said.to_owned()] };
        let hung = failure("a", "The WebDriver request returned an error: error sending request");
        let wrong = failure("b", "assertion `left == right` failed: x #1 is in 2 rows");
        assert_eq!(accidents(std::slice::from_ref(&hung)), Some(vec!["a".to_owned()]));
        assert_eq!(accidents(&[hung.clone(), wrong]), None, "its own check failed");
        assert_eq!(accidents(&vec![hung; ACCIDENTS + 1]), None, "too many");
        assert_eq!(accidents(&[]), None, "not one test failed, but the run");
    }
}
