//! The npm package's files, in the form that bundlers read: `packages/npm/dist`.
//!
//! Bundlers rename what they emit, so the loader is handed a table of functions, one a file, in place of a folder. Words
//! and the style sheet are modules, because bundlers turn small files into `data:` addresses, which strict policies do
//! not let be fetched, and put style sheets into the app's own.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::{Maker, loader, tree};

const HEAD: &str =
    "// Each file that is loaded late, by its name. Made by `cargo xtask dist`.\nexport default {\n";

/// Makes the package of the prompt's `folder`, which holds everything that is loaded late.
pub(super) fn write(maker: &Maker, folder: &Path) -> Result<()> {
    let root = maker.workspace.root();
    let package = root.join("packages").join("npm");
    let made = package.join("dist");
    tree::clear(&made)?;
    for name in ["index.js", "index.d.ts"] {
        tree::copy(&package.join("src").join(name), &made.join(name))?;
    }
    tree::copy(&root.join("loader").join("suara.d.ts"), &made.join("suara.d.ts"))?;
    for name in tree::files(&root.join("crates/survey/surveys"))? {
        tree::copy(&root.join("crates/survey/surveys").join(&name), &made.join("surveys").join(&name))?;
    }
    loader::as_function(maker, &made.join("loader.js"))?;
    fs::write(made.join("files.js"), carry(folder, &made.join("s"))?).context("cannot write files.js")
}

/// Copies what is loaded late, and gives the module that opens each by its name.
fn carry(folder: &Path, made: &Path) -> Result<String> {
    fs::create_dir_all(made)?;
    let mut table = HEAD.to_owned();
    for name in tree::files(folder)? {
        writeln!(table, "  '{name}': () => {},", opened(&name)?)?;
        match as_module(&name) {
            Some(module) => {
                let text = serde_json::to_string(&fs::read_to_string(folder.join(&name))?)?;
                fs::write(made.join(module), format!("export default {text}\n"))?;
            }
            None => tree::copy(&folder.join(&name), &made.join(&name))?,
        }
    }
    table.push_str("}\n");
    Ok(table)
}

/// The name of the module that a text becomes.
fn as_module(name: &str) -> Option<String> {
    match name.rsplit_once('.')? {
        (locale, "json") => Some(format!("{locale}.words.js")),
        (sheet, "css") => Some(format!("{sheet}.sheet.js")),
        _ => None,
    }
}

/// The expression that opens a file; bundlers find the file in it.
fn opened(name: &str) -> Result<String> {
    if let Some(module) = as_module(name) {
        return Ok(format!("import('./s/{module}').then(text => text.default)"));
    }
    match name.rsplit_once('.') {
        Some((_, "js")) => Ok(format!("import('./s/{name}')")),
        Some((_, "wasm")) => Ok(format!("fetch(new URL('./s/{name}', import.meta.url))")),
        _ => {
            bail!("{name} is neither script nor wasm nor text: say in xtask/src/dist/npm.rs how it is opened")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_file_is_opened_in_its_own_way() {
        assert_eq!(opened("ask.js").unwrap(), "import('./s/ask.js')");
        assert_eq!(opened("a.wasm").unwrap(), "fetch(new URL('./s/a.wasm', import.meta.url))");
        assert_eq!(opened("en.json").unwrap(), "import('./s/en.words.js').then(text => text.default)");
        assert_eq!(opened("a.css").unwrap(), "import('./s/a.sheet.js').then(text => text.default)");
    }

    #[test]
    fn a_file_of_an_unknown_kind_is_refused_by_name() {
        let refused = opened("logo.png").unwrap_err();
        assert!(refused.to_string().contains("logo.png"), "{refused}");
    }
}
