//! A JSON object a line. What is nested has a column of its own, named by the way to it, such as `meta.url`.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Read};

use serde_json::{Map, Value};

use super::{RECORD_MAX_BYTES, Row};

/// Columns of one file. More means that something other than a name stands where names are.
const COLUMNS_MAX: usize = 2000;

/// How deep names are looked for.
const DEPTH_MAX: usize = 4;

pub(in crate::import) struct Ndjson<R> {
    lines: Lines<R>,
    columns: Vec<String>,
}

/// All names in a file; rows that are no object are refused when their turn comes, but for the first.
pub(super) fn columns(source: impl BufRead) -> io::Result<Vec<String>> {
    let (mut lines, mut columns, mut seen) = (Lines { source, line: 0 }, Vec::new(), BTreeSet::new());
    while let Some((line, bytes)) = lines.next()? {
        match object(&bytes) {
            Ok(object) => {
                let new = names(&object).into_iter().filter(|name| seen.insert(name.clone()));
                columns.extend(new.collect::<Vec<_>>());
            }
            Err(error) if columns.is_empty() => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, format!("its line {line} {error}")));
            }
            Err(_) => {}
        }
        bounded(&columns)?;
    }
    Ok(columns)
}

/// Not more names than a file of answers has.
pub(super) fn bounded(columns: &[String]) -> io::Result<()> {
    if columns.len() <= COLUMNS_MAX {
        return Ok(());
    }
    let reason = format!("it has more than {COLUMNS_MAX} different names; leave out what is no answer");
    Err(io::Error::new(io::ErrorKind::InvalidData, reason))
}

impl<R: BufRead> Ndjson<R> {
    pub(super) fn new(source: R, columns: Vec<String>) -> Self {
        Self { lines: Lines { source, line: 0 }, columns }
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        let Some((line, bytes)) = self.lines.next()? else { return Ok(None) };
        Ok(Some(Row { line, cells: object(&bytes).map(|object| cells(&object, &self.columns)) }))
    }
}

/// What an object holds in each column.
pub(super) fn cells(object: &Map<String, Value>, columns: &[String]) -> Vec<String> {
    columns.iter().map(|column| found(object, column).map_or_else(String::new, text)).collect()
}

struct Lines<R> {
    source: R,
    line: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next line that is not blank.
    fn next(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let count = (&mut self.source).take(RECORD_MAX_BYTES).read_until(b'\n', &mut bytes)?;
            if count == 0 {
                return Ok(None);
            }
            self.line += 1;
            if count as u64 == RECORD_MAX_BYTES && bytes.last() != Some(&b'\n') {
                let reason =
                    format!("its line {} is longer than {RECORD_MAX_BYTES} bytes; split it", self.line);
                return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
            }
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some((self.line, bytes)));
            }
        }
    }
}

/// The value at the end of a way. A name may hold dots itself.
fn found<'a>(object: &'a Map<String, Value>, way: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(way) {
        return Some(value);
    }
    let ends = way.match_indices('.').map(|(end, _)| end);
    ends.filter_map(|end| found(object.get(&way[..end])?.as_object()?, &way[end + 1..])).next()
}

/// The names of all that an object holds, each by the way to it.
pub(super) fn names(object: &Map<String, Value>) -> Vec<String> {
    fn collect(object: &Map<String, Value>, (before, depth): (&str, usize), names: &mut Vec<String>) {
        for (name, value) in object {
            match value {
                Value::Object(inner) if depth < DEPTH_MAX && !inner.is_empty() => {
                    collect(inner, (&format!("{before}{name}."), depth + 1), names);
                }
                _ => names.push(format!("{before}{name}")),
            }
        }
    }
    let mut names = Vec::new();
    collect(object, ("", 1), &mut names);
    names
}

/// A list stays JSON; as a column that is left out it does no harm.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        value => value.to_string(),
    }
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("is not a JSON object ({error}); write one a line"))
}
