//! The pure crates read no clock, file, network or environment: their source does not even name them.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::Session;
use crate::dist;

const PURE_SOURCES: [&str; 2] = ["crates/survey/src", "crates/insight/src"];
const FORBIDDEN: [&str; 5] = ["SystemTime", "Instant", "std::fs", "std::net", "std::env"];

pub(super) fn check(session: &Session) -> Result<()> {
    let mut findings = Vec::new();
    for source in PURE_SOURCES {
        findings.extend(in_folder(&session.workspace.root().join(source), source)?);
    }
    if findings.is_empty() {
        return Ok(());
    }
    bail!(
        "the pure crates take time and data as arguments, and these lines do not:\n{}",
        findings.join("\n")
    );
}

fn in_folder(folder: &Path, shown: &str) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for name in dist::files(folder)? {
        let text = fs::read_to_string(folder.join(&name))?;
        findings.extend(in_text(&text).map(|(line, word)| format!("{shown}/{name}:{line}: {word}")));
    }
    Ok(findings)
}

/// Line number and word of each use; comments may name what they promise not to use.
fn in_text(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.flat_map(|(index, line)| {
        FORBIDDEN.into_iter().filter(|word| names(line, word)).map(move |word| (index + 1, word))
    })
}

/// Whether `line` holds `word` by itself: `Instantiate` is no clock.
fn names(line: &str, word: &str) -> bool {
    let inside = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        !inside(line[..at].chars().next_back()) && !inside(line[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_code_is_found_by_line() {
        let found: Vec<_> =
            in_text("use std::time::Duration;\nlet now = std::time::Instant::now();").collect();
        assert_eq!(found, [(2, "Instant")]);
    }

    #[test]
    fn comments_and_longer_names_are_no_use_of_a_clock() {
        assert_eq!(in_text("/// Never reads `SystemTime`.\nstruct Instantiated;").count(), 0);
    }
}
