//! Every query that only reads.

use futures_util::{Stream, StreamExt, TryStreamExt};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use suara_survey::{AnswerId, Score, wire};

use crate::store::record::stage_of;
use crate::store::{AccountRow, CommentFilter, Listed, SessionRow, StoreError, TokenSha};

pub(super) async fn surveys(pool: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT definition FROM surveys ORDER BY id, version").fetch_all(pool).await
}

pub(super) async fn counts(pool: &SqlitePool) -> Result<Vec<(String, u64)>, sqlx::Error> {
    sqlx::query_as("SELECT survey, count(*) FROM answers GROUP BY survey").fetch_all(pool).await
}

pub(super) async fn changes(pool: &SqlitePool) -> Result<Vec<(String, u64)>, sqlx::Error> {
    sqlx::query_as("SELECT survey, change FROM changes").fetch_all(pool).await
}

pub(super) async fn change(pool: &SqlitePool, survey: &str) -> Result<u64, sqlx::Error> {
    let change = sqlx::query_scalar("SELECT change FROM changes WHERE survey = ?").bind(survey);
    Ok(change.fetch_optional(pool).await?.unwrap_or(0))
}

pub(super) async fn columns(pool: &SqlitePool, survey: &str) -> Result<wire::Columns, StoreError> {
    let mut rows =
        sqlx::query("SELECT at_ms, stage, score FROM answers WHERE survey = ? ORDER BY at_ms, stage, score")
            .bind(survey)
            .fetch(pool);
    let mut columns = wire::Columns::default();
    while let Some(row) = rows.try_next().await? {
        columns.at_ms.push(row.try_get(0)?);
        columns.stage.push(stage(row.try_get(1)?)?);
        columns.score.push(row.try_get(2)?);
    }
    Ok(columns)
}

pub(super) async fn comments(
    pool: &SqlitePool,
    survey: &str,
    filter: CommentFilter,
) -> Result<Vec<wire::Comment>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, at_ms, score, comment, locale, page FROM answers
         WHERE survey = ? AND comment IS NOT NULL AND at_ms >= ? AND at_ms < ?
         ORDER BY at_ms DESC LIMIT ?",
    );
    let rows = rows.bind(survey).bind(filter.from_ms).bind(filter.to_ms).bind(filter.limit);
    rows.fetch_all(pool).await?.iter().map(comment).collect()
}

pub(super) async fn find(pool: &SqlitePool, wanted: AnswerId) -> Result<Option<Listed>, StoreError> {
    let row = sqlx::query(
        "SELECT id, survey, version, stage, at_ms, score, comment, locale, page FROM answers WHERE id = ?",
    );
    let row = row.bind(&wanted.as_bytes()[..]).fetch_optional(pool).await?;
    row.as_ref().map(listed).transpose()
}

pub(super) fn list<'a>(
    pool: &'a SqlitePool,
    survey: &'a str,
) -> impl Stream<Item = Result<Listed, StoreError>> + Send + 'a {
    sqlx::query(
        "SELECT id, survey, version, stage, at_ms, score, comment, locale, page FROM answers
         WHERE survey = ? ORDER BY at_ms, id",
    )
    .bind(survey)
    .fetch(pool)
    .map(|row| listed(&row?))
}

pub(super) async fn has_account(pool: &SqlitePool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts)").fetch_one(pool).await
}

pub(super) async fn account(pool: &SqlitePool, email: &str) -> Result<Option<AccountRow>, sqlx::Error> {
    let row = sqlx::query_as("SELECT id, email, password FROM accounts WHERE email = ?").bind(email);
    let row: Option<(i64, String, String)> = row.fetch_optional(pool).await?;
    Ok(row.map(|(id, email, password)| AccountRow { id, email, password }))
}

pub(super) async fn session(pool: &SqlitePool, token: &TokenSha) -> Result<Option<SessionRow>, sqlx::Error> {
    let row = sqlx::query_as(
        "SELECT accounts.email, sessions.created_ms, sessions.seen_ms
         FROM sessions JOIN accounts ON accounts.id = sessions.account WHERE token_sha = ?",
    );
    let row: Option<(String, i64, i64)> = row.bind(&token[..]).fetch_optional(pool).await?;
    Ok(row.map(|(email, created_ms, seen_ms)| SessionRow { email, created_ms, seen_ms }))
}

fn comment(row: &SqliteRow) -> Result<wire::Comment, StoreError> {
    Ok(wire::Comment {
        id: id(row.try_get(0)?)?.to_string(),
        at_ms: row.try_get(1)?,
        score: row.try_get(2)?,
        comment: row.try_get(3)?,
        locale: row.try_get(4)?,
        page: row.try_get(5)?,
    })
}

fn listed(row: &SqliteRow) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: id(row.try_get(0)?)?,
        survey: row.try_get(1)?,
        version: row.try_get(2)?,
        stage: stage(row.try_get(3)?)?,
        at_ms: row.try_get(4)?,
        score: row.try_get::<Option<u8>, _>(5)?.and_then(Score::new),
        comment: row.try_get(6)?,
        locale: row.try_get(7)?,
        page: row.try_get(8)?,
    })
}

fn stage(code: i64) -> Result<wire::Stage, StoreError> {
    stage_of(code).ok_or_else(|| StoreError::Foreign(format!("stage {code}")))
}

fn id(bytes: &[u8]) -> Result<AnswerId, StoreError> {
    bytes
        .try_into()
        .ok()
        .and_then(AnswerId::from_bytes)
        .ok_or_else(|| StoreError::Foreign(format!("an id of {} bytes", bytes.len())))
}
