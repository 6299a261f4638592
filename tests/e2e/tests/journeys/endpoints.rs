//! Answers go to any URL; only what proves that they arrived lets them leave the outbox.

use serde_json::Value;
use suara_e2e::{Page, Reply, Suite, Visitor, until};

const INLINE: &str = r##"data-survey="#my-survey" data-delay-ms="1""##;

/// A page with a survey of its own whose answers go to `/mine` of the same website.
fn page(suite: &Suite, more: &str) -> Page {
    Page { file: "inline.html", tag: format!(r#"{INLINE} data-endpoint="/mine" {more}"#), ..suite.page() }
}

async fn answer(suite: &Suite, page: &Page) -> Visitor {
    let visitor = Visitor::arrive().await;
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

#[tokio::test]
async fn an_endpoint_that_says_204_is_believed_when_the_tag_says_so() {
    let suite = Suite::start().await;
    suite.host.put("/mine", Reply { status: 204, ..Reply::new("text/plain", "") });
    let visitor = answer(&suite, &page(&suite, r#"data-receipt="status""#)).await;
    visitor.told("Your answer has arrived.").await;
    visitor.until_outbox_is_empty().await;
    let complete: Vec<_> =
        posted(&suite).into_iter().filter(|answer| answer["stage"] == "complete").collect();
    assert_eq!(complete.len(), 1);
    assert_eq!(complete[0]["answers"][0]["score"], 10);
    assert!(suite.collector.rows().is_empty(), "nothing goes to the collector");
}

#[tokio::test]
async fn a_success_that_is_no_receipt_is_not_believed() {
    let suite = Suite::start().await;
    suite.host.put("/mine", Reply::new("text/html", "<h1>Welcome to our hotel's network</h1>"));
    let visitor = answer(&suite, &page(&suite, "")).await;
    visitor.told("Your answer is saved on this device").await;
    let waiting = visitor.store("outbox").await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    let kept: Value = serde_json::from_str(waiting[0]["body"].as_str().unwrap()).unwrap();
    assert_eq!(kept["stage"], "complete");
}

#[tokio::test]
async fn an_endpoint_that_writes_receipts_is_believed() {
    let suite = Suite::start().await;
    suite.host.put("/mine", Reply { status: 503, ..Reply::new("text/plain", "not yet") });
    let visitor = answer(&suite, &page(&suite, "")).await;
    visitor.told("Your answer is saved on this device").await;
    let waiting = visitor.store("outbox").await;
    let receipt = serde_json::json!({ "id": waiting[0]["id"], "snapshot": waiting[0]["snapshot"] });
    suite.host.put("/mine", Reply::new("application/json", receipt.to_string()));
    visitor.until_outbox_is_empty().await;
    let stages = async || posted(&suite).last().map(|answer| answer["stage"].clone());
    assert_eq!(until("a post", stages).await, "complete");
}
