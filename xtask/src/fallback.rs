//! The prompt as plain JavaScript, for pages whose policy refuses WebAssembly: the same wasm, translated.
//!
//! The cut-down module → Binaryen's `wasm2js` → one minified ES module with the exports of the ordinary one, so that
//! the loader treats both alike. Of what came after the first version of WebAssembly, wasm2js knows how to copy memory
//! and to extend signs; conversions of floats are written out for it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::dist::{FEATURES, Maker, Module};
use crate::process;

/// The program starts when it is imported, so its init has nothing left to do.
const START: &str = "import * as wasm from './translated.js'
import { __wbg_set_wasm } from './prompt_bg.js'
__wbg_set_wasm(wasm)
wasm.__wbindgen_start()
export default async () => {}
";

/// Where wasm2js puts the larger memory in the place of the smaller.
const GROWN: &str = "   buffer = newBuffer;\n";
/// A real memory detaches its old buffer when it grows, and the glue asks exactly that to see that its views are stale;
/// the translation must do it too, or texts are read from the past after the first growth.
const GROWN_AND_DETACHED: &str =
    "   structuredClone(buffer, { transfer: [buffer] });\n   buffer = newBuffer;\n";

/// How wasm2js fills the memory with data.
const DATA: &str = "base64DecodeToExistingUint8Array(bufferView, ";
/// How the shipped module does it.
const FILL: &str = "
function fillWithText(view, at, text) {
  for (let i = 0; i < text.length; i++) view[at + i] = text.charCodeAt(i);
}
";

/// Builds `made` from the cut-down module.
pub(crate) fn build(maker: &Maker, module: &Module, made: &Path) -> Result<()> {
    let translated = module.folder.join("translated.js");
    let script = translate(maker, module, &translated)?;
    fs::write(&translated, data_as_text(&detach_on_growth(&script)?)?)?;
    let entry = module.folder.join("plain.js");
    fs::write(&entry, format!("{START}export {{ {} }} from './prompt_bg.js'\n", module.api.join(", ")))?;
    maker.minify(&entry, made, &["--bundle", "--format=esm"])
}

fn translate(maker: &Maker, module: &Module, translated: &Path) -> Result<String> {
    let lowered = module.folder.join("lowered.wasm");
    let mut lower = maker.command("wasm-opt")?;
    lower.arg(module.optimised()).args(FEATURES).arg("--llvm-nontrapping-fptoint-lowering");
    process::run(lower.arg("-o").arg(&lowered))?;
    let mut wasm2js = maker.command("wasm2js")?;
    process::run(wasm2js.arg("-Os").args(FEATURES).arg(&lowered).arg("-o").arg(translated))?;
    fs::read_to_string(translated).context("wasm2js wrote no script")
}

fn detach_on_growth(script: &str) -> Result<String> {
    let count = script.matches(GROWN).count();
    ensure!(
        count == 1,
        "wasm2js grows memory in {count} places instead of one: its output has changed, look at {GROWN:?}"
    );
    Ok(script.replace(GROWN, GROWN_AND_DETACHED))
}

/// wasm2js writes the wasm's data as base64, which hides from compression that most of it is text. The same bytes as a
/// string of characters below 256 make the whole module 2 kB brotli smaller.
fn data_as_text(script: &str) -> Result<String> {
    let mut pieces = script.split(DATA);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (at, rest) = piece.split_once(", \"").context("wasm2js writes its data in another way")?;
        let (base64, rest) = rest.split_once('"').context("wasm2js writes its data in another way")?;
        let bytes = BASE64_STANDARD.decode(base64).context("wasm2js wrote data that is not base64")?;
        let characters: String = bytes.into_iter().map(char::from).collect();
        text += &format!("fillWithText(bufferView, {at}, {}{rest}", serde_json::to_string(&characters)?);
    }
    Ok(text + FILL)
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
    fn data_becomes_text_of_the_same_bytes() {
        let script = format!("{DATA}1048576, \"aGkK/w==\");\nrest");
        let text = data_as_text(&script).unwrap();
        assert!(text.starts_with("fillWithText(bufferView, 1048576, \"hi\\n\u{ff}\");\nrest"), "{text}");
    }

    #[test]
    fn a_translator_that_grows_memory_otherwise_is_refused() {
        assert!(detach_on_growth("memory = larger;").is_err());
    }
}
