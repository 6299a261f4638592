//! Of what was erased no byte is left in SQLite's files, nor in a backup that is restored with the ledger. On PostgreSQL
//! the files are the server's; there `server/erased.rs` looks into each column of each table.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use suara_survey::AnswerId;

use crate::harness::{Cookie, Site, command, new_id, snapshot, within};
use crate::privacy::{MARKER, MARKERS, WORDS, erase_ana, followed_up, one_old_and_one_new, planted, post};

/// How often a marker stands in the files of a folder.
fn found(folder: &Path, marker: &[u8]) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    files.map(|bytes| bytes.windows(marker.len()).filter(|window| *window == marker).count()).sum()
}

/// The same in a backup that is restored, with a ledger or without.
async fn restored((backup, ledger): (&str, Option<&Path>), marker: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap().to_owned();
    let mut arguments = vec!["restore", backup, "--data", &data];
    let ledger = ledger.map(|ledger| ledger.to_str().unwrap().to_owned());
    if let Some(ledger) = &ledger {
        arguments.extend(["--erased", ledger]);
    }
    let (code, said, error) = command(&arguments).await;
    assert_eq!(code, 0, "{said} {error}");
    found(folder.path(), marker)
}

#[tokio::test]
async fn of_a_thousand_erased_answers_no_byte_is_left_in_the_files_or_in_a_restored_backup() {
    let (site, owner) = planted().await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("before.db").to_str().unwrap().to_owned();
    let data = site.data.path().to_str().unwrap().to_owned();
    let (code, _, error) = command(&["backup", &backup, "--data", &data]).await;
    assert_eq!(code, 0, "{error}");
    // The control: without an erasure they are all there.
    assert!(found(site.data.path(), MARKER) > MARKERS, "the markers were planted");
    assert!(restored((&backup, None), MARKER).await > MARKERS, "the backup holds them");

    erase_ana(&site, &owner).await;
    assert_eq!(found(site.data.path(), MARKER), 0, "in the database, its log and whatever lies beside them");
    let ledger = site.data.path().join("erased.ndjson");
    assert_eq!(restored((&backup, Some(&ledger)), MARKER).await, 0);
    assert_eq!(command(&["check", "--data", &data]).await.0, 0);
}

#[tokio::test]
async fn nor_is_any_of_the_notes_on_its_case_and_of_what_webhooks_were_told() {
    let (site, owner, id) = followed_up().await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("before.db").to_str().unwrap().to_owned();
    let [flag, place] = &site.data.flag();
    let (code, _, error) = command(&["backup", &backup, flag, place]).await;
    assert_eq!(code, 0, "{error}");
    // The control: comment, note and messages are there.
    assert!(found(site.data.path(), WORDS) > 4 && restored((&backup, None), WORDS).await > 4);
    let done = post(&site, ("/api/1/privacy/erase", json!({ "answer": id.to_string() })), &owner).await;
    assert_eq!(done, json!({ "answers": 1, "refused": 0, "is_overwritten": true }));
    assert_eq!(found(site.data.path(), WORDS), 0);
    let ledger = site.data.path().join("erased.ndjson");
    assert_eq!(restored((&backup, Some(&ledger)), WORDS).await, 0);
}

#[tokio::test]
async fn of_an_erased_person_nothing_is_left_nor_of_what_only_an_older_backup_holds() {
    const SUB: &str = "ZQ-marker-ana";
    let site = Site::start().await;
    let owner = site.owner().await;
    let (_, secret) = crate::identity::secret(&site, &owner).await;
    let token = crate::identity::token(SUB, &secret);
    let send = async |id, score, comment: &str, token: &str| {
        let mut sent = snapshot(id, 1, score, comment);
        sent["identity"] = json!(token);
        assert_eq!(site.answer(&sent).await.status, 200);
    };
    for (score, comment) in [(1, "ZQ-marker-old"), (2, "ZQ-marker-new"), (3, "ZQ-marker-newer")] {
        send(new_id(), score, comment, &token).await;
    }
    send(new_id(), 9, "fast", &crate::identity::token("budi", &secret)).await;
    let mut refused = snapshot(new_id(), 1, 11, "");
    refused["identity"] = json!(token);
    assert_eq!(site.answer(&refused).await.status, 422);
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("before.db").to_str().unwrap().to_owned();
    let data = site.data.path().to_str().unwrap().to_owned();
    assert_eq!(command(&["backup", &backup, "--data", &data]).await.0, 0);
    assert_eq!(
        restored((&backup, None), MARKER).await,
        6,
        "the control: each comment twice, and no name of anybody"
    );
    assert!(!std::fs::read(&backup).unwrap().windows(40).any(|window| window == &token.as_bytes()[..40]));
    // One has grown too old since, so the erasure does not see it.
    one_old_and_one_new(&site, &owner, 31).await;
    assert_eq!(command(&["purge", "--data", &data]).await.1, "2 answers deleted\n");
    let (code, records, error) = command(&["export", "--person", SUB, "--data", &data]).await;
    assert!(code == 0 && !records.contains("old") && records.contains("newer"), "{records} {error}");
    let (code, said, error) = command(&["erase", "--person", SUB, "--data", &data]).await;
    assert_eq!((code, said.as_str()), (0, "2 answers and 0 refused ones erased\n"), "{error}");
    assert_eq!(found(site.data.path(), MARKER), 0, "no comment, and no name of theirs");
    let ledger = site.data.path().join("erased.ndjson");
    assert_eq!(restored((&backup, Some(&ledger)), MARKER).await, 0);
    // Whoever answers after that is not erased by the same ledger.
    send(new_id(), 8, "ZQ-marker-again", &token).await;
    let later = folder.path().join("later.db").to_str().unwrap().to_owned();
    assert_eq!(command(&["backup", &later, "--data", &data]).await.0, 0);
    assert_eq!(restored((&later, Some(&ledger)), MARKER).await, 2);
}

