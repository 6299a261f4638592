//! Who may depend on whom. Each unit lists what it may name, and what must not be reachable from it by any path.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Session;
use crate::process;
use crate::workspace::Workspace;

/// The rule of one unit of the workspace.
struct Unit {
    name: &'static str,
    /// The only packages that its manifest may name, tests apart.
    may: &'static [&'static str],
    /// The packages that no chain of dependencies may lead to, tests apart.
    never: &'static [&'static str],
    /// Where it runs: dependencies differ by target.
    target: &'static str,
}

const BROWSER: &str = "wasm32-unknown-unknown";
/// Whatever target asks for it.
const ANYWHERE: &str = "all";

/// No clock, randomness, network or browser: what makes a crate impure without a word in its own source.
const IMPURE: &[&str] = &[
    "chrono",
    "getrandom",
    "gloo-net",
    "jiff",
    "js-sys",
    "rand",
    "reqwest",
    "time",
    "tokio",
    "uuid",
    "wasm-bindgen",
    "web-sys",
];

const UNITS: [Unit; 9] = [
    // serde_json only as a feature, for the collector: the prompt reads JSON by the browser's own parser.
    // schemars only as a feature, for a test of the collector's.
    Unit { name: "suara-survey", may: &["schemars", "serde", "serde_json"], never: IMPURE, target: ANYWHERE },
    Unit { name: "suara-insight", may: &["suara-survey", "puruspe"], never: IMPURE, target: ANYWHERE },
    Unit {
        // Neither a store nor serde is in `may`; Leptos itself reaches them, and the linker drops them.
        name: "suara",
        may: &["js-sys", "leptos", "suara-survey", "wasm-bindgen", "wasm-bindgen-futures", "web-sys"],
        never: &["suara-insight", "suara-admin", "suara-collector", "leptos_router"],
        target: BROWSER,
    },
    Unit {
        name: "suara-admin",
        may: &[
            "gloo-net",
            "js-sys",
            "leptos",
            "leptos_router",
            "serde",
            "serde_json",
            "suara-insight",
            "suara-survey",
            "wasm-bindgen",
            "wasm-bindgen-futures",
            "web-sys",
        ],
        never: &["suara", "suara-collector"],
        target: BROWSER,
    },
    Unit {
        name: "suara-collector",
        may: &[
            "argon2",
            "arrow-array",
            "arrow-ipc",
            "arrow-schema",
            "axum",
            "base64",
            "bytes",
            "chardetng",
            "clap",
            "clap_complete",
            "csv",
            "encoding_rs",
            "futures-util",
            "getrandom",
            "hmac",
            "http-body-util",
            "hyper",
            "hyper-util",
            "ipnet",
            "jiff",
            "mimalloc",
            "reqwest",
            "rust-embed",
            "rustix",
            "rustls",
            "serde",
            "serde_json",
            "sha2",
            "sqlx",
            "suara-insight",
            "suara-survey",
            "subtle",
            "thiserror",
            "tokio",
            "tokio-stream",
            "tower",
            "tower-http",
            "tracing",
            "tracing-subscriber",
        ],
        never: &["suara", "suara-admin", "leptos", "openssl-sys"],
        target: ANYWHERE,
    },
    Unit {
        // Stands in for the crate of this name under Leptos, for the sake of size.
        name: "wasm-streams",
        may: &["futures-util", "js-sys", "wasm-bindgen", "wasm-bindgen-futures", "web-sys"],
        never: &["suara", "suara-admin", "suara-survey"],
        target: BROWSER,
    },
    Unit {
        name: "suara-e2e",
        may: &[
            "axum",
            "base64",
            "png",
            "reqwest",
            "serde_json",
            "suara-survey",
            "tempfile",
            "thirtyfour",
            "tokio",
        ],
        never: &["suara", "suara-admin", "suara-collector"],
        target: ANYWHERE,
    },
    Unit {
        // Load and the ledger for the collector's own tests and benches; it knows the wire and the file, not the code.
        name: "suara-load",
        may: &[
            "axum",
            "hyper",
            "hyper-util",
            "rustix",
            "serde_json",
            "sqlx",
            "suara-survey",
            "tempfile",
            "tokio",
            "tower",
        ],
        never: &["suara", "suara-admin", "suara-collector"],
        target: ANYWHERE,
    },
    Unit {
        name: "xtask",
        may: &["anyhow", "base64", "brotli", "flate2", "lexopt", "serde_json", "sha2"],
        never: &["suara", "suara-admin", "suara-collector", "suara-e2e", "suara-insight", "suara-survey"],
        target: ANYWHERE,
    },
];

