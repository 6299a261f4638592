//! Where things are: the repository, cargo's target folder, and the commands that start in them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// What `cargo run` tells its child about xtask itself; passed on, build scripts would take it for their own.
const OWN_CARGO_VARIABLES: [&str; 6] = [
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_PKG_VERSION",
];

/// The repository and its target folder.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the repository that this xtask belongs to.
    pub(crate) fn find() -> Result<Self> {
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = xtask.parent().context("xtask has no parent folder")?.to_path_buf();
        let mut workspace = Self { target: root.join("target"), root };
        let metadata = workspace.metadata(&["--no-deps"])?;
        if let Some(target) = metadata["target_directory"].as_str() {
            workspace.target = PathBuf::from(target);
        }
        Ok(workspace)
    }

    /// The repository's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target folder.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Everything that ships.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The release collector.
    pub(crate) fn collector(&self) -> PathBuf {
        self.target.join("release").join(format!("suara{}", std::env::consts::EXE_SUFFIX))
    }

    /// `cargo`, in the repository, free of what is meant for xtask alone.
    pub(crate) fn cargo(&self) -> Command {
        self.command("cargo")
    }

    /// Any program, in the repository.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for name in OWN_CARGO_VARIABLES {
            command.env_remove(name);
        }
        command
    }

    /// `cargo metadata`, parsed.
    pub(crate) fn metadata(&self, options: &[&str]) -> Result<Value> {
        let text = process::read(self.cargo().args(["metadata", "--format-version=1"]).args(options))?;
        serde_json::from_str(&text).context("cargo metadata did not print JSON")
    }
}
