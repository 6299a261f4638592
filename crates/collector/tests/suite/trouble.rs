//! The disk or the database fails: nothing is acknowledged that is not kept, and it recovers by itself.

use sqlx::{Connection, SqliteConnection};

use crate::harness::{Site, new_id, snapshot, within};

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
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    within(10, async || (site.answer(&sent).await.status == 200).then_some(())).await;
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
    let scores: Vec<u8> = (0..=10).cycle().take(44).collect();
    let replies = scores.iter().map(|score| {
        let sent = snapshot(new_id(), 1, *score, "");
        let site = &site;
        async move { (*score, site.answer(&sent).await.status) }
    });
    for (score, status) in futures_util::future::join_all(replies).await {
        assert_eq!(status, if score == 7 { 503 } else { 200 }, "{score}");
    }
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
