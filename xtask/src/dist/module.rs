//! The prompt's module cut down to what it does: of wasm-bindgen's glue and wasm only what `ask` and `deliver` reach,
//! under names of one or two letters.
//!
//! Leptos brings JavaScript classes for streams along (wasm-streams exports them), which nothing here hands out; and
//! every import and export carries a long name with a digest, twice. Without them the module is 4 kB brotli smaller.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Maker;
use crate::process;

/// What wasm-opt does to the shipped wasm. Flattening and looping again finds shorter control flow than it left.
///
/// What is done for speed in between gives the last round for size other pieces to fold.
const OPTIMISE: [&str; 9] = [
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--converge",
    "-O2",
    "-Oz",
    "--strip-producers",
    "--strip-target-features",
];

/// wasm-bindgen's `bundler` output in a folder of its own, cut down.
pub(crate) struct Module {
    /// Holds `prompt_bg.js`, the glue, and `prompt_bg.wasm`, the wasm that imports it.
    pub(crate) folder: PathBuf,
    /// The functions that the loader calls.
    pub(crate) api: Vec<String>,
    /// What the glue calls of the wasm.
    calls: BTreeSet<String>,
}

impl Module {
    /// Binds the wasm that cargo left for Trunk, and drops what nothing reaches.
    pub(super) fn prepare(maker: &Maker) -> Result<Self> {
        let folder = maker.target().join("module");
        let wasm = maker.target().join("wasm32-unknown-unknown").join("wasm-size").join("prompt.wasm");
        let mut bindgen = maker.command("wasm-bindgen")?;
        bindgen.args(["--target=bundler", "--no-typescript", "--out-name=prompt", "--out-dir"]).arg(&folder);
        process::run(bindgen.arg(&wasm))?;
        let path = folder.join("prompt_bg.js");
        let glue = without_classes(&fs::read_to_string(&path).context("wasm-bindgen wrote no prompt_bg.js")?);
        fs::write(&path, &glue)?;
        let (shims, api): (Vec<_>, Vec<_>) = functions(&glue).partition(|name| name.starts_with("__wb"));
        let mut module = Self { folder, api, calls: BTreeSet::new() };
        module.calls = module.find_calls(maker, &shims)?;
        module.drop_unreached(maker)?;
        Ok(module)
    }

    /// Writes `prompt.js` and `prompt_bg.wasm` into `made`.
    pub(super) fn write(&self, maker: &Maker, made: &Path) -> Result<()> {
        let optimised = self.optimised();
        let mut optimise = maker.command("wasm-opt")?;
        process::run(
            optimise.arg(self.folder.join("prompt_bg.wasm")).args(OPTIMISE).arg("-o").arg(&optimised),
        )?;
        let mut shorten = maker.command("wasm-opt")?;
        shorten.arg(&optimised).arg("--minify-imports-and-exports-and-modules").arg("-o");
        let names = process::read(shorten.arg(made.join("prompt_bg.wasm")))?;
        let names: Value = serde_json::from_str(&names).context("wasm-opt listed no short names")?;
        fs::write(self.folder.join("entry.js"), self.entry(&names)?)?;
        self.bundle(maker, &names, &made.join("prompt.js"))
    }

    /// The optimised wasm, with its long names; there once `write` was called.
    pub(crate) fn optimised(&self) -> PathBuf {
        self.folder.join("optimised.wasm")
    }

    /// What a module of all functions, but of no class, still calls of the wasm.
    fn find_calls(&self, maker: &Maker, shims: &[String]) -> Result<BTreeSet<String>> {
        let (entry, bundle) = (self.folder.join("reach.js"), self.folder.join("reached.js"));
        let names = [shims, &self.api].concat().join(", ");
        fs::write(&entry, format!("export {{ {names} }} from './prompt_bg.js'\n"))?;
        let mut esbuild = maker.command("esbuild")?;
        esbuild.arg(&entry).args(["--bundle", "--format=esm", "--log-level=warning"]);
        process::run(esbuild.arg(format!("--outfile={}", bundle.display())))?;
        let mut calls = called(&fs::read_to_string(&bundle)?);
        calls.insert("__wbindgen_start".to_owned());
        Ok(calls)
    }

    fn drop_unreached(&self, maker: &Maker) -> Result<()> {
        let roots: Vec<_> = self.calls.iter().map(|name| format!("export {name}")).collect();
        let exports =
            self.calls.iter().map(|name| json!({ "name": format!("export {name}"), "export": name }));
        let root = json!({ "name": "the glue", "root": true, "reaches": roots });
        let graph: Vec<_> = std::iter::once(root).chain(exports).collect();
        let (wasm, path) = (self.folder.join("prompt_bg.wasm"), self.folder.join("graph.json"));
        fs::write(&path, serde_json::to_string(&graph)?)?;
        let mut metadce = maker.command("wasm-metadce")?;
        process::read(metadce.arg(&wasm).arg("--graph-file").arg(&path).arg("-o").arg(&wasm))?;
        Ok(())
    }

