//! What the admin view asks for: surveys, columns, comments, and a word when something has changed.

pub(crate) mod cases;
pub(crate) mod columns;
pub(crate) mod hooks;
pub(crate) mod identity;
pub(crate) mod imports;
pub(crate) mod privacy;
pub(crate) mod quarantine;
pub(crate) mod responses;
pub(crate) mod surveys;

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use suara_survey::wire::Comments;
use tokio::sync::watch;

use crate::app::App;
use crate::fault::Fault;
use crate::store::CommentFilter;
use crate::store::cases::cases_of;

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

/// Says `changed` at once, and again after each change of answers; `cases` after each change of a case.
pub(crate) async fn live(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    check(&app, &id)?;
    let (mut answers, cases) = (app.store.watch(&id), app.store.watch(&cases_of(&id)));
    answers.mark_changed();
    let watched = Watched { answers, cases, pause: Duration::ZERO };
    let mut stop = app.stop.subscribe();
    let end = async move {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(LIVE_MAX) => {}
        }
    };
    let events = stream::unfold(watched, next_change).take_until(end);
    Ok(Sse::new(events.map(Ok)).keep_alive(KeepAlive::default()))
}

struct Watched {
    answers: watch::Receiver<u64>,
    cases: watch::Receiver<u64>,
    pause: Duration,
}

async fn next_change(mut watched: Watched) -> Option<(Event, Watched)> {
    tokio::time::sleep(watched.pause).await;
    let (name, changes) = tokio::select! {
        changed = watched.answers.changed() => (changed.map(|()| "changed").ok()?, &mut watched.answers),
        changed = watched.cases.changed() => (changed.map(|()| "cases").ok()?, &mut watched.cases),
    };
    let event = Event::default().event(name).data(changes.borrow_and_update().to_string());
    Some((event, Watched { pause: COALESCE, ..watched }))
}

fn check(app: &App, id: &str) -> Result<(), Fault> {
    match app.surveys.known(id) {
        Some(_) => Ok(()),
        None => Err(Fault::Missing("there is no survey under this id; choose one from the list".to_owned())),
    }
}
