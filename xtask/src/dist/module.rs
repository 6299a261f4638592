//! The prompt's module cut down to what it does: of wasm-bindgen's glue and wasm only what `ask` and `deliver` reach,
//! under names of one or two letters, because every import and export carries a long name with a digest, twice.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::Maker;
use crate::process;

/// What the wasm may hold: what it is compiled with, in Binaryen's words. Each tool would guess otherwise.
pub(crate) const FEATURES: [&str; 6] = [
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
];

/// What wasm-opt does to the shipped wasm. Flattening and looping again finds shorter control flow than it left. What
/// is done for speed in between gives the last round for size other pieces to fold. Functions that are called most get
/// the numbers that are written shortest.
///
/// Nothing lies below address 1024 but the end of a stack that would have overflown, so offsets fold into loads.
///
/// Not `--traps-never-happen`: 0.9 kB less, but where a panic now ends one task, the code would go on with nonsense,
/// and a loop without an end would take the page with it.
const OPTIMISE: [&str; 11] = [
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--converge",
    "-O2",
    "-Oz",
    "--reorder-functions",
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
        let glue = fs::read_to_string(&path).context("wasm-bindgen wrote no prompt_bg.js")?;
        let class = names_after(&glue, "export class ").next();
        ensure!(
            class.is_none(),
            "a dependency of the prompt exports the JavaScript class {class:?}, which nobody can drop: do without it, \
             or put another crate in its place as crates/streams does"
        );
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
            optimise
                .arg(self.folder.join("prompt_bg.wasm"))
                .args(FEATURES)
                .args(OPTIMISE)
                .arg("-o")
                .arg(&optimised),
        )?;
        let mut shorten = maker.command("wasm-opt")?;
        shorten.arg(&optimised).args(FEATURES).arg("--minify-imports-and-exports-and-modules").arg("-o");
        let names = process::read(shorten.arg(made.join("prompt_bg.wasm")))?;
        let names: Value = serde_json::from_str(&names).context("wasm-opt listed no short names")?;
        fs::write(self.folder.join("entry.js"), self.entry(&names)?)?;
        self.bundle(maker, &names, &made.join("prompt.js"))
    }

    /// The optimised wasm, with its long names; there once `write` was called.
    pub(crate) fn optimised(&self) -> PathBuf {
        self.folder.join("optimised.wasm")
    }

    /// What the glue's functions call of the wasm: it exports more than they do.
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
        process::read(metadce.arg(&wasm).args(FEATURES).arg("--graph-file").arg(&path).arg("-o").arg(&wasm))?;
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
  const {{ instance }} = await WebAssembly.instantiate(await module_or_path, imports)
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

/// The functions that the glue exports.
fn functions(glue: &str) -> impl Iterator<Item = String> {
    names_after(glue, "export function ").map(str::to_owned)
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

    #[test]
    fn the_functions_of_the_glue_are_found() {
        let glue = "export function ask(a) {\n    wasm.ask(a);\n}\nexport function __wbg_then_0123(a) {}\n";
        let found: Vec<_> = functions(glue).collect();
        assert_eq!(found, ["ask", "__wbg_then_0123"]);
    }

    #[test]
    fn calls_into_the_wasm_are_found() {
        let calls: Vec<_> = called("wasm.ask(a);x(wasm.memory.buffer)").into_iter().collect();
        assert_eq!(calls, ["ask", "memory"]);
    }
}
