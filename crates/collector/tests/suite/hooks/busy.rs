//! Receivers that have too much to do say when they want to be tried again.

use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::json;

use super::{Receiver, deliveries, hook, site};
use crate::harness::{new_id, now_ms, snapshot, within};

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it_but_not_more_than_the_longest_wait() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    let (id, _) = hook(&site, &owner, json!({ "url": receiver.url, "events": ["answer.completed"] })).await;
    let in_an_hour = jiff::Timestamp::from_millisecond(now_ms() + HOUR_MS).unwrap();
    let in_an_hour = DateTimePrinter::new().timestamp_to_rfc9110_string(&in_an_hour).unwrap();
    let own = 4_000..=6_000;
    for (status, asked, wait_ms, says) in [
        (503, "120", 120_000..=120_000, "refused for now, with a time to wait"),
        (429, &*in_an_hour, HOUR_MS - 60_000..=HOUR_MS, "refused for now, with a time to wait"),
        (429, "31536000", 10 * HOUR_MS..=10 * HOUR_MS, "refused for now, with a time to wait"),
        (503, "0", own.clone(), "refused for now, with a time to wait"),
        (503, "soon", own.clone(), "refused"),
        (500, "120", own, "refused"),
    ] {
        receiver.ask_for(status, asked);
        let answer = new_id();
        assert_eq!(site.answer(&snapshot(answer, 1, 9, "")).await.status, 200);
        let told = within(10, async || {
            let all = deliveries(&site, &owner, &id, "").await;
            all.into_iter().find(|one| one["id"] == format!("ac_{answer}") && one["attempts"] == 1)
        })
        .await;
        let waited_ms = told["next_ms"].as_i64().unwrap() - told["done_ms"].as_i64().unwrap();
        assert!(wait_ms.contains(&waited_ms), "{status} {asked}: {waited_ms} ms, {told}");
        assert_eq!((&told["status"], &told["outcome"]), (&json!(status), &json!(says)), "{asked}");
    }
}
