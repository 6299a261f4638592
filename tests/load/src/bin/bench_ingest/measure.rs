//! Rounds of posts, and what they gave.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use suara_load::{Lane, Ledger, Outcome, processor_s};

/// What one round of one receiver gave.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) latencies_us: Vec<u32>,
    pub(crate) refused_us: Vec<u32>,
    pub(crate) seconds: f64,
    /// Processor time of the receiver.
    pub(crate) processor_s: f64,
}

/// Who is posted to.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) port: u16,
    pub(crate) process: u32,
    /// Where acknowledgements are written down; none for a receiver that keeps nothing.
    pub(crate) ledger: Option<Ledger>,
    /// The number of the next answer.
    pub(crate) next: Arc<AtomicU64>,
}

impl Receiver {
    pub(crate) fn new(port: u16, process: u32) -> Self {
        Self { port, process, ledger: None, next: Arc::default() }
    }

    /// Posts over so many connections at once, each the next as soon as the last was answered.
    pub(crate) async fn round(&self, connections: usize, time: Duration) -> Measured {
        let end = Instant::now() + time;
        let lanes: Vec<_> = (0..connections).map(|_| tokio::spawn(lane(self.clone(), end))).collect();
        let (start, processor_s) = (Instant::now(), processor_s(self.process));
        let mut measured = Measured::default();
        for lane in lanes {
            measured.add(lane.await.unwrap());
        }
        measured.seconds = start.elapsed().as_secs_f64();
        measured.processor_s = suara_load::processor_s(self.process) - processor_s;
        measured
    }
}

async fn lane(to: Receiver, end: Instant) -> Measured {
    let mut lane = Lane::open(to.port).await.unwrap();
    let mut measured = Measured::default();
    while Instant::now() < end {
        let number = to.next.fetch_add(1, Ordering::Relaxed);
        let start = Instant::now();
        let outcome = lane.post(number, 1).await.unwrap();
        let took_us = start.elapsed().as_micros() as u32;
        match outcome {
            Outcome::Acknowledged(snapshot) => {
                measured.latencies_us.push(took_us);
                if let Some(ledger) = &to.ledger {
                    ledger.note(number, snapshot);
                }
            }
            Outcome::Refused(..) => measured.refused_us.push(took_us),
        }
    }
    measured
}

impl Measured {
    pub(crate) fn add(&mut self, other: Self) {
        self.latencies_us.extend(other.latencies_us);
        self.refused_us.extend(other.refused_us);
        self.seconds += other.seconds;
        self.processor_s += other.processor_s;
    }

    /// What one post costs the receiver, in microseconds of processor time; a busy machine changes it little.
    pub(crate) fn processor_us(&self) -> f64 {
        let posts = self.latencies_us.len() + self.refused_us.len();
        self.processor_s * 1e6 / posts as f64
    }

    /// Successes a second.
    pub(crate) fn rate(&self) -> f64 {
        self.latencies_us.len() as f64 / self.seconds
    }

    /// The time within which this share of the successes came, in milliseconds.
    pub(crate) fn within_ms(&mut self, share: f64) -> f64 {
        self.latencies_us.sort_unstable();
        let last = self.latencies_us.len().saturating_sub(1);
        self.latencies_us.get((last as f64 * share) as usize).map_or(f64::NAN, |us| f64::from(*us) / 1000.0)
    }
}
