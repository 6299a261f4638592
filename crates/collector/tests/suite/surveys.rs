//! Owners make surveys: drafts, versions that never change, pauses, and what holds for all versions.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Cookie, Reply, Site, new_id, snapshot, within};

const DRAFT: &str = "/api/1/surveys/shop/draft";
const VERSIONS: &str = "/api/1/surveys/shop/versions";

fn definition(question: &str) -> Value {
    json!({ "questions": [{ "id": "score", "kind": "nps", "text": { "en": question } }] })
}

/// An answer to version `version` of the survey `shop`.
fn answer(version: u32) -> Value {
    let mut answer = snapshot(new_id(), 1, 9, "");
    (answer["survey"], answer["version"]) = (json!("shop"), json!(version));
    answer
}

async fn put(site: &Site, question: &str, by: &Cookie) -> Reply {
    site.act(Method::PUT, DRAFT, &definition(question), by).await
}

async fn publish(site: &Site, by: &Cookie) -> Reply {
    site.act(Method::POST, VERSIONS, &Value::Null, by).await
}

async fn set(site: &Site, state: &str, by: &Cookie) -> u16 {
    site.act(Method::PATCH, "/api/1/surveys/shop", &json!({ "state": state }), by).await.status
}

async fn listed(site: &Site, id: &str, by: &Cookie) -> Value {
    let surveys = site.read("/api/1/surveys", by).await.json();
    surveys.as_array().unwrap().iter().find(|survey| survey["id"] == id).cloned().unwrap_or_default()
}

/// A site with the survey `shop` at version 1.
async fn shop() -> (Site, Cookie) {
    let site = Site::start().await;
    let owner = site.owner().await;
    assert_eq!(put(&site, "One?", &owner).await.status, 200);
    assert_eq!(publish(&site, &owner).await.json()["version"], 1);
    (site, owner)
}

#[tokio::test]
async fn a_draft_becomes_a_version_and_each_answer_is_checked_against_the_one_it_names() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let draft = put(&site, "One?", &owner).await;
    assert_eq!((draft.status, &draft.json()["version"]), (200, &json!(1)), "{draft:?}");
    let summary = listed(&site, "shop", &owner).await;
    assert_eq!((&summary["state"], &summary["version"]), (&json!("draft"), &json!(0)), "{summary}");
    assert_eq!(site.get("/n/1/q/shop").await.status, 404, "nobody is asked what was not published");
    assert_eq!(site.answer(&answer(1)).await.status, 404);
    assert_eq!(publish(&site, &owner).await.json()["version"], 1);
    assert_eq!(site.get("/n/1/q/shop").await.json()["questions"][0]["text"]["en"], "One?");
    assert_eq!(site.answer(&answer(1)).await.status, 200);
    assert_eq!(site.answer(&answer(2)).await.status, 404);
    // The second version asks something else, and answers to either are taken.
    let other = json!({ "questions": [{ "id": "why", "kind": "text", "text": { "en": "Why?" } }] });
    assert_eq!(site.act(Method::PUT, DRAFT, &other, &owner).await.json()["version"], 2);
    assert_eq!(site.get("/n/1/q/shop").await.json()["version"], 1, "a draft shows nobody anything");
    assert_eq!(publish(&site, &owner).await.json()["version"], 2);
    assert_eq!(site.get("/n/1/q/shop").await.json()["version"], 2);
    assert_eq!(site.answer(&answer(1)).await.status, 200, "it was on its way");
    let refused = site.answer(&answer(2)).await;
    assert!(refused.status == 422 && refused.error().contains("score"), "{refused:?}");
    let versions = site.read(VERSIONS, &owner).await.json()["versions"].clone();
    assert_eq!((versions[0]["version"].as_u64(), versions[1]["version"].as_u64()), (Some(1), Some(2)));
    assert!(versions[0]["published_ms"].as_i64() > Some(0), "{versions}");
    let first = site.read(&format!("{VERSIONS}/1"), &owner).await.json();
    assert_eq!(first["questions"][0]["text"]["en"], "One?", "it never changed");
    assert_eq!(site.read(&format!("{VERSIONS}/3"), &owner).await.status, 404);
    let again = publish(&site, &owner).await;
    assert!(again.status == 422 && again.error().contains("no draft"), "{again:?}");
}

