//! Tools that npm carries as ready-made programs or files.

use std::path::PathBuf;

use anyhow::Result;

use super::{on_path_at, shelf};
use crate::process;
use crate::workspace::Workspace;

/// A package of npm and the programs that it gives.
pub(super) struct NpmPackage {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// How the programs themselves write that version.
    pub(super) states: &'static str,
    pub(super) programs: &'static [&'static str],
    /// The one file that is wanted of a package without programs, within `node_modules`.
    pub(super) file: Option<&'static str>,
}

pub(super) fn locate(package: &NpmPackage) -> Option<PathBuf> {
    let modules = shelf::folder(package.name, package.version).ok()?.join("node_modules");
    if let Some(file) = package.file {
        return Some(modules.join(file)).filter(|file| file.is_file());
    }
    let kept = modules.join(".bin");
    let whole = package.programs.iter().all(|program| kept.join(program).is_file());
    if whole { Some(kept) } else { on_path_at(package.programs, package.states) }
}

pub(super) fn install(package: &NpmPackage, workspace: &Workspace) -> Result<()> {
    let folder = shelf::folder(package.name, package.version)?;
    shelf::fill(&folder, |scratch| {
        let mut npm = workspace.command("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(scratch);
        process::run(npm.arg(format!("{}@{}", package.name, package.version)).current_dir(scratch))?;
        Ok(scratch.to_path_buf())
    })
}
