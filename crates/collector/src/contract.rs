//! What can be asked, and what an answer looks like, for programs that write programs. The files are generated from the
//! wire types by a test, and committed; so nothing here can differ from what the documentation shows.

use axum::http::{HeaderName, header};

const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_TYPE, "application/json"),
    (header::CACHE_CONTROL, "no-cache"),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
];

/// Every route, in OpenAPI 3.1.
pub(crate) async fn openapi() -> ([(HeaderName, &'static str); 3], &'static str) {
    (HEADERS, include_str!("../../../docs/openapi.json"))
}

/// A snapshot, in JSON Schema.
pub(crate) async fn snapshot() -> ([(HeaderName, &'static str); 3], &'static str) {
    (HEADERS, include_str!("../../../docs/snapshot.schema.json"))
}
