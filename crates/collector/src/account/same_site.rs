//! Every write must come from the collector's own pages: another site's page can make a browser send a request with the
//! owner's cookie, but it can neither add a header of its own nor choose what the browser says about where it came from.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::fault::Fault;

/// Lets reads through, and writes that prove where they come from.
pub(crate) async fn same_site(request: Request, next: Next) -> Response {
    if is_read(request.method()) || is_ours(request.headers()) {
        return next.run(request).await;
    }
    Fault::Forbidden(
        "this write does not come from the admin view; send the header x-suara: 1 from the same origin",
    )
    .into_response()
}

/// Whether a request changes nothing.
pub(super) fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn is_ours(headers: &HeaderMap) -> bool {
    if headers.get("x-suara").is_none_or(|value| value != "1") {
        return false;
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        // Browsers before 2023 do not send it; programs send neither.
        None => headers.get(header::ORIGIN).is_none_or(|origin| {
            let authority =
                origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok()?.into_parts().authority);
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
            authority.is_some_and(|authority| Some(authority.as_str()) == host)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(given: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("host", "127.0.0.1:8080".parse().unwrap());
        given.iter().for_each(|(name, value)| drop(headers.insert(*name, value.parse().unwrap())));
        is_ours(&headers)
    }

    #[test]
    fn a_write_from_elsewhere_is_not_ours() {
        assert!(says(&[("x-suara", "1"), ("sec-fetch-site", "same-origin")]));
        assert!(says(&[("x-suara", "1"), ("origin", "http://127.0.0.1:8080")]));
        assert!(says(&[("x-suara", "1")]));
        assert!(!says(&[("sec-fetch-site", "same-origin")]));
        assert!(!says(&[("x-suara", "1"), ("sec-fetch-site", "cross-site")]));
        assert!(!says(&[("x-suara", "1"), ("sec-fetch-site", "same-site")]));
        assert!(!says(&[("x-suara", "1"), ("sec-fetch-site", "none")]));
        assert!(!says(&[("x-suara", "1"), ("origin", "http://127.0.0.1:8081")]));
        assert!(!says(&[("x-suara", "1"), ("origin", "null")]));
    }
}
