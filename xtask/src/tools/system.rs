//! Programs that belong to the system: found, or installed by its package manager when we may.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::on_path;
use crate::process;

/// A program that the system carries.
pub(super) struct SystemProgram {
    pub(super) name: &'static str,
    /// The variable that names it when it is elsewhere.
    pub(super) variable: Option<&'static str>,
    pub(super) programs: &'static [&'static str],
    pub(super) packages: &'static [&'static str],
    /// Where systems in use carry one that is too old.
    pub(super) oldest: Option<Oldest>,
}

/// The oldest version that will do.
pub(super) struct Oldest {
    /// Which program says its version.
    pub(super) program: &'static str,
    /// Major and minor.
    pub(super) version: (u32, u32),
}

impl SystemProgram {
    /// What the user can do when we cannot.
    fn remedy(&self) -> String {
        let elsewhere = self.variable.map(|name| format!(", or set {name} to its path")).unwrap_or_default();
        format!("install it{elsewhere}")
    }
}

pub(super) fn locate(program: &SystemProgram) -> Option<PathBuf> {
    let named = program.variable.and_then(env::var_os).filter(|value| !value.is_empty()).map(PathBuf::from);
    let place = named.or_else(|| on_path(program.programs))?;
    let is_whole = program.oldest.as_ref().is_none_or(|oldest| on_path(&[oldest.program]).is_some());
    is_whole.then_some(place)
}

/// Refuses in one message whatever of `wanted` only the user can mend: all that is too old, and all that is missing where
/// we may not install it.
pub(super) fn check(wanted: &[&SystemProgram]) -> Result<()> {
    let (here, missing): (Vec<_>, Vec<_>) =
        wanted.iter().copied().partition(|program| locate(program).is_some());
    let outdated: Vec<_> = here.into_iter().filter_map(outdated).collect();
    let may_install = missing.is_empty() || privileged_prefix().is_some();
    let missing = if may_install { Vec::new() } else { missing };
    ensure!(outdated.is_empty() && missing.is_empty(), "{}", complaint(&outdated, &missing));
    Ok(())
}

pub(super) fn install(program: &SystemProgram) -> Result<()> {
    let Some(prefix) = privileged_prefix() else {
        bail!("{}", complaint(&[], &[program]));
    };
    let installed = process::run(apt(prefix).arg("update")).and_then(|()| {
        process::run(apt(prefix).args(["install", "-y", "--no-install-recommends"]).args(program.packages))
    });
    installed.with_context(|| format!("apt-get failed, so {}", program.remedy()))?;
    match outdated(program) {
        Some(said) => bail!(said),
        None => Ok(()),
    }
}

/// One line for each program, and one command for all that are missing.
fn complaint(outdated: &[String], missing: &[&SystemProgram]) -> String {
    let missing_lines =
        missing.iter().map(|program| format!("{} is missing: {}", program.name, program.remedy()));
    let mut lines = vec!["the system lacks what only you can give it:".to_owned()];
    lines.extend(outdated.iter().cloned().chain(missing_lines).map(|line| format!("- {line}")));
    let mut packages: Vec<_> = missing.iter().flat_map(|program| program.packages).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    if !packages.is_empty() {
        let packages = packages.join(" ");
        lines.push(format!(
            "on Debian and Ubuntu, what is missing comes by `sudo apt-get install {packages}`"
        ));
    }
    lines.join("\n")
}

/// What is wrong with the version that is here, if anything.
fn outdated(program: &SystemProgram) -> Option<String> {
    let oldest = program.oldest.as_ref()?;
    let place = on_path(&[oldest.program])?;
    let said = Command::new(&place).arg("--version").output().ok();
    let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let found = match version_in(&said) {
        Some(version) if version >= oldest.version => return None,
        Some((major, minor)) => format!("is of version {major}.{minor}"),
        None => "does not say its version".to_owned(),
    };
    let (major, minor) = oldest.version;
    Some(format!(
        "{} {found}, and {major}.{minor} or later is wanted: install a later {}, and put it first on PATH",
        place.display(),
        program.name
    ))
}

/// Major and minor of the first version in `text`, such as `v20.20.2` or `Python 3.11.7`.
fn version_in(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut numbers = word.strip_prefix('v').unwrap_or(word).split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that every system has and that says a version: the one that compiled this.
    const RUSTC: SystemProgram = SystemProgram {
        name: "Rust",
        variable: None,
        programs: &["rustc"],
        packages: &["rustc"],
        oldest: Some(Oldest { program: "rustc", version: (1, 0) }),
    };

    #[test]
    fn a_version_is_found_in_what_node_and_python_say() {
        assert_eq!(version_in("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version_in("Python 3.13.0rc1\n"), Some((3, 13)));
        assert_eq!(version_in("pyenv: no version is set"), None);
    }

    #[test]
    fn a_program_that_is_too_old_is_refused_with_what_was_found_and_what_is_wanted() {
        assert!(check(&[&RUSTC]).is_ok());
        let old = SystemProgram { oldest: Some(Oldest { program: "rustc", version: (999, 1) }), ..RUSTC };
        let refused = check(&[&old]).unwrap_err().to_string();
        for part in ["is of version 1.", "999.1 or later is wanted", "install a later Rust"] {
            assert!(refused.contains(part), "{part}: {refused}");
        }
    }

    #[test]
    fn a_program_whose_version_nobody_says_is_missing() {
        let half =
            SystemProgram { oldest: Some(Oldest { program: "no-such-node", version: (1, 0) }), ..RUSTC };
        assert_eq!(locate(&half), None);
    }

    #[test]
    fn all_that_is_missing_is_named_at_once_with_one_command_for_it() {
        let driver = SystemProgram {
            name: "a driver",
            variable: Some("DRIVER"),
            programs: &["no-such-driver"],
            packages: &["driver", "rustc"],
            oldest: None,
        };
        let said = complaint(&["node is old".to_owned()], &[&RUSTC, &driver]);
        let lines: Vec<_> = said.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "- node is old",
                "- Rust is missing: install it",
                "- a driver is missing: install it, or set DRIVER to its path",
                "on Debian and Ubuntu, what is missing comes by `sudo apt-get install driver rustc`",
            ]
        );
    }
}
