//! What cannot be taken as an answer is kept beside the answers, with the reason, until an owner has seen it.

use reqwest::Method;
use serde_json::{Value, json};
use suara_collector::Origins;

use crate::harness::{Cookie, Reply, Site, new_id, snapshot};

async fn listed(site: &Site, owner: &Cookie) -> Vec<Value> {
    let reply = site.read("/api/1/quarantine", owner).await;
    reply.json()["quarantined"].as_array().unwrap().clone()
}

async fn send(site: &Site, body: impl Into<reqwest::Body>) -> Reply {
    Reply::of(site.request(Method::POST, "/n/1/a").body(body)).await
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut snapshot = snapshot(new_id(), 1, 9, "");
    change(&mut snapshot);
    snapshot
}

#[tokio::test]
async fn whatever_is_refused_for_good_is_kept_with_its_ground_and_never_counts() {
    let site = Site::with(|config| {
        config.origins = Origins::parse(&["https://shop.example".to_owned()]).unwrap();
    })
    .await;
    let owner = site.owner().await;
    let good = snapshot(new_id(), 1, 9, "");
    assert_eq!(site.answer(&good).await.status, 200);
    let mut other = good.clone();
    other["answers"][0]["score"] = json!(1);
    for (body, status, ground, survey) in [
        ("{\"survey\": \"nps\", \"v\"".to_owned(), 400, "unreadable", ""),
        ("{\"survey\": \"nps\", \"v\": 1}".to_owned(), 400, "unreadable", "nps"),
        (with(|s| s["v"] = json!(2)).to_string(), 422, "format", "nps"),
        (with(|s| s["survey"] = json!("npx")).to_string(), 404, "unknown", "npx"),
        (with(|s| s["answers"][0]["score"] = json!(11)).to_string(), 422, "invalid", "nps"),
        (other.to_string(), 422, "conflict", "nps"),
        (
            json!({ "v": 1, "lost": "x", "survey": "nps", "reason": "expired", "at_ms": 0 }).to_string(),
            422,
            "invalid",
            "nps",
        ),
    ] {
        let reply = send(&site, body.clone()).await;
        assert_eq!(reply.status, status, "{body}");
        // It is there before the refusal is.
        let newest = listed(&site, &owner).await[0].clone();
        assert_eq!((&newest["ground"], &newest["survey"]), (&json!(ground), &json!(survey)), "{body}");
        assert_eq!(newest["error"], reply.json()["error"], "{body}");
        let one = site.read(&format!("/api/1/quarantine/{}", newest["id"]), &owner).await.json();
        assert_eq!(one["body"], json!(body));
    }
    let elsewhere = site.request(Method::POST, "/n/1/a").header("origin", "https://evil.example");
    let sent = snapshot(new_id(), 1, 0, "");
    assert_eq!(Reply::of(elsewhere.body(sent.to_string())).await.status, 403);
    assert_eq!(listed(&site, &owner).await[0]["ground"], "origin");
    let columns = site.read("/api/1/surveys/nps/columns", &owner).await.json();
    assert_eq!(columns["score"], json!([9]));
}

#[tokio::test]
async fn of_what_is_too_large_the_beginning_is_kept() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let large = with(|s| s["page"] = json!("x".repeat(40_000))).to_string();
    let piecemeal: Vec<Result<Vec<u8>, std::io::Error>> =
        large.as_bytes().chunks(1000).map(|chunk| Ok(chunk.to_vec())).collect();
    let streamed = reqwest::Body::wrap_stream(futures_util::stream::iter(piecemeal));
    for body in [large.clone().into(), streamed] {
        assert_eq!(send(&site, body).await.status, 413);
    }
    let [kept] = &listed(&site, &owner).await[..] else { panic!("the same bytes are one") };
    let facts = [&kept["ground"], &kept["times"], &kept["size_bytes"], &kept["is_whole"]];
    assert_eq!(facts, [&json!("too_large"), &json!(2), &json!(4096), &json!(false)]);
    let path = format!("/api/1/quarantine/{}", kept["id"]);
    assert_eq!(site.read(&path, &owner).await.json()["body"].as_str().unwrap(), &large[..4096]);
    let reply = site.act(Method::POST, &format!("{path}/admit"), &json!({}), &owner).await;
    assert_eq!(reply.status, 422, "{reply:?}");
}

