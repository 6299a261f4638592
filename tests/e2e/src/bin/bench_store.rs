//! What a million answers cost: to bring in, to start upon, and to read, whole and only what is new. One table on standard
//! output. The store is SQLite's, or the one that `SUARA_DATABASE` names, which should be empty.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers may panic"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use suara_e2e::{Collector, PASSWORD};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Answers in the store; fewer where `SUARA_ROWS` says so.
const ROWS: u64 = 1_000_000;
/// Starts, of which the slowest counts.
const STARTS: usize = 5;
/// Reads of each kind, of which the fastest counts for time and the most for memory.
const READS: usize = 3;

#[tokio::main]
async fn main() {
    let rows = std::env::var("SUARA_ROWS").map_or(ROWS, |rows| rows.parse().unwrap());
    let mut collector = Collector::start();
    collector.set_up().await;
    let (seconds, import_kb) = fill(&collector, rows);
    println!(
        "{rows} answers taken from a CSV file in {seconds:.0} s ({:.0} a second), at most {} MiB\n",
        rows as f64 / seconds,
        import_kb / 1024
    );
    let starts = (0..STARTS).map(|_| start_ms(&mut collector)).max().unwrap();
    println!(
        "start until it listens, the slowest of {STARTS}: {starts} ms; the database has {} MiB\n",
        megabytes(collector.data())
    );
    let token = token(&collector).await;
    println!(
        "| what is read                 |       rows |       bytes |       ms | memory over rest, MiB |"
    );
    println!(
        "| ---------------------------- | ---------: | ----------: | -------: | --------------------: |"
    );
    let change = change(&collector, &token).await;
    for new in [0, 10, 1_000, 100_000, rows].into_iter().filter(|new| *new <= rows) {
        let path = format!("responses.arrow?after={}", change - new);
        measure(&collector, (&token, &path), (&format!("responses.arrow, {new} new"), new)).await;
    }
    for (path, name) in
        [("responses", "list of chunks"), ("responses/0-65536.arrow", "responses.arrow, one chunk")]
    {
        measure(&collector, (&token, path), (name, if path == "responses" { 0 } else { 65_536.min(rows) }))
            .await;
    }
    for path in ["responses.ndjson", "responses.csv", "columns"] {
        measure(&collector, (&token, path), (path, rows)).await;
    }
}

/// Brings a file of answers in; gives the seconds that it took and the memory of the import in kB.
fn fill(collector: &Collector, rows: u64) -> (f64, u64) {
    let path = collector.data().join("answers.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(b"id,at,score,comment,locale,page\n").unwrap();
    let mut line = String::new();
    for row in 0..rows {
        line.clear();
        // Two years, in order; a third with a comment; the scores of a business that is doing fairly well.
        let (at_s, score) =
            (1_700_000_000 + row * 63, [10, 9, 8, 10, 9, 7, 3, 10, 6, 9, 8, 0, 5][row as usize % 13]);
        let comment = if row % 3 == 0 { "Quick delivery, and somebody answered the phone." } else { "" };
        let locale = ["en", "id"][row as usize % 2];
        writeln!(line, "{row},{at_s},{score},\"{comment}\",{locale},https://shop.example/{}", row % 20)
            .unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
    file.flush().unwrap();
    let start = Instant::now();
    let mut import = Command::new(suara_e2e::binary())
        .arg("import")
        .arg(&path)
        .arg("--data")
        .arg(collector.data())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut peak_kb = 0;
    let status = loop {
        peak_kb = peak_kb.max(status_kb(import.id(), "VmHWM"));
        match import.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert!(status.success(), "the import failed");
    std::fs::remove_file(&path).unwrap();
    (start.elapsed().as_secs_f64(), peak_kb)
}

fn start_ms(collector: &mut Collector) -> u128 {
    collector.kill();
    let start = Instant::now();
    collector.restart();
    start.elapsed().as_millis()
}

/// A program's, for an analyst.
async fn token(collector: &Collector) -> String {
    let client = reqwest::Client::new();
    let write = async |path: &str, cookie: &str, body: Value| {
        let request = client.post(format!("{}{path}", collector.url())).header("x-suara", "1");
        request
            .header("cookie", cookie)
            .body(body.to_string())
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap()
    };
    let session =
        write("/api/1/session", "", json!({ "email": "owner@shop.example", "password": PASSWORD })).await;
    let cookie = session.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let wish = json!({ "name": "bench", "scope": "analyst", "days": 1 });
    let made: Value = write("/api/1/tokens", &cookie, wish).await.json().await.unwrap();
    made["token"].as_str().unwrap().to_owned()
}

async fn change(collector: &Collector, token: &str) -> u64 {
    let list = reqwest::Client::new().get(format!("{}/api/1/surveys/nps/responses", collector.url()));
    let list: Value = list.bearer_auth(token).send().await.unwrap().json().await.unwrap();
    list["change"].as_u64().unwrap()
}

async fn measure(collector: &Collector, (token, path): (&str, &str), (name, rows): (&str, u64)) {
    let (mut best_ms, mut most_kb, mut bytes) = (f64::MAX, 0, 0);
    for _ in 0..READS {
        let process = collector.process_id();
        // Sets the peak back to what is resident now.
        std::fs::write(format!("/proc/{process}/clear_refs"), "5").ok();
        let rest_kb = status_kb(process, "VmRSS");
        let start = Instant::now();
        bytes = read(collector, token, path).await;
        best_ms = best_ms.min(start.elapsed().as_secs_f64() * 1000.0);
        most_kb = most_kb.max(status_kb(process, "VmHWM").saturating_sub(rest_kb));
    }
    let megabytes = most_kb as f64 / 1024.0;
    println!("| {name:<28} | {rows:>10} | {bytes:>11} | {best_ms:>8.1} | {megabytes:>21.1} |");
}

/// Reads a response to its end; gives the bytes of its body.
async fn read(collector: &Collector, token: &str, path: &str) -> u64 {
    let address = collector.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "GET /api/1/surveys/nps/{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut piece, mut start, mut count) = (vec![0; 1 << 18], Vec::new(), 0);
    loop {
        let length = stream.read(&mut piece).await.unwrap();
        if length == 0 {
            break;
        }
        count += length as u64;
        if start.len() < 4096 {
            start.extend_from_slice(&piece[..length.min(4096)]);
        }
    }
    let head = String::from_utf8_lossy(&start);
    assert!(head.starts_with("HTTP/1.1 200"), "{path}: {}", &head[..head.len().min(300)]);
    count - head.find("\r\n\r\n").unwrap() as u64 - 4
}

/// A line of a process's status, in kB; 0 where it cannot be read.
fn status_kb(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim_start_matches(':').split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn megabytes(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>() >> 20
}
