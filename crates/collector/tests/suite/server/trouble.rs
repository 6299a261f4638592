//! The server fails in its ways: nothing is acknowledged that is not kept, nothing is kept twice, and it recovers by itself.

use std::collections::HashSet;

use serde_json::Value;
use sqlx::Row;
use suara_survey::AnswerId;

use super::proxy::Proxy;
use crate::harness::{Reply, Site, answer_all_but_sevens, new_id, snapshot, within};
use crate::home::{Home, server};

/// A collector that reaches its database through a proxy.
async fn behind_a_proxy() -> (Site, Proxy) {
    let server = server();
    let (user, target) = server.rsplit_once('@').unwrap();
    let proxy = Proxy::start(target.to_owned()).await;
    let mut home = Home::new().await;
    home.detour = Some(format!("{user}@{}", proxy.address));
    (Site::on(home, |_| {}).await, proxy)
}

fn assert_refused_for_now(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply:?}");
    assert!((2..10).contains(&reply.header("retry-after").parse::<u64>().unwrap()), "{reply:?}");
    assert!(!reply.text.contains("SQL") && !reply.text.contains("lock"), "{reply:?}");
}

async fn ids(site: &Site) -> Vec<AnswerId> {
    let database = site.data.database().await;
    let rows = sqlx::query("SELECT id FROM answers").fetch_all(&database).await.unwrap();
    rows.iter().map(|row| AnswerId::from_bytes(row.get::<&[u8], _>(0).try_into().unwrap()).unwrap()).collect()
}

/// Answers until it is acknowledged again.
async fn until_taken(site: &Site, sent: &Value) {
    within(10, async || (site.answer(sent).await.status == 200).then_some(())).await;
}

#[tokio::test]
async fn while_a_survey_is_locked_nothing_is_acknowledged_and_afterwards_everything_is() {
    let site = Site::start().await;
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    let database = site.data.database().await;
    let mut other = database.begin().await.unwrap();
    sqlx::query("SELECT change FROM changes FOR UPDATE").fetch_all(&mut *other).await.unwrap();
    let sent = snapshot(new_id(), 1, 9, "");
    assert_refused_for_now(&site.answer(&sent).await);
    other.rollback().await.unwrap();
    until_taken(&site, &sent).await;
    assert_eq!(ids(&site).await.len(), 2);
}

#[tokio::test]
async fn while_the_database_is_gone_nothing_is_acknowledged_and_when_it_is_back_everything_is_there() {
    let (site, proxy) = behind_a_proxy().await;
    let owner = site.owner().await;
    let mut acknowledged = HashSet::new();
    for _ in 0..3 {
        let id = new_id();
        until_taken(&site, &snapshot(id, 1, 9, "")).await;
        acknowledged.insert(id);
        proxy.go_down();
        assert_refused_for_now(&site.answer(&snapshot(new_id(), 1, 9, "")).await);
        assert_eq!(site.read("/api/1/surveys", &owner).await.status, 503);
        within(5, async || (site.get("/readyz").await.status == 503).then_some(())).await;
        proxy.come_up();
        within(5, async || (site.get("/readyz").await.status == 200).then_some(())).await;
        assert_eq!(site.read("/api/1/surveys", &owner).await.status, 200);
    }
    let held = ids(&site).await;
    assert_eq!(held.iter().copied().collect::<HashSet<_>>(), acknowledged);
    assert_eq!(held.len(), acknowledged.len());
}

#[tokio::test]
async fn a_connection_that_is_cut_after_the_commit_was_sent_acknowledges_nothing_and_keeps_the_answer_once() {
    let (site, proxy) = behind_a_proxy().await;
    until_taken(&site, &snapshot(new_id(), 1, 9, "")).await;
    for _ in 0..5 {
        let id = new_id();
        let sent = snapshot(id, 1, 9, "is it there?");
        proxy.cut_after_the_next_commit();
        assert_refused_for_now(&site.answer(&sent).await);
        assert!(proxy.has_cut(), "no commit came by");
        assert!(ids(&site).await.contains(&id), "it was committed all the same");
        let again = site.answer(&sent).await;
        assert_eq!((again.status, again.json()["snapshot"].as_u64()), (200, Some(1)), "{again:?}");
        assert_eq!(ids(&site).await.iter().filter(|held| **held == id).count(), 1);
    }
}

#[tokio::test]
async fn backends_that_are_terminated_under_load_lose_and_double_nothing() {
    let site = Site::with(|config| config.limits.address = suara_collector::Limit::OFF).await;
    let database = site.data.database().await;
    let load = (0..8).map(async |_| {
        let mut acknowledged = Vec::new();
        for _ in 0..40 {
            let id = new_id();
            let sent = snapshot(id, 1, 9, "");
            until_taken(&site, &sent).await;
            acknowledged.push(id);
        }
        acknowledged
    });
    let terminate = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'suara'";
    let trouble = async {
        let mut terminated: i64 = 0;
        for _ in 0..10 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            terminated += sqlx::query_scalar::<_, i64>(terminate).fetch_one(&database).await.unwrap();
        }
        terminated
    };
    let (acknowledged, terminated) = tokio::join!(futures_util::future::join_all(load), trouble);
    assert!(terminated >= 4, "{terminated} are no trouble");
    let acknowledged: HashSet<AnswerId> = acknowledged.into_iter().flatten().collect();
    let held = ids(&site).await;
    assert_eq!(held.len(), acknowledged.len());
    assert_eq!(held.into_iter().collect::<HashSet<_>>(), acknowledged);
}

#[tokio::test]
async fn while_the_database_is_read_only_nothing_is_acknowledged_and_it_recovers_by_itself() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let database = site.data.database().await;
    let name: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&database).await.unwrap();
    let set = async |value: &str| {
        let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}");
        crate::home::execute(&server(), sql).await;
    };
    set("on").await;
    let terminate = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE datname = current_database() AND application_name = 'suara'";
    sqlx::query(terminate).execute(&database).await.unwrap();
    let sent = snapshot(new_id(), 1, 9, "");
    for _ in 0..3 {
        assert_refused_for_now(&site.answer(&sent).await);
    }
    within(5, async || (site.get("/readyz").await.status == 503).then_some(())).await;
    assert_eq!(site.read("/api/1/surveys", &owner).await.status, 200, "reading goes on");
    set("off").await;
    until_taken(&site, &sent).await;
    within(5, async || (site.get("/readyz").await.status == 200).then_some(())).await;
    assert_eq!(ids(&site).await.len(), 1);
}

#[tokio::test]
async fn an_answer_that_the_schema_refuses_does_not_take_its_neighbours_along() {
    let site = Site::start().await;
    let database = site.data.database().await;
    let check = "ALTER TABLE answers ADD CONSTRAINT no_sevens CHECK (score <> 7)";
    sqlx::query(check).execute(&database).await.unwrap();
    answer_all_but_sevens(&site).await;
    assert_eq!(ids(&site).await.len(), 40);
}

#[tokio::test]
async fn a_wrong_password_is_said_without_any_password() {
    let home = Home::new().await;
    let (code, out, err) = tokio::task::spawn_blocking(move || {
        let url = home.url();
        let (user, rest) = url.split_once("//").unwrap().1.split_once('@').unwrap();
        let name = user.split(':').next().unwrap();
        let wrong = format!("postgres://{name}:geheim@{rest}");
        crate::harness::run(&["serve", "--port", "0", "--database", &wrong])
    })
    .await
    .unwrap();
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("password authentication failed") && !err.contains("geheim"), "{err}");
}
