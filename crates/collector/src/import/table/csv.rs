//! CSV as it is found: with a mark at the start or not, any of three separators, lines inside quoted cells.

use std::cell::RefCell;
use std::io::{self, BufRead};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::lines::{Lines, Seen};
use super::{Heads, RECORD_MAX_BYTES, Row};
use crate::export::original;

pub(in crate::import) struct Csv<R> {
    reader: Reader<Lines<R>>,
    seen: Rc<RefCell<Seen>>,
    columns: Vec<String>,
    words: Vec<String>,
    /// A row that was taken for a head and is none.
    waiting: Option<Row>,
    record: ByteRecord,
}

impl<R: BufRead> Csv<R> {
    /// Reads the header.
    pub(super) fn new(mut source: R) -> io::Result<Self> {
        let separator = separator(source.fill_buf()?);
        let (lines, seen) = Lines::new(source, RECORD_MAX_BYTES);
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(lines);
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record)?;
        let columns = cells(&record)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("its header {error}")))?;
        Ok(Self { reader, seen, words: columns.clone(), columns, waiting: None, record })
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The questions' words; where a file has no row for them, the names.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Reads the heads below the names, as far as they are there.
    pub(super) fn heads(&mut self, heads: Heads) -> io::Result<()> {
        match heads {
            Heads::Names => {}
            Heads::Parts => self.parts()?,
            Heads::Words => self.questions()?,
        }
        Ok(())
    }

    /// Below the names the questions' words, below these the ids; whoever has opened the file may have deleted either.
    fn questions(&mut self) -> io::Result<()> {
        for _ in 0..2 {
            let Some(row) = self.next()? else { return Ok(()) };
            match row.cells.as_deref() {
                Ok(cells) if cells.iter().any(|cell| cell.contains("ImportId")) => return Ok(()),
                // An answer begins with its date.
                Ok([first, ..]) if !first.starts_with(|sign: char| sign.is_ascii_digit()) => {
                    self.words = row.cells.unwrap_or_default();
                }
                _ => {
                    self.waiting = Some(row);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// A question with several columns has its words above the first of them only.
    fn parts(&mut self) -> io::Result<()> {
        let Some(row) = self.next()? else { return Ok(()) };
        let Some(parts) = row.cells.as_ref().ok().filter(|cells| cells.first().is_some_and(String::is_empty))
        else {
            self.waiting = Some(row);
            return Ok(());
        };
        let mut question = String::new();
        for (column, part) in self.columns.iter_mut().zip(parts) {
            if !column.is_empty() {
                question.clone_from(column);
            }
            *column = match part.as_str() {
                "" | "Response" | "Open-Ended Response" => question.clone(),
                part => format!("{question} - {part}"),
            };
        }
        self.words.clone_from(&self.columns);
        Ok(())
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        if let Some(row) = self.waiting.take() {
            return Ok(Some(row));
        }
        self.seen.borrow_mut().begin(self.reader.position().byte());
        if !self.reader.read_byte_record(&mut self.record)? {
            return Ok(None);
        }
        let line = self.seen.borrow().line();
        let (given, expected) = (self.record.len(), self.columns.len());
        let cells = match given == expected {
            true => cells(&self.record),
            false => Err(format!(
                "has {given} cells, but the header has {expected}; quote cells that hold a separator"
            )),
        };
        Ok(Some(Row { line, cells }))
    }
}

fn cells(record: &ByteRecord) -> Result<Vec<String>, String> {
    // Our export, like others, marks cells that a spreadsheet would run.
    let cells =
        record.iter().map(|cell| std::str::from_utf8(cell).map(|cell| original(cell.trim()).into_owned()));
    cells.collect::<Result<_, _>>().map_err(|_| "is not in UTF-8; save the file as UTF-8".to_owned())
}

/// The one of the three that the header has most of, outside quotation marks.
fn separator(start: &[u8]) -> u8 {
    let (mut counts, mut is_quoted) = ([(b',', 0), (b';', 0), (b'\t', 0)], false);
    for byte in start {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(separator, _)| separator == byte)
                .for_each(|(_, count)| *count += 1),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<(u64, Option<Vec<String>>)> {
        let mut csv = Csv::new(text).unwrap();
        std::iter::from_fn(|| csv.next().unwrap()).map(|row| (row.line, row.cells.ok())).collect()
    }

    #[test]
    fn lines_are_those_of_the_file_whatever_stands_between() {
        for newline in ["\n", "\r\n"] {
            let text = "score,comment\n9,a\n\n\n8,\"b\n\nc\"\n7,d\n\n6,e".replace('\n', newline);
            let lines: Vec<u64> = rows(text.as_bytes()).into_iter().map(|(line, _)| line).collect();
            assert_eq!(lines, [2, 5, 8, 10], "{newline:?}");
        }
    }

    #[test]
    fn each_separator_is_recognised() {
        for separator in [",", ";", "\t"] {
            let text = "score|\"a, b; c\"\n9|x".replace('|', separator);
            assert_eq!(
                rows(text.as_bytes()),
                [(2, Some(vec!["9".to_owned(), "x".to_owned()]))],
                "{separator:?}"
            );
        }
    }

    #[test]
    fn a_row_of_other_length_or_encoding_is_refused_alone() {
        let rows = rows(b"score,comment\n9\n8,\xe9\n7,fine\n");
        assert_eq!(
            rows.iter().map(|(line, cells)| (*line, cells.is_some())).collect::<Vec<_>>(),
            [(2, false), (3, false), (4, true)]
        );
    }

    #[test]
    fn a_missing_quotation_mark_does_not_fill_the_memory() {
        let text = [b"score,comment\n9,\"".as_slice(), &vec![b'x'; 3 << 20]].concat();
        let error = Csv::new(&text[..]).unwrap().next().err().unwrap();
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
