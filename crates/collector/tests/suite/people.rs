//! Owners decide who sees what, and what they decide is on record.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Cookie, PASSWORD, Reply, Site};

async fn invite(site: &Site, owner: &Cookie, email: &str, role: &str) -> Reply {
    site.act(Method::POST, "/api/1/invitations", &json!({ "email": email, "role": role }), owner).await
}

/// The secret in an invitation's link.
fn secret(link: &Reply) -> String {
    link.json()["link"].as_str().unwrap().strip_prefix("/admin/setup#").unwrap().to_owned()
}

async fn join(site: &Site, token: &str, email: &str) -> u16 {
    let setup = json!({ "token": token, "email": email, "password": PASSWORD });
    site.write(Method::POST, "/api/1/setup", &setup).await.status
}

/// The number under which somebody stands in the list.
async fn number(site: &Site, owner: &Cookie, email: &str) -> i64 {
    let people = site.read("/api/1/people", owner).await.json();
    let people = people["people"].as_array().unwrap().clone();
    people.iter().find(|person| person["email"] == email).unwrap()["id"].as_i64().unwrap()
}

async fn change(site: &Site, sql: &'static str) {
    sqlx::query(sql).execute(&site.data.database().await).await.unwrap();
}

#[tokio::test]
async fn an_invitation_makes_one_account_for_whom_it_is_meant() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let token = secret(&invite(&site, &owner, "Ana@shop.example", "analyst").await);
    assert_eq!(join(&site, &token, "eve@shop.example").await, 403, "another address");
    assert_eq!(
        join(&site, &token.replace(&token[..2], "__"), "ana@shop.example").await,
        403,
        "another token"
    );
    assert_eq!(join(&site, &token, "ana@shop.example").await, 200);
    assert_eq!(join(&site, &token, "ana@shop.example").await, 403, "a second time");
    let people = site.read("/api/1/people", &owner).await.json();
    assert_eq!(people["people"][1]["email"], "ana@shop.example");
    assert_eq!((&people["people"][1]["role"], &people["invitations"]), (&json!("analyst"), &json!([])));
    let again = invite(&site, &owner, "ana@shop.example", "owner").await;
    assert!(again.status == 422 && again.error().contains("has an account already"), "{again:?}");
}

#[tokio::test]
async fn an_invitation_ends_when_it_is_taken_back_replaced_or_old() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let replaced = secret(&invite(&site, &owner, "ana@shop.example", "owner").await);
    let taken_back = secret(&invite(&site, &owner, "ana@shop.example", "viewer").await);
    let people = site.read("/api/1/people", &owner).await.json();
    assert_eq!(people["invitations"].as_array().unwrap().len(), 1, "{people}");
    let path = format!("/api/1/invitations/{}", people["invitations"][0]["id"]);
    assert_eq!(site.act(Method::DELETE, &path, &Value::Null, &owner).await.status, 204);
    assert_eq!(site.act(Method::DELETE, &path, &Value::Null, &owner).await.status, 404);
    let old = secret(&invite(&site, &owner, "bob@shop.example", "viewer").await);
    change(&site, "UPDATE invitations SET expires_ms = 0").await;
    assert_eq!(site.read("/api/1/people", &owner).await.json()["invitations"], json!([]));
    for (token, email) in [(replaced, "ana"), (taken_back, "ana"), (old, "bob")] {
        assert_eq!(join(&site, &token, &format!("{email}@shop.example")).await, 403);
    }
}

