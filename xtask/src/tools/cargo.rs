//! Tools that cargo installs from source.

use std::borrow::Cow;
use std::path::PathBuf;

use anyhow::Result;

use super::{on_path_at, shelf};
use crate::process;
use crate::workspace::Workspace;

/// A package of the registry and the programs that it gives.
pub(super) struct CargoPackage {
    pub(super) name: &'static str,
    pub(super) folder: &'static str,
    pub(super) version: Cow<'static, str>,
    pub(super) programs: &'static [&'static str],
    pub(super) options: &'static [&'static str],
    /// How long it compiles on two cores.
    pub(super) minutes: u32,
}

/// A tool runs for seconds and is compiled for minutes: compile it fast.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

/// What a caller may have set for the product and would spoil the build of a tool.
const FOR_THE_PRODUCT: [&str; 5] =
    ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_BOOTSTRAP", "RUSTC_WRAPPER", "RUSTFLAGS"];

pub(super) fn locate(package: &CargoPackage) -> Option<PathBuf> {
    let kept = shelf::folder(package.folder, &package.version).ok()?.join("bin");
    let whole = package.programs.iter().all(|program| kept.join(program).is_file());
    if whole { Some(kept) } else { on_path_at(package.programs, &package.version) }
}

pub(super) fn install(package: &CargoPackage, workspace: &Workspace) -> Result<()> {
    let folder = shelf::folder(package.folder, &package.version)?;
    shelf::fill(&folder, |scratch| {
        let root = scratch.join("root");
        let mut cargo = workspace.cargo();
        cargo.args(["install", package.name, "--version", &package.version, "--root"]).arg(&root);
        cargo.args(package.options).env("CARGO_TARGET_DIR", scratch.join("target")).envs(QUICK_BUILD);
        for name in FOR_THE_PRODUCT {
            cargo.env_remove(name);
        }
        process::run(&mut cargo)?;
        Ok(root)
    })
}