#[tokio::test]
async fn a_wrong_draft_is_refused_with_its_path_and_what_is_allowed() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let question = |kind: &str| json!({ "id": "score", "kind": kind, "text": { "en": "?" } });
    for (draft, path, says) in [
        (json!({ "questions": [question("npx")] }), "questions[0].kind", "npx"),
        (json!({ "questions": [] }), "questions", "0 items"),
        (json!({ "id": "other", "questions": [question("nps")] }), "id", "other"),
        (json!({ "questions": [question("nps")], "max_answers": 0 }), "max_answers", "0"),
        (json!([1]), "the survey", "object"),
    ] {
        let reply = site.act(Method::PUT, DRAFT, &draft, &owner).await;
        assert_eq!(reply.status, 422, "{draft}: {reply:?}");
        assert!(reply.error().starts_with(path) && reply.error().contains(says), "{reply:?}");
    }
    let path = "/api/1/surveys/No%20Name/draft";
    let reply = site.act(Method::PUT, path, &definition("One?"), &owner).await;
    assert!(reply.status == 422 && reply.error().starts_with("id"), "{reply:?}");
    assert_eq!(listed(&site, "shop", &owner).await, Value::Null, "nothing of all that was kept");
}

#[tokio::test]
async fn a_definition_may_be_larger_than_an_answer_but_not_without_end() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let with_notes = |bytes: usize| {
        let mut draft = definition("One?");
        draft["notes"] = json!("x".repeat(bytes));
        draft
    };
    assert_eq!(site.act(Method::PUT, DRAFT, &with_notes(200_000), &owner).await.status, 200);
    assert_eq!(site.act(Method::PUT, DRAFT, &with_notes(300_000), &owner).await.status, 413);
}

#[tokio::test]
async fn a_survey_begins_as_a_copy_of_a_ready_made_one() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let names = site.read("/api/1/models", &owner).await.json();
    assert!(names.as_array().unwrap().iter().any(|model| model["id"] == "ces-task"), "{names}");
    let begin = async |id: &str, from: &str| {
        let new = json!({ "id": id, "from": from });
        site.act(Method::POST, "/api/1/surveys", &new, &owner).await
    };
    let draft = begin("shop", "ces-task").await.json();
    assert_eq!((&draft["id"], &draft["version"]), (&json!("shop"), &json!(1)));
    assert_eq!(draft["questions"][0]["kind"], "ces");
    assert_eq!(publish(&site, &owner).await.json()["version"], 1);
    assert_eq!(begin("second", "shop").await.status, 200, "a survey of one's own is a model, too");
    for (id, from, names) in [("nps", "ces-task", "id"), ("shop", "nps", "id"), ("third", "npx", "from")] {
        let reply = begin(id, from).await;
        assert!(reply.status == 422 && reply.error().starts_with(names), "{reply:?}");
    }
}

#[tokio::test]
async fn a_paused_survey_asks_nobody_and_loses_no_answer() {
    let (site, owner) = shop().await;
    for (state, word) in [("paused", "paused"), ("archived", "archived")] {
        assert_eq!(set(&site, state, &owner).await, 204);
        let reply = site.get("/n/1/q/shop").await;
        assert!(reply.status == 410 && reply.error().contains(word), "{reply:?}");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(site.answer(&answer(1)).await.status, 200, "it was on its way");
        assert_eq!(listed(&site, "shop", &owner).await["state"], state);
    }
    assert_eq!(put(&site, "Two?", &owner).await.status, 200);
    assert_eq!(publish(&site, &owner).await.status, 422, "an archived survey is resumed first");
    assert_eq!(set(&site, "live", &owner).await, 204);
    assert_eq!(site.get("/n/1/q/shop").await.status, 200);
    assert_eq!(set(&site, "draft", &owner).await, 422);
    assert_eq!(listed(&site, "shop", &owner).await["records"], 2);
    let deeds = site.read("/api/1/deeds", &owner).await.text;
    for what in ["published", "paused", "archived", "let ask", "changed the draft of"] {
        assert!(deeds.contains(&format!("\"{what}\"")), "{what}: {deeds}");
    }
}

#[tokio::test]
async fn of_two_who_change_a_draft_the_later_one_is_told() {
    let (site, owner) = shop().await;
    let etag = put(&site, "Two?", &owner).await.header("etag").to_owned();
    let put_from = async |etag: &str| {
        let request = site.request(Method::PUT, DRAFT).header("x-suara", "1").header("cookie", &owner.0);
        let request = request.header("if-match", etag).body(definition("Three?").to_string());
        Reply::of(request).await
    };
    let next = put_from(&etag).await;
    assert_eq!(next.status, 200, "{next:?}");
    assert_eq!(put_from(&etag).await.status, 409, "it has changed since");
    assert_eq!(put_from("x").await.status, 400);
    let publish_from = async |etag: &str| {
        let request = site.request(Method::POST, VERSIONS).header("x-suara", "1").header("cookie", &owner.0);
        Reply::of(request.header("if-match", etag)).await
    };
    assert_eq!(publish_from(&etag).await.status, 409);
    assert_eq!(publish_from(next.header("etag")).await.json()["version"], 2);
}

