//! The server: accepts connections, keeps the times and counts that keep it alive under slow and many clients, and
//! ends without losing what was acknowledged.

mod patience;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

use crate::app::Collector;
use crate::routes;
use patience::{Patient, Phase};

/// From the first byte of a request to the end of its head, and from connecting to the end of the first head.
const HEAD_TIME: Duration = Duration::from_secs(5);

/// Between two requests. Proxies keep theirs for 60 s and cope when ours ends first.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// The head of one request: cookies, and headers that proxies add, stay far below.
const HEAD_MAX_BYTES: usize = 16 * 1024;

/// Connections at once: at some 20 kB each, 200 MB. More wait in the system's queue.
const CONNECTIONS_MAX: usize = 10_000;

/// What open requests get to finish when the collector ends; less than the 90 s after which systemd kills.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is ready, then lets open requests finish and writes what waits.
pub async fn serve(listener: TcpListener, collector: Collector, shutdown: impl Future<Output = ()>) {
    let router = routes::router(collector.app.clone());
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            accepted = accept(&listener, &places) => match accepted {
                Some((stream, peer, place)) => connect(stream, peer, place, router.clone(), &graceful),
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    // Live streams never end by themselves.
    collector.app.stop.send_replace(true);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were cut off; none of them was acknowledged");
    }
    collector.app.store.close().await;
}

/// Waits for a place first: a client in the system's queue costs nothing.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            None
        }
    }
}

fn connect(
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    router: Router,
    graceful: &GracefulShutdown,
) {
    // Receipts are one small packet; waiting to fill it would only delay them.
    drop(stream.set_nodelay(true));
    let phase = Phase::default();
    let stream = Patient::new(stream, phase.clone(), HEAD_TIME);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        let busy = phase.busy();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = router.clone().oneshot(request.map(axum::body::Body::new));
        async move {
            let _busy = busy;
            response.await
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIME)
        .max_buf_size(HEAD_MAX_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // Clients hang up all the time; that is no error of ours.
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(place);
    });
}
