//! The database as one file: copied while others write to it, and put in place where there is none.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::open::{FILE, MIGRATIONS};
use super::{Sqlite, shared};
use crate::Error;
use crate::clock::now_ms;
use crate::store::{CHUNK, Erased};

/// Numbers left out when a backup is put back, at least: so many changes may have been lost with what came after it, on
/// a machine whose clock is wrong.
const GAP: i64 = 1 << 20;

impl Sqlite {
    /// Writes the state of one moment to the file `to`, which must not exist. Whoever writes meanwhile is not held up.
    pub(in crate::store) async fn backup(data: &Path, to: &Path) -> Result<(), Error> {
        let from = data.join(FILE);
        if !from.is_file() {
            return Err(Error::NoDatabase(data.to_owned()));
        }
        if to.exists() {
            return Err(Error::BackupThere(to.to_owned()));
        }
        let part = part(to);
        let unwritable = |source| Error::BackupFile { path: to.to_owned(), source };
        // SQLite fills an empty file, too; made here, nobody else may read it.
        empty(&part).map_err(unwritable)?;
        let copied = copy(&from, &part).await;
        if let Err(error) = copied {
            drop(fs::remove_file(&part));
            return Err(Error::Database { path: from, reason: error.to_string() });
        }
        keep(&part, to).map_err(unwritable)
    }

    /// Puts the backup `from` into a data directory without a database, brought up to date and found whole, and without
    /// what was erased since.
    pub(in crate::store) async fn restore(from: &Path, data: &Path, erased: &[Erased]) -> Result<(), Error> {
        let to = data.join(FILE);
        for ending in ["", "-wal", "-shm"] {
            let path = PathBuf::from(format!("{}{ending}", to.display()));
            if path.exists() {
                return Err(Error::DatabaseThere(path));
            }
        }
        let part = part(&to);
        let unreadable = |source| Error::BackupUnreadable { path: from.to_owned(), source };
        empty(&part).map_err(|source| Error::DataDirectory { path: data.to_owned(), source })?;
        let outcome = match fs::copy(from, &part) {
            Err(source) => Err(unreadable(source)),
            Ok(_) => renew(&part, erased)
                .await
                .map_err(|reason| Error::BackupDamaged { path: from.to_owned(), reason }),
        };
        if let Err(error) = outcome {
            drop(fs::remove_file(&part));
            return Err(error);
        }
        keep(&part, &to).map_err(|source| Error::DataDirectory { path: data.to_owned(), source })
    }
}

async fn copy(from: &Path, part: &Path) -> Result<(), sqlx::Error> {
    let mut source = SqliteConnectOptions::new().filename(from).read_only(true).connect().await?;
    let part = part.to_string_lossy().into_owned();
    sqlx::query("VACUUM INTO ?").bind(part).execute(&mut source).await?;
    source.close().await
}

/// A file by itself, without a write-ahead log beside it: what is renamed must be everything.
async fn renew(part: &Path, erased: &[Erased]) -> Result<(), String> {
    let options = SqliteConnectOptions::new().filename(part).journal_mode(SqliteJournalMode::Delete);
    let mut connection = options.connect().await.map_err(|error| error.to_string())?;
    let damages = super::check::damages(&mut connection).await.map_err(|error| error.to_string())?;
    if let Some(damage) = damages.first() {
        return Err(damage.clone());
    }
    MIGRATIONS.run(&mut connection).await.map_err(|error| error.to_string())?;
    renumber(&mut connection, now_ms()).await.map_err(|error| error.to_string())?;
    if !erased.is_empty() {
        forget(&mut connection, erased).await.map_err(|error| error.to_string())?;
    }
    connection.close().await.map_err(|error| error.to_string())
}

/// Moves the numbers of all changes on, behind any that was given out after the backup: who asks for what is new gets all
/// rows once more and misses none, and no chunk that a cache keeps for good has the name of another. They go on at the
/// milliseconds since 1970, as nobody draws a thousand numbers a second for long, so that the same backup can be put back
/// twice; whole chunks further on, so that rows stay together.
async fn renumber(connection: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
    let chunk = i64::try_from(CHUNK).unwrap_or(GAP);
    let mut transaction = connection.begin().await?;
    let counters: Vec<(String, i64)> =
        sqlx::query_as("SELECT survey, change FROM changes").fetch_all(&mut *transaction).await?;
    for (survey, change) in counters {
        let step = (now_ms - change).max(GAP).div_euclid(chunk) * chunk + chunk;
        for table in ["answers", "changes"] {
            let add = AssertSqlSafe(format!("UPDATE {table} SET change = change + $1 WHERE survey = $2"));
            sqlx::query(add).bind(step).bind(&survey).execute(&mut *transaction).await?;
        }
    }
    transaction.commit().await
}

/// Erases once more what this backup still holds, and writes the file anew without a trace of it.
async fn forget(connection: &mut SqliteConnection, erased: &[Erased]) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    shared::privacy::erase_again(&mut transaction, erased).await?;
    transaction.commit().await?;
    sqlx::query("VACUUM").execute(connection).await.map(drop)
}

fn part(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.part", path.display()))
}

/// An empty file for this user alone, in place of what an interrupted run has left.
fn empty(path: &Path) -> io::Result<()> {
    drop(fs::remove_file(path));
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// On disk first, then under its name: half a backup never looks like one.
fn keep(part: &Path, to: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    fs::rename(part, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not every system opens a folder as a file.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
