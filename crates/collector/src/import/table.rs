//! A file as rows with their line numbers, whichever of the formats it has.

mod array;
mod csv;
mod lines;
mod ndjson;
mod unfold;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use encoding_rs::Encoding;

use super::text::Decoded;

/// The formats that are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A header, then a row a record; separated by commas, semicolons or tabs
    Csv,
    /// A JSON object a line, or an array of them
    Ndjson,
}

/// What stands above the answers in CSV.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Heads {
    /// One row of names.
    #[default]
    Names,
    /// Below it, if its first cell is empty, a row with the parts of questions that have several columns.
    Parts,
    /// Below it a row with the questions' words, and one with ids of the tool's own.
    Words,
}

/// Largest record. A comment has at most 12 kB; more means that a quotation mark is missing.
const RECORD_MAX_BYTES: u64 = 1024 * 1024;

/// How much of the start is looked at to tell format and separator.
const SNIFF_BYTES: usize = 64 * 1024;

/// One record.
pub(super) struct Row {
    /// The line of the file that it starts on, from 1; of a JSON array, the record's number.
    pub(super) line: u64,
    /// Its cells in the order of the columns, trimmed; or why it cannot be read.
    pub(super) cells: Result<Vec<String>, String>,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening<'a> {
    pub(super) path: &'a Path,
    pub(super) format: Option<Format>,
    pub(super) encoding: &'static Encoding,
}

/// An open file.
pub(super) enum Table {
    Csv(Box<csv::Csv<Source>>),
    Unfolded(Box<unfold::Unfolded<Source>>),
    Ndjson(ndjson::Ndjson<Source>),
}

pub(super) type Source = Box<dyn BufRead>;

impl Table {
    /// Opens a file and reads its columns. `read` counts the bytes that have been read.
    pub(super) fn open(opening: Opening<'_>, read: &Arc<AtomicU64>) -> io::Result<Self> {
        let (source, first) = source(opening, read)?;
        let format = opening.format.unwrap_or(match first {
            Some(b'{' | b'[') => Format::Ndjson,
            _ => Format::Csv,
        });
        if format == Format::Csv {
            return Self::csv(opening, source);
        }
        let columns = ndjson::columns(unlisted(source, first))?;
        let (source, _) = self::source(opening, &Arc::default())?;
        Ok(Self::Ndjson(ndjson::Ndjson::new(unlisted(source, first), columns)))
    }

    fn csv(opening: Opening<'_>, source: Source) -> io::Result<Self> {
        let (another, _) = self::source(opening, &Arc::default())?;
        let csv = csv::Csv::new(source)?;
        Ok(match unfold::find(csv::Csv::new(another)?)? {
            Some(fold) => Self::Unfolded(Box::new(unfold::Unfolded::new(csv, fold))),
            None => Self::Csv(Box::new(csv)),
        })
    }

    /// Reads what stands between the names and the answers.
    pub(super) fn heads(&mut self, heads: Heads) -> io::Result<()> {
        match self {
            Self::Csv(csv) => csv.heads(heads),
            Self::Unfolded(_) | Self::Ndjson(_) => Ok(()),
        }
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        match self {
            Self::Csv(csv) => csv.columns(),
            Self::Unfolded(unfolded) => unfolded.columns(),
            Self::Ndjson(ndjson) => ndjson.columns(),
        }
    }

    /// The questions' words, where the names are not them.
    pub(super) fn words(&self) -> &[String] {
        match self {
            Self::Csv(csv) => csv.words(),
            Self::Unfolded(unfolded) => unfolded.columns(),
            Self::Ndjson(ndjson) => ndjson.columns(),
        }
    }

    /// The next record, or `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        match self {
            Self::Csv(csv) => csv.next(),
            Self::Unfolded(unfolded) => unfolded.next(),
            Self::Ndjson(ndjson) => ndjson.next(),
        }
    }
}

/// The file as UTF-8, and its first character that is no space.
fn source(opening: Opening<'_>, read: &Arc<AtomicU64>) -> io::Result<(Source, Option<u8>)> {
    let decoded = Decoded::new(File::open(opening.path)?, opening.encoding, Arc::clone(read));
    let mut source = BufReader::with_capacity(SNIFF_BYTES, decoded);
    let first = source.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    Ok((Box::new(source), first))
}

fn unlisted(source: Source, first: Option<u8>) -> Source {
    match first {
        Some(b'[') => Box::new(BufReader::new(array::Items::new(source))),
        _ => source,
    }
}
