//! `kill -9` in the middle of thousands of posts a second: what was acknowledged is there afterwards, once.
//!
//! `SUARA_BIN` names another binary to kill, such as the release build; `SUARA_KILLS` another number of times.

#![cfg(unix)]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sqlx::{Connection, Row, SqliteConnection};
use suara_survey::AnswerId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections that post at the same time.
const CONNECTIONS: u64 = 64;

/// How long each life lasts after its first acknowledgement; it differs from life to life, so that no phase of a
/// transaction is spared.
const LIFE: Duration = Duration::from_millis(700);

/// Below this the test says nothing about load at all.
const RATE_MIN: f64 = 500.0;

/// What the release build is expected to take, on two cores that it shares with the load.
const RATE_EXPECTED: f64 = 5_000.0;

/// Acknowledged snapshot numbers by id.
type Acknowledged = Arc<Mutex<HashMap<AnswerId, u32>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_by_kill_nine() {
    let kills: u32 = std::env::var("SUARA_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let data = tempfile::tempdir().unwrap();
    let acknowledged = Acknowledged::default();
    let (mut posts, mut time, mut slowest_start) = (0, Duration::ZERO, Duration::ZERO);
    for life in 0..kills {
        let run = live_and_die(data.path(), life, &acknowledged).await;
        posts += run.posts;
        time += run.time;
        slowest_start = slowest_start.max(run.first_receipt);
    }
    let held = held(data.path()).await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert_eq!(problems(&acknowledged, &held), Vec::<String>::new());
    let rate = posts as f64 / time.as_secs_f64();
    say(&format!(
        "{kills} kills: {} answers acknowledged, {} held, 0 missing, 0 doubled; {rate:.0} posts/s; \
         first receipt at most {} ms after a start",
        acknowledged.len(),
        held.len(),
        slowest_start.as_millis()
    ));
    assert!(rate >= RATE_MIN, "{rate:.0} posts/s say nothing about load");
    if rate < RATE_EXPECTED {
        say(&format!(
            "warning: below {RATE_EXPECTED} posts/s; use SUARA_BIN=target/release/suara on a quiet machine"
        ));
    }
    the_checker_sees_a_missing_and_a_doubled_answer(data.path(), &acknowledged).await;
}

/// The negative control: without it, a checker that finds nothing would prove nothing.
async fn the_checker_sees_a_missing_and_a_doubled_answer(
    data: &std::path::Path,
    acknowledged: &HashMap<AnswerId, u32>,
) {
    let mut database = open(data).await;
    let id = acknowledged.keys().next().unwrap();
    let delete = sqlx::query("DELETE FROM answers WHERE id = ?").bind(id.as_bytes().to_vec());
    assert_eq!(delete.execute(&mut database).await.unwrap().rows_affected(), 1);
    database.close().await.unwrap();
    let mut held = held(data).await;
    assert_eq!(problems(acknowledged, &held), [format!("{id} was acknowledged and is missing")]);
    let other = held[0];
    held.extend([(*id, u32::MAX), other]);
    assert_eq!(problems(acknowledged, &held), [format!("{} is there twice", other.0)]);
}

struct Run {
    posts: u64,
    time: Duration,
    first_receipt: Duration,
}

async fn live_and_die(data: &std::path::Path, life: u32, acknowledged: &Acknowledged) -> Run {
    let began = Instant::now();
    let (mut child, address) = start(data);
    let posts = Arc::new(AtomicU64::new(0));
    let is_dying = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let (posts, acknowledged) = (Arc::clone(&posts), Arc::clone(acknowledged));
            let (address, is_dying) = (address.clone(), Arc::clone(&is_dying));
            let seed = u64::from(life) << 32 | connection << 24;
            tokio::spawn(async move {
                let reason = post_until_it_dies(&address, seed, &posts, &acknowledged).await;
                assert!(is_dying.load(Ordering::SeqCst), "a connection ended before the kill: {reason}");
            })
        })
        .collect();
    while posts.load(Ordering::Relaxed) == 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "no receipt within 20 s");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (first_receipt, loaded) = (began.elapsed(), Instant::now());
    tokio::time::sleep(LIFE + Duration::from_millis(u64::from(life) * 37 % 300)).await;
    is_dying.store(true, Ordering::SeqCst);
    child.kill().unwrap();
    let time = loaded.elapsed();
    child.wait().unwrap();
    for connection in load {
        connection.await.unwrap();
    }
    Run { posts: posts.load(Ordering::Relaxed), time, first_receipt }
}

