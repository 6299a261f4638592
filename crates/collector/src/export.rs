//! All answers to a survey as a file: CSV for spreadsheets, NDJSON for programs.

use std::borrow::Cow;
use std::io::{self, Write};

use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;
use suara_survey::Class;

use crate::store::{Listed, Store, stage_name};

/// The formats that are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For spreadsheets; a leading ' keeps them from running a cell as a formula
    Csv,
    /// A JSON object a line, every text as it was given
    Ndjson,
}

/// A row, in the order of its columns.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    survey: &'a str,
    version: u32,
    stage: &'static str,
    at: String,
    score: Option<u8>,
    class: Option<&'static str>,
    comment: Option<&'a str>,
    locale: &'a str,
    page: &'a str,
}

impl<'a> Row<'a> {
    fn new(answer: &'a Listed) -> Self {
        Self {
            id: answer.id.to_string(),
            survey: &answer.survey,
            version: answer.version,
            stage: stage_name(answer.stage),
            at: Timestamp::from_millisecond(answer.at_ms).unwrap_or_default().to_string(),
            score: answer.score.map(suara_survey::Score::get),
            class: answer.score.map(|score| class_name(score.class())),
            comment: answer.comment.as_deref(),
            locale: &answer.locale,
            page: &answer.page,
        }
    }
}

/// Where rows go.
enum Sheet<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Ndjson(W),
}

impl<W: Write> Sheet<W> {
    fn new(format: Format, out: W) -> io::Result<Self> {
        if format == Format::Ndjson {
            return Ok(Self::Ndjson(out));
        }
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record([
            "id", "survey", "version", "stage", "at", "score", "class", "comment", "locale", "page",
        ])?;
        Ok(Self::Csv(Box::new(writer)))
    }

    fn write(&mut self, row: &Row) -> io::Result<()> {
        match self {
            Self::Csv(writer) => Ok(writer.write_record([
                row.id.as_str(),
                row.survey,
                &row.version.to_string(),
                row.stage,
                &row.at,
                &row.score.map(|score| score.to_string()).unwrap_or_default(),
                row.class.unwrap_or_default(),
                &harmless(row.comment.unwrap_or_default()),
                &harmless(row.locale),
                &harmless(row.page),
            ])?),
            Self::Ndjson(out) => {
                serde_json::to_writer(&mut *out, row)?;
                out.write_all(b"\n")
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.flush(),
            Self::Ndjson(out) => out.flush(),
        }
    }
}

/// Writes the answers, oldest first, and says how many there were.
pub(crate) async fn run(
    store: &Store,
    survey: &str,
    format: Format,
    out: impl Write,
) -> Result<u64, crate::Error> {
    let mut sheet = Sheet::new(format, out).map_err(crate::Error::Output)?;
    let mut answers = store.list(survey);
    let mut count = 0;
    while let Some(answer) = answers.try_next().await? {
        sheet.write(&Row::new(&answer)).map_err(crate::Error::Output)?;
        count += 1;
    }
    sheet.flush().map_err(crate::Error::Output)?;
    Ok(count)
}

/// Spreadsheets run a cell that starts with one of these as a formula, and a visitor could write one to the owner. A
/// quotation mark in front stops that. Where one stands there already, another is added, so that [`original`] is exact.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    match is_formula(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Undoes [`harmless`].
pub(crate) fn original(text: &str) -> &str {
    text.strip_prefix('\'').filter(|_| is_formula(text)).unwrap_or(text)
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0'])
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Promoter => "promoter",
        Class::Passive => "passive",
        Class::Detractor => "detractor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_starts_a_formula_and_every_cell_comes_back() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "''=x", "'x", "x=1", "", "'"] {
            let cell = harmless(text);
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{text:?}");
            assert_eq!(original(&cell), text);
        }
    }
}
