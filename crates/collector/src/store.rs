//! Where answers, surveys, accounts and sessions are kept. What is decided about a snapshot is decided here, once for
//! every backend (`verdict`); the backends only read and write.
//!
//! Something new is kept in three steps:
//! 1. its table, in `migrations/sqlite` and `migrations/postgres` under the same number;
//! 2. its statements, in a file of its own in `shared`, which both backends compile: reads take `&Pool` and arguments,
//!    writes take `&mut Connection` and one argument by reference, and may run several statements;
//! 3. a line for each under `reads!` or `writes!`, here or in a file of its own: that makes the method of [`Store`].
//!
//! Every write is a transaction of its own and alone, on SQLite because there is one writer, on PostgreSQL by a lock; so a
//! write may look before it acts. Answers go another way ([`Store::put`]), in groups.

#[macro_use]
mod delegate;
pub(crate) mod cases;
pub(crate) mod hooks;
pub(crate) mod identity;
mod live;
pub(crate) mod migrate;
pub(crate) mod people;
mod place;
mod pool;
mod postgres;
mod privacy;
pub(crate) mod quarantine;
mod record;
mod sqlite;
pub(crate) mod surveys;
mod verdict;

use std::path::Path;

use cases::{CaseFilter, CaseRow, CaseSpan};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use hooks::{Claim, Due, HookRow, Overdue, Settled, Stale};
use suara_survey::AnswerId;
use suara_survey::wire::{self, Role};
use surveys::Catalogue;
use tokio::sync::watch;

pub(crate) use people::{Act, What};
pub use place::{Place, Server};
pub(crate) use privacy::{Erased, Erasure, Hold, Lease, PERSON, Purge, REFUSED, Wanted};
pub(crate) use quarantine::{Detained, Refused};
pub(crate) use record::{Kept, Listed, Record, Span, stage_code, stage_name};
pub(crate) use verdict::Verdict;

/// Changes in a chunk that a cache may keep: a few megabytes, and sixteen chunks for a million.
pub(crate) const CHUNK: u64 = 65_536;

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
    /// `suara migrate` has moved everything away from here.
    #[error("everything was moved from here to another place")]
    Moved,
    /// The group that this write was committed with failed. The writer has logged why.
    #[error("the write was not committed")]
    NotCommitted,
}

/// An account with its password's hash.
#[derive(Clone, Debug)]
pub(crate) struct AccountRow {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) password: String,
}

/// A session with whose it is.
#[derive(Clone, Debug)]
pub(crate) struct SessionRow {
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) created_ms: i64,
    pub(crate) seen_ms: i64,
}

/// The first account.
#[derive(Clone, Debug)]
pub(crate) struct FirstAccount {
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) now_ms: i64,
}

/// Somebody signs in. Sessions from before `dead_before_ms` go at the same time.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    pub(crate) token: TokenSha,
    pub(crate) account: i64,
    pub(crate) now_ms: i64,
    pub(crate) dead_before_ms: i64,
    /// The browser, if it is new to the account.
    pub(crate) device: Option<NewDevice>,
}

/// A browser that somebody signs in with. Those from before `dead_before_ms` go at the same time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewDevice {
    pub(crate) token: TokenSha,
    pub(crate) dead_before_ms: i64,
}

/// A session was used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch {
    pub(crate) token: TokenSha,
    pub(crate) now_ms: i64,
}

/// A note that an answer was given up on its way.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
    pub(crate) id: AnswerId,
    pub(crate) survey: String,
    pub(crate) reason: String,
    pub(crate) at_ms: i64,
    pub(crate) received_ms: i64,
}

/// Which comments are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommentFilter {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    pub(crate) limit: u32,
}

/// What a check has found.
#[derive(Clone, Debug)]
pub(crate) struct Findings {
    pub(crate) answers: u64,
    /// A sentence each; none when all is well.
    pub(crate) problems: Vec<String>,
}

/// The store, whichever backend it runs on.
pub(crate) enum Store {
    /// One file in the data directory.
    Sqlite(sqlite::Sqlite),
    /// A server, which other collectors may use at the same time.
    Postgres(postgres::Postgres),
}

/// The same call on whichever backend it is.
macro_rules! on_either {
    ($on:expr, $store:ident => $call:expr) => {
        match $on {
            Store::Sqlite($store) => $call,
            Store::Postgres($store) => $call,
        }
    };
}

impl Store {
    /// Opens the database, makes it if it is missing, and brings it up to date.
    pub(crate) async fn open(place: &Place) -> Result<Self, crate::Error> {
        match place {
            Place::Directory(data) => sqlite::Sqlite::open(data).await.map(Self::Sqlite),
            Place::Server(server) => postgres::Postgres::open(server).await.map(Self::Postgres),
        }
    }

