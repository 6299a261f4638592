//! SQLite: one file, one writer that commits in groups, and a small pool of readers beside it.

mod backup;
mod check;
mod open;
#[allow(clippy::duplicate_mod, reason = "the other backend compiles it with its own connection")]
#[path = "shared.rs"]
pub(super) mod shared;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::SqlitePool;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::live::Live;
use super::{Record, StoreError, Verdict};
use write::{Chore, Job, Tidied, Tidy, Work};

/// What `shared` is compiled with here.
type Connection = sqlx::SqliteConnection;
type Pool = SqlitePool;
type Row = sqlx::sqlite::SqliteRow;

/// How the file in a data directory is opened.
pub(super) fn options_of(data: &std::path::Path) -> sqlx::sqlite::SqliteConnectOptions {
    open::options(&data.join(open::FILE))
}

/// What nobody may write any more, and how, once everything was moved elsewhere: answers and notes of lost ones, refused
/// ones, what was erased, all that is on record (so whatever owners do), and what is told to others, who would be told twice.
pub(super) const SEALED: [(&str, &str); 6] = [
    ("answers", "INSERT"),
    ("losses", "INSERT"),
    ("quarantine", "INSERT"),
    ("erased", "INSERT"),
    ("deeds", "INSERT"),
    ("deliveries", "UPDATE"),
];

/// The trigger that seals a table.
pub(super) fn seal_of(table: &str) -> String {
    match table {
        // As it was called when there was no other.
        "answers" => "moved".to_owned(),
        table => format!("moved_{table}"),
    }
}

/// The SQLite backend.
pub(crate) struct Sqlite {
    path: PathBuf,
    readers: SqlitePool,
    live: Arc<Live>,
    writer: Mutex<Option<JoinHandle<()>>>,
    queue: std::sync::RwLock<Option<mpsc::Sender<Job>>>,
}

impl Sqlite {
    pub(super) fn is_full(&self) -> bool {
        self.queue().is_ok_and(|queue| queue.capacity() == 0)
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue().map_or(0, |queue| queue.max_capacity() - queue.capacity())
    }

    pub(super) fn sizes(&self) -> Vec<(&'static str, u64)> {
        let size = |ending| {
            std::fs::metadata(format!("{}{ending}", self.path.display())).map_or(0, |file| file.len())
        };
        vec![("database", size("")), ("wal", size("-wal"))]
    }

    pub(super) async fn put(&self, record: Box<Record>) -> Result<Verdict, StoreError> {
        let (reply, outcome) = oneshot::channel();
        self.enqueue(Job::Answer { record, reply })?;
        outcome.await.map_err(|_| StoreError::NotCommitted)?
    }

    /// Hands a write of `shared` to the writer, which makes it a transaction.
    pub(super) async fn write<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, StoreError> {
        let (reply, outcome) = oneshot::channel();
        self.enqueue(Job::Chore(Box::new(Chore { work, reply })))?;
        outcome.await.map_err(|_| StoreError::NotCommitted)?
    }

    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        self.write(|connection| Box::pin(write::probe(connection))).await
    }

    /// Gets rid of the bytes of what was deleted; see [`write::Tidy`].
    pub(super) async fn tidy(&self) -> Result<bool, StoreError> {
        loop {
            let (reply, outcome) = oneshot::channel();
            self.enqueue(Job::Chore(Box::new(Tidy { reply })))?;
            match outcome.await.map_err(|_| StoreError::NotCommitted)?? {
                Tidied::More => {}
                tidied => return Ok(tidied == Tidied::Clean),
            }
        }
    }

    /// Connections that only read.
    pub(super) fn pool(&self) -> &SqlitePool {
        &self.readers
    }

    pub(super) fn watch(&self, survey: &str) -> watch::Receiver<u64> {
        self.live.watch(survey)
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
