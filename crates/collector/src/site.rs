//! The static files: the loader, the prompt, the demo page, the admin view.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::fault::Fault;
use crate::surveys::etag;

/// How long a browser may keep a file without asking.
#[derive(Clone, Copy)]
enum Keep {
    /// It asks each time; the ETag makes that cheap.
    Ask,
    /// The path holds a hash of the content, so it never changes.
    Forever,
}

/// The loader, whose name never changes.
pub(crate) async fn loader(State(app): State<App>, headers: HeaderMap) -> Result<Response, Fault> {
    shared(file(&app, "suara.js", Keep::Ask, &headers).await)
}

/// The prompt's files.
pub(crate) async fn prompt(
    State(app): State<App>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    shared(file(&app, &format!("s/{path}"), Keep::Forever, &headers).await)
}

/// The demo page and what lies beside it.
pub(crate) async fn demo(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Fault> {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    shared(file(&app, path, Keep::Ask, &headers).await)
}

/// The admin view. Its addresses live in the browser, so whatever is no file is the page itself.
pub(crate) async fn admin(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Fault> {
    let path = uri.path().trim_start_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.contains('.') && name != "index.html" {
        true => file(&app, path, Keep::Forever, &headers).await,
        false => file(&app, "admin/index.html", Keep::Ask, &headers).await,
    }
}

/// Browsers ask for it unasked; an empty answer keeps the log clean.
pub(crate) async fn icon() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Whether the browser has this version already.
pub(crate) fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or_default();
    known.split(',').any(|known| known.trim().trim_start_matches("W/").as_bytes() == etag.as_bytes())
}

/// Any page may load it, also one that isolates itself.
fn shared(response: Result<Response, Fault>) -> Result<Response, Fault> {
    let mut response = response?;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}

async fn file(app: &App, path: &str, keep: Keep, headers: &HeaderMap) -> Result<Response, Fault> {
    let Some((bytes, encoding)) = encoded(app, path, headers).await else {
        return Err(missing(app).await);
    };
    let etag = etag(&bytes);
    let cache = match keep {
        Keep::Ask => "no-cache",
        Keep::Forever => "public, max-age=31536000, immutable",
    };
    let shared = [
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::ETAG, etag.clone()),
    ];
    if is_known(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, shared).into_response());
    }
    let mut response = (shared, [(header::CONTENT_TYPE, media_type(path))], bytes).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

/// The smallest form that the browser takes.
async fn encoded(
    app: &App,
    path: &str,
    headers: &HeaderMap,
) -> Option<(std::borrow::Cow<'static, [u8]>, Option<&'static str>)> {
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        if accepts(headers, encoding)
            && let Some(bytes) = app.assets.get(&format!("{path}.{ending}")).await
        {
            return Some((bytes, Some(encoding)));
        }
    }
    app.assets.get(path).await.map(|bytes| (bytes, None))
}

fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|choice| {
        let (name, weight) = choice.split_once(';').unwrap_or((choice, ""));
        let weight = weight.trim().trim_start_matches("q=");
        let is_refused = weight.parse::<f32>().is_ok_and(|weight| weight == 0.0);
        name.trim().eq_ignore_ascii_case(wanted) && !is_refused
    })
}

async fn missing(app: &App) -> Fault {
    match app.assets.are_built().await {
        true => Fault::Missing("there is nothing at this address".to_owned()),
        false => Fault::NotBuilt(
            "this collector carries no pages; run `cargo xtask dist` and build it again, or start it with --assets DIR",
        ),
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
