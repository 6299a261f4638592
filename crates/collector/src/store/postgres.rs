//! PostgreSQL: a server that several collectors may use at the same time. Nothing that matters is kept in the process.

mod answers;
mod check;
mod lane;
mod listen;
mod open;
#[allow(clippy::duplicate_mod, reason = "the other backend compiles it with its own connection")]
#[path = "shared.rs"]
pub(super) mod shared;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::{Connection as _, PgPool};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::live::Live;
use super::{Record, StoreError, Verdict};
use lane::Lanes;
use listen::Unsaid;

/// What `shared` is compiled with here.
type Connection = sqlx::PgConnection;
type Pool = PgPool;
type Row = sqlx::postgres::PgRow;

/// How long a write may take, from asking for a connection to the commit: what a visitor waits for a locked file, too.
const WRITE_MAX: Duration = Duration::from_secs(5);

/// The lock that makes writes of the control plane alone, whichever collector does them. The number means nothing.
const ALONE: i64 = 0x5375_6172_6101;

/// How to reach a server, as its owner says it.
pub(super) fn options_of(server: &super::Server) -> sqlx::postgres::PgConnectOptions {
    server.options.as_ref().clone().application_name("suara migrate")
}

/// What nobody may write any more once everything was moved elsewhere, as with SQLite; and what a probe writes.
pub(super) const SEALED: [&str; 7] =
    ["answers", "losses", "quarantine", "erased", "deeds", "deliveries", "probe"];

/// The PostgreSQL backend.
pub(crate) struct Postgres {
    pool: PgPool,
    live: Arc<Live>,
    unsaid: Arc<Unsaid>,
    lanes: Lanes,
    news: [JoinHandle<()>; 2],
}

impl Postgres {
    pub(super) fn is_full(&self) -> bool {
        self.lanes.is_full()
    }

    pub(super) fn waiting(&self) -> usize {
        self.lanes.waiting()
    }

    pub(super) async fn put(&self, record: Box<Record>) -> Result<Verdict, StoreError> {
        self.lanes.put(record).await
    }

    /// Runs a write of `shared` in a transaction, alone.
    pub(super) async fn write<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, StoreError> {
        let outcome = self.in_time(async |connection| {
            let mut transaction = connection.begin().await?;
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ALONE).execute(&mut *transaction).await?;
            let outcome = work(&mut transaction).await?;
            transaction.commit().await?;
            Ok(outcome)
        });
        let outcome = outcome.await;
        // It may have counted a change of something that others watch.
        listen::look(&self.pool, &self.live, Some(&self.unsaid)).await;
        outcome.inspect_err(|error| tracing::error!(%error, "a write was not committed"))
    }

    /// Not alone: whether writing goes must not depend on who else writes.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        self.in_time(async |connection| {
            let probe = sqlx::query("UPDATE probe SET at_ms = $1").bind(crate::clock::now_ms());
            probe.execute(connection).await?;
            Ok(())
        })
        .await
    }

    /// Writes over a connection that nobody gets again if that fails: it may lead to a server that only reads by now.
    async fn in_time<T>(
        &self,
        write: impl AsyncFnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let write = async {
            let mut connection = self.pool.acquire().await?;
            let outcome = write(&mut connection).await;
            if outcome.is_err() {
                connection.close_on_drop();
            }
            outcome
        };
        tokio::time::timeout(WRITE_MAX, write).await.unwrap_or(Err(StoreError::NotCommitted))
    }

    /// Connections for reads and for writes of the control plane.
    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(super) fn watch(&self, survey: &str) -> watch::Receiver<u64> {
        self.live.watch(survey)
    }

    /// Whatever waits is committed first.
    pub(super) async fn close(&self) {
        self.lanes.close().await;
        self.news.iter().for_each(JoinHandle::abort);
        self.pool.close().await;
    }
}

/// The statements of a write.
pub(super) trait Work<T>:
    for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static
{
}

impl<T, W> Work<T> for W where
    W: for<'c> FnOnce(&'c mut Connection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static
{
}
