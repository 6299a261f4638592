//! A browser that somebody has signed in with lets them in while strangers guess, and nobody else.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Cookie, PASSWORD, Reply, Site, within};

/// A try with what a browser holds; the status, and the browser if it is a new one.
async fn sign_in(site: &Site, password: &str, device: &str) -> Reply {
    let body = json!({ "email": "owner@shop.example", "password": password }).to_string();
    let request = site.request(Method::POST, "/api/1/session").header("x-suara", "1");
    Reply::of(request.header("cookie", device).body(body)).await
}

/// Guesses until it is the account that has to wait, and goes on as a script would.
async fn poll(site: &Site) {
    loop {
        sign_in(site, "a wrong password", "").await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Until a try without a cookie has to wait.
async fn is_held_back(site: &Site) {
    within(20, async || (sign_in(site, PASSWORD, "").await.status == 429).then_some(())).await;
}

/// The owner's first browser, and somebody else's.
async fn browsers(site: &Site) -> (Cookie, Cookie) {
    let setup = json!({ "token": site.setup_token, "email": "owner@shop.example", "password": PASSWORD });
    let reply = site.write(Method::POST, "/api/1/setup", &setup).await;
    let (owner, own) = (Cookie::of(&reply), Cookie::device_of(&reply).unwrap());
    let invite = json!({ "email": "eve@shop.example", "role": "viewer" });
    let link = site.act(Method::POST, "/api/1/invitations", &invite, &owner).await.json();
    let token = link["link"].as_str().unwrap().split('#').nth(1).unwrap();
    let join = json!({ "token": token, "email": "eve@shop.example", "password": PASSWORD });
    let other = Cookie::device_of(&site.write(Method::POST, "/api/1/setup", &join).await).unwrap();
    (own, other)
}

#[tokio::test]
async fn an_owner_gets_in_with_their_browser_while_a_stranger_guesses_without_end_also_after_a_restart() {
    let site = Site::start().await;
    let (own, other) = browsers(&site).await;
    let held = async |site: &Site| {
        for _ in 0..6 {
            sign_in(site, "a wrong password", "").await;
        }
        is_held_back(site).await;
        assert_eq!(sign_in(site, PASSWORD, &other.0).await.status, 429, "another account's browser");
        let made_up = "suara-device=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(sign_in(site, PASSWORD, made_up).await.status, 429, "a made-up one");
        let reply = sign_in(site, PASSWORD, &own.0).await;
        assert_eq!((reply.status, Cookie::device_of(&reply).is_none()), (200, true), "{reply:?}");
    };
    tokio::select! {
        () = poll(&site) => unreachable!("it never ends"),
        () = held(&site) => {}
    }
    let site = Site::on(site.stop().await, |_| {}).await;
    tokio::select! {
        () = poll(&site) => unreachable!("it never ends"),
        () = held(&site) => {}
    }
}

#[tokio::test]
async fn who_holds_a_known_browser_guesses_no_faster() {
    let site = Site::start().await;
    let (own, _) = browsers(&site).await;
    within(20, async || (sign_in(&site, "a wrong password", &own.0).await.status == 429).then_some(())).await;
    // And is no hindrance to whoever comes without it.
    assert_eq!(sign_in(&site, PASSWORD, "").await.status, 200);
}

#[tokio::test]
async fn an_account_has_at_most_twenty_browsers_and_none_longer_than_a_year() {
    let site = Site::start().await;
    let (first, _) = browsers(&site).await;
    let mut last = first.clone();
    for _ in 0..20 {
        let reply = sign_in(&site, PASSWORD, "").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        last = Cookie::device_of(&reply).unwrap();
    }
    let is_known =
        async |device: &Cookie| Cookie::device_of(&sign_in(&site, PASSWORD, &device.0).await).is_none();
    assert!(is_known(&last).await);
    assert!(!is_known(&first).await, "the first of 21 had to go");
    let database = site.data.database().await;
    let year_ago = crate::harness::now_ms() - 366 * 86_400_000;
    let age = sqlx::query("UPDATE devices SET created_ms = $1").bind(year_ago);
    age.execute(&database).await.unwrap();
    assert!(!is_known(&last).await, "a year old");
}
