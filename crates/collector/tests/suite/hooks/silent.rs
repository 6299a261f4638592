//! Receivers that take a connection and say nothing keep nobody waiting but themselves.

use serde_json::json;

use super::{Receiver, change, deliveries, hook, site};
use crate::harness::{new_id, snapshot, within};

/// As many as would take the silent one five minutes at sixteen in five seconds; all due for years.
const BACKLOG: &str = "WITH RECURSIVE numbers (number) AS (
        SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 1000
    )
    INSERT INTO deliveries (survey, id, hook, event, data, at_ms, state, next_ms)
    SELECT 'nps', 'wt_' || number, hooks.id, 'webhook.test', '{}', 1, 'waiting', number FROM numbers, hooks
    WHERE events = ',case.opened,'";

#[tokio::test]
async fn a_receiver_that_hangs_starves_no_other_and_rests_as_a_whole() {
    let (site, owner) = site().await;
    let (silent, good) = (Receiver::start().await, Receiver::start().await);
    silent.hang();
    let (id, _) = hook(&site, &owner, json!({ "url": silent.url, "events": ["case.opened"] })).await;
    hook(&site, &owner, json!({ "url": good.url, "events": ["answer.completed"] })).await;
    change(&site, BACKLOG).await;
    silent.hears(1).await;
    for _ in 0..40 {
        assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    }
    good.hears(40).await;
    assert!(silent.heard().len() <= 20, "{} at a time", silent.heard().len());
    // Twice without an answer: what was due for days without its turn is given up, and can be sent again.
    let dead =
        within(30, async || deliveries(&site, &owner, &id, "?state=dead").await.into_iter().next()).await;
    assert_eq!((&dead["attempts"], &dead["status"]), (&json!(0), &json!(null)));
    assert!(dead["outcome"].as_str().unwrap().contains("its turn"), "{dead}");
    assert!(silent.heard().len() <= 20, "{}: one knock after a rest", silent.heard().len());
}

#[tokio::test]
async fn a_receiver_that_comes_to_itself_is_told_everything() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    receiver.hang();
    let (id, _) = hook(&site, &owner, json!({ "url": receiver.url, "events": ["answer.completed"] })).await;
    for _ in 0..40 {
        assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    }
    receiver.hears(1).await;
    receiver.answer(200);
    within(40, async || {
        let delivered = deliveries(&site, &owner, &id, "?state=delivered").await;
        (delivered.len() == 40).then_some(())
    })
    .await;
}
