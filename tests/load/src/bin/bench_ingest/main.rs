//! How many answers a second the release collector acknowledges, each on disk by then, beside a handler that parses the
//! same body and keeps nothing, in turns; how it fares under ten times the load, beside slow connections, and, with
//! `--long`, over ten minutes. Tables on standard output.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers may panic"
)]

mod long;
mod measure;
mod reference;
mod slow;

use std::path::Path;
use std::time::Duration;

use measure::{Measured, Receiver};
use reference::Reference;
use suara_load::{Ledger, Serving, held, release_binary, resident_kb};

const CONNECTIONS: usize = 64;
/// Ten times as many, each as eager.
const CROWD: usize = 640;
/// Turns of each; ten seconds in all for each receiver.
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_millis(3400);

/// What is wanted: see docs/benchmarks.md.
const RATIO_WANTED: f64 = 0.5;
const P99_WANTED_MS: f64 = 20.0;
const RSS_WANTED_MIB: f64 = 64.0;
const GOODPUT_WANTED: f64 = 0.8;

/// Only the collector is posted to: for a profiler.
const ALONE: &str = "--alone";
/// Ten minutes more.
const LONG: &str = "--long";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|given| given == word);
    if has(reference::WORD) {
        return reference::serve();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if has(ALONE) {
            return alone().await;
        }
        beside_the_reference().await;
        slow::measure().await;
        if has(LONG) {
            long::measure().await;
        }
    });
}

/// A collector on a new data directory, with a log as an owner would keep it, and who posts to it.
fn collector(data: &Path) -> (Serving, Receiver) {
    let log = std::fs::File::create(data.join("log")).unwrap();
    let serving = Serving::with(&release_binary(), data, |command| {
        command.stderr(log).args(["--connections-network", "10000"]);
    });
    let receiver = Receiver::new(serving.port, serving.process_id());
    (serving, Receiver { ledger: Some(Ledger::default()), ..receiver })
}

async fn alone() {
    let data = tempfile::tempdir().unwrap();
    let (_serving, receiver) = collector(data.path());
    let mut kept = receiver.round(CONNECTIONS, ROUND * 3).await;
    head();
    row("suara serve, acknowledged on disk", CONNECTIONS, &mut kept);
}

async fn beside_the_reference() {
    let data = tempfile::tempdir().unwrap();
    let (serving, durable) = collector(data.path());
    let reference = Reference::start();
    let nothing = Receiver::new(reference.port, reference.process_id());
    let rss_mib = || resident_kb(serving.process_id()) as f64 / 1024.0;
    let (mut kept, mut parsed, mut crowd, mut rss_max_mib) =
        (Measured::default(), Measured::default(), Measured::default(), 0.0_f64);
    for _ in 0..ROUNDS {
        kept.add(durable.round(CONNECTIONS, ROUND).await);
        rss_max_mib = rss_max_mib.max(rss_mib());
        parsed.add(nothing.round(CONNECTIONS, ROUND).await);
    }
    for _ in 0..ROUNDS {
        crowd.add(durable.round(CROWD, ROUND).await);
    }
    println!("{ROUNDS} turns of {} ms each\n", ROUND.as_millis());
    head();
    row("suara serve, acknowledged on disk", CONNECTIONS, &mut kept);
    row("axum, body parsed and thrown away", CONNECTIONS, &mut parsed);
    row("suara serve, ten times the load", CROWD, &mut crowd);
    println!();
    say("share of the reference", kept.rate() / parsed.rate(), RATIO_WANTED);
    say("20 ms by p99", P99_WANTED_MS / kept.within_ms(0.99), 1.0);
    say("64 MiB by RSS", RSS_WANTED_MIB / rss_max_mib, 1.0);
    say("goodput at ten times the load", crowd.rate() / kept.rate(), GOODPUT_WANTED);
    println!("RSS {rss_max_mib:.1} MiB at {CONNECTIONS} connections, {:.1} at {CROWD}", rss_mib());
    serving.kill();
    compare(data.path(), &durable).await;
}

/// That nothing acknowledged is missing.
async fn compare(data: &Path, receiver: &Receiver) {
    let (held, ledger) = (held(data).await, receiver.ledger.clone().unwrap());
    let problems = ledger.problems(&held);
    println!("{} acknowledged, {} held, {} missing or doubled\n", ledger.len(), held.len(), problems.len());
    assert!(problems.is_empty(), "{problems:?}");
}

fn head() {
    println!(
        "| receiver                             | connections | posts/s | p50 ms | p99 ms | refused | CPU µs |"
    );
    println!(
        "| ------------------------------------ | ----------: | ------: | -----: | -----: | ------: | -----: |"
    );
}

fn row(name: &str, connections: usize, measured: &mut Measured) {
    println!(
        "| {name:<36} | {connections:>11} | {:>7.0} | {:>6.2} | {:>6.2} | {:>7} | {:>6.1} |",
        measured.rate(),
        measured.within_ms(0.5),
        measured.within_ms(0.99),
        measured.refused_us.len(),
        measured.processor_us(),
    );
}

fn say(what: &str, value: f64, wanted: f64) {
    let verdict = if value >= wanted { "reached" } else { "missed" };
    println!("{what}: {value:.2}, wanted {wanted}: {verdict}");
}
