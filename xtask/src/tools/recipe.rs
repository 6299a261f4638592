//! What each tool is, why it is needed, how to find it and how to get it.

mod packages;
mod programs;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::cargo::CargoPackage;
use super::npm::NpmPackage;
use super::pip::PipPackages;
use super::rustup::Part;
use super::system::SystemProgram;
use super::{Tool, cargo, npm, pip, rustup, system};
use crate::workspace::Workspace;
use packages::{AXE_CORE, BINARYEN, CARGO_DENY, ESBUILD, FRAMES, GECKODRIVER, POSTHOG, TRUNK, wasm_bindgen};
use programs::{
    CHROMEDRIVER, CHROMIUM, FIREFOX, MINIBROWSER, NGINX, NODE, POSTGRES, PYTHON, WEBKIT_DRIVER, XVFB,
};

/// How to find a tool and how to get it.
pub(super) struct Recipe {
    pub(super) tool: Tool,
    pub(super) purpose: &'static str,
    pub(super) source: Source,
}

/// Where a tool comes from.
pub(super) enum Source {
    Rustup(Part),
    Cargo(CargoPackage),
    Npm(NpmPackage),
    Pip(PipPackages),
    System(SystemProgram),
}

use Source::{Cargo, Npm, Pip, Rustup, System};

impl Recipe {
    /// The recipe of `tool`.
    pub(super) fn of(tool: Tool, workspace: &Workspace) -> Result<Self> {
        // No arm for the rest: what is new here must not become a tool that it is not.
        let (source, purpose) = match tool {
            Tool::AxeCore => (Npm(AXE_CORE), "finds what keeps people from answering, in the tests"),
            Tool::Binaryen => (Npm(BINARYEN), "makes the wasm smaller, and a plain-JavaScript build of it"),
            Tool::CargoDeny => (Cargo(CARGO_DENY), "holds dependencies to the policy in deny.toml"),
            Tool::Chromedriver => (System(CHROMEDRIVER), "the tests drive a real browser"),
            Tool::Chromium => (System(CHROMIUM), "the tests drive a real browser"),
            Tool::Clippy => (Rustup(Part::Component("clippy")), "the lints"),
            Tool::Esbuild => (Npm(ESBUILD), "makes the JavaScript smaller"),
            Tool::Firefox => (System(FIREFOX), "the tests drive a second engine"),
            Tool::Frames => (Pip(FRAMES), "read the collector's columns in a test"),
            Tool::Geckodriver => (Cargo(GECKODRIVER), "drives Firefox in the tests"),
            Tool::MiniBrowser => (System(MINIBROWSER), "the tests drive a third engine"),
            Tool::Nginx => (System(NGINX), "ends TLS before the collector in a test"),
            Tool::Node => (System(NODE), "runs the JavaScript minifier and fetches it"),
            Tool::Postgres => (System(POSTGRES), "the tests of the collector run on it, too"),
            Tool::Posthog => (Npm(POSTHOG), "the bench measures the prompt beside it"),
            Tool::Python => (System(PYTHON), "runs what reads the collector's columns in a test"),
            Tool::RustSource => {
                (Rustup(Part::Component("rust-src")), "the shipped wasm rebuilds std for size")
            }
            Tool::Rustfmt => (Rustup(Part::Component("rustfmt")), "the formatting"),
            Tool::Trunk => (Cargo(TRUNK), "builds the demo page and the admin view"),
            Tool::WasmBindgen => (
                Cargo(wasm_bindgen(locked_version(workspace, "wasm-bindgen")?)),
                "makes the JavaScript side of the wasm, in exactly the version that the code is built with",
            ),
            Tool::WasmTarget => {
                (Rustup(Part::Target("wasm32-unknown-unknown")), "what browsers run is compiled for it")
            }
            Tool::WebkitDriver => (System(WEBKIT_DRIVER), "the tests drive a third engine"),
            Tool::Xvfb => (System(XVFB), "the third engine insists on a window"),
        };
        Ok(Self { tool, purpose, source })
    }

    /// What people call it, with its version where that is ours to choose.
    pub(super) fn name(&self) -> String {
        match &self.source {
            Rustup(part) => format!("Rust's {}", part.name()),
            Cargo(package) => format!("{} {}", package.name, package.version),
            Npm(package) => format!("{} {}", package.name, package.version),
            Pip(packages) => packages.name.to_owned(),
            System(program) => program.name.to_owned(),
        }
    }

    /// How long it takes to get.
    pub(super) fn usually(&self) -> String {
        match &self.source {
            Rustup(_) | Npm(_) => "half a minute".to_owned(),
            Cargo(package) => format!("{} minutes on two cores", package.minutes),
            Pip(packages) => format!("half a minute, for {} MB", packages.size_mb),
            System(_) => "a minute or two".to_owned(),
        }
    }

    /// The program, of a tool that the system carries.
    pub(super) fn system_program(&self) -> Option<&SystemProgram> {
        match &self.source {
            System(program) => Some(program),
            Rustup(_) | Cargo(_) | Npm(_) | Pip(_) => None,
        }
    }

    /// Where the tool is, when it is there.
    pub(super) fn locate(&self, workspace: &Workspace) -> Option<PathBuf> {
        match &self.source {
            Rustup(part) => rustup::locate(part, workspace),
            Cargo(package) => cargo::locate(package),
            Npm(package) => npm::locate(package),
            Pip(packages) => pip::locate(packages),
            System(program) => system::locate(program),
        }
    }

    /// Gets the tool.
    pub(super) fn install(&self, workspace: &Workspace) -> Result<()> {
        match &self.source {
            Rustup(part) => rustup::install(part, workspace),
            Cargo(package) => cargo::install(package, workspace),
            Npm(package) => npm::install(package, workspace),
            Pip(packages) => pip::install(packages, workspace),
            System(program) => system::install(program),
        }
    }
}

/// The version of `package` in Cargo.lock.
fn locked_version(workspace: &Workspace, package: &str) -> Result<String> {
    let path = workspace.root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).with_context(|| format!("Cargo.lock names no version of {package}"))
}
