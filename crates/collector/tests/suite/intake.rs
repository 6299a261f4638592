//! Answers come in: each one once, at its highest snapshot, and acknowledged by name.

use reqwest::Method;
use serde_json::json;
use suara_collector::Origins;

use crate::harness::{Reply, Site, new_id, now_ms, snapshot};

#[tokio::test]
async fn the_highest_snapshot_stays_whatever_the_order_of_arrival() {
    let site = Site::start().await;
    let id = new_id();
    // number and score sent; status; number held according to the receipt
    for (number, score, status, held) in [
        (1, 7, 200, 1),
        (1, 7, 200, 1),
        (3, 9, 200, 3),
        (2, 8, 200, 3),
        (1, 7, 200, 3),
        (3, 9, 200, 3),
        (3, 2, 422, 0),
        (4, 10, 200, 4),
    ] {
        let mut sent = snapshot(id, number, score, "");
        sent["at_ms"] = json!(1_700_000_000_000_i64);
        let reply = site.answer(&sent).await;
        assert_eq!(reply.status, status, "{number} {score}: {reply:?}");
        if status == 200 {
            assert_eq!(reply.json(), json!({ "id": id.to_string(), "snapshot": held }), "{number} {score}");
        }
    }
    let columns = site.read("/api/1/surveys/nps/columns", &site.owner().await).await.json();
    assert_eq!(columns["score"], json!([10]));
}

#[tokio::test]
async fn a_receipt_is_the_same_after_a_restart() {
    let site = Site::start().await;
    let sent = snapshot(new_id(), 2, 9, "fast");
    let first = site.answer(&sent).await;
    let site = Site::on(site.stop().await, |_| {}).await;
    let second = site.answer(&sent).await;
    assert_eq!((first.status, &first.text), (200, &second.text));
}

#[tokio::test]
async fn an_id_that_answers_another_survey_is_refused() {
    let site = Site::start().await;
    let data = site.stop().await;
    let other =
        include_str!("../../../survey/surveys/nps.json").replace("\"id\": \"nps\"", "\"id\": \"other\"");
    let database = data.database().await;
    let insert =
        sqlx::query("INSERT INTO surveys (id, version, definition) VALUES ('other', 1, $1)").bind(other);
    insert.execute(&database).await.unwrap();
    database.close().await;
    let site = Site::on(data, |_| {}).await;
    let mut sent = snapshot(new_id(), 1, 9, "");
    assert_eq!(site.answer(&sent).await.status, 200);
    sent["survey"] = json!("other");
    sent["snapshot"] = json!(2);
    let reply = site.answer(&sent).await;
    assert_eq!(reply.status, 422);
    assert!(reply.error().contains("another survey"), "{reply:?}");
}

#[tokio::test]
async fn what_is_not_an_answer_is_refused_with_a_sentence() {
    let site = Site::start().await;
    let good = snapshot(new_id(), 1, 9, "fine");
    let with = |path: &str, value| {
        let mut bad = good.clone();
        *bad.pointer_mut(path).unwrap() = value;
        bad.to_string()
    };
    for (body, status, names) in [
        (String::new(), 400, "JSON"),
        ("{".to_owned(), 400, "JSON"),
        ("[]".to_owned(), 400, "JSON"),
        (with("/answers/0/score", json!(-1)), 400, "-1"),
        (with("/answers/0/score", json!(7.5)), 400, "7.5"),
        (with("/answers/0/score", json!(11)), 422, "11"),
        (with("/answers/0/question", json!("taste")), 422, "taste"),
        (with("/answers", json!([])), 422, "score"),
        (with("/id", json!("018bcfe5-6800-4707-8707-070707070707")), 422, "version 7"),
        (with("/snapshot", json!(0)), 422, "1000"),
        (with("/snapshot", json!(1001)), 422, "1001"),
        (with("/v", json!(2)), 422, "version 1"),
        (with("/survey", json!("npx")), 404, "npx"),
        (with("/version", json!(9)), 404, "9"),
        (with("/answers/1/comment", json!("x".repeat(2001))), 422, "2001"),
        (with("/page", json!("x".repeat(33_000))), 413, "32768"),
    ] {
        let reply = Reply::of(site.request(Method::POST, "/n/1/a").body(body.clone())).await;
        assert_eq!(reply.status, status, "{body}: {reply:?}");
        assert!(reply.error().contains(names), "{body}: {reply:?}");
    }
    assert_eq!(site.answer(&good).await.status, 200);
}

#[tokio::test]
async fn a_wrong_clock_does_not_move_an_answer_in_time() {
    let site = Site::start().await;
    let before = now_ms();
    let mut sent = snapshot(new_id(), 1, 9, "");
    sent["at_ms"] = json!(0);
    assert_eq!(site.answer(&sent).await.status, 200);
    let columns = site.read("/api/1/surveys/nps/columns", &site.owner().await).await.json();
    assert!((before..=now_ms()).contains(&columns["at_ms"][0].as_i64().unwrap()), "{columns}");
}

