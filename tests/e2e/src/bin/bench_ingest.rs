//! How many answers a second the release collector acknowledges, each on disk by then, beside a handler that parses the
//! same body and keeps nothing, in turns. One table on standard output.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers may panic"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use axum::{Json, Router, routing::post};
use serde_json::{Value, json};
use suara_e2e::Collector;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 64;
/// Three turns each; ten seconds in all for each receiver.
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_millis(3400);

/// What one round of one receiver gave.
#[derive(Default)]
struct Measured {
    latencies_us: Vec<u32>,
    seconds: f64,
    refused: u64,
}

#[tokio::main]
async fn main() {
    let collector = Collector::start();
    let bare = bare().await;
    let collector_port: u16 = collector.url().rsplit(':').next().unwrap().parse().unwrap();
    let (mut durable, mut nothing) = (Measured::default(), Measured::default());
    let mut memory_kb = 0;
    for _ in 0..ROUNDS {
        durable.add(round(collector_port).await);
        memory_kb = memory_kb.max(resident_kb(collector.process_id()));
        nothing.add(round(bare).await);
    }
    println!("{CONNECTIONS} keep-alive connections, {ROUNDS} turns of {} ms each\n", ROUND.as_millis());
    println!("| receiver                             | posts/s | p50 ms | p99 ms | refused | RSS MiB |");
    println!("| ------------------------------------ | ------: | -----: | -----: | ------: | ------: |");
    durable.print("suara serve, acknowledged on disk", &format!("{:.1}", memory_kb as f64 / 1024.0));
    nothing.print("axum, body parsed and thrown away", "");
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.latencies_us.extend(other.latencies_us);
        self.seconds += other.seconds;
        self.refused += other.refused;
    }

    fn print(&mut self, name: &str, memory: &str) {
        self.latencies_us.sort_unstable();
        let count = self.latencies_us.len();
        let at = |share: f64| f64::from(self.latencies_us[((count - 1) as f64 * share) as usize]) / 1000.0;
        let rate = count as f64 / self.seconds;
        println!(
            "| {name:<36} | {rate:>7.0} | {:>6.2} | {:>6.2} | {:>7} | {memory:>7} |",
            at(0.5),
            at(0.99),
            self.refused
        );
    }
}

/// The measure of what HTTP and JSON alone cost here: the same body, parsed and forgotten.
async fn bare() -> u16 {
    async fn take(body: String) -> (StatusCode, Json<Value>) {
        match serde_json::from_str::<Value>(&body) {
            Ok(answer) => {
                (StatusCode::OK, Json(json!({ "id": answer["id"], "snapshot": answer["snapshot"] })))
            }
            Err(_) => (StatusCode::BAD_REQUEST, Json(Value::Null)),
        }
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(
        async move { axum::serve(listener, Router::new().route("/n/1/a", post(take))).await.unwrap() },
    );
    port
}

async fn round(port: u16) -> Measured {
    let refused = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(connection(port, start + ROUND, Arc::clone(&refused))))
        .collect();
    let mut measured = Measured::default();
    for task in tasks {
        measured.latencies_us.extend(task.await.unwrap());
    }
    measured.seconds = start.elapsed().as_secs_f64();
    measured.refused = refused.load(Ordering::Relaxed);
    measured
}

/// Posts one answer after the other over one connection; gives the time that each success took.
async fn connection(port: u16, end: Instant, refused: Arc<AtomicU64>) -> Vec<u32> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut latencies_us = Vec::new();
    let mut reply = Vec::with_capacity(1024);
    while Instant::now() < end {
        let body = answer();
        let head = format!(
            "POST /n/1/a HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: text/plain;charset=UTF-8\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        let start = Instant::now();
        stream.write_all([head, body].concat().as_bytes()).await.unwrap();
        if exchange(&mut stream, &mut reply).await {
            latencies_us.push(start.elapsed().as_micros() as u32);
        } else {
            refused.fetch_add(1, Ordering::Relaxed);
        }
    }
    latencies_us
}

/// Reads one response with a content length; true if it is a success.
async fn exchange(stream: &mut TcpStream, reply: &mut Vec<u8>) -> bool {
    reply.clear();
    loop {
        assert!(stream.read_buf(reply).await.unwrap() > 0, "the receiver closed the connection");
        let text = String::from_utf8_lossy(reply).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
        if body.len() >= length.unwrap().trim().parse::<usize>().unwrap() {
            return head.starts_with("http/1.1 200");
        }
    }
}

/// A whole answer of an ordinary size, with an id that was never used.
fn answer() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let time = format!("{now_ms:012x}");
    let id = format!("{}-{}-7000-8000-{count:012x}", &time[..8], &time[8..]);
    format!(
        r#"{{"v":1,"id":"{id}","snapshot":3,"survey":"nps","version":1,"stage":"complete","at_ms":{now_ms},"locale":"en","page":"https://shop.example/cart","answers":[{{"question":"score","text":"How likely are you to recommend us to a friend or colleague?","score":{}}},{{"question":"reason","text":"What is the main reason for your score?","comment":"Quick delivery, and somebody answered the phone."}}]}}"#,
        count % 11
    )
}

/// Resident memory of a process, in kB; 0 where it cannot be read.
fn resident_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}
