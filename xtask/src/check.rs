//! The rules that need no running product: formatting, lints, docs, licences, who depends on whom, what must not ship.
//!
//! Every rule is tried, so that one run shows everything that is wrong.

mod dependencies;
mod glue;
mod policy;
mod words;

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::process;
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;

/// The packages that browsers run.
const BROWSER_PACKAGES: [&str; 5] = ["suara", "suara-admin", "suara-insight", "suara-survey", "wasm-streams"];

/// What every rule may look at.
struct Session {
    workspace: Workspace,
    toolbox: Toolbox,
    advisories: Advisories,
}

/// What an advisory database out of reach means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Advisories {
    Insist,
    WhenReachable,
}

type Rule = (&'static str, fn(&Session) -> Result<()>);

const RULES: [Rule; 9] = [
    // First, because the collector's other checks compile it with `dist/` inside.
    ("nothing that strict pages refuse in shipped scripts", glue::check),
    ("formatting", formatting),
    ("dependency rules", dependencies::check),
    ("no clock, file, network or environment in the pure crates", words::check),
    ("licences, bans and sources", policy::check),
    ("advisories", policy::advisories),
    ("lints", lints),
    ("lints for the browser", browser_lints),
    ("documentation", documentation),
];

/// `cargo xtask check [--advisories]`
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let mut advisories = Advisories::WhenReachable;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("advisories") => advisories = Advisories::Insist,
            other => return Err(other.unexpected().into()),
        }
    }
    let workspace = Workspace::find()?;
    let toolbox = Toolbox::prepare(&workspace, &[tools::TO_BUILD, tools::TO_CHECK].concat())?;
    let broken = Session { workspace, toolbox, advisories }.broken_rules();
    if broken.is_empty() {
        println!("\nall {} rules hold", RULES.len());
        return Ok(ExitCode::SUCCESS);
    }
    bail!("{} of {} rules are broken: {}", broken.len(), RULES.len(), broken.join("; "));
}

impl Session {
    fn broken_rules(&self) -> Vec<&'static str> {
        let mut broken = Vec::new();
        for (index, (name, rule)) in RULES.iter().enumerate() {
            println!("\n=== {}/{} {name}", index + 1, RULES.len());
            if let Err(error) = rule(self) {
                println!("BROKEN: {error:#}");
                broken.push(*name);
            }
        }
        broken
    }

    fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = self.workspace.cargo();
        cargo.args(words);
        cargo
    }
}

fn formatting(session: &Session) -> Result<()> {
    process::run(&mut session.cargo(&["fmt", "--all", "--check"]))
}

fn lints(session: &Session) -> Result<()> {
    let words = ["clippy", "--keep-going", "--workspace", "--all-targets", "--", "-D", "warnings"];
    process::run(&mut session.cargo(&words))
}

fn browser_lints(session: &Session) -> Result<()> {
    let mut cargo =
        session.cargo(&["clippy", "--keep-going", "--target", "wasm32-unknown-unknown", "--all-targets"]);
    for package in BROWSER_PACKAGES {
        cargo.args(["--package", package]);
    }
    process::run(cargo.args(["--", "-D", "warnings"]))
}

fn documentation(session: &Session) -> Result<()> {
    let mut cargo = session.cargo(&["doc", "--keep-going", "--no-deps", "--workspace"]);
    process::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}
