//! What visitors' browsers ask for: a survey, and to keep an answer, or a note that one was lost.

mod accept;
mod batch;
mod judge;
mod loss;
mod quarantine;
mod quota;

use std::net::IpAddr;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use suara_survey::wire::{Ground, Receipt, Snapshot, SurveyState};
use tower_http::cors::{Any, CorsLayer};

use accept::{Bad, Sent};
pub(crate) use judge::Marked;
pub(crate) use quarantine::Quarantine;
pub(crate) use quota::Quotas;

use crate::app::App;
use crate::bounds;
use crate::client::Client;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::site::is_known;
use crate::store::Refused;

/// What is kept of a body that is too large: enough to see what it is.
const BEGUN_MAX_BYTES: usize = 4 * 1024;

/// Where answers are sent.
pub(crate) const ROUTE: &str = "/n/1/a";

/// Keeps one snapshot, or several, and says so only once they are on disk. One handler without layers, and what is rare
/// in boxes of its own: this is the route whose cost counts, and each layer would move the whole of it once more.
pub(crate) async fn take(State(app): State<App>, request: Request) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = match admission(&app, &request) {
        Ok(()) => receive(&app, request, origin.as_ref()).await,
        Err(fault) => fault.into_response(),
    };
    share(&app, origin, &mut response);
    response
}

/// Reads the body and answers it, each within its time.
async fn receive(app: &App, request: Request, origin: Option<&HeaderValue>) -> Response {
    let client = Client::of(&request);
    match bounds::read(request.into_body(), bounds::BODY_MAX_BYTES).await {
        Ok(body) => {
            // Alone or as a line among others, the same snapshot is the same bytes.
            let sent = Sent { body: body.trim_ascii(), origin, at_ms: now_ms() };
            bounds::within(answer(app, sent, client)).await
        }
        Err(unread) => Box::pin(turn_away(app, unread)).await,
    }
}

async fn answer(app: &App, sent: Sent<'_>, client: IpAddr) -> Response {
    if let Some(lines) = batch::lines(sent.body) {
        return Box::pin(batch::take(app, sent, (client, lines))).await;
    }
    match accept::accept(app, sent).await {
        Ok(receipt) => ([(header::CACHE_CONTROL, "no-store")], Json(receipt)).into_response(),
        Err(bad) => refusal(bad),
    }
}

/// Of a body that is too large the beginning is kept, so that somebody can find out what it was.
async fn turn_away(app: &App, (fault, begun): (Fault, Vec<u8>)) -> Response {
    if matches!(fault, Fault::TooLarge(_)) {
        let begun = &begun[..begun.len().min(BEGUN_MAX_BYTES)];
        let why = (Ground::TooLarge, &*fault.to_string());
        let refused = Refused::new(why, "", begun, now_ms());
        return quarantine::refuse(app, refused, fault).await.into_response();
    }
    fault.into_response()
}

/// Checks once more what was refused at `at_ms`, wherever it came from.
pub(crate) async fn readmit(app: &App, body: &[u8], at_ms: i64) -> Result<Receipt, Fault> {
    let snapshot: Snapshot = serde_json::from_slice(body).map_err(|error| accept::unreadable(&error))?;
    let published = accept::published(app, &snapshot).await.map_err(|bad| bad.fault)?;
    // It was kept without its token, so nobody claims to be anybody.
    let snapshot = Snapshot { identity: None, ..snapshot };
    let sent = Sent { body, origin: None, at_ms };
    accept::keep(app, sent, (snapshot, &published)).await.map_err(|bad| bad.fault)
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
    if let Some(sentence) = not_asked(published.state) {
        let fault = Fault::Gone(sentence.to_owned());
        return Ok(([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], fault).into_response());
    }
    if let Some(limit) = published.max_answers
        && app.quotas.is_full(&app.store, &id, limit).await?
    {
        let fault = Fault::Gone(format!(
            "this survey has its {limit} answers and is not asked any more; raise max_answers in its definition to go on"
        ));
        return Ok(([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], fault).into_response());
    }
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

/// A network that is over its own limit takes nothing from what all share.
fn admission(app: &App, request: &Request) -> Result<(), Fault> {
    app.limits.address(Client::of(request))?;
    app.limits.all()?;
    if app.store.is_full() { Err(Fault::Unavailable) } else { Ok(()) }
}

/// Answers a browser that asks first. It hears what `--origin` allows and no more: the path names no survey, and the body,
/// which would, is yet to come. The prompt causes no such question, because a `text/plain` without headers of its own is a
/// simple request; and whoever does cause one, by another type, is refused with the answer itself. No path that takes something
/// names a survey, and the path that does only gives what is given to everybody.
pub(crate) fn preflight(app: &App) -> CorsLayer {
    let origins = app.origins.clone();
    CorsLayer::new()
        .allow_origin(tower_http::cors::AllowOrigin::predicate(move |origin, _| origins.allow(origin)))
        .allow_methods([axum::http::Method::POST])
        .allow_headers(Any)
        .vary([header::ORIGIN])
}

/// Any page that may send may read the receipt, by name and without credentials; one that may not, cannot.
fn share(app: &App, origin: Option<HeaderValue>, response: &mut Response) {
    let is_foreign = response.extensions().get::<Foreign>().is_some();
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    if let Some(origin) = origin.filter(|origin| !is_foreign && app.origins.allow(origin)) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

/// Marks a refusal of a page's origin.
#[derive(Clone, Copy)]
struct Foreign;

fn refusal(Bad { ground, fault, .. }: Bad) -> Response {
    let mut response = fault.into_response();
    if ground == Some(Ground::Origin) {
        response.extensions_mut().insert(Foreign);
    }
    response
}

/// Why nobody is asked, where that is so. Answers on their way are taken all the same.
const fn not_asked(state: SurveyState) -> Option<&'static str> {
    match state {
        SurveyState::Live => None,
        SurveyState::Draft => Some("this survey is not published yet; publish its draft to ask"),
        SurveyState::Paused => Some("this survey is paused and not asked for now; resume it to go on"),
        SurveyState::Archived => Some("this survey is archived and not asked any more; resume it to go on"),
    }
}
