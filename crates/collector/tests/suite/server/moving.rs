//! From SQLite to PostgreSQL and back, while answers come in.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::json;
use suara_collector::Config;
use suara_survey::AnswerId;

use crate::harness::{Cookie, Site, new_id, now_ms, run, snapshot, within};
use crate::home::Home;

/// The binary on another thread, because the collector runs on this one.
async fn migrate(from: &str, to: &str, more: &[&str]) -> (i32, String, String) {
    let arguments = [&["migrate", "--from", from, "--to", to], more].concat();
    let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
    let work = move || run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn directory(path: &Path) -> String {
    format!("sqlite:{}", path.to_str().unwrap())
}

/// A collector on SQLite, in the suite that is on PostgreSQL otherwise.
async fn on_sqlite(path: &Path) -> Site {
    let path = path.to_owned();
    Site::with(move |config| {
        *config = Config::new(path);
        config.limits.address = suara_collector::Limit::OFF;
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_takes_answers_is_moved_there_and_back_and_no_acknowledged_one_is_lost() {
    let (folder, home) = (tempfile::tempdir().unwrap(), Home::new().await);
    let old = on_sqlite(folder.path()).await;
    let owner = old.owner().await;
    old.member(&owner, "analyst").await;
    let (_, secret) = crate::identity::secret(&old, &owner).await;
    let ana = crate::identity::token("ana", &secret);
    assert_eq!(old.answer(&crate::identity::answer(new_id(), 1, &ana)).await.status, 200);
    let (acknowledged, over) = (Mutex::new(HashSet::new()), AtomicBool::new(false));
    let load = (0..4).map(async |_| {
        while !over.load(Ordering::Relaxed) {
            let id = new_id();
            if old.answer(&snapshot(id, 1, 3, "while it moved")).await.status == 200 {
                acknowledged.lock().unwrap().insert(id);
            }
        }
    });
    let (from, to) = (directory(folder.path()), home.url());
    let moving = async {
        within(60, async || (acknowledged.lock().unwrap().len() > 200).then_some(())).await;
        let moved = migrate(&from, &to, &[]).await;
        over.store(true, Ordering::Relaxed);
        moved
    };
    let ((code, out, err), _) = tokio::join!(moving, futures_util::future::join_all(load));
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("answers") && out.contains("equal: ") && out.contains("moved in"), "{out}");
    let late = snapshot(new_id(), 1, 9, "");
    assert_eq!(old.answer(&late).await.status, 503, "the old place takes no more answers");
    let new = Site::on(home, |_| {}).await;
    assert_eq!(new.read("/api/1/session", &owner).await.status, 200, "sessions came along");
    assert_eq!(new.answer(&late).await.status, 200, "the new place takes what the old one refused");
    assert_eq!(new.answer(&crate::identity::answer(new_id(), 1, &ana)).await.status, 200);
    assert_eq!(answers_of_ana(&new, &owner).await, 2, "secrets and the key of pseudonyms came along");
    let database = new.data.database().await;
    let rows: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM answers").fetch_all(&database).await.unwrap();
    let held: HashSet<AnswerId> =
        rows.into_iter().map(|id| AnswerId::from_bytes(id.try_into().unwrap()).unwrap()).collect();
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.is_subset(&held), "{} lost", acknowledged.difference(&held).count());
    // New rows get numbers of their own, and nothing that was brought along is in their way.
    let token = json!({ "name": "report", "scope": "viewer", "days": 1 });
    assert_eq!(new.act(reqwest::Method::POST, "/api/1/tokens", &token, &owner).await.status, 200);
    let back = folder.path().join("back");
    let (code, out, err) = migrate(&new.data.url(), &directory(&back), &[]).await;
    assert_eq!(code, 0, "{out}{err}");
    let again = on_sqlite(&back).await;
    assert_eq!(again.read("/api/1/session", &owner).await.status, 200);
    assert_eq!(again.answer(&late).await.status, 200, "it is there already");
    assert_eq!(answers_of_ana(&again, &owner).await, 2);
}

async fn answers_of_ana(site: &Site, owner: &Cookie) -> usize {
    let whose = json!({ "person": "ana" });
    let found = site.act(reqwest::Method::POST, "/api/1/privacy/find", &whose, owner).await.json();
    found["answers"].as_array().unwrap().len()
}

#[tokio::test]
async fn one_changed_byte_is_found_and_a_place_that_is_not_empty_is_left_alone() {
    let (folder, home) = (tempfile::tempdir().unwrap(), Home::new().await);
    let old = on_sqlite(folder.path()).await;
    let id = new_id();
    for (id, score) in [(id, 3), (new_id(), 9)] {
        assert_eq!(old.answer(&snapshot(id, 1, score, "words")).await.status, 200);
    }
    let (from, to) = (directory(folder.path()), home.url());
    let (code, out, err) = migrate(&from, &to, &[]).await;
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, err) = migrate(&from, &to, &["--verify"]).await;
    assert_eq!(code, 0, "{out}{err}");
    let database = home.database().await;
    for (change, undo, table) in [
        (
            "UPDATE answers SET page = page || ' ' WHERE score = 3",
            "UPDATE answers SET page = rtrim(page)",
            "answers",
        ),
        (
            "INSERT INTO losses VALUES ('nps', decode(repeat('00', 16), 'hex'), 'x', 0, 0)",
            "DELETE FROM losses",
            "losses",
        ),
    ] {
        sqlx::query(change).execute(&database).await.unwrap();
        let (code, out, err) = migrate(&from, &to, &["--verify"]).await;
        let line = out.lines().find(|line| line.contains("differs")).unwrap_or_default();
        assert!(code == 1 && line.trim_start().starts_with(table), "{out}{err}");
        assert!(err.contains("1 rows differ"), "{err}");
        sqlx::query(undo).execute(&database).await.unwrap();
    }
    let (code, out, err) = migrate(&from, &to, &[]).await;
    assert!(code == 1 && err.contains("is not empty"), "{out}{err}");
}

/// What comes of an answer, a note of a lost one, a new token and an erasure; and whether it is ready.
async fn statuses(site: &Site, owner: &Cookie) -> [u16; 5] {
    let note = json!({ "v": 1, "lost": new_id().to_string(), "survey": "nps", "reason": "expired", "at_ms": now_ms() });
    let token = json!({ "name": "report", "scope": "viewer", "days": 1 });
    let whose = json!({ "email": "ana@shop.example" });
    [
        site.answer(&snapshot(new_id(), 1, 9, "")).await.status,
        site.answer(&note).await.status,
        site.act(Method::POST, "/api/1/tokens", &token, owner).await.status,
        site.act(Method::POST, "/api/1/privacy/erase", &whose, owner).await.status,
        site.get("/readyz").await.status,
    ]
}

/// Moves from where `site` is, with an answer of Ana's and one that is told to somebody still; and back to it.
async fn sealed_and_opened(site: Site, from: &str, to: &str) {
    let owner = site.owner().await;
    let deaf = crate::hooks::Receiver::start().await;
    let hook = json!({ "url": deaf.url, "events": ["answer.completed"], "format": "standard" });
    crate::hooks::hook(&site, &owner, hook).await;
    deaf.answer(503);
    let ana = crate::privacy::answer(new_id(), 1, ("slow", "ana@shop.example"));
    assert_eq!(site.answer(&ana).await.status, 200);
    deaf.hears(1).await;
    let (code, out, err) = migrate(from, to, &[]).await;
    assert_eq!(code, 0, "{out}{err}");
    within(5, async || (site.get("/readyz").await.status == 503).then_some(())).await;
    assert_eq!(statuses(&site, &owner).await, [503; 5]);
    // A refusal is final, and this one could not be kept.
    assert_eq!(site.answer(&json!({ "v": 9 })).await.status, 503);
    let refused = site.read("/api/1/quarantine", &owner).await.json();
    assert_eq!(refused["quarantined"].as_array().map(Vec::len), Some(0), "{refused}");
    let (code, out, err) = migrate(from, to, &["--unseal"]).await;
    assert_eq!(code, 0, "{out}{err}");
    within(5, async || (site.get("/readyz").await.status == 200).then_some(())).await;
    assert_eq!(statuses(&site, &owner).await, [200; 5]);
}

#[tokio::test]
async fn a_file_that_was_moved_away_from_takes_nothing_and_is_not_ready_until_its_seal_is_taken_off() {
    let (folder, home) = (tempfile::tempdir().unwrap(), Home::new().await);
    let path = folder.path().to_owned();
    let site = Site::with(move |config| {
        *config = Config::new(path);
        config.reach = crate::hooks::here();
    });
    sealed_and_opened(site.await, &directory(folder.path()), &home.url()).await;
}

#[tokio::test]
async fn a_server_that_was_moved_away_from_takes_nothing_and_is_not_ready_until_its_seal_is_taken_off() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::with(|config| config.reach = crate::hooks::here()).await;
    let from = site.data.url();
    sealed_and_opened(site, &from, &directory(&folder.path().join("new"))).await;
}

#[tokio::test]
async fn what_is_no_place_is_said_in_one_sentence() {
    for (from, to, says) in [
        ("here", "there", "\"here\" is no place"),
        ("sqlite:a", "sqlite:b", "by backup and restore"),
        ("sqlite:a", "mysql://u:geheim@h/d", "\"mysql\" is no place"),
    ] {
        let (code, out, err) = migrate(from, to, &["--verify"]).await;
        assert!(code == 1 && err.contains(says) && !err.contains("geheim"), "{out}{err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
}
