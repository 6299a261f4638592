//! Requests that are almost right, over real HTTP: none ends the collector, none is answered with a server's error, and
//! none leaves a row that no collector would write.
//!
//! `SUARA_MALFORMED` says how many; `SUARA_BIN` names another binary, such as the release build.

#![cfg(unix)]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::json;
use suara_load::{Chance, Serving, binary_or, figure, mutated, times};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections at the same time.
const LANES: u64 = 16;

/// How often a request is changed beyond its body: the connection ends with it then, and takes longer.
const HEADS_ONE_IN: usize = 16;

const SNAPSHOT: &str = r#"{"v":1,"id":"018bcfe5-6800-7707-8707-070707070707","snapshot":3,"survey":"nps","version":1,"stage":"complete","at_ms":1700000000000,"locale":"id","page":"https://toko.example/kasir","answers":[{"question":"score","text":"Seberapa besar?","score":9},{"question":"reason","text":"Kenapa?","comment":"Cepat dan ramah \u00f0\ud83d\ude00","sort":"complaint"}]}"#;
const CHOICES: &str = r#"{"v":1,"id":"018bcfe5-6800-7707-8707-070707070708","snapshot":1,"survey":"csat-support","version":1,"stage":"partial","at_ms":1700000000000,"locale":"en","page":"","fields":{"plan":"pro"},"answers":[{"question":"rating","text":"How?","rating":5,"choices":["a"],"ratings":{"speed":5,"price":null},"email":"a@b.example","consent":true}]}"#;
const LOSS: &str = r#"{"v":1,"lost":"018bcfe5-6800-7707-8707-070707070709","survey":"nps","reason":"refused 413","at_ms":1700000000000}"#;
const ACCOUNT: &str = r#"{"token":"x","email":"owner@shop.example","password":"long enough a password"}"#;
/// Not quite right already: each password that is looked at takes long on purpose.
const SESSION: &str = r#"{"email":"owner@shop.example","password":7}"#;

/// What is changed: method and path, and the body.
const REQUESTS: [(&str, &str); 12] = [
    ("POST /n/1/a", SNAPSHOT),
    ("POST /n/1/a", SNAPSHOT),
    ("POST /n/1/a", CHOICES),
    ("POST /n/1/a", LOSS),
    ("POST /api/1/setup", ACCOUNT),
    ("POST /api/1/session", SESSION),
    ("GET /n/1/q/nps", ""),
    // Not the pages: where they are not built, a 503 says so.
    ("GET /n/1/openapi.json", ""),
    ("GET /api/1/surveys/nps/comments?from_ms=1&limit=5", ""),
    ("GET /api/1/deeds?before=7", ""),
    ("PATCH /api/1/people/1", r#"{"role":"viewer"}"#),
    ("OPTIONS /n/1/a", ""),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_malformed_brings_forth_a_panic_a_server_error_or_a_foreign_row() {
    let count = u64::from(times("SUARA_MALFORMED", 3_000));
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log");
    let file = std::fs::File::create(&log).unwrap();
    let binary = binary_or(env!("CARGO_BIN_EXE_suara"));
    let mut serving = Serving::with(&binary, data.path(), |command| {
        // What is refused is logged by its route, which would fill the disk with the same line.
        command.env("SUARA_LOG", "error").stderr(file);
    });
    let lanes = (0..LANES).map(|lane| tokio::spawn(lane_of(serving.port, lane, count / LANES)));
    let mut seen: BTreeMap<u16, u64> = BTreeMap::new();
    for lane in lanes.collect::<Vec<_>>() {
        for (status, count) in lane.await.unwrap() {
            *seen.entry(status).or_default() += count;
        }
    }
    assert!(!serving.has_ended(), "the collector has ended");
    serving.kill();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains("panicked") && log.lines().count() == 0, "{}", &log[..log.len().min(2000)]);
    let checked = Command::new(&binary).arg("check").arg("--data").arg(data.path()).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let server_errors: u64 = seen.range(500..).map(|(_, count)| count).sum();
    assert_eq!(server_errors, 0, "{seen:?}");
    // Most are refused; some changes leave a snapshot that is still one, or else nothing behind the parser was tried.
    let taken = seen.get(&200).copied().unwrap_or_default();
    assert!(taken > count / 100 && seen.get(&400).is_some_and(|refused| *refused > taken), "{seen:?}");
    let statuses: BTreeMap<_, _> = seen.iter().map(|(status, count)| (status.to_string(), count)).collect();
    figure(&json!({ "figure": "malformed requests", "requests": count, "by status": statuses, "panics": 0 }));
}

/// Sends so many; gives how often each status came, 0 where the connection ended without one.
async fn lane_of(port: u16, lane: u64, count: u64) -> BTreeMap<u16, u64> {
    let mut seen = BTreeMap::new();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    for turn in 0..count {
        let mut chance = Chance::new(lane << 40 | turn);
        let (request, ends) = request(&mut chance);
        let sent = stream.write_all(&request).await;
        let status = match sent {
            Ok(()) if ends => {
                drop(stream.shutdown().await);
                status(&mut stream).await
            }
            Ok(()) => status(&mut stream).await,
            Err(_) => None,
        };
        *seen.entry(status.unwrap_or_default()).or_default() += 1;
        if ends || status.is_none() {
            stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        }
    }
    seen
}

/// A request that is almost right, and whether the connection is of no use after it.
fn request(chance: &mut Chance) -> (Vec<u8>, bool) {
    let (target, body) = REQUESTS[chance.below(REQUESTS.len())];
    let body = mutated(body.as_bytes(), chance);
    let head = format!(
        "{target} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\nx-suara: 1\r\norigin: https://shop.example\r\n\
         cookie: suara=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let ends = chance.below(HEADS_ONE_IN) == 0;
    let head = if ends { mutated(head.as_bytes(), chance) } else { head.into_bytes() };
    ([head, body].concat(), ends)
}

/// Reads one whole reply and gives its status.
async fn status(stream: &mut TcpStream) -> Option<u16> {
    let mut reply = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&reply);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            let is_bare = head.starts_with("HTTP/1.1 204") || head.starts_with("HTTP/1.1 304");
            if is_bare || body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(usize::MAX) {
                return head.get(9..12)?.parse().ok();
            }
        }
        match tokio::time::timeout(std::time::Duration::from_secs(30), stream.read_buf(&mut reply)).await {
            Ok(Ok(1..)) => {}
            // The end: of a reply without a length, or without any.
            Ok(_) => return text_status(&reply),
            Err(_) => panic!("no reply within 30 s: {}", String::from_utf8_lossy(&reply)),
        }
    }
}

fn text_status(reply: &[u8]) -> Option<u16> {
    std::str::from_utf8(reply.get(9..12)?).ok()?.parse().ok()
}
