//! Webhooks: what happens is told, signed, again and again until it is heard, and to nobody else.

mod busy;
mod receiver;
mod silent;

use reqwest::Method;
use serde_json::{Value, json};
use suara_collector::Reach;

use crate::harness::{Cookie, Reply, Site, new_id, now_ms, snapshot, within};
pub(crate) use receiver::Receiver;

/// To this machine.
pub(crate) fn here() -> Reach {
    Reach { networks: vec!["127.0.0.1/32".parse().unwrap()], plain_on_loopback: true }
}

/// A site whose webhooks may lead to this machine.
async fn site() -> (Site, Cookie) {
    let site = Site::with(|config| config.reach = here()).await;
    let owner = site.owner().await;
    (site, owner)
}

pub(crate) async fn hook(site: &Site, owner: &Cookie, hook: Value) -> (String, String) {
    let reply = site.act(Method::POST, "/api/1/hooks", &hook, owner).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let made = reply.json();
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

async fn deliveries(site: &Site, owner: &Cookie, id: &str, query: &str) -> Vec<Value> {
    let reply = site.read(&format!("/api/1/hooks/{id}/deliveries{query}"), owner).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()["deliveries"].as_array().unwrap().clone()
}

async fn change(site: &Site, sql: &'static str) {
    sqlx::query(sql).execute(&site.data.database().await).await.unwrap();
}

#[tokio::test]
async fn everything_that_happens_is_told_once_and_signed() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    let events = ["answer.completed", "case.opened", "case.reopened", "case.resolved", "survey.published"];
    let (id, secret) = hook(&site, &owner, json!({ "url": receiver.url, "events": events })).await;
    let answer = new_id();
    for (number, score) in [(1, 3), (2, 2)] {
        assert_eq!(site.answer(&snapshot(answer, number, score, "It broke.")).await.status, 200);
    }
    receiver.hears(2).await;
    let case = format!("/api/1/surveys/nps/cases/{answer}");
    for status in ["resolved", "reopened"] {
        let change = json!({ "status": status });
        assert_eq!(site.act(Method::PATCH, &case, &change, &owner).await.status, 200);
    }
    let draft = json!({ "questions": [{ "id": "score", "kind": "nps", "text": { "en": "?" } }] });
    site.act(Method::PUT, "/api/1/surveys/shop/draft", &draft, &owner).await;
    site.act(Method::POST, "/api/1/surveys/shop/versions", &Value::Null, &owner).await;
    let heard = receiver.hears(5).await;
    let mut told: Vec<_> =
        heard.iter().map(|heard| heard.json()["type"].as_str().unwrap().to_owned()).collect();
    told.sort();
    assert_eq!(told, events, "each once, though the answer came twice");
    for heard in &heard {
        assert!(heard.is_signed_with(&secret), "{heard:?}");
        assert!(!heard.header("webhook-id").contains('.'), "{heard:?}");
        let at_s: i64 = heard.header("webhook-timestamp").parse().unwrap();
        assert!((now_ms() / 1000 - at_s).abs() < 60, "{heard:?}");
        assert_eq!(heard.header("content-type"), "application/json");
        assert!(heard.json()["timestamp"].as_str().unwrap().ends_with('Z'), "{heard:?}");
    }
    let completed = heard.iter().find(|heard| heard.json()["type"] == "answer.completed").unwrap().json();
    assert_eq!(
        (&completed["data"]["survey"], &completed["data"]["comment"]),
        (&json!("nps"), &json!("It broke."))
    );
    let all = within(5, async || {
        Some(deliveries(&site, &owner, &id, "?state=delivered").await).filter(|all| all.len() == 5)
    })
    .await;
    assert!(all.iter().all(|one| one["status"] == 200 && one["attempts"] == 1), "{all:?}");
    let deeds = site.read("/api/1/deeds", &owner).await.text;
    assert!(deeds.contains("set a webhook") && !deeds.contains(&secret), "{deeds}");
    assert!(!site.read("/api/1/hooks", &owner).await.text.contains(&secret), "a secret is said once");
}

