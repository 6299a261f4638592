//! `kill -9` in the middle of thousands of posts a second: what was acknowledged is there afterwards, once.
//!
//! `SUARA_BIN` names another binary to kill, such as the release build; `SUARA_KILLS` another number of times.

#![cfg(unix)]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use suara_load::{Lane, Ledger, Outcome, Serving, binary_or, figure, held, times, warn};

/// Connections that post at the same time.
const CONNECTIONS: u64 = 64;

/// How long each life lasts after its first acknowledgement; it differs from life to life, so that no phase of a
/// transaction is spared.
const LIFE: Duration = Duration::from_millis(700);

/// Below this the test says nothing about load at all.
const RATE_MIN: f64 = 100.0;

/// What the release build is expected to take, on two cores that it shares with the load.
const RATE_EXPECTED: f64 = 5_000.0;

/// How soon after its start a killed collector is expected to acknowledge again.
const START_EXPECTED: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_by_kill_nine() {
    let kills = times("SUARA_KILLS", 20);
    let data = tempfile::tempdir().unwrap();
    let ledger = Ledger::default();
    let (mut posts, mut time, mut starts) = (0, Duration::ZERO, Vec::new());
    for life in 0..kills {
        let run = live_and_die(data.path(), life, &ledger).await;
        posts += run.posts;
        time += run.time;
        starts.push(run.first_receipt);
        // Also in between: a later life must not heal what an earlier one has broken.
        if life % 10 == 9 || life + 1 == kills {
            assert_eq!(ledger.problems(&held(data.path()).await), Vec::<String>::new(), "after life {life}");
        }
    }
    let held = held(data.path()).await;
    let (rate, slowest) = (posts as f64 / time.as_secs_f64(), starts.iter().max().unwrap());
    figure(&json!({
        "figure": "kill -9 of the collector", "kills": kills, "acknowledged": ledger.len(), "held": held.len(),
        "missing or doubled": 0, "posts/s": rate.round(), "first receipt after a start, ms, at most": slowest.as_millis(),
    }));
    assert!(rate >= RATE_MIN, "{rate:.0} posts/s say nothing about load");
    if rate < RATE_EXPECTED || *slowest > START_EXPECTED {
        warn(
            "below 5,000 posts/s, or more than 500 ms to the first receipt: \
             use SUARA_BIN=target/release/suara on a quiet machine",
        );
    }
    the_ledger_sees_a_missing_and_a_doubled_answer(data.path(), &ledger).await;
}

/// The negative control: without it, a ledger that finds nothing would prove nothing.
async fn the_ledger_sees_a_missing_and_a_doubled_answer(data: &Path, ledger: &Ledger) {
    let options = SqliteConnectOptions::new().filename(data.join("suara.db"));
    let mut database = options.connect().await.unwrap();
    let id = ledger.any().unwrap();
    let delete = sqlx::query("DELETE FROM answers WHERE id = ?").bind(id.as_bytes().to_vec());
    assert_eq!(delete.execute(&mut database).await.unwrap().rows_affected(), 1);
    database.close().await.unwrap();
    let mut held = held(data).await;
    assert_eq!(ledger.problems(&held), [format!("{id} was acknowledged and is missing")]);
    let other = held[0];
    held.extend([(id, u32::MAX), other]);
    assert_eq!(ledger.problems(&held), [format!("{} is there twice", other.0)]);
}

struct Run {
    posts: u64,
    time: Duration,
    first_receipt: Duration,
}

async fn live_and_die(data: &Path, life: u32, ledger: &Ledger) -> Run {
    let began = Instant::now();
    let serving = Serving::start(&binary_or(env!("CARGO_BIN_EXE_suara")), data);
    let port = serving.port;
    let (posts, is_dying) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let lanes: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let (posts, ledger, is_dying) = (Arc::clone(&posts), ledger.clone(), Arc::clone(&is_dying));
            let first = u64::from(life) << 32 | connection << 24;
            tokio::spawn(async move {
                let reason = post_until_it_dies(port, first, &posts, &ledger).await;
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
    serving.kill();
    let time = loaded.elapsed();
    for lane in lanes {
        lane.await.unwrap();
    }
    Run { posts: posts.load(Ordering::Relaxed), time, first_receipt }
}

/// Posts over one connection: each answer grows by snapshots, as visitors' answers do. Gives why it ended.
async fn post_until_it_dies(port: u16, first: u64, posts: &AtomicU64, ledger: &Ledger) -> std::io::Error {
    let mut lane = match Lane::open(port).await {
        Ok(lane) => lane,
        Err(error) => return error,
    };
    for count in 0.. {
        let (number, snapshot) = (first + count / 3, count as u32 % 3 + 1);
        match lane.post(number, snapshot).await {
            Ok(Outcome::Acknowledged(held)) => {
                ledger.note(number, held);
                posts.fetch_add(1, Ordering::Relaxed);
            }
            Ok(refused) => return std::io::Error::other(format!("{refused:?}")),
            Err(error) => return error,
        }
    }
    unreachable!("the count has no end")
}
