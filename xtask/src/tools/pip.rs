//! Libraries of Python's that a test reads data with, in a folder of their own: no environment of anybody's is touched.

use std::path::PathBuf;

use anyhow::Result;

use super::shelf;
use crate::process;
use crate::workspace::Workspace;

/// Packages of PyPI that belong together.
pub(super) struct PipPackages {
    pub(super) name: &'static str,
    pub(super) folder: &'static str,
    /// Of the folder: the packages' own stand in `packages`.
    pub(super) version: &'static str,
    pub(super) packages: &'static [&'static str],
    pub(super) size_mb: u32,
}

pub(super) fn locate(packages: &PipPackages) -> Option<PathBuf> {
    shelf::folder(packages.folder, packages.version).ok().filter(|folder| folder.is_dir())
}

pub(super) fn install(packages: &PipPackages, workspace: &Workspace) -> Result<()> {
    let folder = shelf::folder(packages.folder, packages.version)?;
    shelf::fill(&folder, |scratch| {
        let mut pip = workspace.command("python3");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
        ]);
        pip.arg("--root-user-action=ignore").arg("--target").arg(scratch).args(packages.packages);
        process::run(&mut pip)?;
        Ok(scratch.to_path_buf())
    })
}