fn start(data: &std::path::Path) -> (Child, String) {
    let binary = std::env::var("SUARA_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_suara").to_owned());
    let mut command = Command::new(binary);
    command.args(["serve", "--port", "0", "--data"]).arg(data);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let demo = lines.find(|line| line.contains("Demo page")).unwrap();
    let address = demo.split("http://").nth(1).unwrap().trim_end_matches('/').to_owned();
    (child, address)
}

/// Posts over one connection: each answer grows by snapshots, as visitors' answers do. Gives why it ended.
async fn post_until_it_dies(
    address: &str,
    seed: u64,
    posts: &AtomicU64,
    acknowledged: &Acknowledged,
) -> std::io::Error {
    let mut stream = match TcpStream::connect(address).await {
        Ok(stream) => stream,
        Err(error) => return error,
    };
    stream.set_nodelay(true).unwrap();
    for count in 0.. {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&(seed + count / 3).to_be_bytes());
        let (id, number) = (AnswerId::from_parts(1_700_000_000_000, random), count as u32 % 3 + 1);
        match post(&mut stream, id, number).await {
            Ok(()) => {
                acknowledged.lock().unwrap().insert(id, number);
                posts.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => return error,
        }
    }
    unreachable!("the count has no end")
}

async fn post(stream: &mut TcpStream, id: AnswerId, number: u32) -> std::io::Result<()> {
    let body = format!(
        "{{\"v\":1,\"id\":\"{id}\",\"snapshot\":{number},\"survey\":\"nps\",\"version\":1,\"stage\":\"complete\",\
         \"at_ms\":1700000000000,\"locale\":\"en\",\"page\":\"https://shop.example/\",\"answers\":[{{\"question\":\"score\",\
         \"text\":\"How likely are you to recommend us to a friend or colleague?\",\"score\":{}}}]}}",
        number * 3
    );
    let head = format!(
        "POST /n/1/a HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await?;
    let mut reply = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        reply.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&reply);
        if text.contains(&format!("{{\"id\":\"{id}\",\"snapshot\":{number}}}"))
            && text.starts_with("HTTP/1.1 200 ")
        {
            return Ok(());
        }
        if text.contains("\"error\"") {
            return Err(std::io::Error::other(text.into_owned()));
        }
    }
}

async fn open(data: &std::path::Path) -> SqliteConnection {
    SqliteConnection::connect(data.join("suara.db").to_str().unwrap()).await.unwrap()
}

/// Every row's id and snapshot number, after a look at the file's integrity.
async fn held(data: &std::path::Path) -> Vec<(AnswerId, u32)> {
    let mut database = open(data).await;
    let integrity: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut database).await.unwrap();
    assert_eq!(integrity, "ok");
    // Without the index of the primary key, which would hide a doubled row.
    let rows =
        sqlx::query("SELECT id, snapshot FROM answers NOT INDEXED").fetch_all(&mut database).await.unwrap();
    let id = |bytes: &[u8]| AnswerId::from_bytes(bytes.try_into().unwrap()).unwrap();
    rows.iter().map(|row| (id(row.get(0)), row.get(1))).collect()
}

/// What is wrong: an answer acknowledged and missing, or held at a lower snapshot, or there twice.
fn problems(acknowledged: &HashMap<AnswerId, u32>, held: &[(AnswerId, u32)]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut snapshots = HashMap::new();
    for (id, number) in held {
        if snapshots.insert(*id, *number).is_some() {
            problems.push(format!("{id} is there twice"));
        }
    }
    for (id, number) in acknowledged {
        match snapshots.get(id) {
            None => problems.push(format!("{id} was acknowledged and is missing")),
            Some(held) if held < number => {
                problems.push(format!("{id} was acknowledged at {number}, held at {held}"));
            }
            Some(_) => {}
        }
    }
    problems
}

/// Past the test harness, so that the figures are always seen.
fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}
