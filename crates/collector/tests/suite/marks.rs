//! What is odd about answers, which are all kept.

use reqwest::Method;
use serde_json::{Value, json};
use suara_survey::AnswerId;

use crate::harness::{Site, new_id, now_ms, snapshot};
use crate::identity::{HOUR_MS, answer, keep, marks, set, signed, site, token};

#[tokio::test]
async fn a_second_answer_of_the_same_person_is_marked_and_the_first_stays_whatever_comes_of_it() {
    let (site, owner, secret) = site().await;
    set(&site, &owner, json!({ "one_per_person_days": 30 })).await;
    let by = |sub: &str, id, number, stage: &str| {
        let mut answer = answer(id, number, &token(sub, &secret));
        answer["stage"] = json!(stage);
        if stage == "dismissed" {
            answer["answers"] = json!([]);
        }
        answer
    };
    let (silent, first, second, other) = (new_id(), new_id(), new_id(), new_id());
    keep(&site, &by("ana", silent, 1, "dismissed")).await;
    keep(&site, &by("ana", first, 1, "partial")).await;
    keep(&site, &by("ana", second, 1, "partial")).await;
    keep(&site, &by("ana", first, 2, "complete")).await;
    keep(&site, &by("ana", second, 2, "complete")).await;
    keep(&site, &by("budi", other, 1, "complete")).await;
    for id in [silent, first, other] {
        assert!(marks(&site, &owner, id).await.is_empty(), "{id}");
    }
    assert_eq!(marks(&site, &owner, second).await, ["repeated"]);
    let long_ago = new_id();
    let mut old = by("ana", long_ago, 1, "complete");
    let at_ms = now_ms() - 30 * 24 * HOUR_MS - 1000;
    (old["at_ms"], old["identity"]) = (
        json!(at_ms),
        json!(signed(
            &json!({ "alg": "HS256" }),
            &json!({ "sub": "ana", "exp": at_ms / 1000 + 60 }),
            &secret
        )),
    );
    keep(&site, &old).await;
    assert_eq!(marks(&site, &owner, long_ago).await, ["identity_late"], "given more than thirty days apart");
    let columns = site.read("/api/1/surveys/nps/columns", &owner).await.json();
    let marks = columns["marks"].as_array().unwrap();
    assert_eq!(marks.iter().filter(|bits| **bits == 64).count(), 1, "{columns}");
    assert_eq!(marks.len(), columns["score"].as_array().unwrap().len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_answers_of_one_person_that_come_at_once_exactly_one_counts() {
    let (site, owner, secret) = site().await;
    set(&site, &owner, json!({ "one_per_person_days": 1 })).await;
    for round in 0..10 {
        let token = token(&format!("person {round}"), &secret);
        let ids: Vec<AnswerId> = (0..8).map(|_| new_id()).collect();
        let sends = ids.iter().map(async |id| keep(&site, &answer(*id, 1, &token)).await);
        futures_util::future::join_all(sends).await;
    }
    let (all, counted): (i64, i64) = sqlx::query_as(
        "SELECT count(*), sum(CASE WHEN marks = 0 THEN 1 ELSE 0 END) FROM answers WHERE survey = 'nps'",
    )
    .fetch_one(&site.data.database().await)
    .await
    .unwrap();
    assert_eq!((all, counted), (80, 10));
    // The control: without the setting nobody is marked.
    set(&site, &owner, json!({})).await;
    let id = new_id();
    keep(&site, &answer(id, 1, &token("person 0", &secret))).await;
    assert!(marks(&site, &owner, id).await.is_empty());
}

#[tokio::test]
async fn what_a_program_fills_in_or_nobody_could_read_so_fast_is_marked_and_kept() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let sent = async |after_ms: i64, stage: &str, trap: bool| {
        let at_ms = now_ms();
        let random = new_id().as_bytes()[6..].try_into().unwrap();
        let id = AnswerId::from_parts(at_ms - after_ms, random);
        let mut answer = snapshot(id, 1, 3, "fast");
        (answer["at_ms"], answer["stage"], answer["trap"]) = (json!(at_ms), json!(stage), json!(trap));
        keep(&site, &answer).await;
        marks(&site, &owner, id).await.join(" ")
    };
    assert_eq!(sent(700, "complete", false).await, "");
    assert_eq!(sent(699, "complete", false).await, "hasty");
    assert_eq!(sent(10, "partial", false).await, "", "a score from a mail is chosen when the page is opened");
    assert_eq!(sent(-5_000, "complete", false).await, "", "a clock was set back");
    assert_eq!(sent(5_000, "partial", true).await, "honeypot");
    assert_eq!(sent(10, "complete", true).await, "honeypot hasty");
    set(&site, &owner, json!({ "min_ms": 0 })).await;
    assert_eq!(sent(10, "complete", false).await, "");
    for (settings, error) in [
        (json!({ "min_ms": 60_001 }), "min_ms: is 60001"),
        (json!({ "one_per_person_days": 0 }), "one_per_person_days: is 0"),
    ] {
        let reply = set(&site, &owner, settings).await;
        assert!(reply.status == 422 && reply.error().starts_with(error), "{reply:?}");
    }
    let settings = site.read("/api/1/surveys/nps/settings", &owner).await.json();
    assert_eq!((&settings["min_ms"], &settings["identity"]), (&json!(0), &json!("optional")));
    let csv = site.read("/api/1/surveys/nps/responses.csv", &owner).await.text;
    assert!(csv.starts_with("id,survey,version,stage,at,score,class,comment,locale,page,marks"), "{csv}");
    let comments = site.read("/api/1/surveys/nps/comments", &owner).await.json();
    let comments = comments["comments"].as_array().unwrap();
    let marks = |bits: Value| comments.iter().filter(|comment| comment["marks"] == bits).count();
    assert_eq!((marks(json!(1)), marks(json!(2)), marks(json!(3)), marks(Value::Null)), (1, 1, 1, 4));
    let surveys = site.read("/api/1/surveys", &owner).await.json();
    let nps = surveys.as_array().unwrap().iter().find(|survey| survey["id"] == "nps").unwrap();
    assert_eq!((&nps["records"], &nps["left_out"]), (&json!(7), &json!(3)));
    assert_eq!((csv.matches(",honeypot hasty").count(), csv.matches(",hasty").count()), (1, 1), "{csv}");
}

#[tokio::test]
async fn a_marked_answer_opens_no_case_unless_it_only_came_fast_and_hooks_hear_of_the_marks() {
    let (site, owner, _) = site().await;
    let hook = json!({ "url": "https://hooks.shop.example/", "events": ["answer.completed"] });
    assert_eq!(site.act(Method::POST, "/api/1/hooks", &hook, &owner).await.status, 200);
    let (trapped, forged, hasty) = (new_id(), new_id(), AnswerId::from_parts(now_ms(), [9; 10]));
    let mut sent = snapshot(trapped, 1, 0, "bad");
    sent["trap"] = json!(true);
    keep(&site, &sent).await;
    keep(&site, &answer(forged, 1, "x")).await;
    let mut sent = snapshot(hasty, 1, 0, "bad");
    sent["at_ms"] = json!(AnswerId::unix_ms(&hasty) + 5);
    keep(&site, &sent).await;
    let cases = site.read("/api/1/surveys/nps/cases", &owner).await.json();
    let cases: Vec<_> = cases["cases"].as_array().unwrap().iter().map(|case| case["id"].clone()).collect();
    assert_eq!(cases, [json!(hasty.to_string())]);
    let told = sqlx::query_scalar("SELECT data FROM deliveries");
    let told: Vec<String> = told.fetch_all(&site.data.database().await).await.unwrap();
    let mut told: Vec<Value> =
        told.iter().map(|data| serde_json::from_str::<Value>(data).unwrap()["marks"].clone()).collect();
    told.sort_by_key(Value::to_string);
    assert_eq!(told, [json!(["hasty"]), json!(["honeypot"]), json!(["identity_forged"])]);
}