/// Refuses a forbidden edge, a forbidden path, and a unit without a rule.
pub(super) fn check(session: &Session) -> Result<()> {
    let metadata = session.workspace.metadata(&["--no-deps"])?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let mut broken = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package has no name")?;
        let Some(unit) = UNITS.iter().find(|unit| unit.name == name) else {
            broken.push(format!("{name} has no rule: give it one in xtask/src/check/dependencies.rs"));
            continue;
        };
        broken.extend(unit.broken_by(&named(package), &reachable(&session.workspace, unit)?));
    }
    if broken.is_empty() {
        return Ok(());
    }
    bail!("the units depend on each other, or on others, as they must not:\n{}", broken.join("\n"));
}

impl Unit {
    fn broken_by(&self, named: &BTreeSet<String>, reachable: &BTreeSet<String>) -> Vec<String> {
        let unlisted = named.iter().filter(|name| !self.may.contains(&name.as_str()));
        let forbidden = self.never.iter().filter(|name| **name != self.name && reachable.contains(**name));
        let unlisted = unlisted.map(|name| {
            format!(
                "{} names {name}, which its rule does not list: do without, or argue for it in the rule",
                self.name
            )
        });
        let forbidden = forbidden.map(|name| {
            format!(
                "{} reaches {name}, which it must never: see `cargo tree -p {} -i {name}`",
                self.name, self.name
            )
        });
        unlisted.chain(forbidden).collect()
    }
}

/// What a manifest names outside `dev-dependencies`.
fn named(package: &Value) -> BTreeSet<String> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let shipped = dependencies.filter(|dependency| dependency["kind"] != "dev");
    shipped.filter_map(|dependency| dependency["name"].as_str().map(str::to_owned)).collect()
}

/// What the unit is built with. `cargo tree` rather than the workspace's graph, where a feature that one unit asks for
/// shows in all.
fn reachable(workspace: &Workspace, unit: &Unit) -> Result<BTreeSet<String>> {
    let mut cargo = workspace.cargo();
    cargo.args(["tree", "--package", unit.name, "--target", unit.target]);
    cargo.args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let lines = process::read(&mut cargo)?;
    let names = lines.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.filter(|name| *name != unit.name).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROMPT: Unit =
        Unit { name: "prompt", may: &["leptos", "survey"], never: &["insight", "router"], target: ANYWHERE };

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_unit_that_keeps_its_rule_is_left_alone() {
        assert!(PROMPT.broken_by(&set(&["survey"]), &set(&["survey", "serde"])).is_empty());
    }

    #[test]
    fn a_forbidden_edge_is_refused_by_name() {
        let broken = PROMPT.broken_by(&set(&["insight"]), &set(&["insight"]));
        assert_eq!(broken.len(), 2);
        assert!(broken[0].contains("prompt names insight"), "{broken:?}");
    }

    #[test]
    fn a_forbidden_crate_behind_a_permitted_one_is_refused() {
        let broken = PROMPT.broken_by(&set(&["leptos"]), &set(&["leptos", "router"]));
        assert_eq!(broken.len(), 1);
        assert!(broken[0].contains("prompt reaches router"), "{broken:?}");
    }

    #[test]
    fn what_only_tests_name_is_not_counted() {
        let package = serde_json::json!({"dependencies": [
            {"name": "serde", "kind": null},
            {"name": "serde_json", "kind": "dev"},
        ]});
        assert_eq!(named(&package), set(&["serde"]));
    }
}
