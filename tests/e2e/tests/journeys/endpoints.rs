//! Answers go to any URL; only what proves that they arrived lets them leave the outbox.

use serde_json::Value;
use suara_e2e::{Engine, Page, Reply, Suite, Visitor, in_every_engine, until};

in_every_engine!(
    an_endpoint_that_says_204_is_believed_when_the_tag_says_so,
    a_success_that_is_no_receipt_is_not_believed,
    an_endpoint_that_writes_receipts_is_believed,
);

const INLINE: &str = r##"data-survey="#my-survey" data-delay-ms="1""##;

/// A page with a survey of its own whose answers go to `/mine` of the same website.
fn page(suite: &Suite, more: &str) -> Page {
    Page { file: "inline.html", tag: format!(r#"{INLINE} data-endpoint="/mine" {more}"#), ..suite.page() }
}

async fn answer(engine: Engine, suite: &Suite, page: &Page) -> Visitor {
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(page)).await;
    assert_eq!(visitor.asked("score").await.question, "Would you send a friend here?");
    visitor.choose(10).await;
    visitor.send().await;
    assert_eq!(visitor.asked("thanks").await.thanks, "Thanks, friend.");
    visitor
}

fn posted(suite: &Suite) -> Vec<Value> {
    suite.host.posted("/mine").iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

async fn an_endpoint_that_says_204_is_believed_when_the_tag_says_so(engine: Engine) {
    let suite = Suite::start().await;
    suite.host.put("/mine", Reply { status: 204, ..Reply::new("text/plain", "") });
    let visitor = answer(engine, &suite, &page(&suite, r#"data-receipt="status""#)).await;
    visitor.told("Your answer has arrived.").await;
    visitor.until_outbox_is_empty().await;
    let complete: Vec<_> =
        posted(&suite).into_iter().filter(|answer| answer["stage"] == "complete").collect();
    assert_eq!(complete.len(), 1);
    assert_eq!(complete[0]["answers"][0]["score"], 10);
    assert!(suite.collector.rows().is_empty(), "nothing goes to the collector");
}

async fn a_success_that_is_no_receipt_is_not_believed(engine: Engine) {
    let suite = Suite::start().await;
    suite.host.put("/mine", Reply::new("text/html", "<h1>Welcome to our hotel's network</h1>"));
    let visitor = answer(engine, &suite, &page(&suite, "")).await;
    visitor.told("Your answer is saved on this device").await;
    let waiting = visitor.store("outbox").await;
    // An earlier snapshot may wait as well, if it was on its way when this one took its place.
    let body = |parcel: &Value| serde_json::from_str::<Value>(parcel["body"].as_str().unwrap()).unwrap();
    assert!(waiting.iter().any(|parcel| body(parcel)["stage"] == "complete"), "{waiting:?}");
}

async fn an_endpoint_that_writes_receipts_is_believed(engine: Engine) {
    let suite = Suite::start().await;
    suite.host.put("/mine", Reply { status: 503, ..Reply::new("text/plain", "not yet") });
    let visitor = answer(engine, &suite, &page(&suite, "")).await;
    visitor.told("Your answer is saved on this device").await;
    let waiting = visitor.store("outbox").await;
    // An earlier snapshot may wait as well, if it was on its way when the last one took its place.
    let last = waiting.iter().max_by_key(|parcel| parcel["snapshot"].as_u64()).unwrap();
    let receipt = serde_json::json!({ "id": last["id"], "snapshot": last["snapshot"] });
    suite.host.put("/mine", Reply::new("application/json", receipt.to_string()));
    visitor.until_outbox_is_empty().await;
    let stages = async || posted(&suite).last().map(|answer| answer["stage"].clone());
    assert_eq!(until("a post", stages).await, "complete");
}
