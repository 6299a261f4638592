//! Answers that were lost on their way are counted, apart from those that came.

use serde_json::{Value, json};
use suara_survey::AnswerId;

use crate::harness::{Site, new_id, now_ms, snapshot};

fn note(id: AnswerId, reason: &str) -> Value {
    json!({ "v": 1, "lost": id.to_string(), "survey": "nps", "reason": reason, "at_ms": now_ms() })
}

async fn lost(site: &Site) -> Value {
    let surveys = site.read("/api/1/surveys", &site.owner().await).await.json();
    surveys.as_array().unwrap().iter().find(|survey| survey["id"] == "nps").unwrap()["lost"].clone()
}

#[tokio::test]
async fn each_lost_answer_is_counted_once_under_its_reason() {
    let site = Site::start().await;
    let twice = new_id();
    for (id, reason) in [
        (twice, "refused 413"),
        (twice, "expired"),
        (new_id(), "refused 413"),
        (new_id(), "expired"),
        (new_id(), "<script>"),
    ] {
        let reply = site.answer(&note(id, reason)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.json(), json!({ "id": id.to_string(), "snapshot": 0 }));
    }
    let expected = json!([
        { "reason": "refused 413", "count": 2 },
        { "reason": "expired", "count": 1 },
        { "reason": "other", "count": 1 },
    ]);
    assert_eq!(lost(&site).await, expected);
}

#[tokio::test]
async fn an_answer_that_came_after_all_is_not_missing_and_silence_is_no_answer() {
    let site = Site::start().await;
    let (before, after, silent) = (new_id(), new_id(), new_id());
    assert_eq!(site.answer(&snapshot(before, 1, 9, "")).await.status, 200);
    for id in [before, after, silent] {
        assert_eq!(site.answer(&note(id, "expired")).await.status, 200);
    }
    assert_eq!(site.answer(&snapshot(after, 1, 9, "")).await.status, 200);
    let mut shown = snapshot(silent, 1, 0, "");
    (shown["stage"], shown["answers"]) = ("shown".into(), json!([]));
    assert_eq!(site.answer(&shown).await.status, 200);
    assert_eq!(lost(&site).await, json!([{ "reason": "expired", "count": 1 }]));
}

#[tokio::test]
async fn a_note_is_never_part_of_the_score() {
    let site = Site::start().await;
    assert_eq!(site.answer(&note(new_id(), "expired")).await.status, 200);
    let columns = site.read("/api/1/surveys/nps/columns", &site.owner().await).await.json();
    assert_eq!(columns["stage"], json!([]));
}

#[tokio::test]
async fn a_note_that_is_wrong_is_refused_with_a_sentence() {
    let site = Site::start().await;
    let good = note(new_id(), "expired");
    for (member, value, status, names) in [
        ("v", json!(2), 422, "v: is 2"),
        ("lost", json!("1"), 422, "lost: is not a UUID"),
        ("survey", json!("npx"), 404, "no survey \"npx\""),
        ("reason", json!(7), 400, "not a snapshot"),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        let reply = site.answer(&bad).await;
        assert_eq!(reply.status, status, "{member} {reply:?}");
        assert!(reply.error().contains(names), "{reply:?}");
    }
}
