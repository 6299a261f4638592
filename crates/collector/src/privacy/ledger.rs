//! The ledger of what was erased, as a file beside the database: a survey and an id a line. A backup from before an
//! erasure does not know of it, so whoever restores one reads this first.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::store::Erased;

/// Its name in the data directory.
pub(crate) const FILE: &str = "erased.ndjson";

#[derive(Deserialize, Serialize)]
struct Line {
    survey: String,
    key: String,
    at_ms: i64,
}

/// Writes all of it anew. That it cannot be written does not undo an erasure; the database knows, too.
pub(super) fn write(data: &Path, erased: &[Erased]) {
    if let Err(error) = try_write(data, erased) {
        tracing::error!(%error, "{FILE} could not be written; a restored backup will not know of the last erasure");
    }
}

fn try_write(data: &Path, erased: &[Erased]) -> io::Result<()> {
    let (path, part) = (data.join(FILE), data.join(format!("{FILE}.part")));
    let mut lines = String::new();
    for Erased { survey, key, at_ms } in erased {
        let line = Line { survey: survey.clone(), key: hex(key), at_ms: *at_ms };
        lines += &serde_json::to_string(&line)?;
        lines.push('\n');
    }
    let mut file = File::create(&part)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(part, path)
}

/// Reads a ledger; none where there is no file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<Erased>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a key is not 32 hexadecimal digits");
    let erased = |line: &str| {
        let Line { survey, key, at_ms } = serde_json::from_str(line)?;
        Ok(Erased { survey, key: unhex(&key).ok_or_else(wrong)?, at_ms })
    };
    text.lines().map(erased).collect()
}

fn hex(key: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*key))
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
    Some(number.to_be_bytes())
}
