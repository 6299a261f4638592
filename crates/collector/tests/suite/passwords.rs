//! A password can be changed, a lost one replaced, and every session ended.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Cookie, PASSWORD, Reply, Site, command};

const OWNER: &str = "owner@shop.example";
const NEW: &str = "four cats on a roof";

async fn sign_in(site: &Site, password: &str) -> Reply {
    let credentials = json!({ "email": OWNER, "password": password });
    site.write(Method::POST, "/api/1/session", &credentials).await
}

async fn change(site: &Site, cookie: &Cookie, password: &str, new: &str) -> Reply {
    let body = json!({ "password": password, "new_password": new });
    site.act(Method::PUT, "/api/1/session/password", &body, cookie).await
}

async fn status(site: &Site, cookie: &Cookie) -> u16 {
    site.read("/api/1/session", cookie).await.status
}

/// A deed, by its place from the newest.
async fn deed(site: &Site, owner: &Cookie, place: usize) -> Value {
    let deed = site.read("/api/1/deeds", owner).await.json()["deeds"][place].clone();
    json!([deed["who"], deed["what"], deed["about"]])
}

/// What the command prints first.
async fn reset(site: &Site, email: &str) -> (i32, String, String) {
    let [flag, place] = site.data.flag();
    let (code, out, error) =
        command(&["account", "reset", email, &flag, &place, "--public-url", "https://voice.shop.example"])
            .await;
    (code, out.lines().next().unwrap_or_default().to_owned(), error)
}

#[tokio::test]
async fn who_knows_the_old_password_sets_a_new_one_and_is_signed_out_everywhere_else() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let viewer = site.member(&owner, "viewer").await;
    let other = Cookie::of(&sign_in(&site, PASSWORD).await);
    let wrong = change(&site, &owner, "something else", NEW).await;
    assert!(wrong.status == 403 && wrong.error().starts_with("password: "), "{wrong:?}");
    for common in ["too short", "Password123", "owner-123456", "suara-2026!"] {
        let refused = change(&site, &owner, PASSWORD, common).await;
        assert!(refused.status == 422 && refused.error().starts_with("password: "), "{common}: {refused:?}");
    }
    assert_eq!(change(&site, &owner, PASSWORD, NEW).await.status, 204);
    assert_eq!((status(&site, &owner).await, status(&site, &other).await), (200, 401));
    assert_eq!(status(&site, &viewer).await, 200, "other accounts are left alone");
    assert_eq!(deed(&site, &owner, 0).await, json!([OWNER, "changed the password", ""]));
    assert_eq!((sign_in(&site, PASSWORD).await.status, sign_in(&site, NEW).await.status), (401, 200));
}

#[tokio::test]
async fn a_stolen_session_is_no_way_to_guess_the_password() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(change(&site, &owner, "a wrong password", NEW).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn all_sessions_of_an_account_end_at_once_and_no_others() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let viewer = site.member(&owner, "viewer").await;
    let other = Cookie::of(&sign_in(&site, PASSWORD).await);
    let reply = site.act(Method::DELETE, "/api/1/sessions", &Value::Null, &owner).await;
    assert!(reply.status == 204 && reply.header("set-cookie").contains("Max-Age=0"), "{reply:?}");
    assert_eq!((status(&site, &owner).await, status(&site, &other).await), (401, 401));
    assert_eq!(status(&site, &viewer).await, 200);
    let owner = Cookie::of(&sign_in(&site, PASSWORD).await);
    assert_eq!(deed(&site, &owner, 1).await, json!([OWNER, "ended all sessions", ""]));
}

#[tokio::test]
async fn an_owner_who_has_lost_the_password_gets_a_link_that_sets_one_once() {
    let site = Site::start().await;
    let first = setup(site.setup_token.as_deref().unwrap(), OWNER);
    let first = site.write(Method::POST, "/api/1/setup", &first).await;
    let (owner, device) = (Cookie::of(&first), Cookie::device_of(&first).unwrap());
    let (code, link, error) = reset(&site, "Owner@shop.example").await;
    assert_eq!((code, &*error), (0, ""));
    let token = link.strip_prefix("https://voice.shop.example/admin/setup#").unwrap();
    assert_eq!(status(&site, &owner).await, 401, "whoever else is in is out at once");
    let mut set = setup(token, OWNER);
    set["password"] = json!("password123");
    assert_eq!(site.write(Method::POST, "/api/1/setup", &set).await.status, 422, "a common one");
    set["password"] = json!(NEW);
    assert_eq!(site.write(Method::POST, "/api/1/setup", &setup(token, "eve@shop.example")).await.status, 403);
    let reply = site.write(Method::POST, "/api/1/setup", &set).await;
    assert_eq!((reply.status, &reply.json()["role"]), (200, &json!("owner")), "{reply:?}");
    let owner = Cookie::of(&reply);
    assert_eq!(site.write(Method::POST, "/api/1/setup", &set).await.status, 403, "a second time");
    assert_eq!(deed(&site, &owner, 1).await, json!([OWNER, "set a new password", ""]));
    assert_eq!(
        deed(&site, &owner, 2).await,
        json!(["command line", "made a link for a new password", OWNER])
    );
    assert_eq!((sign_in(&site, PASSWORD).await.status, sign_in(&site, NEW).await.status), (401, 200));
    let again = json!({ "email": OWNER, "password": NEW }).to_string();
    let again = site.request(Method::POST, "/api/1/session").header("x-suara", "1").body(again);
    let again = Reply::of(again.header("cookie", &device.0)).await;
    assert!(Cookie::device_of(&again).is_some(), "the browser from before is not known any more");
}

#[tokio::test]
async fn a_link_for_a_new_password_ends_with_the_next_one_a_change_its_hour_and_the_account() {
    let site = Site::start().await;
    let owner = site.owner().await;
    site.member(&owner, "viewer").await;
    let link = async |email: &'static str| {
        let (code, link, error) = reset(&site, email).await;
        assert_eq!(code, 0, "{error}");
        link.split('#').nth(1).unwrap().to_owned()
    };
    let works = async |token: &str, email: &str| {
        site.write(Method::POST, "/api/1/setup", &setup(token, email)).await.status == 200
    };
    let viewer = "viewer@shop.example";
    let replaced = link(viewer).await;
    let old = link(viewer).await;
    assert!(!works(&replaced, viewer).await, "there is a newer one");
    sqlx::query("UPDATE invitations SET expires_ms = 1").execute(&site.data.database().await).await.unwrap();
    assert!(!works(&old, viewer).await, "an hour is over");
    let removed = link(viewer).await;
    assert_eq!(site.act(Method::DELETE, "/api/1/people/2", &Value::Null, &owner).await.status, 204);
    assert!(!works(&removed, viewer).await, "it makes no account again");
    let changed = link(OWNER).await;
    let owner = Cookie::of(&sign_in(&site, PASSWORD).await);
    assert_eq!(change(&site, &owner, PASSWORD, NEW).await.status, 204);
    assert!(!works(&changed, OWNER).await, "the owner knew it after all");
    let (code, _, error) = reset(&site, "nobody@shop.example").await;
    assert!(code != 0 && error.contains("there is no account \"nobody@shop.example\""), "{error}");
}

fn setup(token: &str, email: &str) -> Value {
    json!({ "token": token, "email": email, "password": PASSWORD })
}
