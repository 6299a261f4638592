//! Answers, read.

use futures_util::{Stream, StreamExt, TryStreamExt};
use sqlx::Row as _;
use suara_survey::{AnswerId, AnswerMarks, Score, wire};

use super::{Pool, Row};
use crate::store::record::{parsed, stage_code, stage_of};
use crate::store::{CommentFilter, Listed, StoreError, count};

/// How many records each survey has, and how many of them are left out of its score.
pub(in crate::store) async fn counts(pool: &Pool) -> Result<Vec<(String, u64, u64)>, sqlx::Error> {
    let rows = sqlx::query_as(
        "SELECT survey, count(*), count(CASE WHEN marks & $1 <> 0 THEN 1 END) FROM answers GROUP BY survey",
    );
    let rows: Vec<(String, i64, i64)> =
        rows.bind(i64::from(AnswerMarks::LEAVING_OUT.bits())).fetch_all(pool).await?;
    Ok(rows.into_iter().map(|(survey, rows, left_out)| (survey, count(rows), count(left_out))).collect())
}

pub(in crate::store) async fn complete(pool: &Pool, survey: &str) -> Result<u64, sqlx::Error> {
    let rows = sqlx::query_scalar(
        "SELECT count(*) FROM answers WHERE survey = $1 AND stage = $2 AND marks & $3 = 0",
    );
    let rows = rows.bind(survey).bind(stage_code(wire::Stage::Complete));
    rows.bind(i64::from(AnswerMarks::LEAVING_OUT.bits())).fetch_one(pool).await.map(count)
}

pub(in crate::store) async fn changes(pool: &Pool) -> Result<Vec<(String, u64)>, sqlx::Error> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT survey, change FROM changes").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|(survey, change)| (survey, count(change))).collect())
}

pub(in crate::store) async fn change(pool: &Pool, survey: &str) -> Result<u64, sqlx::Error> {
    let change = sqlx::query_scalar("SELECT change FROM changes WHERE survey = $1").bind(survey);
    Ok(change.fetch_optional(pool).await?.map_or(0, count))
}

pub(in crate::store) async fn columns(pool: &Pool, survey: &str) -> Result<wire::Columns, StoreError> {
    let mut rows =
        sqlx::query("SELECT at_ms, stage, score, marks FROM answers WHERE survey = $1 ORDER BY at_ms, stage, score, marks")
            .bind(survey)
            .fetch(pool);
    let mut columns = wire::Columns::default();
    while let Some(row) = rows.try_next().await? {
        columns.at_ms.push(row.try_get(0)?);
        columns.stage.push(stage(row.try_get(1)?)?);
        columns.score.push(points(row.try_get(2)?));
        columns.marks.push(marks_of(row.try_get(3)?).bits());
    }
    if columns.marks.iter().all(|marks| *marks == 0) {
        columns.marks = Vec::new();
    }
    Ok(columns)
}

pub(in crate::store) async fn comments(
    pool: &Pool,
    survey: &str,
    filter: CommentFilter,
) -> Result<Vec<wire::Comment>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, at_ms, score, comment, locale, page, marks FROM answers
         WHERE survey = $1 AND comment IS NOT NULL AND at_ms >= $2 AND at_ms < $3
         ORDER BY at_ms DESC LIMIT $4",
    );
    let rows = rows.bind(survey).bind(filter.from_ms).bind(filter.to_ms).bind(i64::from(filter.limit));
    rows.fetch_all(pool).await?.iter().map(comment).collect()
}

pub(in crate::store) async fn find(
    pool: &Pool,
    survey: &str,
    wanted: AnswerId,
) -> Result<Option<Listed>, StoreError> {
    let row = sqlx::query(
        "SELECT id, survey, version, stage, at_ms, score, comment, locale, page, given, fields, marks
         FROM answers WHERE survey = $1 AND id = $2",
    );
    let row = row.bind(survey).bind(&wanted.as_bytes()[..]).fetch_optional(pool).await?;
    row.as_ref().map(listed).transpose()
}

pub(in crate::store) fn list<'a>(
    pool: &'a Pool,
    survey: &'a str,
) -> impl Stream<Item = Result<Listed, StoreError>> + Send + 'a {
    sqlx::query(
        "SELECT id, survey, version, stage, at_ms, score, comment, locale, page, given, fields, marks
         FROM answers WHERE survey = $1 ORDER BY at_ms, id",
    )
    .bind(survey)
    .fetch(pool)
    .map(|row| listed(&row?))
}

fn comment(row: &Row) -> Result<wire::Comment, StoreError> {
    Ok(wire::Comment {
        id: id(row.try_get(0)?)?.to_string(),
        at_ms: row.try_get(1)?,
        score: points(row.try_get(2)?),
        comment: row.try_get(3)?,
        locale: row.try_get(4)?,
        page: row.try_get(5)?,
        marks: marks_of(row.try_get(6)?).bits(),
    })
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: id(row.try_get(0)?)?,
        survey: row.try_get(1)?,
        version: number(row.try_get(2)?),
        stage: stage(row.try_get(3)?)?,
        at_ms: row.try_get(4)?,
        score: points(row.try_get(5)?).and_then(Score::new),
        comment: row.try_get(6)?,
        locale: row.try_get(7)?,
        page: row.try_get(8)?,
        given: parsed(row.try_get(9)?)?,
        fields: row.try_get::<Option<&str>, _>(10)?.map(parsed).transpose()?.unwrap_or_default(),
        marks: marks_of(row.try_get(11)?),
    })
}

pub(super) fn stage(code: i64) -> Result<wire::Stage, StoreError> {
    stage_of(code).ok_or_else(|| StoreError::Foreign(format!("stage {code}")))
}

pub(super) fn id(bytes: &[u8]) -> Result<AnswerId, StoreError> {
    bytes
        .try_into()
        .ok()
        .and_then(AnswerId::from_bytes)
        .ok_or_else(|| StoreError::Foreign(format!("an id of {} bytes", bytes.len())))
}

pub(super) fn points(score: Option<i64>) -> Option<u8> {
    score.and_then(|score| u8::try_from(score).ok())
}

/// Reads what was written from the bits of marks.
pub(in crate::store) fn marks_of(bits: i64) -> AnswerMarks {
    AnswerMarks::from_bits(u8::try_from(bits).unwrap_or_default())
}

/// Reads what was written from a `u32`.
pub(super) fn number(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
