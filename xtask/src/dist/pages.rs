//! The two pages that Trunk made, without what is replaced by better.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::{Maker, tree};

/// What ships in another form: the stamped loader, and the prompt in its hashed folder.
const REPLACED: [&str; 3] = ["suara.js", "prompt.js", "prompt_bg.wasm"];

/// The demo page and its files.
pub(super) fn demo(trunk: &Path, made: &Path) -> Result<()> {
    for name in tree::files(trunk)? {
        if !REPLACED.contains(&name.as_str()) {
            tree::copy(&trunk.join(&name), &made.join(&name))?;
        }
    }
    ensure!(made.join("index.html").is_file(), "Trunk made no index.html for the demo page");
    Ok(())
}

/// The admin page, and its files in a folder named by their bytes, so that only the page is ever asked for anew.
pub(super) fn admin(maker: &Maker, trunk: &Path, made: &Path) -> Result<()> {
    let scratch = made.join("next");
    fs::create_dir_all(&scratch)?;
    let names: Vec<_> = tree::files(trunk)?.into_iter().filter(|name| name != "index.html").collect();
    for name in &names {
        match name.strip_suffix(".js") {
            Some(_) => maker.minify(&trunk.join(name), &scratch.join(name), &["--format=esm"])?,
            None => tree::copy(&trunk.join(name), &scratch.join(name))?,
        }
    }
    let hash = tree::hash(&scratch)?;
    fs::rename(&scratch, made.join(&hash))?;
    let page =
        fs::read_to_string(trunk.join("index.html")).context("Trunk made no index.html for the admin")?;
    fs::write(made.join("index.html"), rewrite(&page, &names, &hash)?)?;
    Ok(())
}

/// Points every reference to one of `names` into the folder `hash`.
fn rewrite(page: &str, names: &[String], hash: &str) -> Result<String> {
    let mut page = page.to_owned();
    for name in names {
        page = page.replace(&format!("/admin/{name}"), &format!("/admin/{hash}/{name}"));
    }
    if page.contains("integrity=") {
        bail!(
            "the admin page holds an integrity attribute, which minifying breaks: set no_sri = true in its Trunk.toml"
        );
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_the_admin_page_move_into_the_hashed_folder() {
        let page = "<link href=/admin/a.css><script>import('/admin/a.js')</script><a href=/admin/>";
        let names = ["a.css".to_owned(), "a.js".to_owned()];
        let expected = "<link href=/admin/ff/a.css><script>import('/admin/ff/a.js')</script><a href=/admin/>";
        assert_eq!(rewrite(page, &names, "ff").unwrap(), expected);
    }
}
