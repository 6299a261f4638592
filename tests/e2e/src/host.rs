//! Somebody's website: pages with a tag, on an origin of its own, with the headers that a journey wants. It can also
//! pass everything else on to the collector, and writes down what was asked of it.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What its pages load for the journeys' sake.
const SCRIPTS: [&str; 3] = ["watch.js", "alone.js", "deeds.js"];

/// Ports that a website of this run has had. A browser keeps marks and outbox by origin: a second website on the port of
/// one that has ended would be taken for the same.
static USED: LazyLock<Mutex<HashSet<u16>>> = LazyLock::new(Mutex::default);

/// A server on a port of 127.0.0.1 that no other one of this run has ever had.
#[derive(Debug)]
pub struct Host {
    port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What is answered at one address.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Headers by name.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

#[derive(Debug)]
struct Shared {
    upstream: String,
    client: reqwest::Client,
    replies: Mutex<HashMap<String, Reply>>,
    requests: Mutex<Vec<(String, String)>>,
    /// The end of the paths that wait.
    held: watch::Sender<Option<&'static str>>,
}

impl Host {
    /// Starts one that passes on to `upstream` what it does not serve itself.
    pub async fn start(upstream: String) -> Self {
        let listener = new_origin().await;
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            upstream,
            client: reqwest::Client::new(),
            replies: Mutex::default(),
            requests: Mutex::default(),
            held: watch::Sender::default(),
        });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let host = Self { port, shared, task };
        for script in SCRIPTS {
            host.put(&format!("/{script}"), Reply::new("text/javascript", fixture(script)));
        }
        host
    }

    /// Where it is, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Answers with this from now on at a path; gives the whole address.
    pub fn put(&self, path: &str, reply: Reply) -> String {
        self.shared.replies.lock().unwrap().insert(path.to_owned(), reply);
        format!("{}{path}", self.url())
    }

    /// From now on what is asked for at a path with this end is answered only after [`Self::release`].
    pub fn hold(&self, end: &'static str) {
        self.shared.held.send_replace(Some(end));
    }

    /// From now on nothing is held.
    pub fn release(&self) {
        self.shared.held.send_replace(None);
    }

    /// Method and path of every request so far, with its body.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The paths that were asked for so far, but not those of its own pages.
    pub fn passed_on(&self) -> Vec<String> {
        let replies = self.shared.replies.lock().unwrap();
        let own = |line: &str| line.split(' ').nth(1).is_some_and(|path| replies.contains_key(path));
        self.requests().into_iter().map(|(line, _)| line).filter(|line| !own(line)).collect()
    }

    /// Bodies that were posted to a path.
    pub fn posted(&self, path: &str) -> Vec<String> {
        let line = format!("POST {path}");
        self.requests().into_iter().filter(|(request, _)| *request == line).map(|(_, body)| body).collect()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Reply {
    /// A success of some type.
    pub fn new(content_type: &str, body: impl Into<String>) -> Self {
        Self { status: 200, headers: vec![("content-type", content_type.to_owned())], body: body.into() }
    }
}

/// A host page to be: a file of `tests/fixtures/pages`, and what a journey wants different in it.
#[derive(Clone, Debug)]
pub struct Page {
    /// Name of the file.
    pub file: &'static str,
    /// Attributes of `<html>`.
    pub html: &'static str,
    /// Where the tag takes the loader from.
    pub source: String,
    /// The attributes of the tag.
    pub tag: String,
    /// The value of `Content-Security-Policy`, if there is one.
    pub policy: Option<String>,
}

impl Page {
    /// The page as it will be served.
    pub fn reply(&self) -> Reply {
        let tag = format!(r#"<script src="{}/suara.js" {} async></script>"#, self.source, self.tag);
        let body = fixture(self.file).replace("{{html}}", self.html).replace("{{tag}}", &tag);
        let mut reply = Reply::new("text/html; charset=utf-8", body);
        reply.headers.extend(self.policy.clone().map(|policy| ("content-security-policy", policy)));
        reply
    }
}

/// A file of `tests/fixtures/pages`.
pub fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/pages").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A port that is free and was not used before.
async fn new_origin() -> TcpListener {
    // Those that were used are held until there is another one, or the system might give the same again.
    let mut held = Vec::new();
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        if USED.lock().unwrap().insert(listener.local_addr().unwrap().port()) {
            return listener;
        }
        held.push(listener);
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
    let line = format!("{} {}", parts.method, parts.uri.path());
    shared.requests.lock().unwrap().push((line, String::from_utf8_lossy(&body).into_owned()));
    let is_free = |held: &Option<&str>| held.is_none_or(|end| !parts.uri.path().ends_with(end));
    // The sender is ours, so it does not go away meanwhile.
    drop(shared.held.subscribe().wait_for(is_free).await);
    let own = shared.replies.lock().unwrap().get(parts.uri.path()).cloned();
    match own {
        Some(reply) => {
            let status = StatusCode::from_u16(reply.status).unwrap();
            let headers = reply.headers.iter().map(|(name, value)| (*name, value.as_str()));
            let mut response = (status, reply.body.clone()).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        None => pass_on(&shared, &parts, body).await,
    }
}

async fn pass_on(shared: &Shared, parts: &axum::http::request::Parts, body: Bytes) -> Response {
    let url = format!("{}{}", shared.upstream, parts.uri);
    let mut headers = without_hops(&parts.headers);
    headers.remove(header::HOST);
    let request = shared.client.request(parts.method.clone(), url).headers(headers).body(body);
    let Ok(reply) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, headers) = (reply.status(), without_hops(reply.headers()));
    let body = reply.bytes().await.unwrap_or_default();
    (status, headers, Body::from(body)).into_response()
}

/// Without what concerns one connection only.
fn without_hops(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for hop in [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH] {
        headers.remove(hop);
    }
    headers
}
