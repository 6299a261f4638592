//! Opening the file: settings, migrations, and a sentence for each way in which it can fail.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{Mutex, mpsc};

use super::write::{QUEUE_MAX, STATEMENTS_MAX, Writer};
use super::{Sqlite, code, shared};
use crate::Error;
use crate::store::live::Live;
use crate::store::pool::ageless;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The database's name in the data directory.
pub(super) const FILE: &str = "suara.db";

/// How long a write waits for another process, such as an import, to finish its transaction; and how long it may then
/// keep a visitor waiting.
pub(super) const BUSY: Duration = Duration::from_secs(4);

/// Readers beside the writer: a chart and an export at a time for a few owners; each costs a thread and a page cache.
const READERS_MAX: u32 = 4;

impl Sqlite {
    pub(in crate::store) fn exists(data: &Path) -> bool {
        data.join(FILE).is_file()
    }

    pub(in crate::store) async fn open(data: &Path) -> Result<Self, Error> {
        make_directory(data)?;
        let path = data.join(FILE);
        let options = options(&path);
        // A new file can give up the pages of what is deleted; `tidy` makes it so in one from before.
        let first = options.clone().auto_vacuum(SqliteAutoVacuum::Incremental);
        let mut connection = first.connect().await.map_err(|error| unusable(&path, error))?;
        prepare(&mut connection).await.map_err(|error| unusable(&path, error))?;
        let readers = ageless(READERS_MAX, BUSY).connect_lazy_with(options.clone().read_only(true));
        let live = Arc::new(Live::default());
        for (survey, change) in
            shared::answers::changes(&readers).await.map_err(|error| unusable(&path, error))?
        {
            live.publish(&survey, change);
        }
        let (queue, jobs) = mpsc::channel(QUEUE_MAX);
        let writer = Writer::new(options, connection, Arc::clone(&live));
        let writer = Mutex::new(Some(tokio::spawn(writer.run(jobs))));
        Ok(Self { path, readers, live, writer, queue: RwLock::new(Some(queue)) })
    }
}

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Each commit waits for the disk: an acknowledged answer outlives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS_MAX)
        // A statement of many rows keeps what it would have to take back; as a file that costs more than the rows.
        .pragma("temp_store", "MEMORY")
        // What is deleted is overwritten.
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
}

fn make_directory(data: &Path) -> Result<(), Error> {
    let mut directory = std::fs::DirBuilder::new();
    directory.recursive(true);
    // Customers' words are for the collector's own user alone. A directory that was there keeps its mode.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut directory, 0o700);
    directory.create(data).map_err(|source| Error::DataDirectory { path: data.to_owned(), source })?;
    // SQLite opens a file that it cannot write and fails at the first answer; that would be too late.
    let probe = data.join(".writable");
    std::fs::write(&probe, b"")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|source| Error::DataDirectory { path: data.to_owned(), source })
}

async fn prepare(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    MIGRATIONS.run(&mut *connection).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    shared::surveys::add_ready_made(&mut transaction).await?;
    transaction.commit().await
}

pub(super) fn unusable(path: &Path, error: sqlx::Error) -> Error {
    let path: PathBuf = path.to_owned();
    match code(&error) {
        Some(11 | 26) => Error::DatabaseCorrupt { path }, // SQLITE_CORRUPT, SQLITE_NOTADB
        Some(5 | 6) => Error::DatabaseBusy { path },      // SQLITE_BUSY, SQLITE_LOCKED
        _ => match error {
            sqlx::Error::Migrate(error) => Error::DatabaseForeign { path, reason: error.to_string() },
            error => Error::Database { path, reason: error.to_string() },
        },
    }
}
