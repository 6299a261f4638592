//! `suara stats FILE`: computes each case of a file of known statistics, so that anyone can check our numbers.

mod cases;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Why a file of cases could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The file cannot be read.
    #[error("{} cannot be read ({source}); give the path of a JSON file of cases, or - for standard input", shown(.path))]
    Read {
        /// The file as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not JSON.
    #[error("{} is not JSON ({source}); mend that place; what is unknown is written null, not NaN", shown(.path))]
    NotJson {
        /// The file as given.
        path: PathBuf,
        /// What the parser said, with line and column.
        source: serde_json::Error,
    },
    /// The file holds JSON, but no groups of cases.
    #[error("{} holds no object; {}", shown(.path), cases::DOCUMENT_LIMIT)]
    NotGroups {
        /// The file as given.
        path: PathBuf,
    },
    /// The result cannot be written.
    #[error("the result could not be written: {0}")]
    Write(#[source] io::Error),
}

/// Computes the cases of the file at `path`, or of standard input for `-`, and writes them as JSON.
///
/// # Errors
///
/// [`StatsError`] if the file cannot be read, is not JSON or holds no groups, or the output cannot be written. A case
/// that cannot be computed is not an error: it says so itself, and the others are computed.
pub(crate) fn run(path: &Path, out: &mut impl Write) -> Result<(), StatsError> {
    let named = || path.to_owned();
    let text = read(path).map_err(|source| StatsError::Read { path: named(), source })?;
    let text = text.trim_start_matches('\u{feff}');
    let document: Value =
        serde_json::from_str(text).map_err(|source| StatsError::NotJson { path: named(), source })?;
    if !document.is_object() {
        return Err(StatsError::NotGroups { path: named() });
    }
    let computed = cases::compute(&document);
    writeln!(out, "{computed:#}").and_then(|()| out.flush()).map_err(StatsError::Write)
}

fn read(path: &Path) -> io::Result<String> {
    if path != Path::new("-") {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(content: &[u8]) -> Result<Value, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.json");
        std::fs::write(&path, content).unwrap();
        let mut out = Vec::new();
        run(&path, &mut out).map_err(|error| error.to_string().replace(&shown(&path), "cases.json"))?;
        Ok(serde_json::from_slice(&out).unwrap())
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = run(Path::new("no/such.json"), &mut Vec::new()).unwrap_err().to_string();
        assert!(error.starts_with("no/such.json cannot be read (No such file"), "{error}");
        assert!(error.ends_with("give the path of a JSON file of cases, or - for standard input"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_json_is_refused_with_the_place() {
        let error = outcome(b"{\"single\": [NaN]}").unwrap_err();
        assert!(error.starts_with("cases.json is not JSON (expected value at line 1 column 13)"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_text_or_holds_no_groups_is_refused() {
        assert!(outcome(b"\xff\xfe").unwrap_err().starts_with("cases.json cannot be read"));
        assert!(outcome(b"[1, 2]").unwrap_err().starts_with("cases.json holds no object"));
    }

    #[test]
    fn results_come_back_as_json_even_after_a_byte_order_mark() {
        let computed =
            outcome("\u{feff}{\"raw_scores\": [{\"input\": {\"scores\": [9, 3]}}]}".as_bytes()).unwrap();
        assert_eq!(computed["raw_scores"][0]["result"]["nps"], serde_json::json!(0.0));
    }
}
