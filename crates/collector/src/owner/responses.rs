//! All that was answered, for programs: an Arrow stream, CSV or NDJSON, whole or only what is new; and in chunks that a
//! cache may keep for good.
//!
//! The order is that of the changes. Each write of an answer draws the survey's next number and nobody writes a row in
//! place, so rows leave a range, because a later snapshot or an erasure came, but never enter it once it is full: range
//! and count of rows together name its content for good.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use suara_survey::wire::{Chunk, Chunks, Role};

use super::check;
use crate::account::Signed;
use crate::app::App;
use crate::export::{self, Batches, Format, Paper, Sheet, View};
use crate::fault::Fault;
use crate::site::is_known;
use crate::store::{CHUNK, Span, StoreError};

/// Rises with any change of the columns, so that nothing that a cache kept before is taken for the same.
const FORM: u32 = 2;

/// What comes of a stream of batches.
const ARROW: &str = "application/vnd.apache.arrow.stream";

/// Up to which change a response reaches: where to go on with `after`.
const CHANGE: HeaderName = HeaderName::from_static("x-suara-change");

/// What stands behind the question mark.
type Asked<T> = Result<Query<T>, QueryRejection>;

/// Where to go on.
#[derive(Debug, Deserialize)]
pub(crate) struct Cursor {
    after: Option<u64>,
}

/// How many rows a chunk has.
#[derive(Debug, Deserialize)]
pub(crate) struct Seal {
    rows: Option<u64>,
}

/// Every record as columns, or those after a change.
pub(crate) async fn arrow(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    (Path(id), cursor): (Path<String>, Asked<Cursor>),
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let span = span(&app, &id, cursor).await?;
    let view = view(&signed);
    let etag = tag(&format!("{FORM}-{view:?}-{}-{}", span.after, span.until));
    let kept = [(header::ETAG, etag.clone()), (header::VARY, vary())];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, stream(&app, &id, view, span).await?).into_response())
}

/// What there is, in chunks of a fixed number of changes.
pub(crate) async fn chunks(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Chunks>, Fault> {
    check(&app, &id)?;
    let change = app.store.change(&id).await?;
    let counts = app.store.blocks(&id, CHUNK).await?;
    let chunk = |(block, rows): (u64, u64)| {
        let (after, until) = (block * CHUNK, (block + 1) * CHUNK);
        let path = format!("/api/1/surveys/{id}/responses");
        match until <= change {
            true => Chunk { after, until, rows, href: format!("{path}/{after}-{until}.arrow?rows={rows}") },
            false => Chunk { after, until: change, rows, href: format!("{path}.arrow?after={after}") },
        }
    };
    Ok(Json(Chunks { change, chunks: counts.into_iter().map(chunk).collect() }))
}

/// One of these chunks.
pub(crate) async fn chunk(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    (Path((id, range)), seal): (Path<(String, String)>, Asked<Seal>),
    headers: HeaderMap,
) -> Result<Response, Fault> {
    check(&app, &id)?;
    let Query(seal) = seal.map_err(|error| malformed(&error))?;
    let span = ranged(&range).ok_or_else(|| {
        Fault::Missing(format!(
            "\"{range}\" is no range of changes such as 0-{CHUNK}.arrow; take one from the list at responses"
        ))
    })?;
    let (change, rows) = (app.store.change(&id).await?, app.store.rows(&id, span).await?);
    let view = view(&signed);
    let etag = tag(&format!("{FORM}-{view:?}-{}-{}-{rows}", span.after, span.until));
    let cache = match seal.rows {
        Some(sealed) if sealed == rows && span.until <= change => "private, max-age=31536000, immutable",
        _ if span.until <= change => "private, no-cache",
        // It may still grow, and a count that is the same then means another content.
        _ => "no-store",
    };
    let kept = [
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::ETAG, etag.clone()),
        (header::VARY, vary()),
    ];
    if span.until <= change && is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    Ok((kept, stream(&app, &id, view, span).await?).into_response())
}

/// Every record for a spreadsheet.
pub(crate) async fn csv(
    state: State<App>,
    request: (Path<String>, Asked<Cursor>),
) -> Result<Response, Fault> {
    sheet(state, request, Format::Csv).await
}

/// Every record as a JSON object a line.
pub(crate) async fn ndjson(
    state: State<App>,
    request: (Path<String>, Asked<Cursor>),
) -> Result<Response, Fault> {
    sheet(state, request, Format::Ndjson).await
}

async fn sheet(
    State(app): State<App>,
    (Path(id), cursor): (Path<String>, Asked<Cursor>),
    format: Format,
) -> Result<Response, Fault> {
    let span = span(&app, &id, cursor).await?;
    let (kind, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Ndjson => ("application/x-ndjson", "ndjson"),
    };
    let sheet = Sheet::new(format, &app.store.surveys().await?, &id, Vec::new());
    let sheet = sheet.map_err(|error| StoreError::Foreign(error.to_string()))?;
    let file = HeaderValue::from_str(&format!("attachment; filename=\"{id}.{ending}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, file.unwrap_or(HeaderValue::from_static("attachment"))),
        (CHANGE, HeaderValue::from(span.until)),
    ];
    let place = place(&app).await?;
    Ok((headers, export::body(&app, (&id, span), Paper::Sheet(sheet), place)).into_response())
}

async fn stream(app: &App, id: &str, view: View, span: Span) -> Result<Response, Fault> {
    let batches = Batches::new(id, view, span);
    let batches = batches.map_err(|error| StoreError::Foreign(error.to_string()))?;
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(ARROW)), (CHANGE, HeaderValue::from(span.until))];
    let place = place(app).await?;
    Ok((headers, export::body(app, (id, span), Paper::Batches(Box::new(batches)), place)).into_response())
}

/// A place among the exports; when there is none for as long as a handler may take, the reader is to come again.
async fn place(app: &App) -> Result<tokio::sync::OwnedSemaphorePermit, Fault> {
    std::sync::Arc::clone(&app.exports).acquire_owned().await.map_err(|_| Fault::Unavailable)
}

async fn span(app: &App, id: &str, cursor: Asked<Cursor>) -> Result<Span, Fault> {
    check(app, id)?;
    let Query(Cursor { after }) = cursor.map_err(|error| malformed(&error))?;
    let (after, until) = (after.unwrap_or(0), app.store.change(id).await?);
    if after > until {
        return Err(Fault::Gone(format!(
            "after: is {after}, but the newest change is {until}; a backup was restored, so fetch everything anew"
        )));
    }
    Ok(Span { after, until })
}

fn malformed(error: &QueryRejection) -> Fault {
    Fault::Malformed(format!("{}; give a whole number", error.body_text()))
}

/// Words of visitors are for analysts.
fn view(signed: &Signed) -> View {
    if signed.may(Role::Analyst) { View::Whole } else { View::Closed }
}

/// A browser in which somebody else signs in must not be given what it kept.
fn vary() -> HeaderValue {
    HeaderValue::from_static("authorization, cookie")
}

fn tag(text: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{text}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn ranged(name: &str) -> Option<Span> {
    let (after, until) = name.strip_suffix(".arrow")?.split_once('-')?;
    let span = Span { after: after.parse().ok()?, until: until.parse().ok()? };
    (span.after < span.until).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_two_rising_numbers() {
        assert_eq!(ranged("0-65536.arrow"), Some(Span { after: 0, until: 65_536 }));
        for name in ["", "0-65536", "5-5.arrow", "9-5.arrow", "-5.arrow", "a-b.arrow", "0-1-2.arrow"] {
            assert_eq!(ranged(name), None, "{name}");
        }
    }
}
