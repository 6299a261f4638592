//! Where answers, surveys, accounts and sessions are kept. What is decided about a snapshot is decided here, once for
//! every backend (`verdict`); the backends only read and write.

mod record;
mod sqlite;
mod verdict;

use std::path::Path;

use futures_util::stream::BoxStream;
use suara_survey::{AnswerId, wire};
use tokio::sync::watch;

pub(crate) use record::{Listed, Record, stage_name};
pub(crate) use verdict::Verdict;

/// The secret half of a session, hashed.
pub(crate) type TokenSha = [u8; 32];

/// Why the store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// So many writes wait already that one more would wait too long.
    #[error("the queue of waiting writes is full")]
    Full,
    /// The disk is full, read-only or broken, or the database is locked or gone.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// What the database holds is not what this program writes.
    #[error("the database holds {0}, which this version does not know")]
    Foreign(String),
    /// The group that this write was committed with failed. The writer has logged why.
    #[error("the write was not committed")]
    NotCommitted,
}

/// An account with its password's hash.
#[derive(Clone, Debug)]
pub(crate) struct AccountRow {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) password: String,
}

/// A session with whose it is.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    pub(crate) email: String,
    pub(crate) created_ms: i64,
    pub(crate) seen_ms: i64,
}

/// A write other than an answer: rare, and each a transaction of its own.
#[derive(Clone, Debug)]
pub(crate) enum Chore {
    /// The first account; refused with `false` when there is one.
    FirstAccount { email: String, password: String, now_ms: i64 },
    /// A new session; those past `dead_before_ms` go at the same time.
    OpenSession { token: TokenSha, account: i64, now_ms: i64, dead_before_ms: i64 },
    /// The session was used.
    TouchSession { token: TokenSha, now_ms: i64 },
    /// Signed out.
    EndSession { token: TokenSha },
}

/// Which comments are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommentFilter {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    pub(crate) limit: u32,
}

/// The store, whichever backend it runs on.
pub(crate) enum Store {
    /// One file in the data directory.
    Sqlite(sqlite::Sqlite),
}

impl Store {
    /// Opens the database in a data directory, makes it if it is missing, and brings it up to date.
    pub(crate) async fn open(data: &Path) -> Result<Self, crate::Error> {
        sqlite::Sqlite::open(data).await.map(Self::Sqlite)
    }

    /// Whether there is a database in a data directory already.
    pub(crate) fn exists(data: &Path) -> bool {
        sqlite::Sqlite::exists(data)
    }

    /// Whether one more write would be turned away now.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Sqlite(store) => store.is_full(),
        }
    }

    /// Takes a snapshot. The verdict comes after the commit is on disk.
    pub(crate) async fn put(&self, record: Record) -> Result<Verdict, StoreError> {
        match self {
            Self::Sqlite(store) => store.put(record).await,
        }
    }

    /// Does a chore. `false`: there was nothing to do, or it was not allowed.
    pub(crate) async fn chore(&self, chore: Chore) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.chore(chore).await,
        }
    }

    /// All versions of all surveys, as their JSON.
    pub(crate) async fn surveys(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(store) => store.surveys().await,
        }
    }

    /// How many records each survey has.
    pub(crate) async fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.counts().await,
        }
    }

    /// The number of the survey's newest change.
    pub(crate) async fn change(&self, survey: &str) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.change(survey).await,
        }
    }

    /// All records of a survey, oldest first.
    pub(crate) async fn columns(&self, survey: &str) -> Result<wire::Columns, StoreError> {
        match self {
            Self::Sqlite(store) => store.columns(survey).await,
        }
    }

    /// Comments, newest first.
    pub(crate) async fn comments(
        &self,
        survey: &str,
        filter: CommentFilter,
    ) -> Result<Vec<wire::Comment>, StoreError> {
        match self {
            Self::Sqlite(store) => store.comments(survey, filter).await,
        }
    }

    /// One record.
    pub(crate) async fn find(&self, id: AnswerId) -> Result<Option<Listed>, StoreError> {
        match self {
            Self::Sqlite(store) => store.find(id).await,
        }
    }

    /// All records of a survey, oldest first, one by one.
    pub(crate) fn list<'a>(&'a self, survey: &'a str) -> BoxStream<'a, Result<Listed, StoreError>> {
        match self {
            Self::Sqlite(store) => store.list(survey),
        }
    }

    /// Rises whenever a survey changes, whoever changed it.
    pub(crate) fn watch(&self, survey: &str) -> watch::Receiver<u64> {
        match self {
            Self::Sqlite(store) => store.watch(survey),
        }
    }

    /// Whether anyone can sign in yet.
    pub(crate) async fn has_account(&self) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.has_account().await,
        }
    }

    /// The account under this name.
    pub(crate) async fn account(&self, email: &str) -> Result<Option<AccountRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.account(email).await,
        }
    }

    /// The session with this token.
    pub(crate) async fn session(&self, token: &TokenSha) -> Result<Option<SessionRow>, StoreError> {
        match self {
            Self::Sqlite(store) => store.session(token).await,
        }
    }

    /// Writes what still waits, then closes the database.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
        }
    }
}
