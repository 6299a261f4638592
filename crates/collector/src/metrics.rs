//! What the collector counts about itself, as Prometheus reads it: never who, only how many.

mod requests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::health;
pub(crate) use requests::Requests;

/// The text format that every version of Prometheus reads.
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The routes of the listener for operators.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(app)
}

/// A number that only rises.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn one_more(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

async fn metrics(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], text(&app).await).into_response()
}

async fn text(app: &App) -> String {
    let mut page = Page(String::new());
    page.one("suara_build_info", "gauge", "The version that runs.", &[(version(), 1.0)]);
    let started_s = app.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    page.one("suara_start_time_seconds", "gauge", "When it was started, since 1970.", &[("", started_s)]);
    let ready = f64::from(u8::from(app.readiness.is_ready(app).await));
    page.one("suara_ready", "gauge", "Whether an answer could be kept right now.", &[("", ready)]);
    let waiting = app.store.waiting() as f64;
    page.one("suara_writes_waiting", "gauge", "Writes in the queue; at most 4096.", &[("", waiting)]);
    let open = app.places.open() as f64;
    page.one("suara_connections_open", "gauge", "Connections open now.", &[("", open)]);
    let refused = app.places.refused.get() as f64;
    let help = "Connections turned away because their network or the collector had too many.";
    page.one("suara_connections_refused_total", "counter", help, &[("", refused)]);
    let refused = app.limits.refused().map(|(by, count)| (by, count as f64));
    page.one("suara_limited_total", "counter", "Requests refused with 429, by the limit.", &refused);
    let help = "Refused answers that were put into the quarantine, by the ground, and those that were not.";
    page.one("suara_quarantined_total", "counter", help, &app.quarantine.counts());
    let help = "Answers that were kept and marked, by the mark.";
    page.one("suara_answers_marked_total", "counter", help, &app.marked.counts());
    losses(app, &mut page).await;
    for (file, bytes) in app.store.sizes() {
        let label = format!("{{file=\"{file}\"}}");
        page.one("suara_file_bytes", "gauge", "Sizes of the database's files.", &[(&label, bytes as f64)]);
    }
    app.requests.print(&mut page);
    page.0
}

/// What browsers gave up for good. A gauge, because an answer that comes after all is not missing any more.
async fn losses(app: &App, page: &mut Page) {
    // Without a database the count is not known, which is not zero.
    let Ok(losses) = app.store.losses().await else { return };
    let labelled = |(survey, reason, count): (String, String, u64)| {
        (format!("{{survey=\"{survey}\",reason=\"{reason}\"}}"), count as f64)
    };
    let samples: Vec<_> = losses.into_iter().map(labelled).collect();
    page.one("suara_losses", "gauge", "Answers that were lost on the way and never came.", &samples);
}

const fn version() -> &'static str {
    concat!("{version=\"", env!("CARGO_PKG_VERSION"), "\"}")
}

/// A page in Prometheus's text format.
pub(crate) struct Page(String);

impl Page {
    /// One metric with its samples, each by its labels in braces.
    fn one(&mut self, name: &str, kind: &str, help: &str, samples: &[(impl AsRef<str>, f64)]) {
        self.head(name, kind, help);
        for (labels, value) in samples {
            self.sample(name, labels.as_ref(), *value);
        }
    }

    /// What stands before a metric's samples; said once, however often it is asked for.
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let head = format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
        if !self.0.contains(&head) {
            self.0 += &head;
        }
    }

    fn sample(&mut self, name: &str, labels: &str, value: f64) {
        self.0 += &format!("{name}{labels} {value}\n");
    }
}
