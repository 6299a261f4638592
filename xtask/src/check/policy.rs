//! What deny.toml says of licences, sources and known faults of everything that we depend on.

use anyhow::{Result, bail};

use super::{Advisories, Session};
use crate::process;

pub(super) fn check(session: &Session) -> Result<()> {
    process::run(&mut deny(session, &["check", "licenses", "bans", "sources"])?)
}

/// The database of advisories lives on the network: out of reach, the rule says so instead of passing in silence.
pub(super) fn advisories(session: &Session) -> Result<()> {
    if process::succeeds(&mut deny(session, &["fetch", "db"])?) {
        return process::run(&mut deny(session, &["check", "advisories"])?);
    }
    if session.advisories == Advisories::Insist {
        bail!(
            "the advisory database cannot be fetched, and --advisories insists on it: try again with a network"
        );
    }
    println!(
        "NOT CHECKED: the advisory database cannot be fetched from here; --advisories makes that a failure"
    );
    Ok(())
}

fn deny(session: &Session, words: &[&str]) -> Result<std::process::Command> {
    let mut deny = session.toolbox.command(&session.workspace, "cargo-deny")?;
    deny.args(["--workspace", "--all-features", "--log-level", "warn"]).args(words);
    Ok(deny)
}
