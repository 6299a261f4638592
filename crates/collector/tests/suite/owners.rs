//! The admin view's doors: who gets in, and what they get to see.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Cookie, PASSWORD, Reply, Site, new_id, snapshot, within};

/// The case of the one detractor that there is where a test needs one.
const CASE: &str = "/api/1/surveys/nps/cases/01900000-0000-7000-8000-000000000001";

/// Every route of the admin view, with an address, and who is let in at least.
const ROUTES: &[(&str, &str, &str, &str)] = &[
    ("POST", "/api/1/setup", "/api/1/setup", "anyone"),
    ("POST", "/api/1/session", "/api/1/session", "anyone"),
    ("GET", "/api/1/session", "/api/1/session", "viewer"),
    ("DELETE", "/api/1/session", "/api/1/session", "viewer"),
    ("PUT", "/api/1/session/password", "/api/1/session/password", "viewer"),
    ("DELETE", "/api/1/sessions", "/api/1/sessions", "viewer"),
    ("GET", "/api/1/surveys", "/api/1/surveys", "viewer"),
    ("POST", "/api/1/surveys", "/api/1/surveys", "analyst"),
    ("PATCH", "/api/1/surveys/{id}", "/api/1/surveys/nps", "owner"),
    ("GET", "/api/1/surveys/{id}/draft", "/api/1/surveys/nps/draft", "analyst"),
    ("PUT", "/api/1/surveys/{id}/draft", "/api/1/surveys/nps/draft", "analyst"),
    ("DELETE", "/api/1/surveys/{id}/draft", "/api/1/surveys/nps/draft", "analyst"),
    ("GET", "/api/1/surveys/{id}/versions", "/api/1/surveys/nps/versions", "viewer"),
    ("POST", "/api/1/surveys/{id}/versions", "/api/1/surveys/nps/versions", "owner"),
    ("GET", "/api/1/surveys/{id}/versions/{version}", "/api/1/surveys/nps/versions/1", "viewer"),
    ("GET", "/api/1/surveys/{id}/settings", "/api/1/surveys/nps/settings", "analyst"),
    ("PUT", "/api/1/surveys/{id}/settings", "/api/1/surveys/nps/settings", "owner"),
    ("GET", "/api/1/models", "/api/1/models", "viewer"),
    ("GET", "/api/1/surveys/{id}/columns", "/api/1/surveys/nps/columns", "viewer"),
    ("GET", "/api/1/surveys/{id}/comments", "/api/1/surveys/nps/comments", "analyst"),
    ("GET", "/api/1/surveys/{id}/live", "/api/1/surveys/nps/live", "viewer"),
    ("GET", "/api/1/surveys/{id}/responses", "/api/1/surveys/nps/responses", "viewer"),
    ("GET", "/api/1/surveys/{id}/responses/{range}", "/api/1/surveys/nps/responses/0-9.arrow", "viewer"),
    ("GET", "/api/1/surveys/{id}/responses.arrow", "/api/1/surveys/nps/responses.arrow", "viewer"),
    ("GET", "/api/1/surveys/{id}/responses.csv", "/api/1/surveys/nps/responses.csv", "analyst"),
    ("GET", "/api/1/surveys/{id}/responses.ndjson", "/api/1/surveys/nps/responses.ndjson", "analyst"),
    ("POST", "/api/1/surveys/{id}/imports", "/api/1/surveys/nps/imports", "analyst"),
    ("GET", "/api/1/people", "/api/1/people", "owner"),
    ("PATCH", "/api/1/people/{id}", "/api/1/people/1", "owner"),
    ("DELETE", "/api/1/people/{id}", "/api/1/people/1", "owner"),
    ("POST", "/api/1/invitations", "/api/1/invitations", "owner"),
    ("DELETE", "/api/1/invitations/{id}", "/api/1/invitations/1", "owner"),
    ("GET", "/api/1/tokens", "/api/1/tokens", "owner"),
    ("POST", "/api/1/tokens", "/api/1/tokens", "owner"),
    ("DELETE", "/api/1/tokens/{id}", "/api/1/tokens/1", "owner"),
    ("GET", "/api/1/deeds", "/api/1/deeds", "owner"),
    ("GET", "/api/1/identity/secrets", "/api/1/identity/secrets", "owner"),
    ("POST", "/api/1/identity/secrets", "/api/1/identity/secrets", "owner"),
    ("DELETE", "/api/1/identity/secrets/{id}", "/api/1/identity/secrets/1", "owner"),
    ("POST", "/api/1/privacy/find", "/api/1/privacy/find", "owner"),
    ("POST", "/api/1/privacy/erase", "/api/1/privacy/erase", "owner"),
    ("GET", "/api/1/quarantine", "/api/1/quarantine", "analyst"),
    ("GET", "/api/1/quarantine/{id}", "/api/1/quarantine/1", "analyst"),
    ("DELETE", "/api/1/quarantine/{id}", "/api/1/quarantine/1", "owner"),
    ("POST", "/api/1/quarantine/{id}/admit", "/api/1/quarantine/1/admit", "owner"),
    ("GET", "/api/1/surveys/{id}/cases", "/api/1/surveys/nps/cases", "analyst"),
    ("GET", "/api/1/surveys/{id}/cases/figures", "/api/1/surveys/nps/cases/figures", "viewer"),
    ("GET", "/api/1/surveys/{id}/cases/{case}", CASE, "analyst"),
    ("PATCH", "/api/1/surveys/{id}/cases/{case}", CASE, "analyst"),
    ("POST", "/api/1/surveys/{id}/cases/{case}/notes", "/api/1/surveys/nps/cases/x/notes", "analyst"),
    ("GET", "/api/1/hooks", "/api/1/hooks", "owner"),
    ("POST", "/api/1/hooks", "/api/1/hooks", "owner"),
    ("PUT", "/api/1/hooks/{id}", "/api/1/hooks/x", "owner"),
    ("DELETE", "/api/1/hooks/{id}", "/api/1/hooks/x", "owner"),
    ("POST", "/api/1/hooks/{id}/secret", "/api/1/hooks/x/secret", "owner"),
    ("POST", "/api/1/hooks/{id}/probe", "/api/1/hooks/x/probe", "owner"),
    ("GET", "/api/1/hooks/{id}/deliveries", "/api/1/hooks/x/deliveries", "owner"),
    ("POST", "/api/1/hooks/{id}/deliveries", "/api/1/hooks/x/deliveries", "owner"),
];

