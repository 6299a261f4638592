//! From a fresh clone to a running collector: tools, `dist/`, the release binary, `suara serve`.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::dist::{self, Build};
use crate::process;
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;

/// `cargo xtask run [-- FLAGS]`: every argument goes to `suara serve`.
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let flags: Vec<_> = arguments.raw_args()?.skip_while(|argument| argument == "--").collect();
    let workspace = Workspace::find()?;
    let toolbox = Toolbox::prepare(&workspace, tools::TO_BUILD)?;
    dist::make(&workspace, &toolbox, Build::Shipped)?;
    build_collector(&workspace)?;
    let mut collector = workspace.command(workspace.collector());
    // A relative path in a flag is meant from where the user stands.
    collector.current_dir(std::env::current_dir()?).arg("serve").args(flags);
    become_it(&mut collector)
}

/// The release collector, with `dist/` inside.
pub(crate) fn build_collector(workspace: &Workspace) -> Result<()> {
    println!("building the collector; the first time takes a few minutes");
    process::run(workspace.cargo().args(["build", "--release", "--package", "suara-collector"]))
}

/// Puts the collector in the place of this process, so that Ctrl-C, signals and the exit code are its own.
#[cfg(unix)]
fn become_it(collector: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let error = collector.exec();
    Err(anyhow::Error::new(error).context(format!("cannot start `{}`", process::shown(collector))))
}

#[cfg(not(unix))]
fn become_it(collector: &mut Command) -> Result<ExitCode> {
    let status = collector.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
