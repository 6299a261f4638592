//! One visit at a time, by a real browser: what it takes until the question is painted, what a click takes, what stays.

use serde_json::{Value, json};
use suara_e2e::{Look, Visitor};

use crate::contender::Contender;

/// A visit that is asked and answers.
pub struct Asked {
    pub requests: u64,
    pub bytes: u64,
    /// From the start of the navigation.
    pub painted_ms: f64,
    /// From the click on a score to the frame after it.
    pub choice_ms: f64,
    /// Frames until the choice shows.
    pub choice_frames: u64,
    /// From the click on Send until the whole answer is handed to the network.
    pub send_ms: f64,
}

/// A visit that is not asked.
pub struct NotAsked {
    pub requests: u64,
    pub bytes: u64,
    pub main_thread_ms: f64,
}

/// What stays in memory while the question stands.
pub struct Weight {
    pub heap_bytes: u64,
    pub wasm_bytes: u64,
}

/// A phone of the middle class on a slow mobile network, or neither.
pub async fn throttle(visitor: &Visitor, look: Look) {
    let (rate, latency_ms, bytes_per_second) =
        if look == Look::Phone { (4, 150, 200_000) } else { (1, 0, -1) };
    visitor.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
    let network = json!({
        "offline": false,
        "latency": latency_ms,
        "downloadThroughput": bytes_per_second,
        "uploadThroughput": bytes_per_second,
    });
    visitor.devtools("Network.emulateNetworkConditions", network).await;
}

/// The heap after a collection, on a first visit.
pub async fn weight(visitor: &Visitor, contender: &Contender) -> Weight {
    arrive(visitor, contender).await;
    if contender.asks {
        visitor.see("stopwatch.painted").await;
    }
    visitor.see("new Promise(done => setTimeout(done, 1500))").await;
    visitor.devtools("HeapProfiler.collectGarbage", json!({})).await;
    let heap = visitor.devtools("Runtime.getHeapUsage", json!({})).await;
    let wasm = visitor.see("stopwatch.wasmBytes()").await;
    Weight { heap_bytes: heap["usedSize"].as_f64().unwrap() as u64, wasm_bytes: wasm.as_u64().unwrap() }
}

/// A first visit, answered with a score and no comment; none for a page that asks nothing.
pub async fn asked(visitor: &Visitor, contender: &Contender) -> Option<Asked> {
    if !contender.asks {
        return None;
    }
    arrive(visitor, contender).await;
    let painted = visitor.see("stopwatch.painted").await;
    visitor.see("stopwatch.watchChoice()").await;
    click(visitor, "score").await;
    let choice = visitor.see("stopwatch.choice").await;
    if contender.steps {
        click(visitor, "send").await;
    }
    visitor.wait_for("stopwatch.asksWhy()").await;
    visitor.see("stopwatch.watchSend()").await;
    click(visitor, "send").await;
    let send_ms = visitor.see("stopwatch.sent").await.as_f64().unwrap();
    let (painted_ms, requests, bytes) = spent(&painted);
    let (choice_ms, choice_frames) = (choice[0].as_f64().unwrap(), choice[1].as_u64().unwrap());
    Some(Asked { requests, bytes, painted_ms, choice_ms, choice_frames, send_ms })
}

/// The visit after one that was answered: nothing is asked. Whatever the page has to do, it does in two seconds.
pub async fn not_asked(visitor: &Visitor, contender: &Contender) -> NotAsked {
    if contender.asks {
        visitor.see("new Promise(done => setTimeout(done, 500))").await;
    }
    visitor.open(&contender.url).await;
    visitor.see("new Promise(done => setTimeout(done, 2000))").await;
    let main_thread_ms = main_thread_ms(visitor).await;
    assert_eq!(visitor.see("stopwatch.ready('score')").await, false, "{} asks again", contender.name);
    let (_, requests, bytes) = spent(&visitor.see("stopwatch.spent()").await);
    NotAsked { requests, bytes, main_thread_ms }
}

/// Opens the page as someone who was never there.
async fn arrive(visitor: &Visitor, contender: &Contender) {
    visitor.open("about:blank").await;
    let origin = json!({ "origin": contender.origin, "storageTypes": "all" });
    visitor.devtools("Storage.clearDataForOrigin", origin).await;
    visitor.open(&contender.url).await;
}

/// As a mouse does it, so that the browser takes the time from its arrival.
async fn click(visitor: &Visitor, part: &str) {
    visitor.wait_for(&format!("stopwatch.ready('{part}')")).await;
    let place = visitor.see(&format!("stopwatch.place('{part}')")).await;
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
        visitor.devtools("Input.dispatchMouseEvent", event).await;
    }
}

/// What the main thread has been busy since the page was navigated to.
async fn main_thread_ms(visitor: &Visitor) -> f64 {
    let metrics = visitor.devtools("Performance.getMetrics", json!({})).await;
    let metrics = metrics["metrics"].as_array().unwrap();
    let tasks = metrics.iter().find(|metric| metric["name"] == "TaskDuration").unwrap();
    tasks["value"].as_f64().unwrap() * 1000.0
}

fn spent(values: &Value) -> (f64, u64, u64) {
    (values[0].as_f64().unwrap(), values[1].as_u64().unwrap(), values[2].as_u64().unwrap())
}
