//! The loader: stamped with the folder and the digest of the prompt that it loads, then minified.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha384};

use super::{Maker, Version};

const FOLDER_STAMP: &str = "/* stamp:folder */ './'";
const INTEGRITY_STAMP: &str = "/* stamp:integrity */ ''";

/// Writes the loader that loads `version`. It stays a classic script.
pub(super) fn write(maker: &Maker, version: &Version, made: &Path) -> Result<()> {
    let path = maker.workspace.root().join("loader").join("suara.js");
    let source = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let digest = BASE64_STANDARD.encode(Sha384::digest(fs::read(&version.wasm)?));
    let source = stamp(&source, FOLDER_STAMP, &format!("'./s/{}/'", version.hash))?;
    let source = stamp(&source, INTEGRITY_STAMP, &format!("'sha384-{digest}'"))?;
    let stamped = maker.target().join("suara.js");
    fs::write(&stamped, source)?;
    maker.minify(&stamped, made, &[])
}

fn stamp(source: &str, mark: &str, value: &str) -> Result<String> {
    let count = source.matches(mark).count();
    ensure!(
        count == 1,
        "loader/suara.js holds the stamp `{mark}` {count} times: it must hold it exactly once"
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