#[tokio::test]
async fn what_has_a_survey_now_can_be_let_in_and_what_is_still_wrong_cannot() {
    let site = Site::start().await;
    let (early, wrong) = (with(|s| s["version"] = json!(2)), with(|s| s["answers"] = json!([])));
    assert_eq!((site.answer(&early).await.status, site.answer(&wrong).await.status), (404, 422));
    let data = site.stop().await;
    let second = include_str!("../../../survey/surveys/nps.json").replace("\"version\": 1", "\"version\": 2");
    let database = data.database().await;
    let publish = sqlx::query("INSERT INTO surveys (id, version, definition) VALUES ('nps', 2, $1)");
    publish.bind(second).execute(&database).await.unwrap();
    database.close().await;
    let site = Site::on(data, |_| {}).await;
    let owner = site.owner().await;
    let admit = async |id: &Value| {
        site.act(Method::POST, &format!("/api/1/quarantine/{id}/admit"), &json!({}), &owner).await
    };
    let before = listed(&site, &owner).await;
    let reply = admit(&before[1]["id"]).await;
    assert_eq!((reply.status, &reply.json()["id"]), (200, &early["id"]), "{reply:?}");
    assert_eq!(admit(&before[1]["id"]).await.status, 404, "it is no longer there");
    assert_eq!(admit(&before[0]["id"]).await.status, 422);
    assert_eq!(listed(&site, &owner).await, before[..1]);
    assert_eq!(site.answer(&early).await.status, 200, "the page that sends it again gets its receipt");
    let columns = site.read("/api/1/surveys/nps/columns", &owner).await.json();
    assert_eq!(columns["score"], json!([9]));
    let deeds = site.read("/api/1/deeds", &owner).await.json();
    assert_eq!(deeds["deeds"][0]["what"], "let a refused answer in");
}

#[tokio::test]
async fn what_is_thrown_away_is_gone_and_its_number_is_never_another_ones() {
    let site = Site::start().await;
    let owner = site.owner().await;
    send(&site, "{").await;
    let id = listed(&site, &owner).await[0]["id"].clone();
    let path = format!("/api/1/quarantine/{id}");
    let remove = async || site.act(Method::DELETE, &path, &json!({}), &owner).await.status;
    assert_eq!((remove().await, remove().await), (204, 404));
    send(&site, "{{").await;
    assert_ne!(listed(&site, &owner).await[0]["id"], id);
    assert_eq!(site.read("/api/1/quarantine/x", &owner).await.status, 404);
    assert_eq!(site.read("/api/1/quarantine?before=x", &owner).await.status, 400);
}

#[tokio::test]
async fn a_flood_of_nonsense_leaves_a_table_of_bounded_size_and_answers_in_time() {
    const ROWS_MAX: usize = 5_000;
    let site = Site::with(|config| {
        config.limits = suara_collector::Limits { address: suara_collector::Limit::OFF, ..config.limits };
    })
    .await;
    let owner = site.owner().await;
    let beyond = with(|s| s["answers"][0]["score"] = json!(11)).to_string();
    assert_eq!(send(&site, beyond).await.status, 422);
    let flood = (0..32).map(async |sender: u32| {
        for number in 0..200_u32 {
            // A machine with much to do may ask for patience.
            let is_refused = async || {
                let status = send(&site, format!("{{{sender} {number}")).await.status;
                assert!(status == 400 || status == 503, "{status}");
                (status == 400).then_some(())
            };
            crate::harness::within(60, is_refused).await;
        }
    });
    let honest = async {
        for _ in 0..50 {
            assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
        }
    };
    futures_util::future::join(futures_util::future::join_all(flood), honest).await;
    let database = site.data.database().await;
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM quarantine").fetch_one(&database).await.unwrap();
    assert!((ROWS_MAX * 9 / 10..=ROWS_MAX).contains(&usize::try_from(rows).unwrap()), "{rows}");
    let columns = site.read("/api/1/surveys/nps/columns", &owner).await.json();
    assert_eq!(columns["score"].as_array().unwrap().len(), 50);
    // The newest are there, not the oldest.
    let newest = listed(&site, &owner).await[0].clone();
    assert!(newest["id"].as_i64().unwrap() >= 6_000, "{newest}");
    // And what is nearly an answer outlives what is none.
    assert_eq!(site.read("/api/1/quarantine/1", &owner).await.json()["ground"], "invalid");
}
