//! The programs that a build needs beyond cargo: found, or installed once per user and version.
//!
//! They live in a cache folder of the user's, so a fresh clone finds them. A program of the right version on PATH wins.

mod cargo;
mod installation;
mod npm;
mod pip;
mod recipe;
mod rustup;
mod shelf;
mod system;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;
use recipe::Recipe;

/// A program or part of the toolchain that a command may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    AxeCore,
    Binaryen,
    CargoDeny,
    Chromedriver,
    Chromium,
    Clippy,
    Esbuild,
    Firefox,
    Frames,
    Geckodriver,
    MiniBrowser,
    Nginx,
    Node,
    Postgres,
    Posthog,
    Python,
    RustSource,
    Rustfmt,
    Trunk,
    WasmBindgen,
    WasmTarget,
    WebkitDriver,
    Xvfb,
}

/// What compiling for browsers, and running that, takes.
pub(crate) const TO_COMPILE: &[Tool] = &[Tool::WasmTarget, Tool::WasmBindgen];

/// What building the shipped files takes.
pub(crate) const TO_BUILD: &[Tool] = &[
    Tool::WasmTarget,
    Tool::RustSource,
    Tool::Node,
    Tool::Binaryen,
    Tool::Esbuild,
    Tool::WasmBindgen,
    Tool::Trunk,
];

/// What testing in one browser, and measuring, takes beyond building.
pub(crate) const TO_TEST: &[Tool] = &[Tool::Chromium, Tool::Chromedriver];

/// What testing in the other two engines, and for accessibility, takes beyond that.
pub(crate) const TO_TEST_WIDELY: &[Tool] =
    &[Tool::AxeCore, Tool::Firefox, Tool::Geckodriver, Tool::WebkitDriver, Tool::MiniBrowser, Tool::Xvfb];

/// What reads the collector's columns in the tests.
pub(crate) const TO_READ: &[Tool] = &[Tool::Python, Tool::Frames];

/// What the tests of the second store need.
pub(crate) const TO_STORE: &[Tool] = &[Tool::Postgres];

/// What the examples for owners are run by, and what fetches the bundler of a journey.
pub(crate) const TO_SCRIPT: &[Tool] = &[Tool::Node];

/// What stands in front of the collector where the page for operators is tried out.
pub(crate) const TO_OPERATE: &[Tool] = &[Tool::Nginx];

/// The variable by which the journeys are told where a browser, a driver or a file is.
const TOLD: [(Tool, &str); 8] = [
    (Tool::AxeCore, "SUARA_AXE"),
    (Tool::Chromium, "CHROMIUM"),
    (Tool::Chromedriver, "CHROMEDRIVER"),
    (Tool::Firefox, "FIREFOX"),
    (Tool::Geckodriver, "GECKODRIVER"),
    (Tool::MiniBrowser, "MINIBROWSER"),
    (Tool::WebkitDriver, "WEBKITDRIVER"),
    (Tool::Xvfb, "XVFB"),
];

/// What the bench of the prompt takes beyond testing.
pub(crate) const TO_COMPARE: &[Tool] = &[Tool::Posthog];

/// What checking takes beyond building.
pub(crate) const TO_CHECK: &[Tool] = &[Tool::Rustfmt, Tool::Clippy, Tool::CargoDeny];

/// The tools that were asked for, all of them present.
pub(crate) struct Toolbox {
    found: Vec<(Tool, PathBuf)>,
}

impl Toolbox {
    /// Finds every tool of `wanted`, and installs those that are missing, saying what and why.
    pub(crate) fn prepare(workspace: &Workspace, wanted: &[Tool]) -> Result<Self> {
        let recipes = wanted.iter().map(|&tool| Recipe::of(tool, workspace)).collect::<Result<Vec<_>>>()?;
        installation::complete(&recipes, workspace)?;
        let mut found = Vec::new();
        for recipe in &recipes {
            let place = recipe.locate(workspace).with_context(|| {
                format!("{} was installed but is still not found: remove it and try again", recipe.name())
            })?;
            found.push((recipe.tool, place));
        }
        Ok(Self { found })
    }

    /// A program, in the repository, with every tool of this box on its PATH.
    pub(crate) fn command(&self, workspace: &Workspace, program: &str) -> Result<Command> {
        let mut command = workspace.command(program);
        command.env("PATH", self.path()?);
        Ok(command)
    }

    /// cargo with what a test in a browser reads.
    pub(crate) fn browser_tests(&self, workspace: &Workspace) -> Result<Command> {
        let mut cargo = self.command(workspace, "cargo")?;
        cargo.env("CHROMIUM", self.place(Tool::Chromium)?);
        cargo.env("CHROMEDRIVER", self.place(Tool::Chromedriver)?);
        // The runner's own 20 s are short on a machine that is still busy compiling.
        cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        Ok(cargo)
    }

    /// cargo with what a journey reads: the browsers of this box and the collector.
    pub(crate) fn journeys(&self, workspace: &Workspace) -> Result<Command> {
        let mut cargo = self.browser_tests(workspace)?;
        for (tool, variable) in TOLD {
            // Drivers that cargo installed are in a folder that is on PATH.
            if let Ok(place) = self.place(tool)
                && place.is_file()
            {
                cargo.env(variable, place);
            }
        }
        cargo.env("SUARA_BIN", workspace.collector());
        Ok(cargo)
    }

    /// The program itself of a tool that belongs to the system; for others, the folder that goes on PATH.
    pub(crate) fn place(&self, tool: Tool) -> Result<&Path> {
        let entry = self.found.iter().find(|(name, _)| *name == tool);
        entry.map(|(_, place)| place.as_path()).with_context(|| format!("{tool:?} was not asked for"))
    }

    fn path(&self) -> Result<OsString> {
        let folders = self.found.iter().map(|(_, place)| place).filter(|place| place.is_dir()).cloned();
        let inherited = env::var_os("PATH").unwrap_or_default();
        env::join_paths(folders.chain(env::split_paths(&inherited))).context("PATH cannot be extended")
    }
}

/// The first of `programs` on PATH.
fn on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    let places = programs.iter().flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    places.into_iter().find(|place| place.is_file())
}

/// The folder on PATH that holds all of `programs` at `version`.
fn on_path_at(programs: &[&str], version: &str) -> Option<PathBuf> {
    let folder = on_path(programs.get(..1)?)?.parent()?.to_path_buf();
    let right = programs.iter().all(|program| states_version(&folder.join(program), version));
    right.then_some(folder)
}

fn states_version(program: &Path, version: &str) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout).split_whitespace().any(|word| word == version)
    })
}

/// The folder of the user's that keeps what is built once per user.
fn cache() -> Result<PathBuf> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = named("SUARA_CACHE")
        .or_else(|| named("XDG_CACHE_HOME").map(|base| base.join("suara")))
        .or_else(|| env::home_dir().map(|home| home.join(".cache").join("suara")))
        .context("there is no home folder to keep tools in: set SUARA_CACHE to a folder")?;
    ensure!(folder.is_absolute(), "the cache folder {} must be an absolute path", folder.display());
    Ok(folder)
}
