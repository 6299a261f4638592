//! What the prompt costs a page and how soon it is painted, beside a hand-written prompt of two kilobytes as the limit,
//! in turns, on a desktop and on a phone's processor and connection. One table on standard output.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers may panic"
)]

use serde_json::{Value, json};
use suara_e2e::{Look, Page, Reply, Suite, Visitor, fixture};

const RUNS: usize = 7;

/// One kind of page, and what was measured on it.
struct Contender {
    name: &'static str,
    url: String,
    /// By device: milliseconds of each run.
    times_ms: [Vec<f64>; 2],
    requests: u64,
    bytes: u64,
}

#[tokio::main]
async fn main() {
    let suite = Suite::start().await;
    let mut contenders = contenders(&suite);
    let visitor = Visitor::arrive().await;
    visitor.devtools("Network.enable", json!({})).await;
    visitor.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    for (device, slow) in [(0, false), (1, true)] {
        visitor.look(if slow { Look::Phone } else { Look::Desktop }).await;
        throttle(&visitor, slow).await;
        for run in 0..=RUNS {
            for contender in &mut contenders {
                let (ms, requests, bytes) = painted(&visitor, &suite, &contender.url).await;
                // The first run warms the collector, the disk and the browser.
                if run > 0 {
                    contender.times_ms[device].push(ms);
                }
                (contender.requests, contender.bytes) = (requests, bytes);
            }
        }
    }
    throttle(&visitor, false).await;
    let silent = not_asked(&visitor, &contenders[0].url).await;
    print(&mut contenders, silent);
}

/// All on one origin, because the sizes of other origins' files are hidden from the page that measures.
fn contenders(suite: &Suite) -> [Contender; 3] {
    let from = suite.relay.url();
    suite.relay.put("/stopwatch.js", Reply::new("text/javascript", fixture("stopwatch.js")));
    suite.relay.put("/vanilla/suara.js", Reply::new("text/javascript", fixture("vanilla.js")));
    let page = Page { file: "bench.html", source: from.clone(), ..suite.page() };
    let strict = Page { policy: Some("default-src 'self'".to_owned()), ..page.clone() };
    let vanilla = Page { source: format!("{from}/vanilla"), ..page.clone() };
    let contender = |name, path: &str, page: &Page| Contender {
        name,
        url: suite.relay.put(path, page.reply()),
        times_ms: Default::default(),
        requests: 0,
        bytes: 0,
    };
    [
        contender("Suara", "/plain", &page),
        contender("Suara under `default-src 'self'`", "/strict", &strict),
        contender("hand-written, the limit", "/limit", &vanilla),
    ]
}

/// A phone of the middle class on a slow mobile network, or neither.
async fn throttle(visitor: &Visitor, slow: bool) {
    let (rate, latency_ms, bytes_per_second) = if slow { (4, 150, 200_000) } else { (1, 0, -1) };
    visitor.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
    let network = json!({
        "offline": false,
        "latency": latency_ms,
        "downloadThroughput": bytes_per_second,
        "uploadThroughput": bytes_per_second,
    });
    visitor.devtools("Network.emulateNetworkConditions", network).await;
}

/// A first visit: milliseconds from the start of the navigation to the painted prompt, requests and bytes until then.
async fn painted(visitor: &Visitor, suite: &Suite, url: &str) -> (f64, u64, u64) {
    visitor.open("about:blank").await;
    let origin = json!({ "origin": suite.relay.url(), "storageTypes": "all" });
    visitor.devtools("Storage.clearDataForOrigin", origin).await;
    visitor.open(url).await;
    spent(&visitor.see("painted").await)
}

/// The visit after: nothing is asked.
async fn not_asked(visitor: &Visitor, url: &str) -> (f64, u64, u64) {
    visitor.open(url).await;
    visitor.see("painted").await;
    visitor.close().await;
    visitor.until_outbox_is_empty().await;
    visitor.open(url).await;
    visitor.see("new Promise(done => requestIdleCallback(() => setTimeout(done, 500)))").await;
    assert!(visitor.prompt().await.is_none());
    spent(&visitor.see("spent()").await)
}

fn spent(values: &Value) -> (f64, u64, u64) {
    (values[0].as_f64().unwrap(), values[1].as_u64().unwrap(), values[2].as_u64().unwrap())
}

fn print(contenders: &mut [Contender], (_, requests, bytes): (f64, u64, u64)) {
    println!("A visitor who is not asked: {requests} request, {bytes} bytes.\n");
    println!("| until the prompt is painted        | requests |   bytes | desktop ms | phone ms |");
    println!("| ---------------------------------- | -------: | ------: | ---------: | -------: |");
    for contender in contenders {
        let [desktop, phone] = contender.times_ms.each_mut().map(|times_ms| median(times_ms));
        let Contender { name, requests, bytes, .. } = contender;
        println!("| {name:<34} | {requests:>8} | {bytes:>7} | {desktop:>10.0} | {phone:>8.0} |");
    }
    println!(
        "\nMedians of {RUNS} first visits each, in turns; phone: processor 4 times slower, 150 ms, 1.6 Mbit/s."
    );
}

fn median(times_ms: &mut [f64]) -> f64 {
    times_ms.sort_by(f64::total_cmp);
    times_ms[times_ms.len() / 2]
}
