//! Answers page by page, in the order of their changes.

use futures_util::TryStreamExt;
use sqlx::Row as _;
use suara_survey::Score;

use super::answers::{id, marks_of, number, points, stage};
use super::{Pool, Row};
use crate::store::{Kept, Span, StoreError, count};

/// Rows on a page: enough to make the cost of a query small, few enough to be a batch in a data frame's terms.
const PAGE_ROWS: i64 = 8192;

/// Texts on a page. Answers may be full to the brim; then a page has fewer rows, and memory stays as it is.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// A page of records by their changes. A page ends when it holds enough rows or bytes; the next begins after its last
/// change. No transaction is open between two pages, so that a slow reader holds nothing up.
pub(in crate::store) async fn page(pool: &Pool, survey: &str, span: Span) -> Result<Vec<Kept>, StoreError> {
    let mut rows = sqlx::query(
        "SELECT change, id, version, snapshot, stage, at_ms, received_ms, score, comment, locale, page, given, fields,
         marks
         FROM answers WHERE survey = $1 AND change > $2 AND change <= $3 ORDER BY change LIMIT $4",
    )
    .bind(survey)
    .bind(signed(span.after))
    .bind(signed(span.until))
    .bind(PAGE_ROWS)
    .fetch(pool);
    let (mut page, mut size_bytes) = (Vec::new(), 0);
    while size_bytes < PAGE_BYTES
        && let Some(row) = rows.try_next().await?
    {
        let row = kept(&row)?;
        size_bytes += row.size_bytes();
        page.push(row);
    }
    Ok(page)
}

/// How many records lie in each block of `size` changes, for the blocks that have any: 0 is the block of the changes 1
/// to `size`.
pub(in crate::store) async fn blocks(
    pool: &Pool,
    survey: &str,
    size: u64,
) -> Result<Vec<(u64, u64)>, sqlx::Error> {
    let blocks = sqlx::query_as(
        "SELECT (change - 1) / $2, count(*) FROM answers WHERE survey = $1 GROUP BY 1 ORDER BY 1",
    );
    let blocks: Vec<(i64, i64)> = blocks.bind(survey).bind(signed(size)).fetch_all(pool).await?;
    Ok(blocks.into_iter().map(|(block, rows)| (count(block), count(rows))).collect())
}

/// How many records lie in a range.
pub(in crate::store) async fn rows(pool: &Pool, survey: &str, span: Span) -> Result<u64, sqlx::Error> {
    let rows =
        sqlx::query_scalar("SELECT count(*) FROM answers WHERE survey = $1 AND change > $2 AND change <= $3");
    let rows = rows.bind(survey).bind(signed(span.after)).bind(signed(span.until));
    rows.fetch_one(pool).await.map(count)
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    Ok(Kept {
        change: count(row.try_get(0)?),
        id: id(row.try_get(1)?)?,
        version: number(row.try_get(2)?),
        snapshot: number(row.try_get(3)?),
        stage: stage(row.try_get(4)?)?,
        at_ms: row.try_get(5)?,
        received_ms: row.try_get(6)?,
        score: points(row.try_get(7)?).and_then(Score::new),
        comment: row.try_get(8)?,
        locale: row.try_get(9)?,
        page: row.try_get(10)?,
        given: row.try_get(11)?,
        fields: row.try_get(12)?,
        marks: marks_of(row.try_get(13)?),
    })
}

/// No counter comes near the end of either.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
