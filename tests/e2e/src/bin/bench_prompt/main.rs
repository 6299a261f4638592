//! What a prompt costs a page, how soon it is painted and how soon it answers: Suara, PostHog's, and one of two kilobytes
//! written by hand as the limit, in turns, on a desktop and on a phone's processor and connection. Two tables on
//! standard output.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers may panic"
)]

mod contender;
mod measure;
mod posthog;

use measure::{Asked, NotAsked, Weight};
use serde_json::json;
use suara_e2e::{Look, Suite, Visitor};

const RUNS: usize = 7;

/// What was measured of one contender.
struct Results {
    name: &'static str,
    /// By device.
    asked: [Vec<Asked>; 2],
    /// By device.
    not_asked: [Vec<NotAsked>; 2],
    weight: Weight,
}

#[tokio::main]
async fn main() {
    let suite = Suite::start().await;
    let contenders = contender::all(&suite).await;
    let visitor = Visitor::arrive().await;
    for command in ["Network.enable", "Performance.enable", "HeapProfiler.enable"] {
        visitor.devtools(command, json!({})).await;
    }
    visitor.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    let mut results = Vec::new();
    for contender in &contenders {
        let weight = measure::weight(&visitor, contender).await;
        results.push(Results {
            name: contender.name,
            asked: Default::default(),
            not_asked: Default::default(),
            weight,
        });
    }
    for (device, look) in [Look::Desktop, Look::Phone].into_iter().enumerate() {
        visitor.look(look).await;
        for run in 0..=RUNS {
            for (contender, results) in contenders.iter().zip(&mut results) {
                measure::throttle(&visitor, look).await;
                let asked = measure::asked(&visitor, contender).await;
                let not_asked = measure::not_asked(&visitor, contender).await;
                // The first run warms the servers, the disk and the browser.
                if run > 0 {
                    results.asked[device].extend(asked);
                    results.not_asked[device].push(not_asked);
                }
            }
        }
    }
    print(&results);
}

/// The page without any prompt is the last of the contenders: what it takes is taken off the others.
fn print(results: &[Results]) {
    let (bare, prompts) = results.split_last().unwrap();
    println!(
        "| until the question is painted      | requests |   bytes | desktop ms | phone ms | phone, of the limit |"
    );
    println!(
        "| ---------------------------------- | -------: | ------: | ---------: | -------: | ------------------: |"
    );
    let limit = median(&prompts.last().unwrap().asked[1], |asked| asked.painted_ms);
    for Results { name, asked, .. } in prompts {
        let [desktop, phone] = asked.each_ref().map(|asked| median(asked, |asked| asked.painted_ms));
        let Asked { requests, bytes, .. } = asked[1][0];
        let times = phone / limit;
        println!(
            "| {name:<34} | {requests:>8} | {bytes:>7} | {desktop:>10.0} | {phone:>8.0} | {times:>19.2} |"
        );
    }
    println!(
        "\n| click on a score, Send; memory     | click to paint, desktop ms | phone ms | frames | Send to request, desktop ms | phone ms | JS heap kB | wasm kB |"
    );
    println!(
        "| ---------------------------------- | -------------------------: | -------: | -----: | --------------------------: | -------: | ---------: | ------: |"
    );
    for Results { name, asked, weight, .. } in prompts {
        let [clicks, sends] = [|asked: &Asked| asked.choice_ms, |asked: &Asked| asked.send_ms]
            .map(|time| asked.each_ref().map(|asked| median(asked, time)));
        let frames = asked.iter().flatten().map(|asked| asked.choice_frames).max().unwrap();
        let heap = weight.heap_bytes.saturating_sub(bare.weight.heap_bytes) / 1000;
        let wasm = weight.wasm_bytes / 1000;
        println!(
            "| {name:<34} | {:>26.1} | {:>8.1} | {frames:>6} | {:>27.1} | {:>8.1} | {heap:>10} | {wasm:>7} |",
            clicks[0], clicks[1], sends[0], sends[1],
        );
    }
    println!(
        "\n| a page view that does not ask      | requests |   bytes | main thread, desktop ms | phone ms |"
    );
    println!(
        "| ---------------------------------- | -------: | ------: | ----------------------: | -------: |"
    );
    let own = bare.not_asked.each_ref().map(|views| median(views, |view| view.main_thread_ms));
    for Results { name, not_asked, .. } in prompts {
        let [desktop, phone] = not_asked.each_ref().map(|views| median(views, |view| view.main_thread_ms));
        let NotAsked { requests, bytes, .. } = not_asked[1][0];
        let (desktop, phone) = (desktop - own[0], phone - own[1]);
        println!("| {name:<34} | {requests:>8} | {bytes:>7} | {desktop:>23.1} | {phone:>8.1} |");
    }
    println!(
        "\nMedians of {RUNS} visits each, in turns; phone: processor 4 times slower, 150 ms, 1.6 Mbit/s. Heap, wasm and main \
         thread are what is added to the same page without a prompt; its own main thread is {:.0} and {:.0} ms.",
        own[0], own[1]
    );
}

fn median<T>(of: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<_> = of.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
