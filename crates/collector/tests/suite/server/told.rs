//! Two collectors on one database tell what happens, and neither tells what the other is telling.

use std::collections::HashSet;

use serde_json::json;
use suara_collector::Config;

use crate::harness::{Site, new_id, snapshot, within};
use crate::hooks::{Receiver, here, hook};

const ANSWERS: usize = 60;

fn inside(config: &mut Config) {
    config.reach = here();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_collectors_tell_everything_and_nothing_twice() {
    let one = Site::with(inside).await;
    let owner = one.owner().await;
    let receiver = Receiver::start().await;
    hook(&one, &owner, json!({ "url": receiver.url, "events": ["answer.completed"] })).await;
    let two = Site::on(one.data.shared(), inside).await;
    for number in 0..ANSWERS {
        let site = if number.is_multiple_of(2) { &one } else { &two };
        assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    }
    let database = one.data.database().await;
    within(120, async || {
        let told = sqlx::query_scalar("SELECT count(*) FROM deliveries WHERE state = 'delivered'");
        let told: i64 = told.fetch_one(&database).await.unwrap();
        (told == ANSWERS as i64).then_some(())
    })
    .await;
    let ids: Vec<_> = receiver.heard().iter().map(|heard| heard.header("webhook-id")).collect();
    let different: HashSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), different.len()), (ANSWERS, ANSWERS));
}
