//! A disk of its own fills up, and breaks: the collector says 503, stays alive, and goes on by itself afterwards.

#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

use std::time::{Duration, Instant};

use suara_load::{Disk, Lane, Ledger, Outcome, Serving, binary_or, held, skip};

/// How soon answers are taken again once the disk is well.
const BACK_WITHIN: Duration = Duration::from_secs(5);

/// A collector on a disk, and one visitor.
struct Trouble {
    disk: Disk,
    serving: Serving,
    ledger: Ledger,
    next: u64,
}

impl Trouble {
    fn on(disk: Disk) -> Self {
        let serving = Serving::start(&binary_or(env!("CARGO_BIN_EXE_suara")), &disk.path().join("data"));
        Self { disk, serving, ledger: Ledger::default(), next: 0 }
    }

    async fn post(&mut self) -> Outcome {
        self.next += 1;
        let mut lane = Lane::open(self.serving.port).await.unwrap();
        let outcome = lane.post(self.next, 1).await.unwrap();
        if let Outcome::Acknowledged(snapshot) = outcome {
            self.ledger.note(self.next, snapshot);
        }
        outcome
    }

    /// Many at once: what is there already takes some hundreds before it has to grow.
    async fn post_until_refused(&mut self) {
        const AT_ONCE: u64 = 32;
        let (began, port) = (Instant::now(), self.serving.port);
        loop {
            let numbers = self.next + 1..=self.next + AT_ONCE;
            self.next += AT_ONCE;
            let posts = numbers.map(async |number| {
                let mut lane = Lane::open(port).await.unwrap();
                (number, lane.post(number, 1).await.unwrap())
            });
            let mut is_refused = false;
            for (number, outcome) in futures_util::future::join_all(posts).await {
                match outcome {
                    Outcome::Acknowledged(snapshot) => self.ledger.note(number, snapshot),
                    refused => {
                        assert_eq!(refused, Outcome::Refused(503, true), "503 with Retry-After");
                        is_refused = true;
                    }
                }
            }
            if is_refused {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "a full disk takes everything");
        }
    }

    async fn post_until_taken(&mut self) {
        let began = Instant::now();
        while !matches!(self.post().await, Outcome::Acknowledged(_)) {
            assert!(began.elapsed() < BACK_WITHIN, "not taken within {BACK_WITHIN:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The same process still runs, and everything that it acknowledged is there.
    async fn assert_well(&mut self) {
        assert!(!self.serving.has_ended(), "the collector has ended");
        let held = held(&self.disk.path().join("data")).await;
        assert_eq!(self.ledger.problems(&held), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_once_there_is_room_it_goes_on() {
    let Some(disk) = Disk::new(16) else { return skip("no disk was filled: this user may not mount one") };
    let mut trouble = Trouble::on(disk);
    let ballast = trouble.disk.path().join("ballast");
    for _ in 0..3 {
        trouble.post_until_taken().await;
        // Writing fails when the disk is full, and leaves as much of it as fits.
        drop(std::fs::write(&ballast, vec![1; 16 << 20]));
        trouble.post_until_refused().await;
        trouble.assert_well().await;
        std::fs::remove_file(&ballast).unwrap();
        trouble.post_until_taken().await;
    }
    trouble.assert_well().await;
}

#[tokio::test]
async fn a_disk_that_turns_read_only_after_an_error_ends_nothing_and_once_it_is_replaced_it_goes_on() {
    let Some(disk) = Disk::new(16) else { return skip("no disk was broken: this user may not mount one") };
    let mut trouble = Trouble::on(disk);
    for _ in 0..3 {
        for _ in 0..20 {
            trouble.post_until_taken().await;
        }
        // What is mapped into memory is clean afterwards, so that writing there asks the file system.
        assert!(std::process::Command::new("sync").status().unwrap().success());
        trouble.disk.break_down();
        for _ in 0..5 {
            assert_eq!(trouble.post().await, Outcome::Refused(503, true));
        }
        trouble.disk.replace();
        trouble.post_until_taken().await;
        trouble.assert_well().await;
    }
}
