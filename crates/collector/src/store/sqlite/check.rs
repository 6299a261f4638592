//! Whether a database is whole: by SQLite's own check, and by what this program relies on. It only reads, so it may run
//! while the collector serves.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Row};

use super::open::{FILE, MIGRATIONS};
use super::shared::check::NAMED_MAX;
use super::{Sqlite, shared};
use crate::Error;
use crate::store::Findings;

impl Sqlite {
    /// Checks the database in a data directory, or the file itself.
    pub(in crate::store) async fn check(path: &Path) -> Result<Findings, Error> {
        let path = if path.is_dir() { path.join(FILE) } else { path.to_owned() };
        if !path.is_file() {
            return Err(Error::NoDatabase(path));
        }
        let failed = |error: sqlx::Error| super::open::unusable(&path, error);
        let options = SqliteConnectOptions::new().filename(&path).read_only(true);
        let mut connection = options.connect().await.map_err(failed)?;
        let findings = all(&mut connection).await.map_err(failed)?;
        connection.close().await.map_err(failed)?;
        Ok(findings)
    }
}

/// Everything within one transaction, so that it is the state of one moment.
async fn all(connection: &mut SqliteConnection) -> Result<Findings, sqlx::Error> {
    let mut moment = connection.begin().await?;
    let mut problems = damages(&mut moment).await?;
    // What is read from damaged pages says nothing.
    if problems.is_empty() {
        problems.extend(shared::check::migrations(&mut moment, &MIGRATIONS).await?);
        problems.extend(references(&mut moment).await?);
        let (answers, broken) = shared::check::all(&mut moment).await?;
        problems.extend(broken);
        return Ok(Findings { answers, problems });
    }
    Ok(Findings { answers: 0, problems })
}

/// Pages, indexes and the schema's own checks.
pub(super) async fn damages(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let lines: Result<Vec<String>, _> =
        sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&mut *connection).await;
    match lines {
        Ok(lines) => Ok(lines.into_iter().filter(|line| line != "ok").collect()),
        Err(error) if matches!(super::code(&error), Some(11 | 26)) => Ok(vec![error.to_string()]),
        Err(error) => Err(error),
    }
}

async fn references(connection: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await?;
    let named = rows.iter().take(NAMED_MAX).map(|row| {
        Ok(format!(
            "a row of {} refers to a missing row of {}",
            row.try_get::<&str, _>(0)?,
            row.try_get::<&str, _>(2)?
        ))
    });
    named.collect()
}
