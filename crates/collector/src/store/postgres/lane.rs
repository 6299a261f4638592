//! Writers of answers. Each has a connection of its own, takes whatever waits for it, and commits it as a group; all
//! answers to a survey come through the same one, so that groups are large and surveys do not wait for each other.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::listen::Unsaid;
use super::{answers, open};
use crate::store::live::Live;
use crate::store::verdict::Groups;
use crate::store::{Record, StoreError, Verdict};

/// Surveys that are written at the same time.
const LANES: usize = 4;

/// Answers that may wait in a lane: at the 5,000 a second that a slow server still takes they are through in a second;
/// beyond that a visitor's browser had better try again later.
const QUEUE_MAX: usize = 4096;

/// Answers in one transaction: enough to share the way to the server and its wait for the disk, few enough to take some
/// ten milliseconds.
const GROUP_MAX: usize = 512;

/// How long a group may take: a server that has gone without a word must not keep visitors waiting.
const GROUP_TIME_MAX: Duration = super::WRITE_MAX;

/// One answer with who waits for the verdict.
struct Job {
    record: Record,
    reply: oneshot::Sender<Result<Verdict, StoreError>>,
}

/// All lanes.
pub(super) struct Lanes {
    queues: RwLock<Vec<mpsc::Sender<Job>>>,
    writers: Mutex<Vec<JoinHandle<()>>>,
}

impl Lanes {
    /// Each connects when its first answer comes.
    pub(super) fn open(options: &PgConnectOptions, live: &Arc<Live>, unsaid: &Arc<Unsaid>) -> Self {
        let lane = |_| {
            let (queue, jobs) = mpsc::channel(QUEUE_MAX);
            let (options, live, unsaid) = (options.clone(), Arc::clone(live), Arc::clone(unsaid));
            let lane = Lane { options, live, unsaid, connection: None };
            (queue, tokio::spawn(lane.run(jobs)))
        };
        let (queues, writers) = (0..LANES).map(lane).unzip();
        Self { queues: RwLock::new(queues), writers: Mutex::new(writers) }
    }

    /// Whether the next answer might be turned away.
    pub(super) fn is_full(&self) -> bool {
        self.queues.read().is_ok_and(|queues| queues.iter().any(|queue| queue.capacity() == 0))
    }

    pub(super) fn waiting(&self) -> usize {
        let waiting = |queue: &mpsc::Sender<Job>| queue.max_capacity() - queue.capacity();
        self.queues.read().map_or(0, |queues| queues.iter().map(waiting).sum())
    }

    pub(super) async fn put(&self, record: Box<Record>) -> Result<Verdict, StoreError> {
        let (reply, outcome) = oneshot::channel();
        self.queue(&record.survey)?.try_send(Job { record: *record, reply }).map_err(
            |error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Full,
                mpsc::error::TrySendError::Closed(_) => StoreError::NotCommitted,
            },
        )?;
        outcome.await.map_err(|_| StoreError::NotCommitted)?
    }

    /// Lanes end when their queue has no sender left and everything in it is committed.
    pub(super) async fn close(&self) {
        if let Ok(mut queues) = self.queues.write() {
            queues.clear();
        }
        for writer in self.writers.lock().await.drain(..) {
            if let Err(error) = writer.await {
                tracing::error!(%error, "a writer did not end as it should");
            }
        }
    }

    fn queue(&self, survey: &str) -> Result<mpsc::Sender<Job>, StoreError> {
        let mut hasher = DefaultHasher::new();
        survey.hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES as u64).unwrap_or(0);
        let queues = self.queues.read().map_err(|_| StoreError::NotCommitted)?;
        queues.get(lane).cloned().ok_or(StoreError::NotCommitted)
    }
}

/// A writer. After a failure its connection is not trusted: it is dropped, and made anew for the next group, so that a
/// server that comes back needs no restart here.
struct Lane {
    options: PgConnectOptions,
    live: Arc<Live>,
    unsaid: Arc<Unsaid>,
    connection: Option<PgConnection>,
}

impl Lane {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut waiting = Vec::with_capacity(GROUP_MAX);
        while jobs.recv_many(&mut waiting, GROUP_MAX).await > 0 {
            // The sort keeps the order within a survey.
            waiting.sort_by(|one, other| one.record.survey.cmp(&other.record.survey));
            let mut rest = waiting.drain(..).peekable();
            while let Some(first) = rest.next() {
                let mut group = vec![first];
                while let Some(job) = rest.next_if(|job| job.record.survey == group[0].record.survey) {
                    group.push(job);
                }
                self.work(group).await;
            }
        }
    }

    /// Answers to one survey.
    async fn work(&mut self, jobs: Vec<Job>) {
        let (mut records, replies): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|job| (job.record, job.reply)).unzip();
        let verdicts = self.settle(&mut records).await;
        // A sender that hung up does not need to know.
        replies.into_iter().zip(verdicts).for_each(|(reply, verdict)| drop(reply.send(verdict)));
    }
}

impl Groups for Lane {
    fn is_refused(error: &sqlx::Error) -> bool {
        /// Integrity constraint violation, and data exception: what a value itself is to blame for.
        const CLASSES: [&str; 2] = ["23", "22"];
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        code.is_some_and(|code| CLASSES.iter().any(|class| code.starts_with(class)))
    }

    async fn group(&mut self, records: &mut [Record]) -> Result<Vec<Verdict>, StoreError> {
        let group = async {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => open::connect(&self.options).await?,
            };
            let outcome = answers::commit(&mut connection, records).await?;
            Ok::<_, StoreError>((connection, outcome))
        };
        // Whatever goes wrong, the connection is dropped with the future.
        let (connection, (verdicts, change)) =
            tokio::time::timeout(GROUP_TIME_MAX, group).await.unwrap_or(Err(StoreError::NotCommitted))?;
        self.connection = Some(connection);
        if let (Some(change), Some(record)) = (change, records.first()) {
            self.live.publish(&record.survey, change);
            self.unsaid.add(&record.survey, change);
        }
        Ok(verdicts)
    }
}
