//! Two collectors on one database, and what is done once a day: by exactly one of them, and by the other if that one dies.

use serde_json::json;
use sqlx::PgPool;

use super::killed::Collector;
use crate::harness::{Site, within};
use crate::privacy::{one_old_and_one_new, scores};

/// Writes down who asks for the lease, and who gets it.
const WITNESS: &str = "
    CREATE TABLE asked (holder TEXT);
    CREATE TABLE got (holder TEXT);
    CREATE FUNCTION ask() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO asked VALUES (NEW.holder); RETURN NEW; END $$;
    CREATE FUNCTION get() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO got VALUES (NEW.holder); RETURN NEW; END $$;
    CREATE TRIGGER asks BEFORE INSERT ON leases FOR EACH ROW EXECUTE FUNCTION ask();
    CREATE TRIGGER gets AFTER UPDATE ON leases FOR EACH ROW WHEN (NEW.holder <> '') EXECUTE FUNCTION get();";

async fn run(database: &PgPool, sql: &'static str) {
    sqlx::raw_sql(sql).execute(database).await.unwrap();
}

async fn count(database: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(database).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_collectors_that_want_to_delete_at_the_same_time_exactly_one_does() {
    let first = Site::start().await;
    let owner = first.owner().await;
    let database = first.data.database().await;
    run(&database, WITNESS).await;
    for round in 1..=5 {
        one_old_and_one_new(&first, &owner, 31).await;
        run(&database, "DELETE FROM asked; DELETE FROM got; UPDATE leases SET day = day - 1").await;
        let (one, other) =
            tokio::join!(Site::on(first.data.shared(), |_| {}), Site::on(first.data.shared(), |_| {}));
        within(20, async || {
            let asked = count(&database, "SELECT count(DISTINCT holder) FROM asked").await;
            let open = count(&database, "SELECT count(*) FROM leases WHERE holder <> ''").await;
            (asked == 2 && open == 0).then_some(())
        })
        .await;
        assert_eq!(count(&database, "SELECT count(DISTINCT holder) FROM got").await, 1, "round {round}");
        let deeds = count(&database, "SELECT count(*) FROM deeds WHERE what = 'deleted'").await;
        assert_eq!((deeds, scores(&first, &owner).await), (round, json!(vec![9; round as usize])));
        tokio::join!(one.stop(), other.stop());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_collector_had_begun_to_delete_another_deletes() {
    let site = Site::start().await;
    let owner = site.owner().await;
    one_old_and_one_new(&site, &owner, 31).await;
    let database = site.data.database().await;
    run(&database, "UPDATE leases SET day = day - 1").await;
    // Whoever deletes waits for the survey's row, which answers wait for, too.
    let mut lock = database.begin().await.unwrap();
    sqlx::query("SELECT change FROM changes WHERE survey = 'nps' FOR UPDATE")
        .execute(&mut *lock)
        .await
        .unwrap();
    let mut killed = Collector::start(&site.data);
    within(20, async || {
        let held = "SELECT count(*) FROM leases WHERE name = 'retention' AND holder <> ''";
        (count(&database, held).await == 1).then_some(())
    })
    .await;
    killed.kill();
    lock.rollback().await.unwrap();
    let other = Site::on(site.data.shared(), |_| {}).await;
    assert_eq!(scores(&other, &owner).await, json!([1, 9]), "it may be alive, so it is waited for");
    within(40, async || {
        let ended = "SELECT count(*) FROM leases WHERE name = 'retention' AND holder = ''";
        (count(&database, ended).await == 1).then_some(())
    })
    .await;
    let deeds = count(&database, "SELECT count(*) FROM deeds WHERE what = 'deleted'").await;
    assert_eq!((deeds, scores(&other, &owner).await), (1, json!([9])));
}
