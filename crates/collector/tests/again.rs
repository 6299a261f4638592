//! Every answer posted five times, in shuffled order, while the collector is killed again and again: afterwards each is
//! there once, at its highest snapshot.
//!
//! `SUARA_IDS` says how many; `SUARA_BIN` names another binary, such as the release build.

#![cfg(unix)]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use suara_load::{Lane, Ledger, Outcome, Serving, binary_or, figure, held, id, times};

/// How often each answer is posted: snapshots 1, 2 and 3, and two of them once more.
const POSTS: u64 = 5;

/// Connections that post at the same time.
const CONNECTIONS: usize = 64;

/// How often the collector is killed on the way.
const LIVES: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_posted_five_times_over_restarts_is_there_once_at_its_highest_snapshot() {
    let ids = u64::from(times("SUARA_IDS", 20_000));
    let data = tempfile::tempdir().unwrap();
    let run = Run {
        order: Order::of(ids * POSTS),
        next: Arc::default(),
        left: Arc::default(),
        ledger: Ledger::default(),
    };
    for life in 1..=LIVES {
        run.live(data.path(), ids * POSTS * life / LIVES).await;
    }
    let held = held(data.path()).await;
    assert_eq!(run.ledger.problems(&held), Vec::<String>::new());
    let highest: HashMap<_, _> = held.iter().copied().collect();
    let wrong = (0..ids).filter(|number| highest.get(&id(*number)) != Some(&3)).count();
    assert_eq!((held.len() as u64, wrong), (ids, 0), "{} acknowledged", run.ledger.len());
    let reused = other_bytes_are_refused(data.path(), ids.min(10_000)).await;
    figure(&json!({
        "figure": "posted five times over restarts, shuffled", "ids": ids, "posts": ids * POSTS, "restarts": LIVES,
        "answers": held.len(), "not at their highest snapshot": wrong, "reused with other bytes, all 422": reused,
    }));
}

/// Numbers below a count, in an order that looks like chance and is the same each time: a walk by a step that shares no
/// divisor with the count visits each once.
#[derive(Clone, Copy)]
struct Order {
    count: u64,
    step: u64,
}

impl Order {
    fn of(count: u64) -> Self {
        let coprime = |step: &u64| {
            let (mut a, mut b) = (*step, count);
            while b > 0 {
                (a, b) = (b, a % b);
            }
            a == 1
        };
        let golden = (count as f64 * 0.618_033_988) as u64;
        Self { count, step: (golden..).find(coprime).unwrap() }
    }

    fn at(self, place: u64) -> u64 {
        u64::try_from(u128::from(place) * u128::from(self.step) % u128::from(self.count)).unwrap()
    }
}

#[derive(Clone)]
struct Run {
    order: Order,
    next: Arc<AtomicU64>,
    /// Posts that had no reply when the collector was killed: a browser would send them again, and so does the next life.
    left: Arc<Mutex<Vec<u64>>>,
    ledger: Ledger,
}

impl Run {
    /// Posts until the order has come to `end`, then kills the collector in the middle of what is still on its way. The
    /// last life is not killed before everything is acknowledged.
    async fn live(&self, data: &Path, end: u64) {
        let serving = Serving::start(&binary_or(env!("CARGO_BIN_EXE_suara")), data);
        let lanes: Vec<_> =
            (0..CONNECTIONS).map(|_| tokio::spawn(self.clone().lane(serving.port, end))).collect();
        if end < self.order.count {
            while self.next.load(Ordering::Relaxed) < end {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            serving.kill();
            for lane in lanes {
                lane.await.unwrap();
            }
            return;
        }
        for lane in lanes {
            lane.await.unwrap();
        }
        assert!(self.left.lock().unwrap().is_empty());
    }

    async fn lane(self, port: u16, end: u64) {
        let Ok(mut lane) = Lane::open(port).await else { return };
        while let Some(post) = self.take(end) {
            // 0 to 4 become the snapshots 1, 2, 3, 3, 1.
            let (number, turn) = (post / POSTS, post % POSTS);
            let snapshot = [1, 2, 3, 3, 1][turn as usize];
            match lane.post(number, snapshot).await {
                Ok(Outcome::Acknowledged(held)) => {
                    assert!(held >= snapshot, "a receipt for less than was sent");
                    self.ledger.note(number, held);
                }
                Ok(refused) => panic!("{refused:?}"),
                Err(_) => {
                    self.left.lock().unwrap().push(post);
                    return;
                }
            }
        }
    }

    fn take(&self, end: u64) -> Option<u64> {
        if let Some(post) = self.left.lock().unwrap().pop() {
            return Some(post);
        }
        // Beyond the end there is more to post, so that the kill finds something on its way.
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        if place < self.order.count.min(end + 100 * CONNECTIONS as u64) {
            return Some(self.order.at(place));
        }
        self.next.fetch_sub(1, Ordering::Relaxed);
        None
    }
}

/// The same id and number with other bytes: 422, and the first stays.
async fn other_bytes_are_refused(data: &Path, count: u64) -> u64 {
    let serving = Serving::start(&binary_or(env!("CARGO_BIN_EXE_suara")), data);
    let mut lane = Lane::open(serving.port).await.unwrap();
    for number in 0..count {
        let score = ((number + 3 + 1) % 11) as u8;
        assert_eq!(
            lane.post_scored(number, 3, score).await.unwrap(),
            Outcome::Refused(422, false),
            "{number}"
        );
        assert_eq!(lane.post(number, 3).await.unwrap(), Outcome::Acknowledged(3), "the first stays");
    }
    count
}
