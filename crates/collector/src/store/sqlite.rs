//! SQLite: one file, one writer that commits in groups, and a small pool of readers beside it.

mod live;
mod open;
mod read;
mod write;

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::SqlitePool;
use suara_survey::{AnswerId, wire};
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::{AccountRow, Chore, CommentFilter, Listed, Record, SessionRow, StoreError, TokenSha, Verdict};
use live::Live;
use write::Job;

/// The SQLite backend.
pub(crate) struct Sqlite {
    readers: SqlitePool,
    live: Arc<Live>,
    writer: Mutex<Option<JoinHandle<()>>>,
    queue: std::sync::RwLock<Option<mpsc::Sender<Job>>>,
}

impl Sqlite {
    pub(super) fn is_full(&self) -> bool {
        self.queue().is_ok_and(|queue| queue.capacity() == 0)
    }

    pub(super) async fn put(&self, record: Record) -> Result<Verdict, StoreError> {
        let (reply, outcome) = oneshot::channel();
        self.enqueue(Job::Answer { record: Box::new(record), reply })?;
        outcome.await.map_err(|_| StoreError::NotCommitted)?
    }

    pub(super) async fn chore(&self, chore: Chore) -> Result<bool, StoreError> {
        let (reply, outcome) = oneshot::channel();
        self.enqueue(Job::Chore { chore, reply })?;
        outcome.await.map_err(|_| StoreError::NotCommitted)?
    }

    pub(super) async fn surveys(&self) -> Result<Vec<String>, StoreError> {
        Ok(read::surveys(&self.readers).await?)
    }

    pub(super) async fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        Ok(read::counts(&self.readers).await?)
    }

    pub(super) async fn change(&self, survey: &str) -> Result<u64, StoreError> {
        Ok(read::change(&self.readers, survey).await?)
    }

    pub(super) async fn columns(&self, survey: &str) -> Result<wire::Columns, StoreError> {
        read::columns(&self.readers, survey).await
    }

    pub(super) async fn comments(
        &self,
        survey: &str,
        filter: CommentFilter,
    ) -> Result<Vec<wire::Comment>, StoreError> {
        read::comments(&self.readers, survey, filter).await
    }

    pub(super) async fn find(&self, id: AnswerId) -> Result<Option<Listed>, StoreError> {
        read::find(&self.readers, id).await
    }

    pub(super) fn list<'a>(&'a self, survey: &'a str) -> BoxStream<'a, Result<Listed, StoreError>> {
        read::list(&self.readers, survey).boxed()
    }

    pub(super) fn watch(&self, survey: &str) -> watch::Receiver<u64> {
        self.live.watch(survey)
    }

    pub(super) async fn has_account(&self) -> Result<bool, StoreError> {
        Ok(read::has_account(&self.readers).await?)
    }

    pub(super) async fn account(&self, email: &str) -> Result<Option<AccountRow>, StoreError> {
        Ok(read::account(&self.readers, email).await?)
    }

    pub(super) async fn session(&self, token: &TokenSha) -> Result<Option<SessionRow>, StoreError> {
        Ok(read::session(&self.readers, token).await?)
    }

    /// The writer ends when its queue has no sender left and everything in it is committed. It is the last to close, so
    /// that it can move all commits into the main file: readers may not.
    pub(super) async fn close(&self) {
        self.readers.close().await;
        if let Ok(mut queue) = self.queue.write() {
            queue.take();
        }
        if let Some(writer) = self.writer.lock().await.take()
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the writer did not end as it should");
        }
    }

    fn queue(&self) -> Result<mpsc::Sender<Job>, StoreError> {
        let queue = self.queue.read().map_err(|_| StoreError::NotCommitted)?;
        queue.clone().ok_or(StoreError::NotCommitted)
    }

    fn enqueue(&self, job: Job) -> Result<(), StoreError> {
        self.queue()?.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Full,
            mpsc::error::TrySendError::Closed(_) => StoreError::NotCommitted,
        })
    }
}

/// SQLite's own number of the failure, without the details in its higher bits.
fn code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(code & 0xff)
}
