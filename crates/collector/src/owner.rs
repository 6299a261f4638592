//! What the admin view asks for: surveys, columns, comments, and a word when something has changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use suara_survey::wire::{Comments, SurveySummary};
use tokio::sync::watch;

use crate::app::App;
use crate::fault::Fault;
use crate::site::is_known;
use crate::store::CommentFilter;

/// Comments on one page when nothing is asked for, and at most.
const COMMENTS: u32 = 50;
const COMMENTS_MAX: u32 = 500;

/// Changes within this time are told as one: faster than an eye follows, slow enough for thousands of answers a second.
const COALESCE: Duration = Duration::from_millis(100);

/// How long a live stream lasts before the browser asks again, and so shows that it is still signed in.
const LIVE_MAX: Duration = Duration::from_secs(15 * 60);

/// Which comments.
#[derive(Debug, Deserialize)]
pub(crate) struct CommentQuery {
    from_ms: Option<i64>,
    to_ms: Option<i64>,
    limit: Option<u32>,
}

/// All surveys at their newest version.
pub(crate) async fn surveys(State(app): State<App>) -> Result<Json<Vec<SurveySummary>>, Fault> {
    let counts = app.store.counts().await?;
    let summary = |published: &crate::surveys::Published| SurveySummary {
        id: published.survey.id().to_owned(),
        version: published.survey.version(),
        question: published.survey.score_question().wording("en", None).to_owned(),
        records: counts.iter().find(|(id, _)| id == published.survey.id()).map_or(0, |(_, count)| *count),
    };
    Ok(Json(app.surveys.all().iter().map(|published| summary(published)).collect()))
}

/// All records of a survey.
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
    Ok(([(header::ETAG, etag)], Json(app.store.columns(&id).await?)).into_response())
}

/// The latest comments.
pub(crate) async fn comments(
    State(app): State<App>,
    Path(id): Path<String>,
    query: Result<Query<CommentQuery>, QueryRejection>,
) -> Result<Json<Comments>, Fault> {
    check(&app, &id)?;
    let Query(query) =
        query.map_err(|error| Fault::Malformed(format!("{}; give whole numbers", error.body_text())))?;
    let limit = query.limit.unwrap_or(COMMENTS);
    if !(1..=COMMENTS_MAX).contains(&limit) {
        return Err(Fault::Invalid(format!(
            "limit: is {limit}, but 1 to {COMMENTS_MAX} comments are sent at a time"
        )));
    }
    let (from_ms, to_ms) = (query.from_ms.unwrap_or(i64::MIN), query.to_ms.unwrap_or(i64::MAX));
    let comments = app.store.comments(&id, CommentFilter { from_ms, to_ms, limit }).await?;
    Ok(Json(Comments { comments }))
}

/// Says `changed` at once, and again after each change.
pub(crate) async fn live(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    check(&app, &id)?;
    let mut changes = app.store.watch(&id);
    changes.mark_changed();
    let mut stop = app.stop.subscribe();
    let end = async move {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(LIVE_MAX) => {}
        }
    };
    let events = stream::unfold((changes, Duration::ZERO), next_change).take_until(end);
    Ok(Sse::new(events.map(Ok)).keep_alive(KeepAlive::default()))
}

async fn next_change(
    (mut changes, pause): (watch::Receiver<u64>, Duration),
) -> Option<(Event, (watch::Receiver<u64>, Duration))> {
    tokio::time::sleep(pause).await;
    changes.changed().await.ok()?;
    let change = *changes.borrow_and_update();
    Some((Event::default().event("changed").data(change.to_string()), (changes, COALESCE)))
}

fn check(app: &App, id: &str) -> Result<(), Fault> {
    match app.surveys.newest(id) {
        Some(_) => Ok(()),
        None => Err(Fault::Missing("there is no survey under this id; choose one from the list".to_owned())),
    }
}
