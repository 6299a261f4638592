//! The one writer. It takes whatever waits, commits it as a group, and answers each sender only after the commit: one
//! wait for the disk then serves hundreds of answers. Nobody else writes.

mod answers;
mod chore;
mod tidy;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};

pub(super) use answers::STATEMENTS_MAX;

use super::code;
use crate::store::live::Live;
use crate::store::verdict::Groups;
use crate::store::{Record, StoreError, Verdict};
pub(super) use chore::{Chore, Work, probe};
pub(super) use tidy::{Tidied, Tidy};

/// Writes that may wait: at the 10,000 a second that a slow disk still takes they are through in half a second;
/// beyond that a visitor's browser had better try again later.
pub(super) const QUEUE_MAX: usize = 4096;

/// Jobs in one transaction: enough to share the wait for the disk, few enough to take some ten milliseconds.
const GROUP_MAX: usize = 512;

/// How often others get their turn before a group is closed. Those whose request has arrived already join it, and one wait
/// for the disk serves more of them; where nobody has anything to do, a turn takes a microsecond.
const TURNS: usize = 2;

/// How often an idle writer looks whether another process, such as an import, has changed the database.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// SQLITE_CONSTRAINT.
const CONSTRAINT: u32 = 19;

/// Where the outcome of a job goes.
type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to write.
pub(super) enum Job {
    Answer { record: Box<Record>, reply: Reply<Verdict> },
    Chore(Box<dyn chore::Commit>),
}

/// The writer with its connection. After a failure the connection is not trusted: it is dropped, and opened anew for the
/// next group, so that a disk that recovers needs no restart.
pub(super) struct Writer {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    /// Where the file was when the connection was opened.
    place: Option<Place>,
    live: Arc<Live>,
    seen_version: i64,
}

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection, live: Arc<Live>) -> Self {
        let options = options.create_if_missing(false);
        let place = Place::of(options.get_filename());
        Self { options, connection: Some(connection), place, live, seen_version: 0 }
    }

    pub(super) async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::with_capacity(GROUP_MAX);
        loop {
            match tokio::time::timeout(LOOK_EVERY, jobs.recv_many(&mut waiting, GROUP_MAX)).await {
                Ok(0) => break,
                Ok(_) => {
                    gather(&mut jobs, &mut waiting).await;
                    self.work(std::mem::take(&mut waiting)).await;
                }
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
                Job::Chore(chore) => chores.push(chore),
            }
        }
        // A group of none would be a transaction all the same.
        let verdicts = if records.is_empty() { Vec::new() } else { self.settle(&mut records).await };
        // A sender that hung up does not need to know.
        replies.into_iter().zip(verdicts).for_each(|(reply, verdict)| drop(reply.send(verdict)));
        for chore in chores {
            self.chore(chore).await;
        }
    }

    async fn chore(&mut self, chore: Box<dyn chore::Commit>) {
        let is_sound = match self.connection().await {
            Ok(connection) => chore.commit(connection).await,
            Err(error) => {
                chore.fail(error);
                false
            }
        };
        if !is_sound {
            return self.distrust().await;
        }
        // It may have counted a change of something that others watch.
        if let Ok(connection) = self.connection().await
            && let Ok(changes) = changes(connection).await
        {
            self.publish(&changes);
        }
    }

    fn publish(&self, changes: &[(String, u64)]) {
        for (survey, change) in changes {
            self.live.publish(survey, *change);
        }
    }

    async fn look(&mut self) {
        let Ok(connection) = self.connection().await else { return };
        let version = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut *connection).await;
        let (Ok(version), Ok(changes)) = (version, changes(connection).await) else { return };
        if std::mem::replace(&mut self.seen_version, version) != version {
            self.publish(&changes);
        }
    }

    async fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        // A file that was moved or deleted can still be written to, but nobody would find again what is in it.
        let place = Place::of(self.options.get_filename());
        let connection = match self.connection.take().filter(|_| place.is_some() && place == self.place) {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        self.place = place;
        Ok(self.connection.insert(connection))
    }

    /// Closed before the next one is opened, because what it began and did not end still locks the file.
    async fn distrust(&mut self) {
        if let Some(connection) = self.connection.take()
            && let Err(error) = connection.close_hard().await
        {
            tracing::warn!(%error, "a connection that had failed did not close cleanly");
        }
    }
}

impl Groups for Writer {
    fn is_refused(error: &sqlx::Error) -> bool {
        code(error) == Some(CONSTRAINT)
    }

    async fn group(&mut self, records: &mut [Record]) -> Result<Vec<Verdict>, StoreError> {
        let outcome = answers::commit(self.connection().await?, records).await;
        if outcome.is_err() {
            self.distrust().await;
        }
        let (verdicts, changes) = outcome?;
        self.publish(&changes);
        Ok(verdicts)
    }
}

/// Takes what comes while others have their turn.
async fn gather(jobs: &mut mpsc::Receiver<Job>, waiting: &mut Vec<Job>) {
    for _ in 0..TURNS {
        tokio::task::yield_now().await;
        while waiting.len() < GROUP_MAX
            && let Ok(job) = jobs.try_recv()
        {
            waiting.push(job);
        }
    }
}

async fn changes(connection: &mut SqliteConnection) -> Result<Vec<(String, u64)>, sqlx::Error> {
    sqlx::query_as("SELECT survey, change FROM changes").fetch_all(connection).await
}

/// Which file stands under a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Place(u64, u64);

impl Place {
    fn of(path: &Path) -> Option<Self> {
        let file = std::fs::metadata(path).ok()?;
        #[cfg(unix)]
        return Some(Self(
            std::os::unix::fs::MetadataExt::dev(&file),
            std::os::unix::fs::MetadataExt::ino(&file),
        ));
        // Elsewhere the system does not let an open file be moved.
        #[cfg(not(unix))]
        Some(Self(0, u64::from(file.is_file())))
    }
}
