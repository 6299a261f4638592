//! The server: accepts connections, keeps the times and counts that keep it alive under slow and many clients, and
//! ends without losing what was acknowledged.

mod patience;
pub(crate) mod places;

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::app::{App, Collector};
use crate::client::Client;
use crate::config::Connections;
use crate::{metrics, privacy, routes, webhooks};
use patience::{Patient, Phase};
use places::{Place, Places};

/// From the first byte of a request to the end of its head, and from connecting to the end of the first head.
const HEAD_TIME: Duration = Duration::from_secs(5);

/// Between two requests. Proxies keep theirs for 60 s and cope when ours ends first.
const IDLE_TIME: Duration = Duration::from_secs(30);

/// The same for a connection that came when most places were taken: it had better come again than keep one for nothing.
const CROWDED_IDLE_TIME: Duration = Duration::from_secs(5);

/// A response of which nothing more is taken. What the system buffers makes progress come in lumps, on a slow phone seconds
/// apart.
const STALL_TIME: Duration = Duration::from_secs(15);

/// The head of one request: cookies, and headers that proxies add, stay far below.
const HEAD_MAX_BYTES: usize = 16 * 1024;

/// What open requests get to finish when the collector ends; less than the 90 s after which systemd kills.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Those who read the metrics are few.
const OPERATORS: Connections = Connections { all: 32, network: 32 };

/// Said to a connection without a place, whatever it asks.
const NO_PLACE: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// What is listened on.
#[derive(Debug)]
pub struct Listeners {
    /// For visitors and owners.
    pub visitors: TcpListener,
    /// For operators only: counts, and whether it lives.
    pub metrics: Option<TcpListener>,
}

impl From<TcpListener> for Listeners {
    fn from(visitors: TcpListener) -> Self {
        Self { visitors, metrics: None }
    }
}

/// Serves until `shutdown` is ready, then lets open requests finish and writes what waits.
pub async fn serve(
    listeners: impl Into<Listeners>,
    collector: Collector,
    shutdown: impl Future<Output = ()>,
) {
    let (listeners, app) = (listeners.into(), &collector.app);
    let visitors = Door::new(app, routes::router(app.clone()), &app.places);
    let operators = Door::new(app, metrics::router(app.clone()), &Places::new(OPERATORS));
    let operators =
        listeners.metrics.map(|listener| tokio::spawn(async move { operators.welcome(listener).await }));
    tokio::spawn(app.clone().follow_surveys());
    tokio::spawn(webhooks::run(app.clone()));
    tokio::spawn(privacy::nightly(app.clone()));
    tokio::select! {
        () = visitors.welcome(listeners.visitors) => {}
        () = pin!(shutdown) => {}
    }
    // Live streams never end by themselves.
    app.stop.send_replace(true);
    if tokio::time::timeout(DRAIN_TIME, visitors.graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were cut off; none of them was acknowledged");
    }
    // What was erased is on the ledger before anybody can restore a backup here.
    drop(tokio::time::timeout(DRAIN_TIME, app.ledger.turn()).await);
    app.store.close().await;
    if let Some(operators) = operators {
        operators.abort();
    }
}

/// What every connection needs.
struct Door {
    app: App,
    router: Router,
    places: Arc<Places>,
    graceful: GracefulShutdown,
}

impl Door {
    fn new(app: &App, router: Router, places: &Arc<Places>) -> Self {
        let graceful = GracefulShutdown::new();
        Self { app: app.clone(), router, places: Arc::clone(places), graceful }
    }

    /// Opens to whoever comes, as long as there are places.
    async fn welcome(&self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => match self.places.take(self.counted(peer)) {
                    Some(place) => self.open(stream, peer, place),
                    // As much as fits without waiting: whoever floods does not get a task.
                    None => drop(stream.try_write(NO_PLACE)),
                },
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// The address that a connection is counted under; a proxy's connections carry many people.
    fn counted(&self, peer: SocketAddr) -> Option<IpAddr> {
        Some(peer.ip()).filter(|peer| !self.app.proxies.trust(*peer))
    }

    fn open(&self, stream: TcpStream, peer: SocketAddr, place: Place) {
        // Receipts are one small packet; waiting to fill it would only delay them.
        drop(stream.set_nodelay(true));
        let phase = Phase::default();
        let stream = Patient::new(stream, phase.clone(), HEAD_TIME, STALL_TIME);
        let (app, router) = (self.app.clone(), self.router.clone());
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            let busy = phase.busy();
            let client = app.proxies.client(peer.ip(), request.headers());
            request.extensions_mut().insert(Client(client));
            let response = router.clone().oneshot(request.map(axum::body::Body::new));
            async move {
                let _busy = busy;
                response.await
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(if place.is_crowded() { CROWDED_IDLE_TIME } else { IDLE_TIME })
            .max_buf_size(HEAD_MAX_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        tokio::spawn(async move {
            // Clients hang up all the time; that is no error of ours.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
}
