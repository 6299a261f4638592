//! A row as it stands in a file, and the two kinds of file that have rows.

use std::collections::BTreeMap;
use std::io::{self, Write};

use axum::body::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use suara_survey::Class;
use suara_survey::wire::Given;

use super::column::{self, Column};
use super::{Format, harmless};
use crate::store::{Listed, stage_name};

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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<&'static str>,
    /// Only where there is more than the score and the comment say.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<&'a [Given]>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: &'a BTreeMap<String, String>,
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
            marks: answer.marks.names().collect(),
            answers: says_more(answer).then_some(&answer.given),
            fields: &answer.fields,
        }
    }
}

/// Whether something was given that is neither the score nor the comment.
fn says_more(answer: &Listed) -> bool {
    let is_said = |given: &Given| {
        let said = Given {
            question: given.question.clone(),
            text: given.text.clone(),
            score: given.score.filter(|score| answer.score.is_some_and(|said| said.get() == *score)),
            comment: given.comment.clone().filter(|comment| answer.comment.as_ref() == Some(comment)),
            ..Given::default()
        };
        said == *given
    };
    !answer.given.iter().all(is_said)
}

/// Where rows go.
pub(crate) enum Sheet<W: Write> {
    Csv(Box<csv::Writer<W>>, Vec<Column>),
    Ndjson(W),
}

impl<W: Write> Sheet<W> {
    /// Begins a file; `definitions` are all surveys, of which the columns are made.
    pub(crate) fn new(format: Format, definitions: &[String], survey: &str, out: W) -> io::Result<Self> {
        if format == Format::Ndjson {
            return Ok(Self::Ndjson(out));
        }
        let columns = column::all(definitions, survey);
        let mut writer = csv_writer(out);
        let fixed = [
            "id", "survey", "version", "stage", "at", "score", "class", "comment", "locale", "page", "marks",
        ];
        let names: Vec<String> = columns.iter().map(Column::name).collect();
        writer.write_record(fixed.into_iter().chain(names.iter().map(String::as_str)))?;
        Ok(Self::Csv(Box::new(writer), columns))
    }

    /// Adds a row.
    pub(crate) fn write(&mut self, answer: &Listed) -> io::Result<()> {
        let row = &Row::new(answer);
        match self {
            Self::Csv(writer, columns) => {
                for cell in [
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
                    &row.marks.join(" "),
                ] {
                    writer.write_field(cell)?;
                }
                for column in columns {
                    writer.write_field(harmless(&column.cell(answer)).as_bytes())?;
                }
                Ok(writer.write_record(None::<&[u8]>)?)
            }
            Self::Ndjson(out) => {
                serde_json::to_writer(&mut *out, row)?;
                out.write_all(b"\n")
            }
        }
    }

    /// Hands on what is held back.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Csv(writer, _) => writer.flush(),
            Self::Ndjson(out) => out.flush(),
        }
    }
}

impl Sheet<Vec<u8>> {
    /// What has been written since the last time.
    pub(crate) fn take(&mut self) -> io::Result<Bytes> {
        match self {
            Self::Csv(full, _) => {
                let full = std::mem::replace(full, Box::new(csv_writer(Vec::new())));
                Ok(full.into_inner().map_err(csv::IntoInnerError::into_error)?.into())
            }
            Self::Ndjson(out) => Ok(std::mem::take(out).into()),
        }
    }
}

/// RFC 4180, so with CRLF.
fn csv_writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out)
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Promoter => "promoter",
        Class::Passive => "passive",
        Class::Detractor => "detractor",
    }
}
