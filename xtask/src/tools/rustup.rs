//! Parts of the pinned toolchain.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::on_path;
use crate::process;
use crate::workspace::Workspace;

/// A part that rustup adds.
pub(super) enum Part {
    Target(&'static str),
    Component(&'static str),
}

impl Part {
    /// The name that rustup gives it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Target(name) | Self::Component(name) => name,
        }
    }

    /// What the part brings into the toolchain's folder.
    fn trace(&self) -> String {
        match self {
            Self::Target(name) => format!("lib/rustlib/{name}/lib"),
            Self::Component("rust-src") => "lib/rustlib/src/rust/library/Cargo.lock".to_owned(),
            Self::Component("clippy") => format!("bin/cargo-clippy{}", std::env::consts::EXE_SUFFIX),
            Self::Component(name) => format!("bin/{name}{}", std::env::consts::EXE_SUFFIX),
        }
    }
}

/// The toolchain's compiler, when the part is beside it.
pub(super) fn locate(part: &Part, workspace: &Workspace) -> Option<PathBuf> {
    let printed = process::read(workspace.command("rustc").args(["--print", "sysroot"])).ok()?;
    let root = PathBuf::from(printed.trim());
    root.join(part.trace()).exists().then(|| root.join("bin").join("rustc"))
}

pub(super) fn install(part: &Part, workspace: &Workspace) -> Result<()> {
    if on_path(&["rustup"]).is_none() {
        bail!(
            "the toolchain has no {} and there is no rustup to add it: install it as you installed Rust",
            part.name()
        );
    }
    let mut rustup: Command = workspace.command("rustup");
    match part {
        Part::Target(name) => rustup.args(["target", "add", name]),
        Part::Component(name) => rustup.args(["component", "add", name]),
    };
    process::run(&mut rustup)
}
