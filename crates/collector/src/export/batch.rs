//! Answers as columns for data frames: batches of an Arrow stream. The names and types of the columns are a promise, like
//! the wire format; docs/export.md lists them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{
    ListBuilder, StringBuilder, StringDictionaryBuilder, StructBuilder, TimestampMillisecondBuilder,
    UInt8Builder,
};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_ipc::writer::StreamEncoder;
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use axum::body::Bytes;
use suara_survey::wire::{Given, Stage};

use crate::store::{Kept, Span, StoreError, stage_code, stage_name};

/// Whose eyes the columns are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum View {
    /// No words of visitors, no addresses, nothing that a page said of them.
    Closed,
    /// Everything.
    Whole,
}

/// The stages in the order of their codes.
const STAGES: [Stage; 4] = [Stage::Shown, Stage::Dismissed, Stage::Partial, Stage::Complete];

/// Makes batches of pages, and bytes of batches.
pub(crate) struct Batches {
    view: View,
    schema: SchemaRef,
    encoder: StreamEncoder,
    survey: ArrayRef,
    stages: ArrayRef,
}

impl Batches {
    /// Begins a stream. Its metadata say which changes it covers, so that a reader knows where to go on.
    pub(crate) fn new(survey: &str, view: View, span: Span) -> Result<Self, ArrowError> {
        let metadata = HashMap::from([
            ("suara.after".to_owned(), span.after.to_string()),
            ("suara.change".to_owned(), span.until.to_string()),
        ]);
        let schema = Arc::new(Schema::new_with_metadata(fields(view), metadata));
        Ok(Self {
            view,
            encoder: StreamEncoder::try_new(&schema)?,
            schema,
            survey: Arc::new(StringArray::from(vec![survey])),
            stages: Arc::new(StringArray::from_iter_values(STAGES.map(stage_name))),
        })
    }

    /// The bytes of one page.
    pub(crate) fn encode(&mut self, page: &[Kept]) -> Result<Vec<Bytes>, StoreError> {
        let columns = self.columns(page)?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| unfit(&error))?;
        Ok(self
            .encoder
            .encode(&batch)
            .map_err(|error| unfit(&error))?
            .into_iter()
            .map(Bytes::from_owner)
            .collect())
    }

    /// The end of the stream: without it a reader knows that something is missing.
    pub(crate) fn end(self) -> Result<Vec<Bytes>, StoreError> {
        Ok(self.encoder.finish().map_err(|error| unfit(&error))?.into_iter().map(Bytes::from_owner).collect())
    }

    fn columns(&self, page: &[Kept]) -> Result<Vec<ArrayRef>, StoreError> {
        let given = page.iter().map(Kept::given).collect::<Result<Vec<_>, _>>()?;
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(UInt64Array::from_iter_values(page.iter().map(|row| row.change))),
            Arc::new(StringArray::from_iter_values(page.iter().map(|row| row.id.to_string()))),
            Arc::new(UInt16Array::from_iter_values(page.iter().map(|row| narrow(row.snapshot)))),
            known(&self.survey, page.iter().map(|_| 0))?,
            Arc::new(UInt32Array::from_iter_values(page.iter().map(|row| row.version))),
            known(&self.stages, page.iter().map(|row| stage_code(row.stage)))?,
            times(page.iter().map(|row| row.at_ms)),
            times(page.iter().map(|row| row.received_ms)),
            Arc::new(scores(page)),
            seen(page.iter().map(|row| row.locale.as_str()))?,
            seen(page.iter().map(|row| row.page.as_str()))?,
            ratings(&given),
            choices(&given),
            marks(page),
        ];
        if self.view == View::Whole {
            columns.extend([
                texts(page.iter().map(|row| row.comment.as_deref())),
                texts(page.iter().map(|row| Some(row.given.as_str()))),
                texts(page.iter().map(|row| row.fields.as_deref())),
            ]);
        }
        Ok(columns)
    }
}

fn fields(view: View) -> Vec<Field> {
    let repeated = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let time = || DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let list = |fields| DataType::List(Arc::new(Field::new("item", DataType::Struct(fields), false)));
    let mut fields = vec![
        Field::new("change", DataType::UInt64, false),
        Field::new("id", DataType::Utf8, false),
        Field::new("snapshot", DataType::UInt16, false),
        Field::new("survey", repeated(), false),
        Field::new("version", DataType::UInt32, false),
        Field::new("stage", repeated(), false),
        Field::new("at", time(), false),
        Field::new("received", time(), false),
        Field::new("score", DataType::UInt8, true),
        Field::new("locale", repeated(), false),
        Field::new("page", repeated(), false),
        Field::new("ratings", list(rating_fields()), false),
        Field::new("choices", list(choice_fields()), false),
        Field::new("marks", DataType::List(mark_field()), false),
    ];
    if view == View::Whole {
        fields.extend([
            Field::new("comment", DataType::Utf8, true),
            Field::new("answers", DataType::Utf8, false),
            Field::new("fields", DataType::Utf8, true),
        ]);
    }
    fields
}

