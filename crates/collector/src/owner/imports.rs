//! A file of answers from elsewhere, sent by an analyst: kept beside the database while it is read, then reported on row by
//! row.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path as Segment, Query, State};
use axum::{Extension, Json};
use clap::ValueEnum;
use futures_util::StreamExt;
use serde::Deserialize;
use suara_survey::wire::{ImportColumn, ImportRefusal, ImportReport};

use crate::account::{Secret, Signed};
use crate::app::App;
use crate::error::Error;
use crate::fault::Fault;
use crate::import::{Field, Import, ImportError, Listener, Summary, Wish, Wishes};
use crate::surveys::Published;

/// A million answers with comments have some 200 MB; larger files are for `suara import`.
const FILE_MAX_BYTES: usize = 256 * 1024 * 1024;

/// Between two pieces of the file.
const PIECE_TIME: Duration = Duration::from_secs(15);

/// Refused rows that are named in a report; the others are counted.
const REFUSALS_MAX: usize = 1000;

/// How the names of these files begin.
const PREFIX: &str = "upload-";

/// What is said about the file; each field may name its column.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ImportQuery {
    preset: Option<String>,
    format: Option<String>,
    dates: Option<String>,
    zone: Option<String>,
    score: Option<String>,
    date: Option<String>,
    comment: Option<String>,
    #[serde(rename = "row")]
    id: Option<String>,
    stage: Option<String>,
    locale: Option<String>,
    page: Option<String>,
}

/// Takes a file, and says what became of its rows.
pub(crate) async fn take(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Segment(id): Segment<String>,
    query: Result<Query<ImportQuery>, QueryRejection>,
    body: Body,
) -> Result<Json<ImportReport>, Fault> {
    let survey = app.surveys.newest(&id).ok_or_else(|| {
        Fault::Missing("there is no published survey under this id; choose one from the list".to_owned())
    })?;
    let Query(query) = query.map_err(|error| Fault::Malformed(error.body_text()))?;
    let wishes = query.wishes()?;
    let place = Arc::clone(&app.import).try_acquire_owned().map_err(|_| Fault::TooMany(30))?;
    let file = receive(&app.uploads, body).await?;
    // Whoever hangs up does not stop it: half of a file is worth less than all of it.
    let work = tokio::task::spawn_blocking(move || {
        let _place = place;
        tokio::runtime::Handle::current().block_on(import(&app, &survey, (&file, &wishes), &signed.name))
    });
    work.await.map_err(|_| Fault::Unavailable)?.map(Json)
}

/// Removes what was left behind when the collector ended in the middle of an import.
pub(crate) fn sweep(folder: &Path) {
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten().filter(|file| file.file_name().to_string_lossy().starts_with(PREFIX)) {
        drop(std::fs::remove_file(file.path()));
    }
}

impl ImportQuery {
    fn wishes(self) -> Result<Wishes, Fault> {
        let columns = [
            (Field::Score, self.score),
            (Field::Date, self.date),
            (Field::Comment, self.comment),
            (Field::Id, self.id),
            (Field::Stage, self.stage),
            (Field::Locale, self.locale),
            (Field::Page, self.page),
        ];
        let map = columns.into_iter().filter_map(|(field, column)| Some(Wish::new(field, column?))).collect();
        let zone =
            self.zone.map(|zone| zone.parse().map_err(|reason| Fault::Invalid(format!("zone: {reason}"))));
        Ok(Wishes {
            map,
            preset: one_of("preset", self.preset)?,
            format: one_of("format", self.format)?,
            order: one_of("dates", self.dates)?,
            zone: zone.transpose()?,
        })
    }
}

fn one_of<T: ValueEnum>(name: &str, given: Option<String>) -> Result<Option<T>, Fault> {
    let Some(given) = given else { return Ok(None) };
    T::from_str(&given, false).map(Some).map_err(|_| {
        let known = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
        Fault::Invalid(format!("{name}: is \"{given}\", but it is one of {}", known.join(", ")))
    })
}

/// A file that is gone when nobody holds it.
struct Upload(PathBuf);

impl Drop for Upload {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

async fn receive(folder: &Path, body: Body) -> Result<Upload, Fault> {
    let (upload, mut file) = create(folder)?;
    let (mut pieces, mut size_bytes) = (body.into_data_stream(), 0);
    loop {
        let piece = tokio::time::timeout(PIECE_TIME, pieces.next()).await;
        let Some(piece) = piece.map_err(|_| Fault::Slow(PIECE_TIME.as_secs()))? else { break };
        let cut =
            |_| Fault::Malformed("the file ended before its announced length; send it again".to_owned());
        let piece = piece.map_err(cut)?;
        size_bytes += piece.len();
        if size_bytes > FILE_MAX_BYTES {
            return Err(Fault::TooLarge(FILE_MAX_BYTES));
        }
        file.write_all(&piece).map_err(unwritten)?;
    }
    Ok(upload)
}

fn create(folder: &Path) -> Result<(Upload, File), Fault> {
    let name = Secret::random().ok_or(Fault::Unavailable)?.text();
    let path = folder.join(format!("{PREFIX}{name}"));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Customers' words are for the collector's own user alone.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(unwritten)?;
    Ok((Upload(path), file))
}

#[expect(clippy::needless_pass_by_value, reason = "map_err calls it so")]
fn unwritten(error: std::io::Error) -> Fault {
    tracing::error!(%error, "a file to import cannot be kept");
    Fault::Unavailable
}

async fn import(
    app: &App,
    survey: &Published,
    (file, wishes): (&Upload, &Wishes),
    who: &str,
) -> Result<ImportReport, Fault> {
    let import = Import::new(&file.0, &survey.survey, wishes).map_err(refusal)?;
    let mut refusals = Refusals::default();
    let summary = match import.run(&survey.survey, (&app.store, who), &mut refusals).await {
        Ok(summary) => summary,
        Err(Error::Import(error)) => return Err(refusal(error)),
        Err(error) => {
            tracing::error!(%error, "an import broke off");
            return Err(Fault::Unavailable);
        }
    };
    let (columns, left_out) = import.mapping.told();
    let column = |(field, columns)| ImportColumn { field, columns };
    Ok(ImportReport {
        preset: import.mapping.preset().title().to_owned(),
        encoding: import.encoding.name().to_owned(),
        columns: columns.into_iter().map(column).collect(),
        left_out,
        taken: summary.taken,
        refused: summary.refused,
        already_there: summary.already_there,
        skipped: summary.skipped,
        refusals: refusals.0,
    })
}

/// The first of the rows that were refused.
#[derive(Default)]
struct Refusals(Vec<ImportRefusal>);

impl Listener for Refusals {
    fn refused(&mut self, line: u64, reason: &str) {
        if self.0.len() < REFUSALS_MAX {
            self.0.push(ImportRefusal { line, reason: reason.to_owned() });
        }
    }

    fn progress(&mut self, _: Summary) {}
}

/// The file's name here is nobody's business.
fn refusal(error: ImportError) -> Fault {
    Fault::Invalid(match error {
        ImportError::Mapping { reason, .. } => format!("the file: {}", reason.replace("--map ", "?")),
        ImportError::File { source, .. } => format!("the file cannot be read: {source}"),
        other => other.to_string(),
    })
}
