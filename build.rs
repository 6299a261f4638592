//! Makes one small style sheet of `style/tokens.css` and `style/prompt.css`: without comments, needless space and the
//! tokens that the prompt does not use. It travels inside the module, so each byte counts.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=style/tokens.css");
    println!("cargo::rerun-if-changed=style/prompt.css");
    let sheet = fs::read_to_string("style/tokens.css")? + &fs::read_to_string("style/prompt.css")?;
    let folder =
        env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR; run this by cargo"))?;
    let sheet = for_the_shadow(&without_unused_tokens(&squeezed(&without_comments(&sheet))));
    fs::write(Path::new(&folder).join("prompt.css"), sheet)
}

fn without_comments(sheet: &str) -> String {
    let mut kept = String::new();
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        kept += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// One space for any run of white space, none beside braces, semicolons and commas, none after a colon that ends a
/// property's name. A space before a colon may belong to a selector and stays.
fn squeezed(sheet: &str) -> String {
    let mut kept: String = sheet.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["{", "}", ";", ","] {
        kept = kept.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark);
    }
    kept.replace(": ", ":").replace(";}", "}").replace(" !important", "!important")
}

/// `:root` serves pages, and a shadow root has none; what is left without tokens goes too.
fn for_the_shadow(sheet: &str) -> String {
    sheet.replace(";;", ";").replace(":root{}", "").replace(":host{}", "").replace(":root,", "")
}

/// A token may be used by another token only, so this repeats until nothing more falls away.
fn without_unused_tokens(sheet: &str) -> String {
    let mut sheet = sheet.to_owned();
    loop {
        let unused = sheet.split(['{', ';']).find(|part| {
            let name = part.split(':').next().unwrap_or_default();
            name.starts_with("--suara-") && !sheet.contains(&format!("var({name})"))
        });
        let Some(unused) = unused else { return sheet };
        let declaration = unused.split('}').next().unwrap_or_default().to_owned();
        sheet = sheet.replacen(&format!("{declaration};"), "", 1).replacen(&declaration, "", 1);
    }
}