#[test]
fn every_route_stands_in_the_table() {
    let tested: Vec<_> = ROUTES.iter().map(|(method, route, ..)| (method.parse().unwrap(), *route)).collect();
    assert_eq!(suara_collector::owner_routes(), tested);
}

#[tokio::test]
async fn without_a_cookie_every_route_is_refused() {
    let site = Site::start().await;
    site.owner().await;
    for (method, _, path, _) in ROUTES.iter().copied().filter(|(.., who)| *who != "anyone") {
        for cookie in ["", "suara=", "suara=x", "suara=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let request =
                site.request(method.parse().unwrap(), path).header("x-suara", "1").header("cookie", cookie);
            assert_eq!(Reply::of(request).await.status, 401, "{method} {path} {cookie}");
        }
        for shown in
            ["Bearer", "Bearer x", "Basic AAAA", "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
        {
            let request = site.request(method.parse().unwrap(), path).header("x-suara", "1");
            let reply = Reply::of(request.header("authorization", shown)).await;
            assert_eq!(reply.status, 401, "{method} {path} {shown}");
        }
    }
}

#[tokio::test]
async fn nobody_reaches_further_than_their_role_by_cookie_or_by_token() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let draft = json!({ "questions": [{ "id": "score", "kind": "nps", "text": { "en": "?" } }] });
    assert_eq!(site.act(Method::PUT, "/api/1/surveys/nps/draft", &draft, &owner).await.status, 200);
    let detractor = "01900000-0000-7000-8000-000000000001".parse().unwrap();
    assert_eq!(site.answer(&snapshot(detractor, 1, 3, "")).await.status, 200);
    // Number 1 in the quarantine.
    assert_eq!(site.answer(&json!([])).await.status, 400);
    for (role, refused) in [("viewer", ["analyst", "owner"].as_slice()), ("analyst", &["owner"])] {
        let cookie = site.member(&owner, role).await;
        let token = json!({ "name": role, "scope": role, "days": 1 });
        let token = site.act(Method::POST, "/api/1/tokens", &token, &owner).await.json();
        let token = format!("Bearer {}", token["token"].as_str().unwrap());
        for (method, _, path, _) in ROUTES.iter().copied().filter(|(.., who)| refused.contains(who)) {
            let request = || site.request(method.parse().unwrap(), path).header("x-suara", "1").body("{}");
            let by_cookie = Reply::of(request().header("cookie", &cookie.0)).await;
            let by_token = Reply::of(request().header("authorization", &token)).await;
            assert_eq!((by_cookie.status, by_token.status), (403, 403), "{role} {method} {path}");
            assert!(by_cookie.error().contains("role"), "{by_cookie:?}");
        }
        let allowed = ROUTES.iter().copied().filter(|(method, route, _, who)| {
            *method == "GET" && !refused.contains(who) && !route.ends_with("/live")
        });
        for (_, _, path, _) in allowed {
            let by_token = Reply::of(site.request(Method::GET, path).header("authorization", &token)).await;
            assert_eq!((site.read(path, &cookie).await.status, by_token.status), (200, 200), "{role} {path}");
        }
    }
}

