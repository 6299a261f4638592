//! The disk or the database fails: nothing is acknowledged that is not kept, and it recovers by itself.

use std::collections::HashSet;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::{Command, Stdio};

use sqlx::{Connection, SqliteConnection};
#[cfg(target_os = "linux")]
use suara_load::skip;
use suara_survey::AnswerId;

use crate::harness::{Reply, Site, answer_all_but_sevens, new_id, snapshot, within};

#[tokio::test]
async fn while_the_database_is_locked_nothing_is_acknowledged_and_afterwards_everything_is() {
    let site = Site::start().await;
    let path = site.data.path().join("suara.db");
    let mut other = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let sent = snapshot(new_id(), 1, 9, "");
    let reply = site.answer(&sent).await;
    assert_eq!(reply.status, 503, "{reply:?}");
    assert!((2..10).contains(&reply.header("retry-after").parse::<u64>().unwrap()), "{reply:?}");
    assert!(!reply.text.contains("SQL") && !reply.text.contains("lock"), "{reply:?}");
    // A refusal is final, so there is none while what is refused cannot be kept.
    let mut wrong = snapshot(new_id(), 1, 9, "");
    wrong["version"] = serde_json::json!(2);
    let reply = site.answer(&wrong).await;
    assert!(reply.status == 503 && !reply.header("retry-after").is_empty(), "{reply:?}");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    within(10, async || (site.answer(&sent).await.status == 200).then_some(())).await;
    assert_eq!(site.answer(&wrong).await.status, 404);
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM answers").fetch_one(&mut other).await.unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn an_answer_that_the_schema_refuses_does_not_take_its_neighbours_along() {
    let site = Site::start().await;
    let path = site.data.path().join("suara.db");
    let mut other = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    let trigger = "CREATE TRIGGER no_sevens BEFORE INSERT ON answers WHEN NEW.score = 7
                   BEGIN SELECT RAISE(ABORT, 'no sevens'); END";
    sqlx::query(trigger).execute(&mut other).await.unwrap();
    answer_all_but_sevens(&site).await;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM answers").fetch_one(&mut other).await.unwrap();
    assert_eq!(count, 40);
}

#[tokio::test]
async fn an_orderly_end_leaves_one_file_that_holds_everything() {
    let site = Site::start().await;
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    site.owner().await;
    let data = site.stop().await;
    assert!(data.path().join("suara.db").is_file());
    assert!(!data.path().join("suara.db-wal").exists());
}

/// Answers until one is refused; gives the ids of those that were acknowledged.
async fn answer_until_refused(site: &Site, acknowledged: &mut HashSet<AnswerId>) -> Reply {
    within(60, async || {
        let id = new_id();
        let reply = site.answer(&snapshot(id, 1, 9, &"long ".repeat(300))).await;
        if reply.status == 200 {
            acknowledged.insert(id);
        }
        (reply.status != 200).then_some(reply)
    })
    .await
}

/// Answers until it is acknowledged again, and asserts that this takes two seconds at most.
async fn answer_until_taken(site: &Site, acknowledged: &mut HashSet<AnswerId>) {
    let id = new_id();
    within(2, async || (site.answer(&snapshot(id, 1, 9, "")).await.status == 200).then_some(())).await;
    acknowledged.insert(id);
}

/// That everything acknowledged is there once, read from the file as it lies.
async fn assert_held(path: &Path, acknowledged: &HashSet<AnswerId>) {
    let mut database = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    let rows: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT id FROM answers").fetch_all(&mut database).await.unwrap();
    let held: HashSet<AnswerId> =
        rows.into_iter().map(|id| AnswerId::from_bytes(id.try_into().unwrap()).unwrap()).collect();
    let missing = acknowledged.difference(&held).count();
    assert_eq!(missing, 0, "of {} acknowledged", acknowledged.len());
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut database).await.unwrap();
    assert_eq!(whole, "ok");
}

