//! Answers that somebody has to follow up: each opens one case, and the case goes its way.

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use suara_survey::AnswerId;

use crate::harness::{Cookie, Reply, Site, new_id, now_ms, snapshot, within};
use crate::home::Home;

const CASES: &str = "/api/1/surveys/nps/cases";

async fn listed(site: &Site, query: &str, by: &Cookie) -> Vec<Value> {
    let reply = site.read(&format!("{CASES}{query}"), by).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()["cases"].as_array().unwrap().clone()
}

async fn change(site: &Site, id: AnswerId, change: Value, by: &Cookie) -> Reply {
    site.act(Method::PATCH, &format!("{CASES}/{id}"), &change, by).await
}

/// A site with one case, of a detractor.
async fn one() -> (Site, Cookie, AnswerId) {
    let site = Site::start().await;
    let (owner, id) = (site.owner().await, new_id());
    assert_eq!(site.answer(&snapshot(id, 1, 3, "It broke.")).await.status, 200);
    (site, owner, id)
}

#[tokio::test]
async fn an_answer_opens_at_most_one_case_and_a_better_one_later_does_not_take_it_back() {
    let (site, owner, id) = one().await;
    for (number, score) in [(1, 3), (2, 2), (3, 10)] {
        let comment = if number == 1 { "It broke." } else { "It broke, twice." };
        let mut again = snapshot(id, number, score, comment);
        again["at_ms"] = json!(now_ms());
        site.answer(&again).await;
    }
    assert_eq!(site.answer(&snapshot(new_id(), 1, 7, "")).await.status, 200);
    let mut partial = snapshot(new_id(), 1, 0, "");
    partial["stage"] = json!("partial");
    assert_eq!(site.answer(&partial).await.status, 200);
    let cases = listed(&site, "", &owner).await;
    assert_eq!(cases.len(), 1, "{cases:?}");
    let case = &cases[0];
    assert_eq!((&case["id"], &case["reason"]), (&json!(id.to_string()), &json!("detractor")));
    assert_eq!((&case["status"], &case["assignee"]), (&json!("open"), &Value::Null));
    assert_eq!((&case["score"], &case["comment"]), (&json!(10), &json!("It broke, twice.")), "as it is now");
    assert!(case["due_ms"].as_i64() > case["opened_ms"].as_i64(), "{case}");
}

#[tokio::test]
async fn the_rules_are_the_surveys_own() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let draft = json!({ "questions": [
        { "id": "score", "kind": "nps", "text": { "en": "?" } },
        { "id": "reason", "kind": "text", "sorted": true, "text": { "en": "Why?" } },
    ] });
    site.act(Method::PUT, "/api/1/surveys/shop/draft", &draft, &owner).await;
    site.act(Method::POST, "/api/1/surveys/shop/versions", &Value::Null, &owner).await;
    let put = async |cases: Value| {
        site.act(Method::PUT, "/api/1/surveys/shop/settings", &json!({ "cases": cases }), &owner).await
    };
    let answer = async |score: u8, sort: &str| {
        let mut answer = snapshot(new_id(), 1, score, "Hm.");
        (answer["survey"], answer["answers"][1]["sort"]) = (json!("shop"), json!(sort));
        assert_eq!(site.answer(&answer).await.status, 200);
        let cases = site.read("/api/1/surveys/shop/cases?limit=200", &owner).await.json();
        cases["cases"].as_array().unwrap().len()
    };
    let around_the_clock =
        json!({ "zone": "UTC", "days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "24:00" });
    let rules = json!({ "detractor": false, "due_hours": 2, "hours": around_the_clock });
    assert_eq!(put(rules).await.status, 204);
    assert_eq!(answer(0, "criticism").await, 0);
    assert_eq!(answer(10, "complaint").await, 1, "a complaint of somebody who recommends us");
    let case = site.read("/api/1/surveys/shop/cases", &owner).await.json()["cases"][0].clone();
    assert_eq!(case["due_ms"].as_i64().unwrap() - case["opened_ms"].as_i64().unwrap(), 7_200_000);
    assert_eq!(case["reason"], "complaint");
    assert_eq!(put(json!({ "complaint": false })).await.status, 204);
    assert_eq!(answer(9, "complaint").await, 1);
    assert_eq!(answer(6, "complaint").await, 2, "a detractor");
    for (cases, path) in [
        (json!({ "due_hours": 0 }), "cases.due_hours: is 0"),
        (json!({ "hours": { "zone": "Jakarta" } }), "cases.hours.zone: is \"Jakarta\""),
        (json!({ "hours": { "days": [8] } }), "cases.hours.days[0]: is 8"),
        (json!({ "hours": { "from": "17:00", "to": "09:00" } }), "cases.hours.to: is 09:00"),
    ] {
        let reply = put(cases).await;
        assert!(reply.status == 422 && reply.error().starts_with(path), "{reply:?}");
    }
}

#[tokio::test]
async fn a_case_is_taken_answered_resolved_and_opened_again() {
    let (site, owner, id) = one().await;
    let ana = site.member(&owner, "analyst").await;
    let taken =
        change(&site, id, json!({ "status": "in_progress", "assignee": "analyst@shop.example" }), &ana).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let first_ms = taken.json()["case"]["first_ms"].clone();
    assert!(first_ms.is_i64(), "{taken:?}");
    let note = async |text: &str| {
        site.act(Method::POST, &format!("{CASES}/{id}/notes"), &json!({ "text": text }), &ana).await
    };
    assert_eq!(note("Called them.").await.status, 200);
    assert_eq!((note(" ").await.status, note(&"x".repeat(2001)).await.status), (422, 422));
    let done = change(&site, id, json!({ "status": "resolved" }), &ana).await.json();
    assert!(done["case"]["resolved_ms"].is_i64(), "{done}");
    assert!(listed(&site, "?only=unresolved", &owner).await.is_empty());
    let wrong = change(&site, id, json!({ "status": "in_progress" }), &ana).await;
    assert!(wrong.status == 422 && wrong.error().contains("reopened"), "{wrong:?}");
    let again = change(&site, id, json!({ "status": "reopened" }), &owner).await.json();
    assert_eq!((&again["case"]["resolved_ms"], &again["case"]["reopened"]), (&Value::Null, &json!(1)));
    assert_eq!(again["case"]["first_ms"], first_ms, "the first response stays the first");
    let entries: Vec<_> = again["entries"].as_array().unwrap().iter().collect();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry["what"].as_str().unwrap(), entry["text"].as_str().unwrap()))
        .collect();
    let expected = [
        ("status", "in_progress"),
        ("assignee", "analyst@shop.example"),
        ("note", "Called them."),
        ("status", "resolved"),
        ("status", "reopened"),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        (&entries[0]["who"], &entries[4]["who"]),
        (&json!("analyst@shop.example"), &json!("owner@shop.example"))
    );
    let deeds = site.read("/api/1/deeds", &owner).await.text;
    for what in ["wrote a note on a case of", "resolved a case of", "reopened a case of"] {
        assert!(deeds.contains(what), "{what}: {deeds}");
    }
    assert!(!deeds.contains("Called them"), "the record of deeds holds nobody's words");
}

