//! Measurements against the release collector: how many answers a second, how soon the prompt stands.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::dist::{self, Build};
use crate::process;
use crate::run;
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;

const BENCHES: [&str; 2] = ["ingest", "prompt"];

/// `cargo xtask bench [ingest|prompt]`
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let mut chosen = Vec::new();
    while let Some(argument) = arguments.next()? {
        let lexopt::Arg::Value(name) = argument else { return Err(argument.unexpected().into()) };
        match BENCHES.iter().find(|bench| name == **bench) {
            Some(bench) => chosen.push(*bench),
            None => {
                bail!("{} is no bench: name {}, or nothing for both", name.display(), BENCHES.join(" or "))
            }
        }
    }
    if chosen.is_empty() {
        chosen.extend(BENCHES);
    }
    measure(&chosen)?;
    Ok(ExitCode::SUCCESS)
}

fn measure(benches: &[&str]) -> Result<()> {
    let workspace = Workspace::find()?;
    let toolbox = Toolbox::prepare(&workspace, &[tools::TO_BUILD, tools::TO_TEST].concat())?;
    dist::make(&workspace, &toolbox, Build::Shipped)?;
    run::build_collector(&workspace)?;
    for bench in benches {
        let mut cargo = toolbox.journeys(&workspace)?;
        cargo.args(["run", "--release", "--package", "suara-e2e", "--bin", &format!("bench_{bench}")]);
        process::run(&mut cargo)?;
    }
    Ok(())
}
