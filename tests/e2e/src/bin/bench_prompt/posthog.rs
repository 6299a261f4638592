//! PostHog as its npm package ships it, in front of a mock of its API: the same two questions, and nothing but surveys.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The tag of PostHog's snippet, with a stub that holds the one call until the script is there. Page views, clicks and
/// recordings, which the script would count too, are off; so is its filter of robots, which a driven browser is to it.
pub const TAG: &str = "<script>
      window.posthog = Object.assign([], { __SV: 1, _i: [['phc_bench', {
        api_host: location.origin, autocapture: false, capture_pageview: false, capture_performance: false,
        disable_compression: true, disable_session_recording: true, opt_out_useragent_filter: true,
      }, 'posthog']] })
    </script>
    <script src=\"/static/array.js\" async></script>";

/// What its scripts are asked for, in brotli.
const SCRIPTS: [(&str, &str); 2] =
    [("/static/array.js", "array.js.br"), ("/static/1.449.2/surveys.js", "surveys.js.br")];

/// The folder of its scripts, compressed, if the bench was given one.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("POSTHOG").map(PathBuf::from)
}

/// Serves the scripts of `folder` and the API on a free port; gives the address.
pub async fn serve(folder: PathBuf) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(folder);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

async fn answer(State(folder): State<PathBuf>, uri: Uri) -> Response {
    let path = uri.path();
    if let Some((_, file)) = SCRIPTS.iter().find(|(script, _)| *script == path) {
        return script(&folder, file);
    }
    let json = match path {
        "/array/phc_bench/config.js" => {
            let config = format!(
                "(w=>{{(w._POSTHOG_REMOTE_CONFIG=w._POSTHOG_REMOTE_CONFIG||{{}}).phc_bench={}}})(window)",
                json!({ "config": config(), "siteApps": [] })
            );
            return ([(header::CONTENT_TYPE, "text/javascript")], config).into_response();
        }
        "/api/surveys/" => json!({ "surveys": [survey()] }),
        "/flags/" => json!({ "flags": {}, "featureFlags": {} }),
        _ => json!({ "status": 1 }),
    };
    ([(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response()
}

fn script(folder: &Path, file: &str) -> Response {
    let path = folder.join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let headers = [(header::CONTENT_TYPE, "text/javascript"), (header::CONTENT_ENCODING, "br")];
    (headers, bytes).into_response()
}

fn config() -> serde_json::Value {
    json!({ "token": "phc_bench", "surveys": true, "hasFeatureFlags": false, "supportedCompression": [] })
}

fn survey() -> serde_json::Value {
    json!({
        "id": "0190a5c2-0000-7000-8000-000000000001",
        "name": "NPS",
        "type": "popover",
        "start_date": "2026-01-01T00:00:00Z",
        "end_date": null,
        "questions": [
            {
                "id": "score",
                "type": "rating",
                "question": "How likely are you to recommend us to a friend or colleague?",
                "scale": 10,
                "display": "number",
                "lowerBoundLabel": "Not at all likely",
                "upperBoundLabel": "Extremely likely",
            },
            { "id": "why", "type": "open", "question": "What is the main reason for your score?", "optional": true },
        ],
        "conditions": null,
        "appearance": {},
    })
}
