//! The columns that the admin view computes from, written piece by piece: of a million records there are thirty megabytes.

use std::fmt::{Display, Write};

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use suara_survey::wire::{Columns, Stage};

use super::check;
use crate::app::App;
use crate::fault::Fault;
use crate::site::is_known;
use crate::store::StoreError;

/// Records whose values are one piece: half a megabyte at most, written in a millisecond.
const PIECE: usize = 32_768;

/// All records of a survey. The response begins before they are read, since a million take longer than a handler may.
pub(crate) async fn columns(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    check(&app, &id)?;
    // Read before the columns: a change in between makes the browser ask once more, never once too little.
    let change = app.store.change(&id).await?;
    let etag = HeaderValue::from_str(&format!("\"{change}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let read = async move {
        let columns = app.store.columns(&id).await;
        let columns = columns.inspect_err(|error| tracing::error!(%error, "the columns were not read"))?;
        Ok::<_, StoreError>(stream::iter(pieces(columns)).map(Ok::<Bytes, StoreError>))
    };
    let body = Body::from_stream(stream::once(read).try_flatten());
    let kind = HeaderValue::from_static("application/json");
    Ok(([(header::ETAG, etag), (header::CONTENT_TYPE, kind)], body).into_response())
}

/// The same JSON that serde makes of them.
fn pieces(columns: Columns) -> impl Iterator<Item = Bytes> + Send {
    let Columns { at_ms, stage, score, marks } = columns;
    let has_marks = !marks.is_empty();
    let open = |text: &'static str| std::iter::once(Bytes::from_static(text.as_bytes()));
    open("{\"at_ms\":[")
        .chain(written(at_ms, number))
        .chain(open("],\"stage\":["))
        .chain(written(stage, |stage: Stage, piece| {
            piece.push('"');
            piece.push_str(stage.name());
            piece.push('"');
        }))
        .chain(open("],\"score\":["))
        .chain(written(score, |score, piece| match score {
            Some(score) => number(score, piece),
            None => piece.push_str("null"),
        }))
        .chain(open(if has_marks { "],\"marks\":[" } else { "" }))
        .chain(written(marks, |bits: u8, piece| number(bits, piece)))
        .chain(open("]}"))
}

fn written<T: Copy + Send>(
    values: Vec<T>,
    write: impl Fn(T, &mut String) + Send,
) -> impl Iterator<Item = Bytes> + Send {
    (0..values.len()).step_by(PIECE).map(move |start| {
        let mut piece = String::new();
        for (place, value) in values.iter().enumerate().skip(start).take(PIECE) {
            if place > 0 {
                piece.push(',');
            }
            write(*value, &mut piece);
        }
        piece.into()
    })
}

/// Writing to a text cannot fail.
fn number(number: impl Display, piece: &mut String) {
    write!(piece, "{number}").unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_the_json_that_serde_makes() {
        let stages = [Stage::Shown, Stage::Dismissed, Stage::Partial, Stage::Complete];
        for count in [0, 1, PIECE, PIECE + 1, 2 * PIECE + 3] {
            let columns = Columns {
                at_ms: (0..count).map(|row| row as i64 * 1_000_003 - 7).collect(),
                stage: (0..count).map(|row| stages[row % 4]).collect(),
                score: (0..count)
                    .map(|row| u8::try_from(row % 12).ok().filter(|score| *score < 11))
                    .collect(),
                marks: (0..if count % 2 == 0 { 0 } else { count }).map(|row| (row % 128) as u8).collect(),
            };
            let whole = serde_json::to_vec(&columns).unwrap();
            assert!(pieces(columns).collect::<Vec<_>>().concat() == whole, "{count}");
        }
    }
}
