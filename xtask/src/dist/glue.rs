//! The gate on shipped scripts: what a page under Trusted Types or a strict policy refuses must not be in them.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::tree;

/// `innerHTML` comes from wholly static parts of a Leptos view; the others turn text into code.
const FORBIDDEN: [&str; 3] = ["innerHTML", "eval(", "Function("];
/// wasm-bindgen prints a function as the text `Function(${name})`; as code, what follows the bracket would not parse.
const TEMPLATE: &str = "${";
/// How much of the script around a finding is shown, on each side.
const CONTEXT_CHARS: usize = 60;

/// Fails, with file and context, when a script under `folder` holds a forbidden word.
pub(crate) fn check(folder: &Path) -> Result<()> {
    let mut findings = Vec::new();
    for name in tree::files(folder)? {
        if name.ends_with(".js") {
            let script = String::from_utf8_lossy(&fs::read(folder.join(&name))?).into_owned();
            findings.extend(find(&script).map(|context| format!("{name}: …{context}…")));
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    bail!(
        "strict pages refuse innerHTML, eval and Function, and shipped scripts hold them:\n{}",
        findings.join("\n")
    );
}

fn find(script: &str) -> impl Iterator<Item = String> {
    let hits = FORBIDDEN.iter().flat_map(|word| script.match_indices(word));
    let whole = hits.filter(|(at, _)| !script[..*at].chars().next_back().is_some_and(continues_a_name));
    let code = whole.filter(|(at, word)| !script[at + word.len()..].starts_with(TEMPLATE));
    code.map(|(at, word)| {
        let before: Vec<char> = script[..at].chars().rev().take(CONTEXT_CHARS).collect();
        let after = script[at + word.len()..].chars().take(CONTEXT_CHARS);
        before.into_iter().rev().chain(word.chars()).chain(after).collect()
    })
}

/// `retrieval(` is not `eval(`.
fn continues_a_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_a_strict_page_refuses_are_found_with_their_context() {
        let found: Vec<_> = find("a.innerHTML=b;new Function('x');window.eval('y')").collect();
        assert_eq!(found.len(), 3);
        assert!(found[0].starts_with("a.innerHTML=b"));
    }

    #[test]
    fn longer_names_that_end_alike_are_left_alone() {
        assert_eq!(find("isFunction(x);retrieval(x);function (){}").count(), 0);
    }

    #[test]
    fn the_text_that_prints_a_function_is_not_a_call() {
        assert_eq!(find("`Function(${name})`").count(), 0);
    }
}
