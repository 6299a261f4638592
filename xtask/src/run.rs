//! From a fresh clone to a running collector: tools, `dist/`, the release binary, `suara serve`.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use crate::dist::{self, Build};
use crate::process;
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;

/// `cargo xtask run [-- FLAGS]`: what follows `--` goes to `suara serve`.
pub(crate) fn command(arguments: lexopt::Parser) -> Result<ExitCode> {
    let flags = flags_for_serve(arguments)?;
    let workspace = Workspace::find()?;
    let toolbox = Toolbox::prepare(&workspace, tools::TO_BUILD)?;
    dist::make(&workspace, &toolbox, Build::Shipped)?;
    build_collector(&workspace)?;
    let mut collector = workspace.command(workspace.collector());
    // A relative path in a flag is meant from where the user stands.
    collector.current_dir(std::env::current_dir()?).arg("serve").args(flags);
    become_it(&mut collector)
}

/// Nothing but `--` may come first: a flag of run's own that is mistyped would be refused only after the whole build.
fn flags_for_serve(mut arguments: lexopt::Parser) -> Result<Vec<OsString>> {
    let mut words = arguments.raw_args()?;
    match words.next() {
        None => Ok(Vec::new()),
        Some(first) if first == "--" => Ok(words.collect()),
        Some(first) => bail!(
            "run takes no {} of its own: flags for `suara serve` follow `--`, as in `cargo xtask run -- --port 9000`; \
             docs/operate.md lists them",
            first.display()
        ),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(words: &[&str]) -> Result<Vec<OsString>> {
        flags_for_serve(lexopt::Parser::from_args(words))
    }

    #[test]
    fn what_follows_two_dashes_goes_to_serve() {
        assert!(flags(&[]).unwrap().is_empty());
        assert_eq!(flags(&["--", "--port", "9000", "--help"]).unwrap(), ["--port", "9000", "--help"]);
    }

    #[test]
    fn a_flag_before_two_dashes_is_refused_before_anything_is_built() {
        let refused = flags(&["--port", "9000"]).unwrap_err().to_string();
        assert!(refused.contains("--port") && refused.contains("docs/operate.md"), "{refused}");
    }
}
