//! Everything that a request can be refused with. What went wrong inside is logged where it happens and never told.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use suara_survey::wire;

use crate::store::StoreError;

/// A refusal, with one sentence for whoever reads it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Fault {
    /// 400: not even readable.
    #[error("{0}")]
    Malformed(String),
    /// 401: not signed in, or wrong name or password.
    #[error("{0}")]
    NotSignedIn(&'static str),
    /// 403.
    #[error("{0}")]
    Forbidden(&'static str),
    /// 404.
    #[error("{0}")]
    Missing(String),
    /// 408: the body took too long.
    #[error("the body did not arrive within {0} seconds; send it at once")]
    Slow(u64),
    /// 410: it was there, and will not be again without its owner's doing.
    #[error("{0}")]
    Gone(String),
    /// 409: somebody else was faster.
    #[error("{0}")]
    Stale(&'static str),
    /// 413.
    #[error("the body is larger than {0} bytes; shorten the texts in it")]
    TooLarge(usize),
    /// 422: readable, but not allowed.
    #[error("{0}")]
    Invalid(String),
    /// 429, with seconds to wait.
    #[error("too many attempts; wait {0} seconds and try again")]
    TooMany(u64),
    /// 503: try again soon.
    #[error("the collector cannot keep anything right now; try again after the time in Retry-After")]
    Unavailable,
    /// 503, and trying again does not help.
    #[error("{0}")]
    NotBuilt(&'static str),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            // The writer has logged it, or there is nothing to log.
            StoreError::Full | StoreError::NotCommitted | StoreError::Moved => {}
            StoreError::Database(_) | StoreError::Foreign(_) => tracing::error!(%error, "the store failed"),
        }
        Self::Unavailable
    }
}

impl Fault {
    /// The refusal of one line among others.
    pub(crate) fn of_line(&self) -> wire::LineFault {
        wire::LineFault { status: self.status().as_u16(), error: self.to_string(), wait_s: self.wait_s() }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotSignedIn(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Gone(_) => StatusCode::GONE,
            Self::Stale(_) => StatusCode::CONFLICT,
            Self::Slow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::NotBuilt(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn wait_s(&self) -> Option<u64> {
        match self {
            Self::TooMany(wait_s) => Some(*wait_s),
            Self::Unavailable => Some(jittered_wait_s()),
            _ => None,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let fault = wire::Fault { error: self.to_string() };
        let mut response = (self.status(), Json(fault)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait_s) = self.wait_s() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        response
    }
}

/// 2 to 9 seconds, so that those who were turned away together do not come back together. The clock's last digits are
/// random enough for that.
fn jittered_wait_s() -> u64 {
    2 + crate::clock::now_ms().unsigned_abs() % 8
}
