//! Programs that belong to the system: found, or installed by its package manager when we may.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::on_path;
use crate::process;

/// A program that the system carries.
pub(super) struct SystemProgram {
    pub(super) name: &'static str,
    /// The variable that names it when it is elsewhere.
    pub(super) variable: Option<&'static str>,
    pub(super) programs: &'static [&'static str],
    pub(super) packages: &'static [&'static str],
}

pub(super) fn locate(program: &SystemProgram) -> Option<PathBuf> {
    let named = program.variable.and_then(env::var_os).filter(|value| !value.is_empty()).map(PathBuf::from);
    named.or_else(|| on_path(program.programs))
}

pub(super) fn install(program: &SystemProgram) -> Result<()> {
    let Some(prefix) = privileged_prefix() else {
        let remedy = program.variable.map(|name| format!(", or set {name} to its path")).unwrap_or_default();
        bail!("{} is not here and cannot be installed without you: install it{remedy}", program.name);
    };
    process::run(apt(prefix).arg("update"))?;
    process::run(apt(prefix).args(["install", "-y", "--no-install-recommends"]).args(program.packages))
}

/// What stands before `apt-get`: nothing for root, `sudo -n` when it asks for no password, None when neither works.
fn privileged_prefix() -> Option<&'static [&'static str]> {
    on_path(&["apt-get"])?;
    if process::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
        return Some(&[]);
    }
    process::succeeds(Command::new("sudo").args(["-n", "true"])).then_some(&["sudo", "-n"])
}

fn apt(prefix: &[&str]) -> Command {
    let mut words = prefix.iter().chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    let mut command = Command::new(words.next().copied().unwrap_or("apt-get"));
    command.args(words);
    command
}
