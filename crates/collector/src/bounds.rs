//! How much and how long a request may take, and the line that is logged and counted about it.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use crate::app::App;
use crate::fault::Fault;
use crate::intake;

/// The largest body of any route but those that take definitions.
pub(crate) const BODY_MAX_BYTES: usize = suara_survey::body_max_bytes();

/// A definition: fifty questions in twelve languages are some 150 kB.
const DEFINITION_MAX_BYTES: usize = 256 * 1024;

/// From the head to the end of the body: 32 KiB take 10 s at 3.3 kB a second, slower than any phone network.
const BODY_TIME: Duration = Duration::from_secs(10);

/// From the whole request to the head of the response; more than a full queue needs.
const HANDLER_TIME: Duration = Duration::from_secs(5);

/// Reads the whole body, then runs the handler, each within its time.
pub(crate) async fn bound(request: Request, next: Next) -> Response {
    // A file is no body to hold in memory: its handler bounds it while it comes.
    if route(&request).ends_with("/imports") {
        return next.run(request).await;
    }
    match whole(request).await {
        Ok(request) => within(next.run(request)).await,
        Err(fault) => fault.into_response(),
    }
}

/// What the handler answers, within its time.
pub(crate) async fn within(handler: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(HANDLER_TIME, handler).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a handler took longer than {} s", HANDLER_TIME.as_secs());
            Fault::Unavailable.into_response()
        }
    }
}

/// Logs what was asked and how it went: never addresses, bodies, queries, tokens.
pub(crate) async fn log(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    app.requests.add(route, &method, status, took);
    // Receipts are counted, and all alike: a line each would be most of what a busy collector writes to the disk.
    if route == intake::ROUTE && status == 200 {
        tracing::debug!(%method, route, status, ms = took.as_millis());
    } else {
        tracing::info!(%method, route, status, ms = took.as_millis());
    }
    response
}

fn max_bytes(request: &Request) -> usize {
    if route(request).ends_with("/draft") { DEFINITION_MAX_BYTES } else { BODY_MAX_BYTES }
}

fn route(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str)
}

/// The request with its body read.
async fn whole(request: Request) -> Result<Request, Fault> {
    let max_bytes = max_bytes(&request);
    let (parts, body) = request.into_parts();
    let body = read(body, max_bytes).await.map_err(|(fault, _)| fault)?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// A whole body, or why not, with what had come of it by then.
pub(crate) async fn read(mut body: Body, max_bytes: usize) -> Result<Vec<u8>, (Fault, Vec<u8>)> {
    let mut bytes = Vec::new();
    let read = async {
        while let Some(frame) = body.frame().await {
            let cut =
                |_| Fault::Malformed("the body ended before its announced length; send it again".to_owned());
            let Ok(data) = frame.map_err(cut)?.into_data() else { continue };
            bytes.extend_from_slice(&data[..data.len().min(max_bytes + 1 - bytes.len())]);
            if bytes.len() > max_bytes {
                return Err(Fault::TooLarge(max_bytes));
            }
        }
        Ok(())
    };
    let outcome = tokio::time::timeout(BODY_TIME, read).await;
    match outcome.unwrap_or(Err(Fault::Slow(BODY_TIME.as_secs()))) {
        Ok(()) => Ok(bytes),
        Err(fault) => Err((fault, bytes)),
    }
}
