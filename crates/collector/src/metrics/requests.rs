//! Requests by route: how many, how they ended, how long they took.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;

use super::Page;

/// Upper ends of the histogram's buckets: from a receipt on a quiet disk to the handler's time limit.
const BUCKETS_MS: [u64; 9] = [1, 2, 5, 10, 20, 50, 200, 1000, 5000];

/// All requests so far. Routes and statuses are few, whoever asks; methods that HTTP does not define count as one.
#[derive(Default)]
pub(crate) struct Requests(Mutex<BTreeMap<String, Seen>>);

#[derive(Default)]
struct Seen {
    endings: BTreeMap<(&'static str, u16), u64>,
    buckets: [u64; BUCKETS_MS.len()],
    count: u64,
    sum_s: f64,
}

impl Requests {
    /// One more that has ended. `route` is the pattern, never the address itself.
    pub(crate) fn add(&self, route: &str, method: &Method, status: u16, took: Duration) {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Seen::default());
        }
        let Some(seen) = routes.get_mut(route) else { return };
        *seen.endings.entry((known(method), status)).or_default() += 1;
        seen.count += 1;
        seen.sum_s += took.as_secs_f64();
        let ends = BUCKETS_MS.iter().zip(&mut seen.buckets);
        ends.filter(|(end_ms, _)| took <= Duration::from_millis(**end_ms)).for_each(|(_, count)| *count += 1);
    }

    pub(super) fn print(&self, page: &mut Page) {
        const TOTAL: &str = "suara_requests_total";
        const SECONDS: &str = "suara_request_seconds";
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        page.head(TOTAL, "counter", "Requests by route and how they ended.");
        for (route, seen) in routes.iter() {
            for ((method, status), count) in &seen.endings {
                let labels = format!("{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}");
                page.sample(TOTAL, &labels, *count as f64);
            }
        }
        page.head(SECONDS, "histogram", "From the head of a request to the head of its response.");
        for (route, seen) in routes.iter() {
            for (end_ms, count) in BUCKETS_MS.iter().zip(seen.buckets) {
                let labels = format!("{{route=\"{route}\",le=\"{}\"}}", *end_ms as f64 / 1000.0);
                page.sample("suara_request_seconds_bucket", &labels, count as f64);
            }
            let all = format!("{{route=\"{route}\",le=\"+Inf\"}}");
            page.sample("suara_request_seconds_bucket", &all, seen.count as f64);
            page.sample("suara_request_seconds_sum", &format!("{{route=\"{route}\"}}"), seen.sum_s);
            page.sample("suara_request_seconds_count", &format!("{{route=\"{route}\"}}"), seen.count as f64);
        }
    }
}

fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}