    /// Whether there is a database in a data directory already.
    pub(crate) fn exists(data: &Path) -> bool {
        sqlite::Sqlite::exists(data)
    }

    /// Copies the database in a data directory to a new file, whoever writes meanwhile.
    pub(crate) async fn backup(data: &Path, to: &Path) -> Result<(), crate::Error> {
        sqlite::Sqlite::backup(data, to).await
    }

    /// Puts a backup into a data directory that has no database, without what was erased since.
    pub(crate) async fn restore(from: &Path, data: &Path, erased: &[Erased]) -> Result<(), crate::Error> {
        sqlite::Sqlite::restore(from, data, erased).await
    }

    /// Looks whether a database, or a backup, is whole.
    pub(crate) async fn check(place: &Place) -> Result<Findings, crate::Error> {
        match place {
            Place::Directory(path) => sqlite::Sqlite::check(path).await,
            Place::Server(server) => postgres::Postgres::check(server).await,
        }
    }

    /// Whether one more write would be turned away now.
    pub(crate) fn is_full(&self) -> bool {
        on_either!(self, store => store.is_full())
    }

    /// How many writes wait.
    pub(crate) fn waiting(&self) -> usize {
        on_either!(self, store => store.waiting())
    }

    /// The files that it keeps, with their sizes in bytes; none for a server, which watches its own.
    pub(crate) fn sizes(&self) -> Vec<(&'static str, u64)> {
        match self {
            Self::Sqlite(store) => store.sizes(),
            Self::Postgres(_) => Vec::new(),
        }
    }

    /// Takes a snapshot. The verdict comes after the commit is on disk.
    pub(crate) async fn put(&self, record: Box<Record>) -> Result<Verdict, StoreError> {
        on_either!(self, store => store.put(record).await)
    }

    /// Writes nothing, but to the disk: to know whether that goes.
    pub(crate) async fn probe(&self) -> Result<(), StoreError> {
        on_either!(self, store => store.probe().await)
    }

    /// Gets rid of the bytes of what was deleted. `true`: none is left in the files.
    pub(crate) async fn tidy(&self) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(store) => store.tidy().await,
            // The server's own vacuum does it, in its own time.
            Self::Postgres(_) => Ok(false),
        }
    }

    /// All records of a survey, oldest first, one by one.
    pub(crate) fn list<'a>(&'a self, survey: &'a str) -> BoxStream<'a, Result<Listed, StoreError>> {
        match self {
            Self::Sqlite(store) => sqlite::shared::answers::list(store.pool(), survey).boxed(),
            Self::Postgres(store) => postgres::shared::answers::list(store.pool(), survey).boxed(),
        }
    }

    /// Rises whenever a survey changes, whoever changed it.
    pub(crate) fn watch(&self, survey: &str) -> watch::Receiver<u64> {
        on_either!(self, store => store.watch(survey))
    }

    /// Writes what still waits, then closes the database.
    pub(crate) async fn close(&self) {
        on_either!(self, store => store.close().await);
    }
}

