//! What registries carry: the packages of cargo, npm and PyPI, in which versions.

use std::borrow::Cow;

use crate::tools::cargo::CargoPackage;
use crate::tools::npm::NpmPackage;
use crate::tools::pip::PipPackages;

pub(super) const TRUNK: CargoPackage = CargoPackage {
    name: "trunk",
    folder: "trunk",
    // The last that the pinned toolchain builds.
    version: Cow::Borrowed("0.21.14"),
    programs: &["trunk"],
    options: &["--locked", "--no-default-features"],
    minutes: 3,
};

pub(super) const CARGO_DENY: CargoPackage = CargoPackage {
    name: "cargo-deny",
    folder: "cargo-deny",
    version: Cow::Borrowed("0.20.2"),
    programs: &["cargo-deny"],
    options: &["--locked"],
    minutes: 4,
};

pub(super) const GECKODRIVER: CargoPackage = CargoPackage {
    name: "geckodriver",
    folder: "geckodriver",
    version: Cow::Borrowed("0.37.1"),
    programs: &["geckodriver"],
    options: &["--locked"],
    minutes: 3,
};

/// In `version`, which the code's own must equal.
pub(super) fn wasm_bindgen(version: String) -> CargoPackage {
    CargoPackage {
        name: "wasm-bindgen-cli",
        folder: "wasm-bindgen",
        version: Cow::Owned(version),
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        // Its own lockfile names crates that are since withdrawn.
        options: &["--no-default-features"],
        minutes: 2,
    }
}

pub(super) const AXE_CORE: NpmPackage = NpmPackage {
    name: "axe-core",
    version: "4.14.1",
    states: "4.14.1",
    programs: &[],
    file: Some("axe-core/axe.min.js"),
};

pub(super) const BINARYEN: NpmPackage = NpmPackage {
    name: "binaryen",
    version: "132.0.0",
    states: "132",
    programs: &["wasm-opt", "wasm-metadce", "wasm2js"],
    file: None,
};

pub(super) const ESBUILD: NpmPackage =
    NpmPackage { name: "esbuild", version: "0.28.2", states: "0.28.2", programs: &["esbuild"], file: None };

/// The one that the bench's mock of its API was made for.
pub(super) const POSTHOG: NpmPackage = NpmPackage {
    name: "posthog-js",
    version: "1.449.2",
    states: "1.449.2",
    programs: &[],
    file: Some("posthog-js/dist/array.js"),
};

/// The libraries that tests/frames.py names, with what pandas and Polars stand on.
pub(super) const FRAMES: PipPackages = PipPackages {
    name: "pyarrow, pandas, Polars and DuckDB",
    folder: "frames",
    version: "1",
    packages: &["pyarrow==26.0.1", "pandas==3.1.1", "polars==2.1.0", "duckdb==2.0.1"],
    size_mb: 150,
};