    /// Instantiates the wasm with the shims that it imports, each under its short name.
    fn entry(&self, names: &Value) -> Result<String> {
        let imports = names["imports"].as_array().context("wasm-opt listed no imports")?;
        let shims: Vec<_> =
            imports.iter().map(|import| format!("{}: glue.{}", import[2], text(&import[1]))).collect();
        Ok(format!(
            "import * as glue from './prompt_bg.js'
export {{ {api} }} from './prompt_bg.js'
export default async ({{ module_or_path }}) => {{
  const imports = {{ a: {{ {shims} }} }}
  const source = await module_or_path
  const {{ instance }} = source instanceof Response
    ? await WebAssembly.instantiateStreaming(source, imports)
    : await WebAssembly.instantiate(source, imports)
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}}
",
            api = self.api.join(", "),
            shims = shims.join(", "),
        ))
    }

    fn bundle(&self, maker: &Maker, names: &Value, made: &Path) -> Result<()> {
        let exports = names["exports"].as_array().context("wasm-opt listed no exports")?;
        let short: Value =
            exports.iter().map(|export| (text(&export[0]).to_owned(), export[1].clone())).collect();
        let cache = self.folder.join("names.json");
        fs::write(&cache, short.to_string())?;
        for name in &self.calls {
            ensure!(
                short.get(name).is_some(),
                "the glue calls {name}, which the shortened wasm does not export"
            );
        }
        let calls: Vec<_> = self.calls.iter().map(String::as_str).collect();
        let pattern = format!("--mangle-props=^({})$", calls.join("|"));
        let cache = format!("--mangle-cache={}", cache.display());
        maker.minify(&self.folder.join("entry.js"), made, &["--bundle", "--format=esm", &pattern, &cache])
    }
}

/// Statements beside a class would keep it alive though nothing else mentions it: its finalizer and its disposer.
fn without_classes(glue: &str) -> String {
    let mut kept = String::new();
    let mut within = false;
    for line in glue.lines() {
        let finalizer = line.starts_with("const ") && line.contains("Finalization = ");
        within |= finalizer || line.starts_with("if (Symbol.dispose)");
        if !within {
            kept.push_str(line);
            kept.push('\n');
        }
        within &= !line.ends_with(';');
    }
    kept
}

/// The functions that the glue exports, but for the one that hands it its wasm; not the constructors of classes.
fn functions(glue: &str) -> impl Iterator<Item = String> {
    let classes: Vec<_> = names_after(glue, "export class ").map(|class| class.to_lowercase()).collect();
    names_after(glue, "export function ")
        .filter(move |name| !classes.iter().any(|class| name.starts_with(&format!("__wbg_{class}_"))))
        .map(str::to_owned)
}

fn names_after<'a>(glue: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = glue.lines().filter_map(move |line| line.strip_prefix(start));
    lines.map(|rest| rest.split(|c: char| !is_in_name(c)).next().unwrap_or_default())
}

fn called(script: &str) -> BTreeSet<String> {
    let calls = script.split("wasm.").skip(1);
    calls.map(|rest| rest.chars().take_while(|c| is_in_name(*c)).collect()).collect()
}

fn is_in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "export class Source {
    free() { wasm.__wbg_source_free(1); }
}
if (Symbol.dispose) Source.prototype[Symbol.dispose] = Source.prototype.free;
const SourceFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_source_free(ptr, 1));
export function ask(a) {
    wasm.ask(a);
}
export function __wbg_source_new(a) {}
export function __wbg_then_0123(a) {}
";

    #[test]
    fn what_would_keep_a_class_alive_is_left_out() {
        let glue = without_classes(GLUE);
        assert!(!glue.contains("Finalization") && !glue.contains("Symbol.dispose"), "{glue}");
        assert!(glue.contains("export function ask"), "{glue}");
    }

    #[test]
    fn functions_are_found_but_not_those_of_classes() {
        let found: Vec<_> = functions(GLUE).collect();
        assert_eq!(found, ["ask", "__wbg_then_0123"]);
    }

    #[test]
    fn calls_into_the_wasm_are_found() {
        let calls: Vec<_> = called("wasm.ask(a);x(wasm.memory.buffer)").into_iter().collect();
        assert_eq!(calls, ["ask", "memory"]);
    }
}
