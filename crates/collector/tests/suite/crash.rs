//! `kill -9` of a process of PostgreSQL under load, again and again. The server then ends all the others, because what they
//! share may be broken, and recovers from its log; the collector is not restarted.
//!
//! `SUARA_KILLS` is another number of times.

#![cfg(unix)]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

#[allow(dead_code, reason = "some of it is for the tests of the other suites")]
mod harness;
#[allow(dead_code, reason = "some of it is for the tests of the other suites")]
#[path = "home/server.rs"]
mod home;
#[allow(dead_code, reason = "some of it is for the tests of the other suites")]
#[path = "server/proxy.rs"]
mod proxy;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use harness::{Site, command, snapshot, within};
use home::{Home, server};
use proxy::Proxy;
use serde_json::json;
use sqlx::{Connection, PgConnection};
use suara_load::{Held, Ledger, figure, id, skip, times};
use suara_survey::AnswerId;

/// Connections that post at the same time.
const SENDERS: usize = 16;

/// How long the server may take to be there again, on a machine that compiles at the same time.
const BACK_MAX_S: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_when_a_process_of_the_server_is_killed() {
    let home = Home::new().await;
    if victim(&home).await.is_none() {
        return skip("the processes of the PostgreSQL server are not on this machine");
    }
    let kills = times("SUARA_KILLS", 3);
    let run = Run::on(home).await;
    let work = async || {
        let mut slowest = Duration::ZERO;
        for kill in 0..kills {
            // Another number each time, so that no phase of a transaction is spared.
            run.acknowledges(100 + u64::from(kill * 37 % 50)).await;
            slowest = slowest.max(run.kill().await);
        }
        run.acknowledges(100).await;
        slowest
    };
    let slowest = run.under_load(work).await;
    let held = run.held().await;
    assert_eq!(run.ledger.problems(&held), Vec::<String>::new());
    assert_eq!(held.len(), run.ledger.len(), "nothing but what was acknowledged");
    let [flag, place] = &run.site.data.flag();
    let (code, said, error) = command(&["check", flag, place]).await;
    assert_eq!(code, 0, "{said}{error}");
    figure(&json!({
        "figure": "kill -9 of a process of PostgreSQL", "kills": kills, "acknowledged": run.ledger.len(),
        "held": held.len(), "missing or doubled": 0, "next receipt, ms, at most": slowest.as_millis(),
    }));
    commits_that_do_not_wait_for_the_disk_are_found_missing().await;
}

/// The negative control: the same with sessions whose commits are acknowledged before the log is written.
async fn commits_that_do_not_wait_for_the_disk_are_found_missing() {
    const KILLS_MAX: u32 = 10;
    let server = server();
    let (user, target) = server.rsplit_once('@').unwrap();
    let proxy = Proxy::start(target.to_owned()).await;
    proxy.make_lax();
    let mut home = Home::new().await;
    home.detour = Some(format!("{user}@{}", proxy.address));
    let run = Run::on(home).await;
    for _ in 0..KILLS_MAX {
        let kill = async || {
            run.acknowledges(100).await;
            run.kill().await
        };
        run.under_load(kill).await;
        if !run.ledger.problems(&run.held().await).is_empty() {
            return;
        }
    }
    panic!("after {KILLS_MAX} kills everything is there, so this test sees nothing");
}

/// A collector that is posted to.
struct Run {
    site: Site,
    ledger: Ledger,
    next: AtomicU64,
    receipts: AtomicU64,
    over: AtomicBool,
}

impl Run {
    async fn on(home: Home) -> Self {
        let site = Site::on(home, |config| {
            let off = suara_collector::Limit::OFF;
            config.limits = suara_collector::Limits { address: off, survey: off, all: off };
        });
        let (next, receipts, over) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
        Self { site: site.await, ledger: Ledger::default(), next, receipts, over }
    }

    /// Does something while answers are posted, and waits for the last receipts.
    async fn under_load<T>(&self, work: impl AsyncFnOnce() -> T) -> T {
        self.over.store(false, Ordering::Relaxed);
        let senders = futures_util::future::join_all((0..SENDERS).map(|_| self.send()));
        let work = async {
            let outcome = work().await;
            self.over.store(true, Ordering::Relaxed);
            outcome
        };
        tokio::join!(senders, work).1
    }

    /// One answer after the other, each in two snapshots; as the prompt does, until there is a receipt.
    async fn send(&self) {
        while !self.over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            for (snapshot_number, score) in [(1, 3), (2, 9)] {
                let sent = snapshot(id(number), snapshot_number, score, "");
                within(BACK_MAX_S, async || (self.site.answer(&sent).await.status == 200).then_some(()))
                    .await;
                self.ledger.note(number, snapshot_number);
                self.receipts.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Waits for so many more receipts.
    async fn acknowledges(&self, count: u64) {
        let goal = self.receipts.load(Ordering::Relaxed) + count;
        within(BACK_MAX_S, async || (self.receipts.load(Ordering::Relaxed) >= goal).then_some(())).await;
    }

    /// Kills the process that has just worked for the collector; how long it takes until there is a receipt again.
    async fn kill(&self) -> Duration {
        let mut witness = PgConnection::connect(&self.site.data.url()).await.unwrap();
        let victim = within(BACK_MAX_S, async || victim(&self.site.data).await).await;
        let start = Instant::now();
        rustix::process::kill_process(victim, rustix::process::Signal::KILL).unwrap();
        within(BACK_MAX_S, async || witness.ping().await.is_err().then_some(())).await;
        within(BACK_MAX_S, async || PgConnection::connect(&self.site.data.url()).await.ok()).await;
        self.acknowledges(1).await;
        start.elapsed()
    }

    async fn held(&self) -> Vec<Held> {
        let database = self.site.data.database().await;
        // A scan of the table, because the index of the primary key would hide a doubled row.
        let rows = sqlx::query_as("SELECT id, snapshot FROM answers ORDER BY received_ms + 0");
        let rows: Vec<(Vec<u8>, i64)> = rows.fetch_all(&database).await.unwrap();
        let id = |bytes: Vec<u8>| AnswerId::from_bytes(bytes.try_into().unwrap()).unwrap();
        rows.into_iter().map(|(bytes, snapshot)| (id(bytes), u32::try_from(snapshot).unwrap())).collect()
    }
}

/// The process that has worked last in this database, if it is one of this machine's.
async fn victim(home: &Home) -> Option<rustix::process::Pid> {
    let mut connection = PgConnection::connect(&home.url()).await.ok()?;
    let latest = sqlx::query_as(
        "SELECT pid, current_database()::text FROM pg_stat_activity WHERE datname = current_database()
         ORDER BY application_name = 'suara' AND query <> '' DESC, state_change DESC LIMIT 1",
    );
    let (pid, name): (i32, String) = latest.fetch_one(&mut connection).await.ok()?;
    // It says of itself which database it works in: so no other process can be meant.
    let says = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    (says.starts_with("postgres") && says.contains(&name)).then(|| rustix::process::Pid::from_raw(pid))?
}
