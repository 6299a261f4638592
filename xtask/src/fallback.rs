//! The prompt as plain JavaScript, for pages whose policy refuses WebAssembly: the same wasm, translated.
//!
//! cargo's wasm → wasm-bindgen's `bundler` glue → Binaryen's `wasm2js` → one minified ES module with the exports of
//! the ordinary glue, so that the loader treats both alike.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::dist::Maker;
use crate::process;

/// The glue starts the program when it is imported, so its init has nothing left to do.
const ENTRY: &str = "export * from './prompt.js';\nexport default async function () {}\n";

/// Where wasm2js puts the larger memory in the place of the smaller.
const GROWN: &str = "   buffer = newBuffer;\n";
/// A real memory detaches its old buffer when it grows, and the glue asks exactly that to see that its views are stale;
/// the translation must do it too, or texts are read from the past after the first growth.
const GROWN_AND_DETACHED: &str =
    "   structuredClone(buffer, { transfer: [buffer] });\n   buffer = newBuffer;\n";

/// Builds `made` from the wasm that cargo left for Trunk.
pub(crate) fn build(maker: &Maker, made: &Path) -> Result<()> {
    let wasm = maker.target().join("wasm32-unknown-unknown").join("wasm-size").join("prompt.wasm");
    let folder = maker.target().join("plain");
    let mut bindgen = maker.command("wasm-bindgen")?;
    bindgen.args(["--target=bundler", "--no-typescript", "--out-name=prompt", "--out-dir"]).arg(&folder);
    process::run(bindgen.arg(&wasm))?;
    let script = translate(maker, &folder)?;
    // The glue imports its wasm by this name: it gets the translation instead.
    fs::write(folder.join("prompt_bg.wasm"), detach_on_growth(&script)?)?;
    let entry = folder.join("entry.js");
    fs::write(&entry, ENTRY)?;
    maker.minify(&entry, made, &["--bundle", "--format=esm", "--loader:.wasm=js"])
}

fn translate(maker: &Maker, folder: &Path) -> Result<String> {
    let translated = folder.join("translated.js");
    let mut wasm2js = maker.command("wasm2js")?;
    wasm2js.arg("-Oz").arg(folder.join("prompt_bg.wasm")).arg("-o").arg(&translated);
    process::run(&mut wasm2js)?;
    fs::read_to_string(&translated).context("wasm2js wrote no script")
}

fn detach_on_growth(script: &str) -> Result<String> {
    let count = script.matches(GROWN).count();
    ensure!(
        count == 1,
        "wasm2js grows memory in {count} places instead of one: its output has changed, look at {GROWN:?}"
    );
    Ok(script.replace(GROWN, GROWN_AND_DETACHED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_grows_lets_go_of_its_old_buffer_first() {
        let script = detach_on_growth("a\n   buffer = newBuffer;\nb").unwrap();
        let detached = script.find("structuredClone(buffer").unwrap();
        assert!(detached < script.find("buffer = newBuffer").unwrap());
    }

    #[test]
    fn a_translator_that_grows_memory_otherwise_is_refused() {
        assert!(detach_on_growth("memory = larger;").is_err());
    }
}
