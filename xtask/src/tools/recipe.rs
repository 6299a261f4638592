//! What each tool is, which version, why it is needed, and where it comes from.

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

/// The last Trunk that the pinned toolchain builds.
const TRUNK_VERSION: &str = "0.21.14";
const CARGO_DENY_VERSION: &str = "0.20.2";
const AXE_VERSION: &str = "4.14.1";
const BINARYEN_VERSION: &str = "132.0.0";
const GECKODRIVER_VERSION: &str = "0.37.1";
const ESBUILD_VERSION: &str = "0.28.2";
/// The one that the bench's mock of its API was made for.
const POSTHOG_VERSION: &str = "1.449.2";

/// The libraries that tests/frames.py names, with what pandas and Polars stand on.
const FRAMES: &[&str] = &["pyarrow==26.0.1", "pandas==3.1.1", "polars==2.1.0", "duckdb==2.0.1"];

/// It is on nobody's PATH; where Debian, Fedora and Arch put it.
const MINIBROWSER: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/webkit2gtk-4.1/MiniBrowser",
];

/// The same; newest first.
const INITDB: &[&str] = &[
    "initdb",
    "/usr/lib/postgresql/18/bin/initdb",
    "/usr/lib/postgresql/17/bin/initdb",
    "/usr/lib/postgresql/16/bin/initdb",
    "/usr/lib/postgresql/15/bin/initdb",
    "/usr/lib/postgresql/14/bin/initdb",
];

/// How to find a tool and how to get it.
pub(super) struct Recipe {
    pub(super) tool: Tool,
    pub(super) name: String,
    pub(super) purpose: &'static str,
    pub(super) usually: &'static str,
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

impl Recipe {
    /// The recipe of `tool`.
    pub(super) fn of(tool: Tool, workspace: &Workspace) -> Result<Self> {
        let recipe = match tool {
            Tool::WasmTarget | Tool::RustSource | Tool::Clippy | Tool::Rustfmt => rust_part(tool),
            Tool::Trunk | Tool::WasmBindgen | Tool::CargoDeny | Tool::Geckodriver => {
                cargo_package(tool, workspace)?
            }
            Tool::AxeCore | Tool::Binaryen | Tool::Esbuild | Tool::Posthog => npm_package(tool),
            Tool::Frames => frames(),
            Tool::Node
            | Tool::Nginx
            | Tool::Python
            | Tool::Chromium
            | Tool::Chromedriver
            | Tool::Firefox
            | Tool::MiniBrowser
            | Tool::Postgres
            | Tool::WebkitDriver
            | Tool::Xvfb => system_program(tool),
        };
        Ok(recipe)
    }

