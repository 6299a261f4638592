//! Measurements against the release collector: how many answers a second, what a million of them cost to read, how soon the
//! prompt stands beside others'.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::dist::{self, Build};
use crate::process;
use crate::run;
use crate::tools::{self, Tool, Toolbox};
use crate::workspace::Workspace;

const INGEST: &str = "ingest";
const STORE: &str = "store";
const PROMPT: &str = "prompt";
const BENCHES: [&str; 3] = [INGEST, STORE, PROMPT];

/// `cargo xtask bench [ingest|store|prompt] [--long]`
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let (mut chosen, mut flags) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next()? {
        let name = match argument {
            lexopt::Arg::Value(name) => name,
            lexopt::Arg::Long("long") => {
                flags.push("--long");
                continue;
            }
            other => return Err(other.unexpected().into()),
        };
        match BENCHES.iter().find(|bench| name == **bench) {
            Some(bench) => chosen.push(*bench),
            None => {
                bail!("{} is no bench: name {}, or nothing for all", name.display(), BENCHES.join(" or "))
            }
        }
    }
    if chosen.is_empty() {
        chosen.extend(BENCHES);
    }
    measure(&chosen, &flags)?;
    Ok(ExitCode::SUCCESS)
}

fn measure(benches: &[&str], flags: &[&str]) -> Result<()> {
    let workspace = Workspace::find()?;
    let with_browser = benches.iter().any(|bench| *bench != INGEST);
    let wanted: &[&[Tool]] =
        if with_browser { &[tools::TO_BUILD, tools::TO_TEST, tools::TO_COMPARE] } else { &[tools::TO_BUILD] };
    let toolbox = Toolbox::prepare(&workspace, &wanted.concat())?;
    dist::make(&workspace, &toolbox, Build::Shipped)?;
    run::build_collector(&workspace)?;
    if benches.contains(&INGEST) {
        let mut cargo = workspace.cargo();
        cargo.args(["run", "--release", "--package", "suara-load", "--bin", "bench_ingest", "--"]);
        process::run(cargo.args(flags))?;
    }
    for bench in benches.iter().filter(|bench| **bench != INGEST) {
        let mut cargo = toolbox.journeys(&workspace)?;
        if *bench == PROMPT {
            cargo.env("POSTHOG", posthog(&workspace, &toolbox)?);
        }
        cargo.args(["run", "--release", "--package", "suara-e2e", "--bin", &format!("bench_{bench}")]);
        process::run(&mut cargo)?;
    }
    Ok(())
}

/// PostHog's scripts, compressed as well as ours are, so that only what they hold is compared.
fn posthog(workspace: &Workspace, toolbox: &Toolbox) -> Result<PathBuf> {
    let folder = workspace.target().join("bench").join("posthog");
    fs::create_dir_all(&folder)?;
    for script in ["array.js", "surveys.js"] {
        fs::copy(toolbox.place(Tool::Posthog)?.with_file_name(script), folder.join(script))?;
    }
    dist::compress(&folder)?;
    Ok(folder)
}