#[tokio::test]
async fn a_new_role_and_a_removal_hold_at_once_and_the_last_owner_stays() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let ana = site.member(&owner, "analyst").await;
    let path = format!("/api/1/people/{}", number(&site, &owner, "analyst@shop.example").await);
    let comments = async || site.read("/api/1/surveys/nps/comments", &ana).await.status;
    assert_eq!(comments().await, 200);
    let promote = async |path: &str, role: &str, by: &Cookie| {
        site.act(Method::PATCH, path, &json!({ "role": role }), by).await.status
    };
    assert_eq!(promote(&path, "viewer", &owner).await, 204);
    assert_eq!(comments().await, 403);
    let own = format!("/api/1/people/{}", number(&site, &owner, "owner@shop.example").await);
    assert_eq!(promote(&own, "analyst", &owner).await, 404, "the last owner");
    assert_eq!(site.act(Method::DELETE, &own, &Value::Null, &owner).await.status, 404, "the last owner");
    assert_eq!(promote(&own, "owner", &owner).await, 204, "stays one");
    assert_eq!(promote(&path, "owner", &owner).await, 204);
    assert_eq!(promote(&own, "viewer", &ana).await, 204, "there is another one now");
    assert_eq!(site.act(Method::DELETE, &own, &Value::Null, &ana).await.status, 204);
    assert_eq!(site.read("/api/1/session", &owner).await.status, 401, "no session outlives its account");
    for path in ["/api/1/people/99", "/api/1/people/x", "/api/1/tokens/-1"] {
        assert_eq!(site.act(Method::DELETE, path, &Value::Null, &ana).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_token_reads_until_it_ends_and_writes_nothing() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let make = async |name: &str, scope: &str, days: u32| {
        let token = json!({ "name": name, "scope": scope, "days": days });
        site.act(Method::POST, "/api/1/tokens", &token, &owner).await
    };
    for (name, scope, days, names) in [
        ("", "viewer", 1, "name"),
        ("x", "owner", 1, "scope"),
        ("x", "viewer", 0, "days"),
        ("x", "viewer", 3651, "days"),
    ] {
        let reply = make(name, scope, days).await;
        assert!(reply.status == 422 && reply.error().starts_with(names), "{reply:?}");
    }
    let token = make("nightly report", "analyst", 30).await.json()["token"].as_str().unwrap().to_owned();
    let with = async |method: Method, path: &str| {
        let request = site.request(method, path).header("x-suara", "1");
        Reply::of(request.header("authorization", format!("Bearer {token}")).header("cookie", &owner.0)).await
    };
    let who = with(Method::GET, "/api/1/session").await.json();
    assert_eq!(who, json!({ "email": "nightly report", "role": "analyst" }), "the token, not the cookie");
    assert_eq!(with(Method::DELETE, "/api/1/session").await.status, 403);
    let listed = site.read("/api/1/tokens", &owner).await;
    assert!(
        listed.json()["tokens"][0]["name"] == "nightly report" && !listed.text.contains(&token),
        "{listed:?}"
    );
    change(&site, "UPDATE tokens SET expires_ms = 0").await;
    assert_eq!(with(Method::GET, "/api/1/surveys").await.status, 401, "it has ended");
    change(&site, "UPDATE tokens SET expires_ms = 9000000000000").await;
    assert_eq!(with(Method::GET, "/api/1/surveys").await.status, 200);
    let path = format!("/api/1/tokens/{}", listed.json()["tokens"][0]["id"]);
    assert_eq!(site.act(Method::DELETE, &path, &Value::Null, &owner).await.status, 204);
    assert_eq!(with(Method::GET, "/api/1/surveys").await.status, 401, "it was ended");
}

#[tokio::test]
async fn what_was_done_is_on_record_with_who_did_it_and_no_secret() {
    let site = Site::start().await;
    let owner = site.owner().await;
    site.member(&owner, "viewer").await;
    let path = format!("/api/1/people/{}", number(&site, &owner, "viewer@shop.example").await);
    site.act(Method::PATCH, &path, &json!({ "role": "analyst" }), &owner).await;
    site.act(Method::DELETE, &path, &Value::Null, &owner).await;
    site.act(Method::DELETE, &path, &Value::Null, &owner).await;
    site.act(
        Method::POST,
        "/api/1/tokens",
        &json!({ "name": "report", "scope": "viewer", "days": 1 }),
        &owner,
    )
    .await;
    let reply = site.read("/api/1/deeds", &owner).await.json();
    let deeds = reply["deeds"].as_array().unwrap();
    let told: Vec<_> = deeds
        .iter()
        .map(|deed| [&deed["who"], &deed["what"], &deed["about"]].map(|text| text.as_str().unwrap()))
        .collect();
    let (owner_name, viewer) = ("owner@shop.example", "viewer@shop.example");
    assert_eq!(
        told,
        [
            [owner_name, "made a token", "report"],
            [owner_name, "removed", viewer],
            [owner_name, "made an analyst", viewer],
            [viewer, "signed in", ""],
            [viewer, "took an invitation up", ""],
            [owner_name, "invited", viewer],
            [owner_name, "signed in", ""],
        ]
    );
    let before = format!("/api/1/deeds?before={}", deeds[5]["id"]);
    let earlier = site.read(&before, &owner).await.json();
    assert_eq!(earlier["deeds"].as_array().unwrap().len(), 1, "{earlier}");
    assert_eq!(site.read("/api/1/deeds?before=x", &owner).await.status, 400);
}
