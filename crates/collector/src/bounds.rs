//! How much and how long a request may take, and the line that is logged about it.

use std::error::Error as _;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::LengthLimitError;

use crate::fault::Fault;

/// The largest body of any route.
const BODY_MAX_BYTES: usize = suara_survey::body_max_bytes();

/// From the head to the end of the body: 16 KiB take 10 s at 1.6 kB a second, slower than any phone network.
const BODY_TIME: Duration = Duration::from_secs(10);

/// From the whole request to the head of the response; more than a full queue needs.
const HANDLER_TIME: Duration = Duration::from_secs(5);

/// Reads the whole body, then runs the handler, each within its time.
pub(crate) async fn bound(request: Request, next: Next) -> Response {
    let request = match whole(request).await {
        Ok(request) => request,
        Err(fault) => return fault.into_response(),
    };
    match tokio::time::timeout(HANDLER_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("a handler took longer than {} s", HANDLER_TIME.as_secs());
            Fault::Unavailable.into_response()
        }
    }
}

/// Logs what was asked and how it went: never addresses, bodies, queries, tokens.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis());
    tracing::info!(%method, route = route.as_ref().map_or("-", MatchedPath::as_str), status, ms);
    response
}

async fn whole(request: Request) -> Result<Request, Fault> {
    let (parts, body) = request.into_parts();
    let announced =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|bytes: u64| bytes > BODY_MAX_BYTES as u64) {
        return Err(Fault::TooLarge(BODY_MAX_BYTES));
    }
    let body = tokio::time::timeout(BODY_TIME, to_bytes(body, BODY_MAX_BYTES)).await;
    match body.map_err(|_| Fault::Slow(BODY_TIME.as_secs()))? {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(error) if error.source().is_some_and(|source| source.is::<LengthLimitError>()) => {
            Err(Fault::TooLarge(BODY_MAX_BYTES))
        }
        Err(_) => {
            Err(Fault::Malformed("the body ended before its announced length; send it again".to_owned()))
        }
    }
}