#[tokio::test]
async fn what_may_not_become_of_a_case_is_refused() {
    let (site, owner, id) = one().await;
    site.member(&owner, "viewer").await;
    for (wrong, says) in [
        (json!({ "status": "reopened" }), "status: is reopened"),
        (json!({ "assignee": "nobody@shop.example" }), "assignee"),
        (json!({ "assignee": "viewer@shop.example" }), "assignee"),
        (json!({ "due_ms": 1 }), "due_ms: is 1"),
    ] {
        let reply = change(&site, id, wrong, &owner).await;
        assert!(reply.status == 422 && reply.error().starts_with(says), "{reply:?}");
    }
    let stale = json!({ "revision": 7, "status": "resolved" });
    assert_eq!(change(&site, id, stale, &owner).await.status, 409);
    assert_eq!(change(&site, new_id(), json!({}), &owner).await.status, 404);
    assert_eq!(site.read(&format!("{CASES}?only=x"), &owner).await.status, 422);
    assert_eq!(site.read(&format!("{CASES}?status=x"), &owner).await.status, 400);
    assert_eq!(site.read(&format!("{CASES}?limit=201"), &owner).await.status, 422);
    let same = change(&site, id, json!({ "status": "open" }), &owner).await.json();
    assert_eq!((&same["case"]["revision"], &same["entries"]), (&json!(1), &json!([])), "nothing has changed");
}

#[tokio::test]
async fn cases_come_page_by_page_the_one_due_first_at_the_top() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let mut ids = Vec::new();
    for minutes in [3, 1, 2] {
        let id = new_id();
        site.answer(&snapshot(id, 1, 0, "")).await;
        let due_ms = now_ms() + minutes * 60_000;
        assert_eq!(change(&site, id, json!({ "due_ms": due_ms }), &owner).await.status, 200);
        ids.push(id.to_string());
    }
    let first = listed(&site, "?limit=2", &owner).await;
    let of = |cases: &[Value]| {
        cases.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(&first), [ids[1].clone(), ids[2].clone()]);
    assert_eq!(of(&listed(&site, &format!("?limit=2&after={}", ids[2]), &owner).await), [ids[0].clone()]);
    assert!(listed(&site, "?only=overdue", &owner).await.is_empty());
    assert!(listed(&site, "?assignee=owner@shop.example", &owner).await.is_empty());
    let figures = site.read(&format!("{CASES}/figures"), &owner).await.json();
    assert_eq!(
        (&figures["opened"], &figures["unresolved"], &figures["overdue"]),
        (&json!(3), &json!(3), &json!(0))
    );
    assert_eq!(figures["resolution"], json!({ "n": 0, "median_ms": null, "p90_ms": null }));
    let id: AnswerId = ids[0].parse().unwrap();
    change(&site, id, json!({ "status": "resolved" }), &owner).await;
    let figures = site.read(&format!("{CASES}/figures"), &owner).await.json();
    assert_eq!(
        (&figures["in_time"], &figures["resolution"]["n"]),
        (&json!({ "n": 1, "count": 1 }), &json!(1))
    );
    let none = site.read(&format!("{CASES}/figures?to_ms=1"), &owner).await.json();
    assert_eq!(none["opened"], 0);
}

