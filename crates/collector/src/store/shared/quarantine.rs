//! The quarantine: filled, emptied and read.

use sqlx::Row as _;
use suara_survey::wire::{Ground, Quarantined};

use super::{Connection, Pool, Row};
use crate::store::StoreError;
use crate::store::quarantine::{BYTES_MAX, Detained, LEFT_PERCENT, ROWS_MAX, Refused};

pub(in crate::store) async fn quarantine(
    pool: &Pool,
    before: i64,
    limit: u32,
) -> Result<Vec<Quarantined>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, ground, error, survey, first_ms, last_ms, times, size, whole FROM quarantine
         WHERE id < $1 ORDER BY id DESC LIMIT $2",
    );
    rows.bind(before).bind(i64::from(limit)).fetch_all(pool).await?.iter().map(about).collect()
}

pub(in crate::store) async fn quarantined(pool: &Pool, id: i64) -> Result<Option<Detained>, StoreError> {
    let row = sqlx::query(
        "SELECT id, ground, error, survey, first_ms, last_ms, times, size, whole, body FROM quarantine WHERE id = $1",
    );
    let row = row.bind(id).fetch_optional(pool).await?;
    row.map(|row| Ok(Detained { about: about(&row)?, body: row.try_get(9)? })).transpose()
}

fn about(row: &Row) -> Result<Quarantined, StoreError> {
    let ground: &str = row.try_get(1)?;
    Ok(Quarantined {
        id: row.try_get(0)?,
        ground: Ground::named(ground).ok_or_else(|| StoreError::Foreign(format!("ground {ground}")))?,
        error: row.try_get(2)?,
        survey: row.try_get(3)?,
        first_ms: row.try_get(4)?,
        last_ms: row.try_get(5)?,
        times: row.try_get(6)?,
        size_bytes: row.try_get(7)?,
        is_whole: row.try_get::<i64, _>(8)? == 1,
    })
}

/// Keeps what was refused, and lets go where there is too much: first what anybody can send, then the rest, the oldest first.
pub(in crate::store) async fn detain(
    connection: &mut Connection,
    refused: &[Refused],
) -> Result<(), sqlx::Error> {
    for refused in refused {
        sqlx::query(
            "INSERT INTO quarantine (survey, ground, body_sha, first_ms, last_ms, times, size, whole, error, body)
             VALUES ($1, $2, $3, $4, $4, 1, $5, $6, $7, $8)
             ON CONFLICT (survey, ground, body_sha)
             DO UPDATE SET times = quarantine.times + 1, last_ms = excluded.last_ms, error = excluded.error",
        )
        .bind(&refused.survey)
        .bind(refused.ground.name())
        .bind(&refused.body_sha[..])
        .bind(refused.at_ms)
        .bind(i64::try_from(refused.body.len()).unwrap_or(i64::MAX))
        .bind(i64::from(refused.is_whole))
        .bind(&refused.error)
        .bind(&refused.body)
        .execute(&mut *connection)
        .await?;
    }
    trim(connection).await
}

async fn trim(connection: &mut Connection) -> Result<(), sqlx::Error> {
    let counts = sqlx::query_as("SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM quarantine");
    let (rows, bytes): (i64, i64) = counts.fetch_one(&mut *connection).await?;
    if rows <= ROWS_MAX && bytes <= BYTES_MAX {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM quarantine WHERE id IN (SELECT id FROM
         (SELECT id, row_number() OVER kept AS place, sum(size) OVER kept AS bytes FROM quarantine WINDOW kept AS
          (ORDER BY CASE WHEN ground IN ('invalid', 'conflict') THEN 0 ELSE 1 END, id DESC)) AS ranked
         WHERE place > $1 OR bytes > $2)",
    )
    .bind(ROWS_MAX * LEFT_PERCENT / 100)
    .bind(BYTES_MAX * LEFT_PERCENT / 100)
    .execute(connection)
    .await
    .map(drop)
}
