//! The loader and the modules that it imports: stamped with what they load, then minified.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha384};

use super::{Maker, tree};

const FOLDER_STAMP: &str = "/* stamp:folder */ './'";
const INTEGRITY_STAMP: &str = "/* stamp:integrity */ ''";
const WORDS_STAMP: &str = "/* stamp:words */ ['en', 'id']";

/// Writes the loader that loads the folder `hash`. It stays a classic script.
pub(super) fn write(maker: &Maker, hash: &str, made: &Path) -> Result<()> {
    let source = stamp(&read(maker, "suara.js")?, FOLDER_STAMP, &format!("'./s/{hash}/'"))?;
    minify(maker, &source, made, &[])
}

/// Writes the loader as a module whose default is a function that does what the script does.
pub(super) fn as_function(maker: &Maker, made: &Path) -> Result<()> {
    let source = format!("export default () => {{\n{}\n}}\n", read(maker, "suara.js")?);
    minify(maker, &source, made, &["--format=esm"])
}

/// Writes the modules that the loader imports into the prompt's folder, which holds the wasm and the locales already.
pub(super) fn companions(maker: &Maker, folder: &Path) -> Result<()> {
    let digest = BASE64_STANDARD.encode(Sha384::digest(fs::read(folder.join("prompt_bg.wasm"))?));
    let source = stamp(&read(maker, "ask.js")?, INTEGRITY_STAMP, &format!("'{digest}'"))?;
    let source = stamp(&source, WORDS_STAMP, &format!("{:?}", locales(folder)?))?;
    minify(maker, &source, &folder.join("ask.js"), &["--format=esm"])?;
    minify(maker, &read(maker, "debug.js")?, &folder.join("debug.js"), &["--format=esm"])
}

/// The languages of the files of words in `folder`.
fn locales(folder: &Path) -> Result<Vec<String>> {
    let names = tree::files(folder)?;
    Ok(names.iter().filter_map(|name| name.strip_suffix(".json")).map(str::to_owned).collect())
}

fn read(maker: &Maker, name: &str) -> Result<String> {
    let path = maker.workspace.root().join("loader").join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

fn minify(maker: &Maker, source: &str, made: &Path, options: &[&str]) -> Result<()> {
    let stamped = maker.target().join("stamped.js");
    fs::write(&stamped, source)?;
    maker.minify(&stamped, made, options)
}

fn stamp(source: &str, mark: &str, value: &str) -> Result<String> {
    let count = source.matches(mark).count();
    ensure!(
        count == 1,
        "a script in loader/ holds the stamp `{mark}` {count} times: it must hold it exactly once"
    );
    Ok(source.replace(mark, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_replaced_with_its_comment() {
        let stamped = stamp("var f = /* stamp:folder */ './';", FOLDER_STAMP, "'./s/ab/'");
        assert_eq!(stamped.unwrap(), "var f = './s/ab/';");
    }

    #[test]
    fn a_missing_stamp_is_refused_by_name() {
        let refused = stamp("var f = './';", FOLDER_STAMP, "'./s/ab/'").unwrap_err();
        assert!(refused.to_string().contains("stamp:folder"), "{refused}");
    }
}