#[tokio::test]
async fn a_draft_can_be_dropped_and_what_was_published_stays() {
    let (site, owner) = shop().await;
    let dropped = async || site.act(Method::DELETE, DRAFT, &Value::Null, &owner).await.status;
    assert_eq!(dropped().await, 404);
    put(&site, "Two?", &owner).await;
    assert_eq!(site.read(DRAFT, &owner).await.json()["version"], 2);
    assert_eq!(dropped().await, 204);
    assert_eq!(site.read(DRAFT, &owner).await.status, 404);
    assert_eq!(listed(&site, "shop", &owner).await["version"], 1);
    let other = "/api/1/surveys/other/draft";
    site.act(Method::PUT, other, &definition("One?"), &owner).await;
    assert_eq!(site.read("/api/1/surveys/other/columns", &owner).await.json()["score"], json!([]));
    site.act(Method::DELETE, other, &Value::Null, &owner).await;
    assert_eq!(listed(&site, "other", &owner).await, Value::Null);
}

#[tokio::test]
async fn settings_hold_for_all_versions_and_are_checked() {
    let (site, owner) = shop().await;
    const SETTINGS: &str = "/api/1/surveys/shop/settings";
    assert_eq!(site.read(SETTINGS, &owner).await.json()["origins"], json!([]));
    let put = async |settings: Value| site.act(Method::PUT, SETTINGS, &settings, &owner).await;
    let wanted = json!({ "origins": ["https://shop.example"], "retention_days": 365 });
    assert_eq!(put(wanted.clone()).await.status, 204);
    let kept = site.read(SETTINGS, &owner).await.json();
    assert_eq!((&kept["origins"], &kept["retention_days"]), (&wanted["origins"], &wanted["retention_days"]));
    for (wrong, path) in [
        (json!({ "origins": ["https://shop.example/"] }), "origins[0]"),
        (json!({ "origins": ["https://shop.example", "Shop"] }), "origins[1]"),
        (json!({ "origins": ["https://Shop.example"] }), "origins[0]"),
        (json!({ "retention_days": 0 }), "retention_days"),
        (json!({ "retention_days": 3651 }), "retention_days"),
    ] {
        let reply = put(wrong).await;
        assert!(reply.status == 422 && reply.error().starts_with(path), "{reply:?}");
    }
    let data = site.stop().await;
    let site = Site::on(data, |_| {}).await;
    let owner = {
        let sign_in = json!({ "email": "owner@shop.example", "password": crate::harness::PASSWORD });
        Cookie::of(&site.write(Method::POST, "/api/1/session", &sign_in).await)
    };
    assert_eq!(site.read(SETTINGS, &owner).await.json()["retention_days"], 365, "after a restart, too");
}

#[tokio::test]
async fn what_another_process_does_to_a_survey_holds_here_within_seconds() {
    let (site, owner) = shop().await;
    let other = site.data.database().await;
    let second = json!({ "id": "shop", "version": 2, "questions": definition("Two?")["questions"] });
    sqlx::query("INSERT INTO surveys (id, version, definition) VALUES ('shop', 2, $1)")
        .bind(second.to_string())
        .execute(&other)
        .await
        .unwrap();
    assert_eq!(site.answer(&answer(2)).await.status, 200, "an answer to it is not refused even before that");
    sqlx::query("UPDATE survey_settings SET state = 'paused' WHERE survey = 'shop'")
        .execute(&other)
        .await
        .unwrap();
    sqlx::query("UPDATE changes SET change = change + 1 WHERE survey = ''").execute(&other).await.unwrap();
    within(5, async || (site.get("/n/1/q/shop").await.status == 410).then_some(())).await;
    assert_eq!(listed(&site, "shop", &owner).await["version"], 2);
}

#[tokio::test]
async fn analysts_write_drafts_and_owners_decide() {
    let (site, owner) = shop().await;
    let (analyst, viewer) = (site.member(&owner, "analyst").await, site.member(&owner, "viewer").await);
    assert_eq!(put(&site, "Two?", &viewer).await.status, 403);
    assert_eq!(put(&site, "Two?", &analyst).await.status, 200);
    assert_eq!(publish(&site, &analyst).await.status, 403);
    assert_eq!(set(&site, "paused", &analyst).await, 403);
    let token = json!({ "name": "editor", "scope": "analyst", "days": 1 });
    let token = site.act(Method::POST, "/api/1/tokens", &token, &owner).await.json();
    let request =
        site.request(Method::PUT, DRAFT).header("x-suara", "1").body(definition("Three?").to_string());
    let reply = Reply::of(request.bearer_auth(token["token"].as_str().unwrap())).await;
    assert!(reply.status == 403 && reply.error().contains("only reads"), "{reply:?}");
}