    /// Where the tool is, when it is there.
    pub(super) fn locate(&self, workspace: &Workspace) -> Option<PathBuf> {
        match &self.source {
            Source::Rustup(part) => rustup::locate(part, workspace),
            Source::Cargo(package) => cargo::locate(package),
            Source::Npm(package) => npm::locate(package),
            Source::Pip(packages) => pip::locate(packages),
            Source::System(program) => system::locate(program),
        }
    }
}

fn rust_part(tool: Tool) -> Recipe {
    let (part, purpose) = match tool {
        Tool::WasmTarget => (Part::Target("wasm32-unknown-unknown"), "what browsers run is compiled for it"),
        Tool::RustSource => (Part::Component("rust-src"), "the shipped wasm rebuilds std for size"),
        Tool::Clippy => (Part::Component("clippy"), "the lints"),
        _ => (Part::Component("rustfmt"), "the formatting"),
    };
    let name = format!("Rust's {}", part.name());
    Recipe { tool, name, purpose, usually: "half a minute", source: Source::Rustup(part) }
}

fn cargo_package(tool: Tool, workspace: &Workspace) -> Result<Recipe> {
    let (package, purpose, usually) = match tool {
        Tool::Trunk => (
            CargoPackage {
                name: "trunk",
                folder: "trunk",
                version: TRUNK_VERSION.to_owned(),
                programs: &["trunk"],
                options: &["--locked", "--no-default-features"],
            },
            "builds the demo page and the admin view",
            "3 minutes on two cores",
        ),
        Tool::WasmBindgen => (
            CargoPackage {
                name: "wasm-bindgen-cli",
                folder: "wasm-bindgen",
                version: locked_version(workspace, "wasm-bindgen")?,
                programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
                // Its own lockfile names crates that are since withdrawn.
                options: &["--no-default-features"],
            },
            "makes the JavaScript side of the wasm, in exactly the version that the code is built with",
            "2 minutes on two cores",
        ),
        Tool::Geckodriver => (
            CargoPackage {
                name: "geckodriver",
                folder: "geckodriver",
                version: GECKODRIVER_VERSION.to_owned(),
                programs: &["geckodriver"],
                options: &["--locked"],
            },
            "drives Firefox in the tests",
            "3 minutes on two cores",
        ),
        _ => (
            CargoPackage {
                name: "cargo-deny",
                folder: "cargo-deny",
                version: CARGO_DENY_VERSION.to_owned(),
                programs: &["cargo-deny"],
                options: &["--locked"],
            },
            "holds dependencies to the policy in deny.toml",
            "4 minutes on two cores",
        ),
    };
    let name = format!("{} {}", package.name, package.version);
    Ok(Recipe { tool, name, purpose, usually, source: Source::Cargo(package) })
}

fn npm_package(tool: Tool) -> Recipe {
    let (package, purpose) = match tool {
        Tool::AxeCore => (
            NpmPackage {
                name: "axe-core",
                version: AXE_VERSION,
                states: AXE_VERSION,
                programs: &[],
                file: Some("axe-core/axe.min.js"),
            },
            "finds what keeps people from answering, in the tests",
        ),
        Tool::Posthog => (
            NpmPackage {
                name: "posthog-js",
                version: POSTHOG_VERSION,
                states: POSTHOG_VERSION,
                programs: &[],
                file: Some("posthog-js/dist/array.js"),
            },
            "the bench measures the prompt beside it",
        ),
        Tool::Binaryen => (
            NpmPackage {
                name: "binaryen",
                version: BINARYEN_VERSION,
                states: "132",
                programs: &["wasm-opt", "wasm-metadce", "wasm2js"],
                file: None,
            },
            "makes the wasm smaller, and a plain-JavaScript build of it",
        ),
        _ => (
            NpmPackage {
                name: "esbuild",
                version: ESBUILD_VERSION,
                states: ESBUILD_VERSION,
                programs: &["esbuild"],
                file: None,
            },
            "makes the JavaScript smaller",
        ),
    };
    let name = format!("{} {}", package.name, package.version);
    Recipe { tool, name, purpose, usually: "half a minute", source: Source::Npm(package) }
}

fn frames() -> Recipe {
    Recipe {
        tool: Tool::Frames,
        name: "pyarrow, pandas, Polars and DuckDB".to_owned(),
        purpose: "read the collector's columns in a test",
        usually: "half a minute, for 150 MB",
        source: Source::Pip(PipPackages { folder: "frames", version: "1", packages: FRAMES }),
    }
}

fn system_program(tool: Tool) -> Recipe {
    let (program, purpose) = match tool {
        Tool::Chromium => (
            SystemProgram {
                name: "Chromium",
                variable: Some("CHROMIUM"),
                programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
                packages: &["chromium", "chromium-driver"],
            },
            "the tests drive a real browser",
        ),
        Tool::Chromedriver => (
            SystemProgram {
                name: "chromedriver",
                variable: Some("CHROMEDRIVER"),
                programs: &["chromedriver"],
                packages: &["chromium-driver"],
            },
            "the tests drive a real browser",
        ),
        Tool::Firefox => (
            SystemProgram {
                name: "Firefox ESR",
                variable: Some("FIREFOX"),
                programs: &["firefox-esr", "firefox"],
                packages: &["firefox-esr"],
            },
            "the tests drive a second engine",
        ),
        Tool::WebkitDriver => (
            SystemProgram {
                name: "WebKitWebDriver",
                variable: Some("WEBKITDRIVER"),
                programs: &["WebKitWebDriver"],
                packages: &["webkit2gtk-driver"],
            },
            "the tests drive a third engine",
        ),
        Tool::MiniBrowser => (
            SystemProgram {
                name: "WebKitGTK's MiniBrowser",
                variable: Some("MINIBROWSER"),
                programs: MINIBROWSER,
                packages: &["webkit2gtk-driver"],
            },
            "the tests drive a third engine",
        ),
        Tool::Postgres => (
            SystemProgram {
                name: "PostgreSQL",
                variable: Some("INITDB"),
                programs: INITDB,
                packages: &["postgresql"],
            },
            "the tests of the collector run on it, too",
        ),
        Tool::Nginx => (
            SystemProgram { name: "nginx", variable: None, programs: &["nginx"], packages: &["nginx-light"] },
            "ends TLS before the collector in a test",
        ),
        Tool::Python => (
            SystemProgram {
                name: "Python with pip",
                variable: None,
                programs: &["python3"],
                packages: &["python3", "python3-pip"],
            },
            "runs what reads the collector's columns in a test",
        ),
        Tool::Xvfb => (
            SystemProgram { name: "Xvfb", variable: Some("XVFB"), programs: &["Xvfb"], packages: &["xvfb"] },
            "the third engine insists on a window",
        ),
        _ => (
            SystemProgram {
                name: "Node.js with npm",
                variable: None,
                programs: &["npm"],
                packages: &["nodejs", "npm"],
            },
            "runs the JavaScript minifier and fetches it",
        ),
    };
    let name = program.name.to_owned();
    Recipe { tool, name, purpose, usually: "a minute or two", source: Source::System(program) }
}

/// The version of `package` in Cargo.lock.
fn locked_version(workspace: &Workspace, package: &str) -> Result<String> {
    let path = workspace.root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).with_context(|| format!("Cargo.lock names no version of {package}"))
}
