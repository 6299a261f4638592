//! A file as rows with their line numbers, whichever of the two formats it has.

mod csv;
mod lines;
mod ndjson;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The formats that are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A header, then a row a record; separated by commas, semicolons or tabs
    Csv,
    /// A JSON object a line
    Ndjson,
}

/// Largest record. A comment has at most 12 kB; more means that a quotation mark is missing.
const RECORD_MAX_BYTES: u64 = 1024 * 1024;

/// How much of the start is looked at to tell format and separator.
const SNIFF_BYTES: usize = 64 * 1024;

/// One record.
pub(super) struct Row {
    /// The line of the file that it starts on, from 1.
    pub(super) line: u64,
    /// Its cells in the order of the columns, trimmed; or why it cannot be read.
    pub(super) cells: Result<Vec<String>, String>,
}

/// An open file.
pub(super) enum Table {
    Csv(csv::Csv<Source>),
    Ndjson(ndjson::Ndjson<Source>),
}

pub(super) type Source = BufReader<File>;

impl Table {
    /// Opens a file and reads its columns.
    pub(super) fn open(path: &Path, format: Option<Format>) -> io::Result<Self> {
        let mut source = BufReader::with_capacity(SNIFF_BYTES, File::open(path)?);
        let start = skip_mark(&mut source)?;
        let is_json = || start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        match format.unwrap_or_else(|| if is_json() { Format::Ndjson } else { Format::Csv }) {
            Format::Csv => csv::Csv::new(source, &start).map(Self::Csv),
            Format::Ndjson => ndjson::Ndjson::new(source).map(Self::Ndjson),
        }
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        match self {
            Self::Csv(csv) => csv.columns(),
            Self::Ndjson(ndjson) => ndjson.columns(),
        }
    }

    /// The next record, or `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        match self {
            Self::Csv(csv) => csv.next(),
            Self::Ndjson(ndjson) => ndjson.next(),
        }
    }
}

/// Skips UTF-8's byte order mark and gives the start of the file.
fn skip_mark(source: &mut Source) -> io::Result<Vec<u8>> {
    let start = source.fill_buf()?.to_vec();
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is in UTF-16; save it as UTF-8"));
    }
    if !start.starts_with("\u{feff}".as_bytes()) {
        return Ok(start);
    }
    source.read_exact(&mut [0; 3])?;
    Ok(start[3..].to_vec())
}