fn ledger(folder: &Path) -> PathBuf {
    folder.join("erased.ndjson")
}

fn is_on_ledger(folder: &Path, id: AnswerId) -> bool {
    let text = std::fs::read_to_string(ledger(folder)).unwrap_or_default();
    text.contains(&id.to_string().replace('-', ""))
}

/// A site with one answer.
async fn answered() -> (Site, Cookie, AnswerId) {
    let site = Site::start().await;
    let (owner, id) = (site.owner().await, new_id());
    assert_eq!(site.answer(&snapshot(id, 1, 2, "slow")).await.status, 200);
    (site, owner, id)
}

async fn erase(site: &Site, owner: &Cookie, id: AnswerId) {
    let whose = json!({ "answer": id.to_string() });
    assert_eq!(post(site, ("/api/1/privacy/erase", whose), owner).await["is_overwritten"], true);
}

#[tokio::test]
async fn an_erasure_that_was_cut_off_after_its_commit_is_on_the_ledger_when_it_is_asked_for_again_or_at_a_start()
 {
    let (site, owner, id) = answered().await;
    erase(&site, &owner, id).await;
    // As `kill -9` between the commit and the ledger leaves it.
    std::fs::remove_file(ledger(site.data.path())).unwrap();
    erase(&site, &owner, id).await;
    assert!(is_on_ledger(site.data.path(), id), "the second erasure finds nothing more to erase");
    std::fs::remove_file(ledger(site.data.path())).unwrap();
    let site = Site::on(site.stop().await, |_| {}).await;
    assert!(is_on_ledger(site.data.path(), id), "it was not written down at the start");
}

#[tokio::test]
async fn an_erasure_whose_sender_hangs_up_is_written_down_all_the_same() {
    let (site, owner, id) = answered().await;
    let database = site.data.database().await;
    let mut busy = database.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *busy).await.unwrap();
    let request = site.request(Method::POST, "/api/1/privacy/erase").header("x-suara", "1");
    let request = request.header("cookie", &owner.0).body(json!({ "answer": id.to_string() }).to_string());
    assert!(request.timeout(Duration::from_millis(700)).send().await.unwrap_err().is_timeout());
    sqlx::query("COMMIT").execute(&mut *busy).await.unwrap();
    within(10, async || is_on_ledger(site.data.path(), id).then_some(())).await;
}

#[tokio::test]
async fn erasures_at_the_same_time_are_all_on_the_ledger() {
    let (site, owner, first) = answered().await;
    let ids: Vec<_> = std::iter::once(first).chain((0..15).map(|_| new_id())).collect();
    for id in &ids[1..] {
        assert_eq!(site.answer(&snapshot(*id, 1, 2, "slow")).await.status, 200);
    }
    futures_util::future::join_all(ids.iter().map(|id| erase(&site, &owner, *id))).await;
    assert!(ids.iter().all(|id| is_on_ledger(site.data.path(), *id)));
}

#[tokio::test]
async fn the_ledger_outlives_a_lost_database_and_comes_along_to_where_a_backup_is_put() {
    let (site, owner, id) = answered().await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("before.db").to_str().unwrap().to_owned();
    let [flag, place] = &site.data.flag();
    assert_eq!(command(&["backup", &backup, flag, place]).await.0, 0);
    erase(&site, &owner, id).await;
    let data = site.stop().await;
    std::fs::remove_file(data.path().join("suara.db")).unwrap();
    let site = Site::on(data, |_| {}).await;
    assert!(is_on_ledger(site.data.path(), id), "a new database knows nothing, and wrote that down");
    let old = ledger(site.data.path()).to_str().unwrap().to_owned();
    let there = folder.path().join("there").to_str().unwrap().to_owned();
    assert_eq!(command(&["restore", &backup, "--data", &there, "--erased", &old]).await.0, 0);
    assert!(is_on_ledger(Path::new(&there), id), "restored");
    std::fs::remove_file(ledger(Path::new(&there))).unwrap();
    assert_eq!(command(&["erase", "--again", &old, "--data", &there]).await.0, 0);
    assert!(is_on_ledger(Path::new(&there), id), "erased again");
}