/// A file system of its own, gone when this is dropped.
#[cfg(target_os = "linux")]
struct Mounted(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl Mounted {
    /// `None` where this user may not mount.
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={size}");
        let mut mount = Command::new("mount");
        succeeds(mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path())).then(|| Self(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Mounted {
    fn drop(&mut self) {
        // Lazily: the collector's files may be open still.
        succeeds(Command::new("umount").arg("-l").arg(self.0.path()));
    }
}

#[cfg(target_os = "linux")]
fn succeeds(command: &mut Command) -> bool {
    command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[cfg(target_os = "linux")]
fn give_back(file: &Path, bytes: u64) {
    let file = std::fs::File::options().write(true).open(file).unwrap();
    file.set_len(file.metadata().unwrap().len().saturating_sub(bytes)).unwrap();
}

/// What is left of a full disk.
#[cfg(target_os = "linux")]
const ROOM_BYTES: u64 = 128 << 10;

#[cfg(target_os = "linux")]
#[tokio::test]
async fn while_the_disk_is_full_nothing_is_acknowledged_and_it_recovers_by_itself() {
    // Room for an empty database with its log, and for some answers.
    let Some(disk) = Mounted::new("3m") else { return skip("this user may not mount a small disk") };
    let path = disk.0.path().join("data/suara.db");
    let ballast = disk.0.path().join("ballast");
    let site = Site::with(|config| config.data = disk.0.path().join("data")).await;
    let mut acknowledged = HashSet::new();
    for _ in 0..3 {
        // Writing fails when the disk is full, and leaves as much of it as fits; a little is given back, so that some
        // answers fit and the next ones do not.
        drop(std::fs::write(&ballast, vec![1; 4 << 20]));
        give_back(&ballast, ROOM_BYTES);
        let reply = answer_until_refused(&site, &mut acknowledged).await;
        assert_eq!(reply.status, 503, "{reply:?}");
        assert!((2..10).contains(&reply.header("retry-after").parse::<u64>().unwrap()), "{reply:?}");
        assert_held(&path, &acknowledged).await;
        std::fs::remove_file(&ballast).unwrap();
        answer_until_taken(&site, &mut acknowledged).await;
    }
    assert!(acknowledged.len() > 3, "{}", acknowledged.len());
    site.stop().await;
    assert_held(&path, &acknowledged).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn while_the_files_are_read_only_nothing_is_acknowledged_and_it_recovers_by_itself() {
    let site = Site::start().await;
    let mut acknowledged = HashSet::new();
    answer_until_taken(&site, &mut acknowledged).await;
    let file = |name: &str| site.data.path().join(name);
    let mark = |sign: &str| {
        // Not the third file: it is mapped into memory, and the system ends whoever writes to it there.
        let files = [file("suara.db"), file("suara.db-wal")];
        succeeds(Command::new("chattr").arg(sign).args(files))
    };
    if !mark("+i") {
        return skip("this user, or this file system, cannot make files immutable");
    }
    let reply = answer_until_refused(&site, &mut acknowledged).await;
    let ready = site.get("/readyz").await.status;
    assert!(mark("-i"));
    assert_eq!((reply.status, ready), (503, 503), "{reply:?}");
    answer_until_taken(&site, &mut acknowledged).await;
    assert_held(&file("suara.db"), &acknowledged).await;
}

#[cfg(unix)]
#[tokio::test]
async fn while_the_database_is_gone_nothing_is_acknowledged_and_when_it_is_back_everything_is_there() {
    let site = Site::start().await;
    let elsewhere = tempfile::tempdir_in(site.data.path()).unwrap();
    let mut acknowledged = HashSet::new();
    answer_until_taken(&site, &mut acknowledged).await;
    for _ in 0..3 {
        let names = ["suara.db", "suara.db-wal", "suara.db-shm"];
        let move_all = |from: &Path, to: &Path| {
            for name in names.iter().filter(|name| from.join(name).exists()) {
                std::fs::rename(from.join(name), to.join(name)).unwrap();
            }
        };
        move_all(site.data.path(), elsewhere.path());
        let reply = answer_until_refused(&site, &mut acknowledged).await;
        assert_eq!(reply.status, 503, "{reply:?}");
        move_all(elsewhere.path(), site.data.path());
        answer_until_taken(&site, &mut acknowledged).await;
    }
    let data = site.stop().await;
    assert_held(&data.path().join("suara.db"), &acknowledged).await;
}