#[tokio::test]
async fn an_open_admin_view_hears_of_a_case_that_has_changed() {
    let (site, owner, id) = one().await;
    let request = site.request(Method::GET, "/api/1/surveys/nps/live").header("cookie", &owner.0);
    let mut events = request.send().await.unwrap().bytes_stream();
    let mut next = async || String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(next().await.starts_with("event: changed\n"));
    change(&site, id, json!({ "status": "resolved" }), &owner).await;
    let event = tokio::time::timeout(std::time::Duration::from_secs(3), next()).await.unwrap();
    assert_eq!(event, "event: cases\ndata: 1\n\n");
}

/// The answer and its case are one commit: where one cannot be kept, neither is, and nothing is acknowledged.
#[tokio::test]
async fn an_answer_whose_case_cannot_be_kept_is_not_acknowledged_and_comes_again() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let other = site.data.database().await;
    sqlx::query("ALTER TABLE cases RENAME TO away").execute(&other).await.unwrap();
    let (bad, good) = (snapshot(new_id(), 1, 3, "It broke."), snapshot(new_id(), 1, 9, ""));
    assert_eq!(site.answer(&bad).await.status, 503);
    assert_eq!(site.answer(&good).await.status, 200, "an answer without a case is kept");
    let held: i64 = sqlx::query_scalar("SELECT count(*) FROM answers").fetch_one(&other).await.unwrap();
    assert_eq!(held, 1);
    sqlx::query("ALTER TABLE away RENAME TO cases").execute(&other).await.unwrap();
    within(10, async || (site.answer(&bad).await.status == 200).then_some(())).await;
    assert_eq!(listed(&site, "", &owner).await.len(), 1);
}

/// Ends with the test, whatever comes.
struct Served(std::process::Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn start(data: &Home) -> (Served, String) {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let off = ["--limit-address", "off", "--limit-survey", "off", "--limit-all", "off"];
    let [flag, place] = data.flag();
    let always = ["serve", "--port", "0", flag.as_str(), place.as_str()];
    let mut command = crate::harness::suara(&[&always[..], &off].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let demo = lines.find(|line| line.contains("Demo page")).unwrap();
    (Served(child), demo.split("http://").nth(1).unwrap().trim_end_matches('/').to_owned())
}

/// The binary is killed in the middle of its work, three times; whatever answer is there has its case.
#[tokio::test]
async fn no_kill_comes_between_an_answer_and_its_case() {
    let data = Home::new().await;
    let (mut acknowledged, client) = (Vec::new(), crate::harness::client());
    for _ in 0..3 {
        let (mut child, address) = start(&data);
        let senders = (0..8).map(|_| {
            let (client, url) = (client.clone(), format!("http://{address}/n/1/a"));
            tokio::spawn(async move {
                let mut kept = Vec::new();
                loop {
                    let id = new_id();
                    match client.post(&url).body(snapshot(id, 1, 2, "").to_string()).send().await {
                        Ok(response) if response.status() == 200 => kept.push(id),
                        Ok(_) => {}
                        Err(_) => return kept,
                    }
                }
            })
        });
        let senders: Vec<_> = senders.collect();
        let database = data.database().await;
        let before = acknowledged.len() as i64;
        within(20, async || {
            let count = sqlx::query_scalar("SELECT count(*) FROM answers").fetch_one(&database).await;
            count.is_ok_and(|count: i64| count > before + 200).then_some(())
        })
        .await;
        child.0.kill().unwrap();
        child.0.wait().unwrap();
        for sender in senders {
            acknowledged.extend(sender.await.unwrap());
        }
    }
    let database = data.database().await;
    let alone =
        "SELECT count(*) FROM answers WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = answers.id)";
    let alone: i64 = sqlx::query_scalar(alone).fetch_one(&database).await.unwrap();
    let cases: i64 = sqlx::query_scalar("SELECT count(*) FROM cases").fetch_one(&database).await.unwrap();
    assert_eq!(alone, 0);
    assert!(
        acknowledged.len() > 500 && cases >= acknowledged.len() as i64,
        "{cases} of {}",
        acknowledged.len()
    );
}
