//! Backups taken while answers come in, put back, and looked at.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use suara_survey::AnswerId;

use crate::harness::{Cookie, Site, file, new_id, run, snapshot};

async fn open(path: &Path) -> SqliteConnection {
    SqliteConnection::connect(path.to_str().unwrap()).await.unwrap()
}

async fn ids(path: &Path) -> HashSet<AnswerId> {
    let mut database = open(path).await;
    let rows: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT id FROM answers").fetch_all(&mut database).await.unwrap();
    rows.into_iter().map(|id| AnswerId::from_bytes(id.try_into().unwrap()).unwrap()).collect()
}

/// The binary on another thread, because the collector runs on this one.
async fn command(arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
    let work = move || run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn backups_under_load_hold_every_answer_acknowledged_before_and_can_be_put_back() {
    let site = Site::with(|config| config.limits.address = suara_collector::Limit::OFF).await;
    let data = site.data.path().to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (acknowledged, over) = (Mutex::new(HashSet::new()), AtomicBool::new(false));
    let load = (0..8).map(async |_| {
        while !over.load(Ordering::Relaxed) {
            let id = new_id();
            assert_eq!(site.answer(&snapshot(id, 1, 9, "while it was copied")).await.status, 200);
            acknowledged.lock().unwrap().insert(id);
        }
    });
    let backups = async {
        for number in 0..5 {
            let before = acknowledged.lock().unwrap().clone();
            let path = folder.path().join(format!("{number}.db"));
            let (code, out, err) = command(&["backup", path.to_str().unwrap(), "--data", data]).await;
            assert_eq!(code, 0, "{err}");
            let held = ids(&path).await;
            assert!(
                before.is_subset(&held),
                "{} of {} missing",
                before.difference(&held).count(),
                before.len()
            );
            assert!(out.starts_with(&format!("{} answers in ", held.len())), "{out}");
            let (code, out, err) = command(&["check", "--data", data]).await;
            assert_eq!(code, 0, "while it serves: {out}{err}");
        }
        over.store(true, Ordering::Relaxed);
    };
    tokio::join!(backups, futures_util::future::join_all(load));
    assert!(acknowledged.lock().unwrap().len() > 100, "that was no load");
    let there = folder.path().join("there");
    let last = folder.path().join("4.db");
    let (code, _, err) =
        command(&["restore", last.to_str().unwrap(), "--data", there.to_str().unwrap()]).await;
    assert_eq!(code, 0, "{err}");
    assert_eq!(ids(&there.join("suara.db")).await, ids(&last).await);
    let restored = Site::with(|config| config.data = there).await;
    assert_eq!(restored.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::start().await;
    let path = site.data.path().join("copy.db");
    command(&["backup", path.to_str().unwrap(), "--data", site.data.path().to_str().unwrap()]).await;
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn nothing_is_ever_replaced_by_a_backup_or_a_restored_one() {
    let site = Site::start().await;
    let data = site.data.path().to_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db").to_str().unwrap().to_owned();
    assert_eq!(command(&["backup", &path, "--data", &data]).await.0, 0);
    let (code, _, err) = command(&["backup", &path, "--data", &data]).await;
    assert!(code == 1 && err.contains("exists already"), "{err}");
    let (code, _, err) = command(&["restore", &path, "--data", &data]).await;
    assert!(code == 1 && err.contains("in use by another collector"), "{err}");
    let data = site.stop().await;
    let (code, _, err) = command(&["restore", &path, "--data", data.path().to_str().unwrap()]).await;
    assert!(code == 1 && err.contains("suara.db is there already"), "{err}");
    // What an older database has left belongs to that one, and would spoil another.
    std::fs::remove_file(data.path().join("suara.db")).unwrap();
    file(data.path(), "suara.db-wal", b"old");
    let (code, _, err) = command(&["restore", &path, "--data", data.path().to_str().unwrap()]).await;
    assert!(code == 1 && err.contains("suara.db-wal is there already"), "{err}");
}

#[tokio::test]
async fn what_is_no_whole_backup_is_not_restored_and_leaves_nothing() {
    let site = Site::start().await;
    for _ in 0..200 {
        site.answer(&snapshot(new_id(), 1, 9, &"long ".repeat(300))).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.db");
    command(&["backup", good.to_str().unwrap(), "--data", site.data.path().to_str().unwrap()]).await;
    let mut bytes = std::fs::read(&good).unwrap();
    let cut = file(folder.path(), "cut.db", &bytes[..bytes.len() / 2]);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(7);
    let torn = file(folder.path(), "torn.db", &bytes);
    let garbage = file(folder.path(), "garbage.db", &b"no database ".repeat(1000));
    let missing = folder.path().join("missing.db").to_str().unwrap().to_owned();
    for path in [cut, torn, garbage, missing] {
        let there = folder.path().join("there");
        let (code, out, err) = command(&["restore", &path, "--data", there.to_str().unwrap()]).await;
        assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1), "{path}: {err}");
        let left: Vec<_> =
            std::fs::read_dir(&there).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"], "{path}");
        assert_eq!(command(&["check", &path]).await.0, 1, "{path}");
    }
}

#[tokio::test]
async fn the_check_names_what_is_not_as_it_should_be() {
    let site = Site::start().await;
    let id = new_id();
    assert_eq!(site.answer(&snapshot(id, 1, 9, "")).await.status, 200);
    let data = site.stop().await;
    for (damage, says) in [
        ("UPDATE answers SET change = 99", "change 99"),
        ("UPDATE answers SET given = '{'", &id.to_string() as &str),
        ("UPDATE answers SET id = zeroblob(16)", "no UUIDv7"),
        ("UPDATE surveys SET definition = '{}' WHERE id = 'nps'", "survey nps, version 1"),
        ("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1", "migration 1"),
        ("PRAGMA foreign_keys = OFF; UPDATE answers SET version = 77", "missing row of surveys"),
    ] {
        let damaged = tempfile::tempdir().unwrap();
        let path = damaged.path().join("suara.db");
        std::fs::copy(data.path().join("suara.db"), &path).unwrap();
        let mut database = open(&path).await;
        sqlx::raw_sql(damage).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
        let (code, out, err) = command(&["check", "--data", damaged.path().to_str().unwrap()]).await;
        assert!(code == 1 && out.contains(says) && err.contains("named above"), "{damage}: {out}{err}");
    }
    let (code, out, _) = command(&["check", "--data", data.path().to_str().unwrap()]).await;
    assert_eq!((code, out.as_str()), (0, "1 answers, all as they should be\n"));
}

#[tokio::test]
async fn a_backup_of_the_first_version_is_brought_up_to_date_and_its_account_stays_an_owner() {
    let folder = tempfile::tempdir().unwrap();
    let first = include_bytes!("../../migrations/sqlite/0001_first.sql");
    std::fs::create_dir(folder.path().join("migrations")).unwrap();
    file(&folder.path().join("migrations"), "0001_first.sql", first);
    let path = folder.path().join("old.db");
    std::fs::write(&path, "").unwrap();
    let mut database = open(&path).await;
    let migrations = sqlx::migrate::Migrator::new(folder.path().join("migrations")).await.unwrap();
    migrations.run(&mut database).await.unwrap();
    let account = "INSERT INTO accounts (email, password, created_ms) VALUES ('owner@shop.example', 'x', 1)";
    sqlx::query(account).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
    let there = folder.path().join("there");
    let (old, there_text) = (path.to_str().unwrap(), there.to_str().unwrap());
    let (code, _, err) = command(&["restore", old, "--data", there_text]).await;
    assert_eq!(code, 0, "{err}");
    let role: i64 = sqlx::query_scalar("SELECT role FROM accounts")
        .fetch_one(&mut open(&there.join("suara.db")).await)
        .await
        .unwrap();
    assert_eq!(role, 2);
    let site = Site::with(|config| config.data = there).await;
    assert_eq!(site.setup_token, None, "there is an account already");
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
}

#[tokio::test]
async fn a_backup_of_a_later_version_is_refused() {
    let site = Site::start().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later.db");
    command(&["backup", path.to_str().unwrap(), "--data", site.data.path().to_str().unwrap()]).await;
    let later =
        "INSERT INTO _sqlx_migrations SELECT 9999, 'later', installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 1";
    sqlx::query(later).execute(&mut open(&path).await).await.unwrap();
    let there = folder.path().join("there");
    let (code, _, err) =
        command(&["restore", path.to_str().unwrap(), "--data", there.to_str().unwrap()]).await;
    assert!(code == 1 && err.contains("9999") && !there.join("suara.db").exists(), "{err}");
}

/// Where all chunks are, the newest change, and the tag of the columns.
async fn numbers(site: &Site, owner: &Cookie) -> (Vec<Value>, u64, String) {
    let list = site.read("/api/1/surveys/nps/responses", owner).await.json();
    let columns = site.read("/api/1/surveys/nps/columns", owner).await;
    (
        list["chunks"].as_array().unwrap().clone(),
        list["change"].as_u64().unwrap(),
        columns.header("etag").to_owned(),
    )
}

async fn answer_times(site: &Site, times: usize) -> Vec<AnswerId> {
    let ids: Vec<_> = (0..times).map(|_| new_id()).collect();
    for id in &ids {
        assert_eq!(site.answer(&snapshot(*id, 1, 9, "")).await.status, 200);
    }
    ids
}

#[tokio::test]
async fn after_a_restore_no_number_is_given_out_twice_and_who_asks_for_what_is_new_misses_nothing() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let kept = answer_times(&site, 3).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db").to_str().unwrap().to_owned();
    assert_eq!(command(&["backup", &path, "--data", site.data.path().to_str().unwrap()]).await.0, 0);
    answer_times(&site, 2).await;
    let (old, last, tag) = numbers(&site, &owner).await;
    site.stop().await;
    let there = folder.path().join("there").to_str().unwrap().to_owned();
    let (code, _, err) = command(&["restore", &path, "--data", &there]).await;
    assert_eq!(code, 0, "{err}");
    let site = Site::with(|config| config.data = there.into()).await;
    let new = answer_times(&site, 2).await;
    let (chunks, change, new_tag) = numbers(&site, &owner).await;
    assert!(change > last && new_tag != tag, "{change} {last} {tag}");
    let news = site.read(&format!("/api/1/surveys/nps/responses.ndjson?after={last}"), &owner).await;
    for id in kept.iter().chain(&new) {
        assert!(news.text.contains(&id.to_string()), "{id} is missing: {news:?}");
    }
    // Within a chunk every number is of one time: none holds what was lost and what came since.
    assert!(chunks[0]["after"].as_u64().unwrap() >= old[0]["until"].as_u64().unwrap(), "{chunks:?} {old:?}");
    let rows: u64 = chunks.iter().map(|chunk| chunk["rows"].as_u64().unwrap()).sum();
    assert_eq!((chunks.len(), rows), (1, 5), "{chunks:?}");
}
