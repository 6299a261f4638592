//! What visitors' browsers ask for: a survey, and to keep an answer.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use suara_survey::wire::{self, Receipt, Snapshot};
use suara_survey::{Answer, plausible_at_ms};
use tower_http::cors::{Any, CorsLayer};

use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::site::is_known;
use crate::store::{Record, Verdict};

/// Keeps one snapshot, and says so only once it is on disk.
pub(crate) async fn take(State(app): State<App>, body: Bytes) -> Result<Response, Fault> {
    let snapshot: Snapshot = serde_json::from_slice(&body).map_err(|error| unreadable(&error))?;
    if snapshot.v != wire::VERSION {
        return Err(Fault::Invalid(format!(
            "v: is {}, but this receiver takes version {}",
            snapshot.v,
            wire::VERSION
        )));
    }
    let published = app.surveys.at(&snapshot.survey, snapshot.version).ok_or_else(|| unknown(&snapshot))?;
    let mut answer =
        Answer::check(&snapshot, &published.survey).map_err(|refusal| Fault::Invalid(refusal.to_string()))?;
    let (id, number, now_ms) = (answer.id, answer.snapshot, now_ms());
    answer.at_ms = plausible_at_ms(answer.at_ms, now_ms);
    let held = match app.store.put(Record::new(snapshot, answer, &body, now_ms)).await? {
        Verdict::Stored => number,
        Verdict::Held(held) => held,
        Verdict::OtherBytes => {
            return Err(Fault::Invalid(format!(
                "snapshot: is {number}, which this id has sent before with other content; give each snapshot its own number"
            )));
        }
        Verdict::OtherSurvey => {
            return Err(Fault::Invalid(format!(
                "id: is {id}, which answers another survey already; make a new id for each asking"
            )));
        }
    };
    let receipt = Json(Receipt { id: id.to_string(), snapshot: held });
    Ok(([(header::CACHE_CONTROL, "no-store")], receipt).into_response())
}

/// A survey at its newest version.
pub(crate) async fn survey(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let published = app.surveys.newest(&id);
    let published = published.ok_or_else(|| {
        Fault::Missing("there is no survey under this id; see data-survey in the page's tag".to_owned())
    })?;
    let shared = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::ETAG, published.etag.clone()),
    ];
    if is_known(&headers, &published.etag) {
        return Ok((StatusCode::NOT_MODIFIED, shared).into_response());
    }
    let json = [(header::CONTENT_TYPE, "application/json")];
    Ok((shared, json, published.json.clone()).into_response())
}

/// Turns away what would be refused anyway, before its body is read.
pub(crate) async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    if origin.is_some_and(|origin| !app.origins.allow(origin)) {
        return Fault::Forbidden(
            "this page's origin is not allowed here; its owner can add it with --origin",
        )
        .into_response();
    }
    if app.store.is_full() {
        return Fault::Unavailable.into_response();
    }
    next.run(request).await
}

/// Any page may read the receipt, by name and without credentials. Who may send is up to [`admit`].
pub(crate) fn cors(app: &App) -> CorsLayer {
    let origins = app.origins.clone();
    CorsLayer::new()
        .allow_origin(tower_http::cors::AllowOrigin::predicate(move |origin, _| origins.allow(origin)))
        .allow_methods([axum::http::Method::POST])
        .allow_headers(Any)
        .expose_headers([header::RETRY_AFTER])
        .vary([header::ORIGIN])
}

fn unknown(snapshot: &Snapshot) -> Fault {
    Fault::Missing(format!(
        "survey: there is no version {} of \"{}\" here; load the survey again",
        snapshot.version,
        snapshot.survey.chars().take(64).collect::<String>()
    ))
}

fn unreadable(error: &serde_json::Error) -> Fault {
    Fault::Malformed(format!("the body is not a snapshot in JSON ({error}); see docs/endpoint.md"))
}
