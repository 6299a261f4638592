//! What HTTP and JSON alone cost here: the same body, parsed by the same type and forgotten, with the same receipt, over
//! the same loop of hyper with the same settings as the collector's, in a process of its own just like it.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use suara_survey::wire::{Receipt, Snapshot};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// The word by which this program starts itself as the reference.
pub(crate) const WORD: &str = "reference";

/// As the collector has them.
const IDLE_TIME: Duration = Duration::from_secs(30);
const HEAD_MAX_BYTES: usize = 16 * 1024;

/// The reference as a process.
pub(crate) struct Reference {
    child: Child,
    pub(crate) port: u16,
}

impl Reference {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let mut child = command.arg(WORD).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap() }
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Says its port and serves until it is killed.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        std::io::stdout().flush().unwrap();
        let router = Router::new().route("/n/1/a", post(take));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            open(stream, router.clone());
        }
    });
}

fn open(stream: TcpStream, router: Router) {
    stream.set_nodelay(true).unwrap();
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIME)
        .max_buf_size(HEAD_MAX_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    tokio::spawn(async move { drop(connection.await) });
}

async fn take(body: Bytes) -> Response {
    match serde_json::from_slice::<Snapshot>(&body) {
        Ok(snapshot) => Json(Receipt { id: snapshot.id, snapshot: snapshot.snapshot }).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
