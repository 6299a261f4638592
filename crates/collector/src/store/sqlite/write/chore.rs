//! A write other than an answer: rare, and a transaction of its own.

use futures_util::future::BoxFuture;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};

use super::Reply;
use crate::store::StoreError;
use crate::store::sqlite::seal_of;

/// The statements of a chore.
pub(in crate::store) trait Work<T>:
    for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static
{
}

impl<T, W> Work<T> for W where
    W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static
{
}

/// Statements, with where their outcome goes once they are committed.
pub(in crate::store::sqlite) struct Chore<T, W> {
    pub(in crate::store::sqlite) work: W,
    pub(in crate::store::sqlite) reply: Reply<T>,
}

/// A chore of whatever outcome, as the writer has it in its queue.
pub(in crate::store::sqlite) trait Commit: Send {
    /// Does it and says so to whoever waits; `false` if the connection is not to be trusted after it.
    fn commit<'c>(self: Box<Self>, connection: &'c mut SqliteConnection) -> BoxFuture<'c, bool>;

    /// It was not even begun.
    fn fail(self: Box<Self>, error: StoreError);
}

impl<T: Send + 'static, W: Work<T>> Commit for Chore<T, W> {
    fn commit<'c>(self: Box<Self>, connection: &'c mut SqliteConnection) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let outcome = transaction(connection, self.work).await;
            let is_sound = !matches!(outcome, Err(StoreError::Database(_)));
            if let Err(error) = &outcome {
                tracing::error!(%error, "a chore was not committed");
            }
            // A sender that hung up does not need to know.
            drop(self.reply.send(outcome));
            is_sound
        })
    }

    fn fail(self: Box<Self>, error: StoreError) {
        tracing::error!(%error, "a chore was not committed");
        drop(self.reply.send(Err(error)));
    }
}

async fn transaction<T>(connection: &mut SqliteConnection, work: impl Work<T>) -> Result<T, StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let outcome = work(&mut transaction).await?;
    transaction.commit().await?;
    Ok(outcome)
}

/// Changes a number in the file's header that nothing else uses; PRAGMA takes no parameters. A place that everything was
/// moved away from could be written to, but keeps nothing.
pub(in crate::store::sqlite) async fn probe(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let number = crate::clock::now_ms() & i64::from(i32::MAX);
    sqlx::query(AssertSqlSafe(format!("PRAGMA user_version = {number}"))).execute(&mut *connection).await?;
    let sealed = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1)");
    let is_sealed: bool = sealed.bind(seal_of("answers")).fetch_one(connection).await?;
    if is_sealed { Err(StoreError::Moved) } else { Ok(()) }
}