#[tokio::test]
async fn a_text_with_a_nul_is_kept_with_a_mark_in_its_place() {
    let site = Site::start().await;
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "a\0b \\u0000")).await.status, 200);
    let comments = site.read("/api/1/surveys/nps/comments", &site.owner().await).await.json();
    assert_eq!(comments["comments"][0]["comment"], "a\u{fffd}b \\u0000");
}

#[tokio::test]
async fn any_content_type_is_taken_and_any_origin_reads_the_receipt() {
    let site = Site::start().await;
    for content_type in ["text/plain;charset=UTF-8", "application/json", "application/x-www-form-urlencoded"]
    {
        let request = site.request(Method::POST, "/n/1/a").header("content-type", content_type);
        let request = request.header("origin", "https://shop.example");
        let reply = Reply::of(request.body(snapshot(new_id(), 1, 9, "").to_string())).await;
        assert_eq!(reply.status, 200, "{content_type}");
        assert_eq!(reply.header("access-control-allow-origin"), "https://shop.example");
        assert_eq!(reply.header("access-control-expose-headers"), "retry-after");
        assert_eq!(reply.header("access-control-allow-credentials"), "");
        assert_eq!(reply.header("vary"), "origin");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn only_listed_origins_may_send_once_there_is_a_list() {
    let listed = ["https://shop.example".to_owned(), "http://localhost:3000".to_owned()];
    let site = Site::with(|config| config.origins = Origins::parse(&listed).unwrap()).await;
    let send = async |origin: &str| {
        let request = site.request(Method::POST, "/n/1/a").header("origin", origin);
        Reply::of(request.body(snapshot(new_id(), 1, 9, "").to_string())).await
    };
    assert_eq!(send("http://localhost:3000").await.status, 200);
    for origin in ["https://shop.example.evil.example", "http://shop.example", "null"] {
        let reply = send(origin).await;
        assert_eq!(reply.status, 403, "{origin}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
    }
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200, "a server has no origin");
}

#[tokio::test]
async fn a_survey_names_the_pages_that_may_answer_it_and_other_surveys_are_as_before() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let settings = json!({ "origins": ["https://shop.example"] });
    let put = site.act(Method::PUT, "/api/1/surveys/nps/settings", &settings, &owner).await;
    assert_eq!(put.status, 204, "{put:?}");
    let send = async |origin: &str, body: String| {
        let request = site.request(Method::POST, "/n/1/a").header("origin", origin);
        Reply::of(request.body(body)).await
    };
    let lost =
        json!({ "v": 1, "lost": new_id().to_string(), "survey": "nps", "reason": "expired", "at_ms": 0 });
    for body in [snapshot(new_id(), 1, 9, ""), lost] {
        let foreign = send("https://evil.example", body.to_string()).await;
        assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (403, ""), "{foreign:?}");
        let own = send("https://shop.example", body.to_string()).await;
        assert_eq!((own.status, own.header("access-control-allow-origin")), (200, "https://shop.example"));
    }
    let mut other = snapshot(new_id(), 1, 9, "");
    other["survey"] = json!("csat-support");
    let other = send("https://evil.example", other.to_string()).await;
    assert_eq!((other.status, other.header("access-control-allow-origin")), (422, "https://evil.example"));
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200, "a server has no origin");
    let refused = site.read("/api/1/quarantine", &owner).await.json();
    let grounds: Vec<_> =
        refused["quarantined"].as_array().unwrap().iter().map(|one| &one["ground"]).collect();
    assert_eq!(grounds, ["invalid", "origin", "origin"]);
}

#[tokio::test]
async fn a_refusal_can_be_read_by_the_page_too() {
    let site = Site::start().await;
    let request = site.request(Method::POST, "/n/1/a").header("origin", "https://shop.example").body("{");
    let reply = Reply::of(request).await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (400, "https://shop.example"));
}

