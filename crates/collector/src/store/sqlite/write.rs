//! The one writer. It takes whatever waits, commits it as a group, and answers each sender only after the commit: one
//! wait for the disk then serves hundreds of answers. Nobody else writes.

mod answers;
mod chores;

use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

use super::code;
use super::live::Live;
use crate::store::{Chore, Record, StoreError, Verdict};

/// Writes that may wait: at the 10,000 a second that a slow disk still takes they are through in half a second;
/// beyond that a visitor's browser had better try again later.
pub(super) const QUEUE_MAX: usize = 4096;

/// Jobs in one transaction: enough to share the wait for the disk, few enough to take some ten milliseconds.
const GROUP_MAX: usize = 512;

/// How often an idle writer looks whether another process, such as an import, has changed the database.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// SQLITE_CONSTRAINT.
const CONSTRAINT: u32 = 19;

/// Where the outcome of a job goes.
type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to write.
pub(super) enum Job {
    Answer { record: Box<Record>, reply: Reply<Verdict> },
    Chore { chore: Chore, reply: Reply<bool> },
}

/// The writer with its connection. After a failure the connection is not trusted: it is dropped, and opened anew for the
/// next group, so that a disk that recovers needs no restart.
pub(super) struct Writer {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    live: Arc<Live>,
    seen_version: i64,
}

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection, live: Arc<Live>) -> Self {
        let options = options.create_if_missing(false);
        Self { options, connection: Some(connection), live, seen_version: 0 }
    }

    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::with_capacity(GROUP_MAX);
        loop {
            match tokio::time::timeout(LOOK_EVERY, jobs.recv_many(&mut waiting, GROUP_MAX)).await {
                Ok(0) => break,
                Ok(_) => self.work(std::mem::take(&mut waiting)).await,
                Err(_) => self.look().await,
            }
        }
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database did not close cleanly; nothing acknowledged is lost");
        }
    }

    async fn work(&mut self, jobs: Vec<Job>) {
        let (mut records, mut replies, mut chores) = (Vec::with_capacity(jobs.len()), Vec::new(), Vec::new());
        for job in jobs {
            match job {
                Job::Answer { record, reply } => {
                    records.push(*record);
                    replies.push(reply);
                }
                Job::Chore { chore, reply } => chores.push((chore, reply)),
            }
        }
        let verdicts = self.answers(&records).await;
        // A sender that hung up does not need to know.
        replies.into_iter().zip(verdicts).for_each(|(reply, verdict)| drop(reply.send(verdict)));
        for (chore, reply) in chores {
            let outcome = self.chore(&chore).await;
            drop(reply.send(outcome));
        }
    }

    async fn answers(&mut self, records: &[Record]) -> Vec<Result<Verdict, StoreError>> {
        if records.is_empty() {
            return Vec::new();
        }
        match self.group(records).await {
            Ok(verdicts) => verdicts.into_iter().map(Ok).collect(),
            // The schema refused a row: its neighbours must not suffer for it.
            Err(StoreError::Database(error)) if code(&error) == Some(CONSTRAINT) => {
                tracing::error!(%error, "the schema refused an answer that the checks let pass");
                self.one_by_one(records).await
            }
            Err(error) => {
                tracing::error!(%error, answers = records.len(), "a group of answers was not committed");
                records.iter().map(|_| Err(StoreError::NotCommitted)).collect()
            }
        }
    }

    async fn one_by_one(&mut self, records: &[Record]) -> Vec<Result<Verdict, StoreError>> {
        let mut verdicts = Vec::with_capacity(records.len());
        for record in records {
            let verdict = self.group(std::slice::from_ref(record)).await;
            verdicts.push(verdict.and_then(|one| one.first().copied().ok_or(StoreError::NotCommitted)));
        }
        verdicts
    }

    async fn group(&mut self, records: &[Record]) -> Result<Vec<Verdict>, StoreError> {
        let outcome = answers::commit(self.connection().await?, records).await;
        let (verdicts, changes) = self.trust(outcome)?;
        changes.iter().for_each(|(survey, change)| self.live.publish(survey, *change));
        Ok(verdicts)
    }

    async fn chore(&mut self, chore: &Chore) -> Result<bool, StoreError> {
        let outcome = chores::commit(self.connection().await?, chore).await;
        self.trust(outcome).inspect_err(|error| tracing::error!(%error, "a chore was not committed"))
    }

    async fn look(&mut self) {
        let live = Arc::clone(&self.live);
        let Ok(connection) = self.connection().await else { return };
        let version = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *connection).await;
        let changes: Result<Vec<(String, u64)>, _> =
            sqlx::query_as("SELECT survey, change FROM changes").fetch_all(connection).await;
        let (Ok(version), Ok(changes)) = (version, changes) else { return };
        if std::mem::replace(&mut self.seen_version, version) != version {
            changes.iter().for_each(|(survey, change)| live.publish(survey, *change));
        }
    }

    async fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(self.connection.insert(connection))
    }

    fn trust<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        outcome.map_err(|error| {
            self.connection = None;
            StoreError::Database(error)
        })
    }
}