#[tokio::test]
async fn what_is_not_heard_is_told_again_then_given_up_and_can_be_sent_again() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    receiver.answer(500);
    let (id, _) = hook(&site, &owner, json!({ "url": receiver.url, "events": ["answer.completed"] })).await;
    site.answer(&snapshot(new_id(), 1, 9, "")).await;
    let settled = async |attempts: i64| {
        within(10, async || {
            let one = deliveries(&site, &owner, &id, "").await.into_iter().next()?;
            (one["attempts"] == attempts).then_some(one)
        })
        .await
    };
    let first = settled(1).await;
    assert_eq!(
        (&first["state"], &first["status"], &first["outcome"]),
        (&json!("waiting"), &json!(500), &json!("refused"))
    );
    let wait_ms = first["next_ms"].as_i64().unwrap() - first["done_ms"].as_i64().unwrap();
    assert!((4000..=6000).contains(&wait_ms), "{wait_ms}");
    change(&site, "UPDATE deliveries SET next_ms = 0, attempts = 7").await;
    let last = settled(8).await;
    assert_eq!((&last["state"], &last["next_ms"]), (&json!("dead"), &Value::Null));
    assert_eq!(deliveries(&site, &owner, &id, "?state=dead").await.len(), 1);
    receiver.answer(204);
    let path = format!("/api/1/hooks/{id}/deliveries");
    let resend = json!({ "survey": "nps", "id": last["id"] });
    assert_eq!(site.act(Method::POST, &path, &resend, &owner).await.status, 204);
    assert_eq!(settled(1).await["state"], "delivered");
    let ids: Vec<_> = receiver.heard().iter().map(|heard| heard.header("webhook-id")).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "one message, one id: {ids:?}");
    let unknown = json!({ "survey": "nps", "id": "ac_x" });
    assert_eq!(site.act(Method::POST, &path, &unknown, &owner).await.status, 404);
    assert_eq!(site.read(&format!("{path}?state=lost"), &owner).await.status, 422);
}

#[tokio::test]
async fn a_restart_loses_nothing_that_is_to_be_told() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    receiver.answer(503);
    hook(&site, &owner, json!({ "url": receiver.url, "events": ["answer.completed"] })).await;
    site.answer(&snapshot(new_id(), 1, 9, "")).await;
    receiver.hears(1).await;
    let data = site.stop().await;
    receiver.answer(200);
    let site = Site::on(data, |config| config.reach = here()).await;
    change(&site, "UPDATE deliveries SET next_ms = 0, lease_ms = 0").await;
    assert_eq!(receiver.hears(2).await[1].json()["type"], "answer.completed");
}

#[tokio::test]
async fn what_somebody_else_is_telling_is_left_to_them_until_their_time_is_over() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    receiver.answer(500);
    let (id, _) = hook(&site, &owner, json!({ "url": receiver.url, "events": ["answer.completed"] })).await;
    site.answer(&snapshot(new_id(), 1, 9, "")).await;
    within(10, async || (deliveries(&site, &owner, &id, "").await[0]["attempts"] == 1).then_some(())).await;
    change(&site, "UPDATE deliveries SET next_ms = 0, lease = 'theirs', lease_ms = 9000000000000").await;
    // Another one that is told meanwhile shows that it was looked.
    site.answer(&snapshot(new_id(), 1, 9, "")).await;
    receiver.hears(2).await;
    let leased = deliveries(&site, &owner, &id, "").await;
    assert!(leased.iter().any(|one| one["attempts"] == 1 && one["status"] == 500), "{leased:?}");
    change(&site, "UPDATE deliveries SET lease_ms = 1 WHERE lease = 'theirs'").await;
    let ids: Vec<_> = receiver.hears(3).await.iter().map(|heard| heard.header("webhook-id")).collect();
    assert_eq!((&ids[0], ids[1] == ids[0]), (&ids[2], false));
}