#[tokio::test]
async fn writes_from_elsewhere_are_refused_even_with_the_cookie() {
    let site = Site::start().await;
    let cookie = site.owner().await;
    let writes = ROUTES.iter().copied().filter(|(method, ..)| *method != "GET");
    for (method, _, path, _) in writes {
        for headers in [
            vec![],
            vec![("content-type", "text/plain")],
            vec![("sec-fetch-site", "same-origin")],
            vec![("x-suara", "1"), ("sec-fetch-site", "cross-site")],
            vec![("x-suara", "1"), ("sec-fetch-site", "same-site")],
            vec![("x-suara", "1"), ("origin", "https://evil.example")],
        ] {
            let request = site.request(method.parse().unwrap(), path).header("cookie", &cookie.0);
            let request =
                headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            assert_eq!(Reply::of(request.body("{}")).await.status, 403, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(site.read("/api/1/session", &cookie).await.status, 200, "the session lives on");
}

#[tokio::test]
async fn no_route_of_the_admin_view_is_open_to_other_origins() {
    let site = Site::start().await;
    let cookie = site.owner().await;
    for (_, _, path, _) in ROUTES.iter().copied().filter(|(_, route, ..)| !route.ends_with("/live")) {
        let request =
            site.request(Method::GET, path).header("cookie", &cookie.0).header("origin", "https://a.example");
        let reply = Reply::of(request).await;
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    }
}

#[tokio::test]
async fn the_setup_link_makes_one_account_and_then_none() {
    let site = Site::start().await;
    let with = |token: &str, password: &str| json!({ "token": token, "email": " Owner@Shop.example ", "password": password });
    let token = site.setup_token.clone().unwrap();
    let setup = async |body| site.write(Method::POST, "/api/1/setup", &body).await;
    assert_eq!(setup(with("", PASSWORD)).await.status, 403);
    let other = if token.starts_with('_') { "-" } else { "_" };
    assert_eq!(setup(with(&token.replace(&token[..1], other), PASSWORD)).await.status, 403);
    assert_eq!(setup(with(&token, "ninechars")).await.status, 422);
    let reply = setup(with(&token, PASSWORD)).await;
    let who = json!({ "email": "owner@shop.example", "role": "owner" });
    assert_eq!((reply.status, reply.json()), (200, who.clone()));
    let cookie = Cookie::of(&reply);
    assert_eq!(site.read("/api/1/session", &cookie).await.json(), who);
    assert_eq!(setup(with(&token, PASSWORD)).await.status, 403);
    let site = Site::on(site.stop().await, |_| {}).await;
    assert_eq!(site.setup_token, None);
    assert_eq!(site.read("/api/1/session", &cookie).await.status, 200, "a restart ends no session");
}

#[tokio::test]
async fn signing_in_takes_the_right_name_and_password_and_signing_out_ends_it() {
    let site = Site::start().await;
    site.owner().await;
    let sign_in = async |email: &str, password: &str| {
        let credentials = json!({ "email": email, "password": password });
        site.write(Method::POST, "/api/1/session", &credentials).await
    };
    let (unknown, wrong) =
        (sign_in("x@y.z", PASSWORD).await, sign_in("owner@shop.example", "something else").await);
    assert_eq!((unknown.status, &unknown.text), (401, &wrong.text));
    let reply = sign_in("OWNER@shop.example", PASSWORD).await;
    assert_eq!(reply.status, 200);
    let cookie = reply.header("set-cookie");
    assert!(cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"), "{cookie}");
    let cookie = Cookie::of(&reply);
    let request =
        site.request(Method::DELETE, "/api/1/session").header("x-suara", "1").header("cookie", &cookie.0);
    assert_eq!(Reply::of(request).await.status, 204);
    assert_eq!(site.read("/api/1/session", &cookie).await.status, 401);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_says_for_how_long() {
    let site = Site::start().await;
    site.owner().await;
    let wrong = json!({ "email": "owner@shop.example", "password": "a wrong password" });
    let refused = within(20, async || {
        let reply = site.write(Method::POST, "/api/1/session", &wrong).await;
        (reply.status == 429).then_some(reply)
    })
    .await;
    assert!((1..=15).contains(&refused.header("retry-after").parse::<u64>().unwrap()), "{refused:?}");
}

#[tokio::test]
async fn behind_tls_the_cookie_has_the_host_prefix() {
    let site = Site::with(|config| config.public_url = Some("https://voice.shop.example".to_owned())).await;
    let cookie = site.owner().await;
    assert!(cookie.0.starts_with("__Host-suara="), "{cookie:?}");
    assert_eq!(site.read("/api/1/session", &cookie).await.status, 200);
    let plain = Cookie(cookie.0.replace("__Host-", ""));
    assert_eq!(site.read("/api/1/session", &plain).await.status, 401);
}

#[tokio::test]
async fn columns_come_oldest_first_and_only_when_something_changed() {
    let site = Site::start().await;
    let cookie = site.owner().await;
    for (score, minutes) in [(9, 1), (3, 3), (7, 2)] {
        let mut sent = snapshot(new_id(), 1, score, "");
        sent["at_ms"] = json!(sent["at_ms"].as_i64().unwrap() - minutes * 60_000);
        assert_eq!(site.answer(&sent).await.status, 200);
    }
    let reply = site.read("/api/1/surveys/nps/columns", &cookie).await;
    assert_eq!(reply.json()["score"], json!([3, 7, 9]));
    assert_eq!(reply.json()["stage"], json!(["complete", "complete", "complete"]));
    let again = async || {
        let request = site.request(Method::GET, "/api/1/surveys/nps/columns").header("cookie", &cookie.0);
        Reply::of(request.header("if-none-match", reply.header("etag"))).await.status
    };
    assert_eq!(again().await, 304);
    site.answer(&snapshot(new_id(), 1, 10, "")).await;
    assert_eq!(again().await, 200);
    let surveys = site.read("/api/1/surveys", &cookie).await.json();
    let nps = surveys.as_array().unwrap().iter().find(|survey| survey["id"] == "nps").unwrap();
    assert_eq!((&nps["records"], &nps["has_score"], &nps["lost"]), (&json!(4), &json!(true), &json!([])));
    assert_eq!(site.read("/api/1/surveys/npx/columns", &cookie).await.status, 404);
}

#[tokio::test]
async fn comments_come_newest_first_within_their_period() {
    let site = Site::start().await;
    let cookie = site.owner().await;
    let start = crate::harness::now_ms() - 1000;
    for (offset, comment) in [(0, "first"), (1, ""), (2, "second"), (3, "third")] {
        let mut sent = snapshot(new_id(), 1, 9, comment);
        sent["at_ms"] = json!(start + offset);
        assert_eq!(site.answer(&sent).await.status, 200);
    }
    let texts = async |query: String| {
        let reply = site.read(&format!("/api/1/surveys/nps/comments{query}"), &cookie).await.json();
        let comments = reply["comments"].as_array().unwrap().clone();
        comments.iter().map(|comment| comment["comment"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(texts(String::new()).await, ["third", "second", "first"]);
    assert_eq!(texts("?limit=1".to_owned()).await, ["third"]);
    assert_eq!(texts(format!("?from_ms={}&to_ms={}", start, start + 3)).await, ["second", "first"]);
    for query in ["?limit=0", "?limit=501", "?limit=x", "?from_ms=soon"] {
        let reply = site.read(&format!("/api/1/surveys/nps/comments{query}"), &cookie).await;
        assert!(matches!(reply.status, 400 | 422), "{query}: {reply:?}");
        assert!(!reply.error().is_empty(), "{query}");
    }
}

#[tokio::test]
async fn an_open_admin_view_hears_of_an_answer_within_the_blink_of_an_eye() {
    let site = Site::start().await;
    let cookie = site.owner().await;
    let request = site.request(Method::GET, "/api/1/surveys/nps/live").header("cookie", &cookie.0);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = response.bytes_stream();
    let mut next = async || String::from_utf8(events.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert_eq!(next().await, "event: changed\ndata: 0\n\n");
    site.answer(&snapshot(new_id(), 1, 9, "")).await;
    let event = tokio::time::timeout(Duration::from_millis(500), next()).await.unwrap();
    assert_eq!(event, "event: changed\ndata: 1\n\n");
}

#[tokio::test]
async fn an_answer_written_by_another_process_is_heard_of_too() {
    let site = Site::start().await;
    let cookie = site.owner().await;
    let folder = tempfile::tempdir().unwrap();
    let file = crate::harness::file(folder.path(), "a.csv", b"score,date\n9,2024-01-31\n");
    let request = site.request(Method::GET, "/api/1/surveys/nps/live").header("cookie", &cookie.0);
    let mut events = request.send().await.unwrap().bytes_stream();
    events.next().await.unwrap().unwrap();
    let [flag, place] = site.data.flag();
    let import = move || crate::harness::run(&["import", &file, &flag, &place]);
    assert_eq!(tokio::task::spawn_blocking(import).await.unwrap().0, 0);
    let event = tokio::time::timeout(Duration::from_secs(5), events.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(event, "event: changed\ndata: 1\n\n");
}
