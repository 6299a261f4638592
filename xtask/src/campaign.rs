//! What the tests do a few times, often enough for a figure: faults, kills, every host page, and the collector's own. Each
//! half writes its report into `docs` after each part, so that what was measured stays when a later part fails or is broken
//! off.

mod collector;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::dist::{self, Build};
use crate::process;
use crate::run;
use crate::test::Tally;
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;

/// A part of the campaign: what it is called, and the beginnings of its journeys' names. The longest comes last.
type Part = (&'static str, &'static [&'static str]);

const PARTS: [Part; 4] = [
    ("losses, the way back, browsers that keep nothing", &["losses::", "bfcache::", "storage::"]),
    ("kills", &["kills::"]),
    ("host pages", &["hosts::"]),
    ("faults", &["faults::"]),
];

/// Half of the campaign; each has a report of its own, so that one can be run without the other.
#[derive(Clone, Copy, Debug)]
enum Half {
    Prompt,
    Collector,
}

impl Half {
    const ALL: [Self; 2] = [Self::Prompt, Self::Collector];

    /// What it is called on the command line.
    const fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Collector => "collector",
        }
    }

    /// The file in `docs`.
    const fn report(self) -> &'static str {
        match self {
            Self::Prompt => "campaign.json",
            Self::Collector => "campaign-collector.json",
        }
    }
}

/// How often.
struct Length {
    /// Answers for each fault.
    answers: u32,
    /// Kills of each browser.
    kills: u32,
    /// Whether all host pages are visited in all engines.
    hosts: &'static str,
    /// What is done to the collector.
    collector: collector::Counts,
}

const WHOLE: Length = Length { answers: 20, kills: 30, hosts: "all", collector: collector::WHOLE };
const QUICK: Length = Length { answers: 5, kills: 3, hosts: "", collector: collector::QUICK };

/// `cargo xtask campaign [prompt|collector] [--quick] [--as-built] [--pictures]`
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let (mut length, mut build, mut pictures, mut halves) = (WHOLE, true, false, Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Value(name) => {
                let half = Half::ALL.into_iter().find(|half| name == half.name());
                let no_half = || {
                    format!("{} is no half: name prompt or collector, or nothing for both", name.display())
                };
                halves.push(half.with_context(no_half)?);
            }
            lexopt::Arg::Long("quick") => length = QUICK,
            lexopt::Arg::Long("as-built") => build = false,
            lexopt::Arg::Long("pictures") => pictures = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if halves.is_empty() {
        halves.extend(Half::ALL);
    }
    let workspace = Workspace::find()?;
    let toolbox =
        Toolbox::prepare(&workspace, &[tools::TO_BUILD, tools::TO_TEST, tools::TO_TEST_WIDELY].concat())?;
    if build {
        dist::make(&workspace, &toolbox, Build::Shipped)?;
        run::build_collector(&workspace)?;
    }
    if pictures {
        return take_pictures(&workspace, &toolbox);
    }
    let mut well = true;
    for half in halves {
        well &= Campaign::begin(&workspace, &toolbox, half)?.run(&length)?;
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every display on every device in every colour and language, into `target/pictures`, to be looked at.
fn take_pictures(workspace: &Workspace, toolbox: &Toolbox) -> Result<ExitCode> {
    let folder = workspace.target().join("pictures");
    let mut cargo = toolbox.journeys(workspace)?;
    cargo.args(["run", "--package", "suara-e2e", "--bin", "screenshots", "--"]).arg(&folder);
    process::run(&mut cargo)?;
    Ok(ExitCode::SUCCESS)
}

/// One campaign: what it was run on, and what it found so far.
struct Campaign<'a> {
    workspace: &'a Workspace,
    toolbox: &'a Toolbox,
    half: Half,
    /// Where tests append what they measure.
    figures: PathBuf,
    head: Value,
    parts: Vec<Value>,
}

impl<'a> Campaign<'a> {
    /// Writes down what is measured before anything changes.
    fn begin(workspace: &'a Workspace, toolbox: &'a Toolbox, half: Half) -> Result<Self> {
        let said = |command: &mut Command| process::read(command).map(|text| text.trim().to_owned());
        let date = said(Command::new("date").args(["-u", "+%F"]))?;
        let commit = said(workspace.command("git").args(["rev-parse", "--short=12", "HEAD"]))?;
        let cores = std::thread::available_parallelism()?.get();
        let prompt = prompt_folder(&workspace.dist())?;
        let head = json!({ "date": date, "commit": commit, "prompt of": prompt, "cores": cores });
        let figures = workspace.target().join(format!("figures-{}.ndjson", half.name()));
        fs::write(&figures, "")?;
        Ok(Self { workspace, toolbox, half, figures, head, parts: Vec::new() })
    }

    /// Whether every test passed.
    fn run(mut self, length: &Length) -> Result<bool> {
        match self.half {
            Half::Prompt => self.journeys(length),
            Half::Collector => {
                collector::run(self.workspace, &self.figures, length.collector, || self.write())
            }
        }
    }

    fn journeys(&mut self, length: &Length) -> Result<bool> {
        let mut well = true;
        for (name, journeys) in PARTS {
            println!("\n=== {name}\n");
            let (mut tally, start) = (Tally::default(), std::time::Instant::now());
            let mut cargo = self.toolbox.journeys(self.workspace)?;
            cargo.env("SUARA_FIGURES", &self.figures).env("SUARA_CAMPAIGN", length.hosts);
            cargo
                .env("SUARA_ANSWERS", length.answers.to_string())
                .env("SUARA_KILLS", length.kills.to_string());
            cargo.args(["test", "--no-fail-fast", "--package", "suara-e2e", "--test", "journeys", "--"]);
            let ended = tally.count(cargo.args(journeys));
            well &= ended.is_ok();
            self.parts.push(json!({
                "figure": "journeys", "of": name, "passed": tally.passed(), "failed": tally.failed(),
                "seconds": start.elapsed().as_secs(),
            }));
            self.write()?;
            if let Err(error) = ended {
                println!("=== {name}: {error:#}");
            }
        }
        Ok(well)
    }

    /// One figure a line, so that a change of one shows as one.
    fn write(&self) -> Result<()> {
        let mut lines = self.parts.clone();
        for line in fs::read_to_string(&self.figures)?.lines() {
            lines.push(serde_json::from_str(line).context("a journey wrote no JSON")?);
        }
        lines.sort_by_key(|line| {
            (line["figure"].to_string(), line["of"].to_string(), line["engine"].to_string())
        });
        let lines: Vec<_> =
            std::iter::once(&self.head).chain(&lines).map(|line| format!("  {line}")).collect();
        let path = self.workspace.root().join("docs").join(self.half.report());
        let report = format!("[\n{}\n]\n", lines.join(",\n"));
        fs::write(&path, report).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The prompt's folder, which is named by its content.
fn prompt_folder(dist: &Path) -> Result<String> {
    let folder = dist.join("s");
    let entry = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?.next();
    let entry = entry.with_context(|| format!("{} is empty: run without --as-built", folder.display()))??;
    Ok(entry.file_name().to_string_lossy().into_owned())
}