reads! {
    /// All versions of all surveys, as their JSON.
    surveys::surveys() -> Vec<String>;
    /// All surveys with all their versions, states and drafts.
    surveys::catalogue() -> Catalogue;
    /// Whether this version of a survey was ever published.
    surveys::is_published(survey: &str, version: u32) -> bool;
    /// How many records each survey has, and how many of them are left out of its score.
    answers::counts() -> Vec<(String, u64, u64)>;
    /// How many complete answers a survey has.
    answers::complete(survey: &str) -> u64;
    /// The number of the survey's newest change.
    answers::change(survey: &str) -> u64;
    /// All records of a survey, oldest first.
    answers::columns(survey: &str) -> wire::Columns;
    /// Comments, newest first.
    answers::comments(survey: &str, filter: CommentFilter) -> Vec<wire::Comment>;
    /// One record of a survey.
    answers::find(survey: &str, id: AnswerId) -> Option<Listed>;
    /// A page of the records whose newest change lies in `span`, in the order of their changes; none at the end.
    pages::page(survey: &str, span: Span) -> Vec<Kept>;
    /// How many records lie in each block of `size` changes, for blocks that have any; the block's number, from 0, and the
    /// count.
    pages::blocks(survey: &str, size: u64) -> Vec<(u64, u64)>;
    /// How many records have their newest change in `span`.
    pages::rows(survey: &str, span: Span) -> u64;
    /// How many answers were lost on the way and are still missing, by survey and reason, the most frequent first.
    losses::losses() -> Vec<(String, String, u64)>;
    /// Whether anyone can sign in yet.
    accounts::has_account() -> bool;
    /// The account under this name.
    accounts::account(email: &str) -> Option<AccountRow>;
    /// Whether a browser has signed in to this account since.
    accounts::is_device(token: &TokenSha, email: &str, since_ms: i64) -> bool;
    /// The session with this token.
    accounts::session(token: &TokenSha) -> Option<SessionRow>;
    /// Everybody, and whoever is invited at `now_ms`.
    people::people(now_ms: i64) -> wire::People;
    /// Whether somebody is invited with this token at `now_ms`.
    people::is_invited(token: &TokenSha, now_ms: i64) -> bool;
    /// Tokens that have not ended at `now_ms`.
    people::tokens(now_ms: i64) -> Vec<wire::Token>;
    /// The name and scope of a token, if it has not ended at `now_ms`.
    people::token(token: &TokenSha, now_ms: i64) -> Option<(String, Role)>;
    /// What was done before the deed with number `before`, newest first.
    people::deeds(before: i64, limit: u32) -> Vec<wire::Deed>;
    /// Some cases, the one due first at the top.
    cases::cases(survey: &str, filter: CaseFilter) -> Vec<CaseRow>;
    /// One case.
    cases::case_of(survey: &str, id: AnswerId) -> Option<CaseRow>;
    /// What was done and said about a case, oldest first.
    cases::entries(survey: &str, id: AnswerId) -> Vec<wire::CaseEntry>;
    /// The times of all cases that were opened in a period.
    cases::spans(survey: &str, from_ms: i64, to_ms: i64) -> Vec<CaseSpan>;
    /// All webhooks, oldest first.
    hooks::hooks() -> Vec<HookRow>;
    /// What a webhook was and is to be told in this state (empty for any) before a time, newest first, so many at most.
    hooks::deliveries(hook: &str, state: &str, page: (i64, i64)) -> Vec<wire::Delivery>;
    /// The webhooks that are to be told something now.
    hooks::due_hooks(now_ms: i64) -> Vec<String>;
    /// What was refused before the one with number `before`, newest first.
    quarantine::quarantine(before: i64, limit: u32) -> Vec<wire::Quarantined>;
    /// One that was refused, with what was sent.
    quarantine::quarantined(id: i64) -> Option<Detained>;
    /// Which answers are somebody's, by survey and id.
    privacy::answers_of(wanted: &Wanted) -> Vec<(String, AnswerId)>;
    /// The keys of what was refused and is somebody's.
    privacy::refused_of(wanted: &Wanted) -> Vec<[u8; 16]>;
    /// Everything that was ever erased.
    privacy::erased() -> Vec<Erased>;
}

writes! {
    /// Keeps a note of a lost answer. `false`: it was there already.
    losses::lose(loss: Loss) -> bool;
    /// Makes the first account. `false`: there is one.
    accounts::make_first_account(first: FirstAccount) -> bool;
    /// Opens a session.
    accounts::open_session(session: NewSession) -> ();
    /// Writes down when a session was used last.
    accounts::touch_session(touch: Touch) -> ();
    /// Ends a session.
    accounts::end_session(token: TokenSha) -> ();
    /// Does something about people. `false`: there was nothing to do, or it was not allowed.
    people::act(act: Act) -> bool;
    /// Takes what a webhook is to be told now.
    hooks::claim(claim: Claim) -> Vec<Due>;
    /// Gives up what a webhook was not told for too long.
    hooks::give_up(overdue: Overdue) -> ();
    /// Writes down what came of telling it.
    hooks::settle(settled: Vec<Settled>) -> ();
    /// Drops deliveries that are not kept any longer; how many.
    hooks::forget(stale: Stale) -> u64;
    /// Keeps answers that were refused.
    quarantine::detain(refused: Vec<Refused>) -> ();
    /// Erases answers, and remembers their ids.
    privacy::erase(erasure: Erasure) -> ();
    /// Erases what a ledger names.
    privacy::erase_again(erased: Vec<Erased>) -> ();
    /// Deletes some of what is too old, and writes down how much; 0 when nothing is.
    privacy::purge(purge: Purge) -> u64;
    /// Deletes what was refused before this time.
    privacy::purge_refused(before_ms: i64) -> u64;
    /// Takes what is done once a day, or holds it for longer.
    privacy::take(lease: Lease) -> Hold;
    /// Writes down that it is done for the day.
    privacy::finish(lease: Lease) -> ();
}

/// What the databases count, which is never negative.
pub(crate) const fn count(rows: i64) -> u64 {
    rows.unsigned_abs()
}