#[tokio::test]
async fn a_preflight_is_answered_without_credentials() {
    let site = Site::start().await;
    let request = site.request(Method::OPTIONS, "/n/1/a").header("origin", "https://shop.example");
    let request = request.header("access-control-request-method", "POST");
    let reply = Reply::of(request.header("access-control-request-headers", "content-type")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!(reply.header("access-control-allow-methods"), "POST");
    assert_eq!(reply.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn a_preflight_promises_nothing_that_a_surveys_own_list_of_origins_refuses_later() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let settings = json!({ "origins": ["https://shop.example"] });
    let put = site.act(Method::PUT, "/api/1/surveys/nps/settings", &settings, &owner).await;
    assert_eq!(put.status, 204, "{put:?}");
    for (origin, status, allowed) in
        [("https://shop.example", 200, "https://shop.example"), ("https://other.example", 403, "")]
    {
        let from = |method| site.request(method, "/n/1/a").header("origin", origin);
        let asked = from(Method::OPTIONS).header("access-control-request-method", "POST");
        assert_eq!(
            Reply::of(asked).await.header("access-control-allow-origin"),
            origin,
            "it names no survey"
        );
        let sent = from(Method::POST).header("content-type", "application/json");
        let reply = Reply::of(sent.body(snapshot(new_id(), 1, 9, "").to_string())).await;
        let heard = (reply.status, reply.header("access-control-allow-origin"));
        assert_eq!(heard, (status, allowed), "{origin}: {reply:?}");
    }
    let columns = site.read("/api/1/surveys/nps/columns", &owner).await.json();
    assert_eq!(columns["score"], json!([9]));
}

#[tokio::test]
async fn a_survey_is_given_to_any_page_and_asked_for_again_cheaply() {
    let site = Site::start().await;
    let reply = site.get("/n/1/q/nps").await;
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(reply.header("cache-control"), "no-cache");
    assert_eq!(reply.json()["id"], "nps");
    let again = site.request(Method::GET, "/n/1/q/nps").header("if-none-match", reply.header("etag"));
    assert_eq!(Reply::of(again).await.status, 304);
    assert_eq!(site.get("/n/1/q/npx").await.status, 404);
}

#[tokio::test]
async fn of_several_lines_each_is_taken_or_refused_by_itself() {
    let site = Site::start().await;
    let (first, second, ahead) = (new_id(), new_id(), new_id());
    let mut wrong = snapshot(new_id(), 1, 9, "");
    wrong["answers"][0]["score"] = json!(11);
    let mut unknown = snapshot(ahead, 1, 9, "");
    unknown["version"] = json!(2);
    let lost =
        json!({ "v": 1, "lost": new_id().to_string(), "survey": "nps", "reason": "expired", "at_ms": 0 });
    let lines = [snapshot(first, 1, 3, ""), wrong, snapshot(second, 2, 9, "fine"), unknown, lost.clone()];
    let body = lines.map(|line| line.to_string()).join("\n") + "\nnot json\n";
    let send = async |body: String| Reply::of(site.request(Method::POST, "/n/1/a").body(body)).await;
    let reply = send(body.clone()).await;
    let outcomes = reply.json();
    assert_eq!((reply.status, outcomes[0].clone()), (200, json!({ "id": first.to_string(), "snapshot": 1 })));
    assert_eq!(outcomes[2], json!({ "id": second.to_string(), "snapshot": 2 }));
    assert_eq!(outcomes[4], json!({ "id": lost["lost"], "snapshot": 0 }));
    let statuses: Vec<_> = [1, 3, 5].map(|index| outcomes[index]["status"].as_u64().unwrap()).into();
    assert_eq!((statuses, outcomes.as_array().unwrap().len()), (vec![422, 404, 400], 6), "{outcomes}");
    assert_eq!(send(body).await.json(), outcomes, "sent again it is the same");
    // A line is the body of its snapshot: sent by itself it is known.
    assert_eq!(site.answer(&snapshot(first, 1, 4, "")).await.status, 422);
    let owner = site.owner().await;
    let columns = site.read("/api/1/surveys/nps/columns", &owner).await.json();
    assert_eq!(columns["score"], json!([3, 9]));
    let alone = snapshot(new_id(), 1, 5, "").to_string() + "\n";
    assert_eq!(send(alone.clone()).await.status, 200);
    let outcomes = send(alone + "{}").await.json();
    assert_eq!(outcomes[0]["snapshot"], 1, "{outcomes}");
    let many = vec!["{}"; 101].join("\n");
    assert_eq!(send(many.clone()).await.status, 422);
    let kept = site.read("/api/1/quarantine", &owner).await.json()["quarantined"][0].clone();
    assert_eq!((&kept["ground"], &kept["size_bytes"]), (&json!("invalid"), &json!(many.len())), "{kept}");
}

#[tokio::test]
async fn each_line_counts_against_the_limits() {
    let site = Site::with(|config| config.limits.address = suara_collector::Limit::new(1, 4)).await;
    let body: Vec<String> = (0..6).map(|score| snapshot(new_id(), 1, score, "").to_string()).collect();
    let reply = Reply::of(site.request(Method::POST, "/n/1/a").body(body.join("\n"))).await;
    let outcomes = reply.json();
    let kept: Vec<bool> = (0..6).map(|index| outcomes[index]["snapshot"] == 1).collect();
    assert_eq!(kept, [true, true, true, true, false, false], "{outcomes}");
    assert_eq!((&outcomes[4]["status"], outcomes[4]["wait_s"].as_u64().unwrap() > 0), (&json!(429), true));
}

#[tokio::test]
async fn thousands_at_once_are_each_kept_once() {
    let site = Site::start().await;
    let senders = (0..16).map(async |_| {
        for _ in 0..50 {
            let sent = snapshot(new_id(), 1, 9, "");
            assert_eq!(site.answer(&sent).await.status, 200);
            assert_eq!(site.answer(&sent).await.status, 200);
        }
    });
    futures_util::future::join_all(senders).await;
    let columns = site.read("/api/1/surveys/nps/columns", &site.owner().await).await.json();
    assert_eq!(columns["score"].as_array().unwrap().len(), 800);
}
