//! After something was deleted: the file gives up pages that hold nothing any more, and the write-ahead log, which still
//! has the bytes as they were, is moved into the file and emptied. `secure_delete` has overwritten them there.

use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::Reply;
use super::chore::Commit;
use crate::store::StoreError;
use crate::store::sqlite::open::BUSY;

/// The `auto_vacuum` of a file that can give up pages without being written anew.
const INCREMENTAL: i64 = 2;

/// Pages given up at a time, 8 MB: answers that come meanwhile wait some ten milliseconds.
const PAGES: u32 = 2_000;

/// How long the log's readers are waited for. They may read for minutes, and answers wait behind this.
const READERS: Duration = Duration::from_millis(100);

/// What a tidying has come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::store::sqlite) enum Tidied {
    /// There are more pages to give up.
    More,
    /// No deleted byte is left.
    Clean,
    /// A reader still needs the log, so it has to be done again.
    Busy,
}

/// Outside any transaction, so that it is a chore of its own kind.
pub(in crate::store::sqlite) struct Tidy {
    pub(in crate::store::sqlite) reply: Reply<Tidied>,
}

impl Commit for Tidy {
    fn commit<'c>(self: Box<Self>, connection: &'c mut SqliteConnection) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let outcome = tidy(connection).await;
            let is_sound = outcome.is_ok();
            if let Err(error) = &outcome {
                tracing::warn!(%error, "deleted bytes may still be in the file; tonight it is tried again");
            }
            drop(self.reply.send(outcome.map_err(StoreError::from)));
            is_sound
        })
    }

    fn fail(self: Box<Self>, error: StoreError) {
        drop(self.reply.send(Err(error)));
    }
}

async fn tidy(connection: &mut SqliteConnection) -> Result<Tidied, sqlx::Error> {
    let auto_vacuum: i64 = sqlx::query_scalar("PRAGMA auto_vacuum").fetch_one(&mut *connection).await?;
    if auto_vacuum != INCREMENTAL {
        // Written by a version that did not overwrite what it deleted: once anew, and it is like the others.
        sqlx::query("PRAGMA auto_vacuum = INCREMENTAL").execute(&mut *connection).await?;
        sqlx::query("VACUUM").execute(&mut *connection).await?;
    }
    let give_up = AssertSqlSafe(format!("PRAGMA incremental_vacuum({PAGES})"));
    sqlx::query(give_up).fetch_all(&mut *connection).await?;
    let free: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *connection).await?;
    if free > 0 {
        return Ok(Tidied::More);
    }
    wait_at_most(connection, READERS).await?;
    let log = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
    wait_at_most(connection, BUSY).await?;
    let (busy, ..): (i64, i64, i64) = log?;
    Ok(if busy == 0 { Tidied::Clean } else { Tidied::Busy })
}

async fn wait_at_most(connection: &mut SqliteConnection, time: Duration) -> Result<(), sqlx::Error> {
    let wait = AssertSqlSafe(format!("PRAGMA busy_timeout = {}", time.as_millis()));
    sqlx::query(wait).execute(connection).await.map(drop)
}