#[tokio::test]
async fn a_hook_hears_only_what_it_asked_for_and_nothing_while_it_is_off() {
    let (site, owner) = site().await;
    let (cases, others, off) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    hook(&site, &owner, json!({ "url": cases.url, "survey": "nps", "events": ["case.opened"] })).await;
    hook(&site, &owner, json!({ "url": others.url, "survey": "ces-task", "events": ["answer.completed"] }))
        .await;
    let events = json!({ "url": off.url, "events": ["answer.completed", "case.opened"], "on": false });
    let (id, _) = hook(&site, &owner, events.clone()).await;
    site.answer(&snapshot(new_id(), 1, 9, "")).await;
    site.answer(&snapshot(new_id(), 1, 0, "")).await;
    assert_eq!(cases.hears(1).await[0].json()["type"], "case.opened");
    assert!(deliveries(&site, &owner, &id, "").await.is_empty());
    let on = json!({ "url": off.url, "events": ["answer.completed"], "on": true });
    assert_eq!(site.act(Method::PUT, &format!("/api/1/hooks/{id}"), &on, &owner).await.status, 204);
    let last = new_id();
    site.answer(&snapshot(last, 1, 9, "")).await;
    assert_eq!(off.hears(1).await[0].json()["data"]["answer"], last.to_string());
    assert_eq!((cases.heard().len(), others.heard().len(), off.heard().len()), (1, 0, 1));
    let path = format!("/api/1/hooks/{id}");
    assert_eq!(site.act(Method::DELETE, &path, &Value::Null, &owner).await.status, 204);
    assert_eq!(site.act(Method::DELETE, &path, &Value::Null, &owner).await.status, 404);
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_old_one_for_a_day() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    let (id, old) = hook(&site, &owner, json!({ "url": receiver.url, "events": ["case.opened"] })).await;
    let path = format!("/api/1/hooks/{id}");
    let new = site.act(Method::POST, &format!("{path}/secret"), &Value::Null, &owner).await.json();
    let new = new["secret"].as_str().unwrap().to_owned();
    let probe = async || site.act(Method::POST, &format!("{path}/probe"), &Value::Null, &owner).await.status;
    assert_eq!(probe().await, 204);
    let first = receiver.hears(1).await[0].clone();
    assert_eq!(first.json()["type"], "webhook.test");
    assert!(first.is_signed_with(&old) && first.is_signed_with(&new), "{first:?}");
    let until_ms =
        site.read("/api/1/hooks", &owner).await.json()["hooks"][0]["old_secret_until_ms"].as_i64().unwrap();
    assert!((until_ms - now_ms() - 86_400_000).abs() < 60_000, "{until_ms}");
    change(&site, "UPDATE hooks SET old_until_ms = 1").await;
    assert_eq!(probe().await, 204);
    let second = receiver.hears(2).await[1].clone();
    assert!(!second.is_signed_with(&old) && second.is_signed_with(&new), "{second:?}");
}

#[tokio::test]
async fn slack_hears_a_sentence() {
    let (site, owner) = site().await;
    let receiver = Receiver::start().await;
    let slack = json!({ "url": receiver.url, "events": ["case.opened"], "format": "slack" });
    hook(&site, &owner, slack).await;
    site.answer(&snapshot(new_id(), 1, 2, "<!everyone> hm")).await;
    let heard = receiver.hears(1).await[0].json();
    assert_eq!(heard, json!({ "text": "New case (detractor) from nps: 2 of 10, &lt;!everyone&gt; hm" }));
}

#[tokio::test]
async fn a_webhook_leads_nowhere_that_is_not_public() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let make = async |url: &str, events: Value| -> Reply {
        let hook = json!({ "url": url, "events": events });
        site.act(Method::POST, "/api/1/hooks", &hook, &owner).await
    };
    for url in [
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::ffff:10.0.0.1]/",
        "https://u:p@shop.example/",
        "x",
    ] {
        let reply = make(url, json!(["case.opened"])).await;
        assert!(reply.status == 422 && reply.error().starts_with("url: "), "{url}: {reply:?}");
    }
    for events in [json!([]), json!(["case.opened", "case.closed"])] {
        let reply = make("https://shop.example/", events).await;
        assert!(reply.status == 422 && reply.error().starts_with("events"), "{reply:?}");
    }
    let other = json!({ "url": "https://shop.example/", "events": ["case.opened"], "survey": "npx" });
    let reply = site.act(Method::POST, "/api/1/hooks", &other, &owner).await;
    assert!(reply.status == 422 && reply.error().starts_with("survey"), "{reply:?}");
    // A name that leads inside is found out when it is told something, and the log of deliveries says so.
    let made =
        make(&format!("https://localhost:{}/", site.address.port()), json!(["case.opened"])).await.json();
    let id = made["id"].as_str().unwrap();
    site.act(Method::POST, &format!("/api/1/hooks/{id}/probe"), &Value::Null, &owner).await;
    let told = within(10, async || {
        let one = deliveries(&site, &owner, id, "").await.into_iter().next()?;
        (one["attempts"] == 1).then_some(one)
    })
    .await;
    assert!(told["status"].is_null() && told["outcome"].as_str().unwrap().contains("not public"), "{told}");
}