fn mark_field() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Utf8, false))
}

fn rating_fields() -> Fields {
    Fields::from(vec![
        Field::new("question", DataType::Utf8, false),
        Field::new("item", DataType::Utf8, true),
        Field::new("rating", DataType::UInt8, true),
    ])
}

fn choice_fields() -> Fields {
    Fields::from(vec![
        Field::new("question", DataType::Utf8, false),
        Field::new("choice", DataType::Utf8, false),
    ])
}

/// A column of few texts that are known beforehand, by their places among them.
fn known(texts: &ArrayRef, places: impl Iterator<Item = i64>) -> Result<ArrayRef, StoreError> {
    let keys = Int32Array::from_iter_values(places.map(|place| i32::try_from(place).unwrap_or(0)));
    Ok(Arc::new(DictionaryArray::try_new(keys, Arc::clone(texts)).map_err(|error| unfit(&error))?))
}

/// A column of texts that come again and again; which they are differs from batch to batch, so that their number is bound.
fn seen<'a>(texts: impl Iterator<Item = &'a str>) -> Result<ArrayRef, StoreError> {
    let mut column = StringDictionaryBuilder::<Int32Type>::new();
    for text in texts {
        column.append(text).map_err(|error| unfit(&error))?;
    }
    Ok(Arc::new(column.finish()))
}

fn times(times_ms: impl Iterator<Item = i64>) -> ArrayRef {
    let mut column = TimestampMillisecondBuilder::new().with_timezone("UTC");
    times_ms.for_each(|time_ms| column.append_value(time_ms));
    Arc::new(column.finish())
}

fn scores(page: &[Kept]) -> arrow_array::UInt8Array {
    page.iter().map(|row| row.score.map(suara_survey::Score::get)).collect()
}

fn texts<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(texts.collect::<StringArray>())
}

/// What was rated: of a question that is one rating, that; of one with attributes, each of them.
fn ratings(given: &[Vec<Given>]) -> ArrayRef {
    let row = StructBuilder::from_fields(rating_fields(), given.len());
    let mut column =
        ListBuilder::new(row).with_field(Field::new("item", DataType::Struct(rating_fields()), false));
    for given in given {
        for answer in given {
            if let Some(rating) = answer.rating {
                add_rating(column.values(), &answer.question, (None, Some(rating)));
            }
            for (item, rating) in &answer.ratings {
                add_rating(column.values(), &answer.question, (Some(item), *rating));
            }
        }
        column.append(true);
    }
    Arc::new(column.finish())
}

fn add_rating(row: &mut StructBuilder, question: &str, (item, rating): (Option<&str>, Option<u8>)) {
    if let Some(column) = row.field_builder::<StringBuilder>(0) {
        column.append_value(question);
    }
    if let Some(column) = row.field_builder::<StringBuilder>(1) {
        column.append_option(item);
    }
    if let Some(column) = row.field_builder::<UInt8Builder>(2) {
        column.append_option(rating);
    }
    row.append(true);
}

/// What was chosen, by the ids of the choices.
fn choices(given: &[Vec<Given>]) -> ArrayRef {
    let row = StructBuilder::from_fields(choice_fields(), given.len());
    let mut column =
        ListBuilder::new(row).with_field(Field::new("item", DataType::Struct(choice_fields()), false));
    for given in given {
        for (question, choice) in given
            .iter()
            .flat_map(|answer| answer.choices.iter().map(move |choice| (&answer.question, choice)))
        {
            for (place, text) in [question, choice].into_iter().enumerate() {
                if let Some(column) = column.values().field_builder::<StringBuilder>(place) {
                    column.append_value(text);
                }
            }
            column.values().append(true);
        }
        column.append(true);
    }
    Arc::new(column.finish())
}

/// What is odd about each, by name.
fn marks(page: &[Kept]) -> ArrayRef {
    let mut column = ListBuilder::new(StringBuilder::new()).with_field(mark_field());
    for row in page {
        row.marks.names().for_each(|name| column.values().append_value(name));
        column.append(true);
    }
    Arc::new(column.finish())
}

/// The checks let no number above 1,000 pass.
fn narrow(snapshot: u32) -> u16 {
    u16::try_from(snapshot).unwrap_or(u16::MAX)
}

fn unfit(error: &ArrowError) -> StoreError {
    StoreError::Foreign(format!("a row that no column takes ({error})"))
}
