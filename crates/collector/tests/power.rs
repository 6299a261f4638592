//! Power cuts, simulated: what has not been synced to a disk of its own is gone. Everything acknowledged must be on it.
//!
//! The disk is an image of ext4 whose journal commits every five minutes. The collector is stopped in the middle of its
//! work and the image copied: the copy holds only what had reached the disk. `SUARA_CUTS` says how often.

#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use suara_load::{Disk, Lane, Ledger, Outcome, Serving, binary_or, figure, skip, times, try_held, warn};

/// Connections that post at the same time.
const CONNECTIONS: u64 = 32;

/// How long it is posted before the power fails; it differs from cut to cut.
const LIFE_MS: u64 = 400;

const DISK_MIB: u32 = 256;

/// A disk that says it has written and has not: what the same collector is worth without its syncs.
const LYING: &str = "int fsync(int f){(void)f;return 0;} int fdatasync(int f){(void)f;return 0;} \
                     int sync_file_range(int f,long o,long n,unsigned g){(void)f;(void)o;(void)n;(void)g;return 0;}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_takes_nothing_that_was_acknowledged_unless_the_disk_lies() {
    let cuts = times("SUARA_CUTS", 3);
    if Disk::new(16).is_none() {
        return skip("no power cut was simulated: this user may not mount an image of ext4 on a loop device");
    }
    let (mut acknowledged, mut unsynced, mut losing) = (0, 0, 0);
    for cut in 0..cuts {
        let (count, problems) = cut_off(u64::from(cut), None).await;
        assert_eq!(problems, Vec::<String>::new(), "of {count} acknowledged, after cut {cut}");
        acknowledged += count;
    }
    let lying = tempfile::tempdir().unwrap();
    let Some(library) = lying_disk(lying.path()) else {
        return warn("power cuts had no control: the C compiler made no library without syncs");
    };
    for cut in 0..cuts.div_ceil(3) {
        let (count, problems) = cut_off(u64::from(cut), Some(&library)).await;
        unsynced += count;
        losing += u32::from(!problems.is_empty());
    }
    figure(&json!({
        "figure": "simulated power cuts", "cuts": cuts, "acknowledged": acknowledged, "missing": 0,
        "control, syncs switched off: cuts": cuts.div_ceil(3), "of these with answers missing": losing,
        "of so many acknowledged": unsynced,
    }));
    assert_eq!(losing, cuts.div_ceil(3), "a control that loses nothing proves nothing");
}

/// Posts until the power fails; gives how many answers were acknowledged, and what is wrong with the disk afterwards.
async fn cut_off(cut: u64, library: Option<&PathBuf>) -> (usize, Vec<String>) {
    let (disk, ledger) = (Disk::new(DISK_MIB).unwrap(), Ledger::default());
    let data = disk.path().join("data");
    let serving = Serving::with(&binary_or(env!("CARGO_BIN_EXE_suara")), &data, |command| {
        if let Some(library) = library {
            command.env("LD_PRELOAD", library);
        }
    });
    let (port, posts) = (serving.port, Arc::new(AtomicU64::new(0)));
    let lanes: Vec<_> = (0..CONNECTIONS)
        .map(|lane| tokio::spawn(post(port, lane << 24, ledger.clone(), Arc::clone(&posts))))
        .collect();
    while posts.load(Ordering::Relaxed) < CONNECTIONS {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(Duration::from_millis(LIFE_MS + cut * 37 % 300)).await;
    let process = Pid::from_raw(serving.process_id().cast_signed()).unwrap();
    kill_process(process, Signal::STOP).unwrap();
    let rest = disk.cut();
    serving.kill();
    for lane in lanes {
        lane.await.unwrap();
    }
    let problems = match try_held(&rest.path().join("data")).await {
        Ok(held) => ledger.problems(&held),
        Err(damage) => vec![damage],
    };
    (ledger.len(), problems)
}

async fn post(port: u16, first: u64, ledger: Ledger, posts: Arc<AtomicU64>) {
    let Ok(mut lane) = Lane::open(port).await else { return };
    for number in first.. {
        let Ok(Outcome::Acknowledged(snapshot)) = lane.post(number, 1).await else { return };
        ledger.note(number, snapshot);
        posts.fetch_add(1, Ordering::Relaxed);
    }
}

/// A library that takes the system's syncs away; made by the C compiler that SQLite takes to be built.
fn lying_disk(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("lying.c"), folder.join("lying.so"));
    std::fs::write(&source, LYING).unwrap();
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source);
    compiler.status().is_ok_and(|status| status.success()).then_some(library)
}
