//! Whether the collector lives, and whether it could keep an answer right now.

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use tokio::sync::Mutex;

use crate::app::App;
use crate::fault::Fault;

/// How long a finding counts: whoever asks more often must not make the disk work for it.
const FRESH: Duration = Duration::from_secs(1);

/// The process answers; restarting it would help nothing.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Something could be written just now; else 503, and the next in line had better be asked.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    match app.readiness.is_ready(&app).await {
        true => "ok\n".into_response(),
        false => Fault::Unavailable.into_response(),
    }
}

/// The last finding, with its time. One probe at a time: others wait for what it finds.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, bool)>>);

impl Readiness {
    /// Whether an answer could be kept. It takes a commit to know.
    pub(crate) async fn is_ready(&self, app: &App) -> bool {
        if *app.stop.borrow() || app.store.is_full() {
            return false;
        }
        let mut last = self.0.lock().await;
        if let Some((at, finding)) = *last
            && at.elapsed() < FRESH
        {
            return finding;
        }
        let finding = app.store.probe().await.is_ok();
        *last = Some((Instant::now(), finding));
        finding
    }
}
