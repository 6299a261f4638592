//! The npm package as an app gets it: packed, installed, checked by TypeScript, built with Vite, opened in a browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use suara_e2e::{Suite, Visitor};
use tempfile::TempDir;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said));
}

/// The app of `tests/npm-app`, built with the package that `npm pack` makes; its files are in `dist`.
fn build_app(endpoint: &str) -> TempDir {
    let package = repository("packages/npm");
    assert!(package.join("dist/index.js").is_file(), "packages/npm/dist is missing: run `cargo xtask dist`");
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("cp").arg("-r").arg(repository("tests/npm-app/.")).arg(folder.path()));
    let npm = |arguments: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(arguments).current_dir(folder.path()).env("VITE_ENDPOINT", endpoint);
        npm
    };
    run(npm(&["pack", "--pack-destination", "."]).arg(package));
    let packed = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let tarball = packed.into_iter().find(|path| path.extension().is_some_and(|it| it == "tgz")).unwrap();
    run(npm(&["install", "--no-audit", "--no-fund", "--prefer-offline"]).arg(tarball));
    run(&mut npm(&["exec", "tsc"]));
    run(&mut npm(&["exec", "vite", "build"]));
    folder
}

/// Serves a folder under a policy; gives its address.
async fn serve(folder: PathBuf, policy: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(move |uri: Uri| {
        let reply = file(&folder, uri.path(), &policy);
        async move { reply }
    });
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    url
}

fn file(folder: &Path, path: &str, policy: &str) -> Response {
    let name = if path == "/" { "index.html" } else { path.trim_start_matches('/') };
    let Ok(bytes) = std::fs::read(folder.join(name)) else { return StatusCode::NOT_FOUND.into_response() };
    let content_type = match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("wasm") => "application/wasm",
        _ => "text/javascript",
    };
    let headers = [(header::CONTENT_TYPE, content_type), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, bytes).into_response()
}

/// The origins of everything that the page has fetched, apart from its own, and the names of its own files.
const FETCHED: &str = "performance.getEntriesByType('resource').map(entry => entry.name)";

/// Answers in the app under a policy, at its address with `query`; gives the addresses of all that it fetched.
async fn answer_in(app: &TempDir, suite: &Suite, policy: &str, query: &str) -> Vec<String> {
    let policy =
        format!("default-src 'self'; img-src data:; connect-src 'self' {}; {policy}", suite.relay.url());
    let url = serve(app.path().join("dist"), policy).await;
    let visitor = Visitor::arrive().await;
    visitor.open(&[&url, query].concat()).await;
    visitor.choose(9).await;
    visitor.write("From an app").await;
    visitor.send().await;
    visitor.told("Your answer has arrived.").await;
    visitor.until_outbox_is_empty().await;
    let fetched = visitor.see(FETCHED).await;
    let fetched: Vec<String> =
        fetched.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    let endpoint = format!("{}/n/1/a", suite.relay.url());
    let elsewhere: Vec<_> =
        fetched.iter().filter(|name| !name.starts_with(&format!("{url}/")) && **name != endpoint).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    fetched
}

#[tokio::test]
async fn an_app_built_with_vite_asks_and_delivers_with_and_without_wasm() {
    let suite = Suite::start().await;
    let endpoint = format!("{}/n/1/a", suite.relay.url());
    let app = tokio::task::spawn_blocking(move || build_app(&endpoint)).await.unwrap();

    let has = |fetched: &[String], part: &str| fetched.iter().any(|name| name.contains(part));
    let fetched = answer_in(&app, &suite, "script-src 'self' 'wasm-unsafe-eval'", "").await;
    assert!(has(&fetched, ".wasm") && !has(&fetched, "/plain-"), "{fetched:?}");

    // What is due at once is fetched before a policy has refused it; an app that knows its policy says so.
    for (query, in_vain) in [("", true), ("?plain", false)] {
        let fetched = answer_in(&app, &suite, "script-src 'self'", query).await;
        assert!(has(&fetched, "/plain-") && has(&fetched, ".wasm") == in_vain, "{fetched:?}");
    }

    let rows = suite.collector.rows();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.iter().all(|row| row["stage"] == "complete" && row["score"] == json!(9)), "{rows:?}");
    let strangers: Vec<_> =
        suite.relay.passed_on().into_iter().filter(|line| line != "POST /n/1/a").collect();
    assert!(strangers.is_empty(), "nothing but answers goes to the endpoint: {strangers:?}");
}
