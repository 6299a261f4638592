//! One group of answers in one transaction.

use std::collections::HashMap;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, QueryBuilder, Row, Sqlite};

use crate::store::Record;
use crate::store::record::stage_code;
use crate::store::verdict::{Held, Verdict, verdict};

/// Rows in one statement. Each length is a statement of its own in the cache of prepared ones (100), and 32 rows already
/// make the cost of a statement's round trip small.
const ROWS_MAX: usize = 32;

/// The verdict on each record, in their order, and the newest change of each survey that was written to.
pub(super) async fn commit(
    connection: &mut SqliteConnection,
    records: &[Record],
) -> Result<(Vec<Verdict>, Vec<(String, u64)>), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut held = held(&mut transaction, records).await?;
    let mut newest: HashMap<[u8; 16], &Record> = HashMap::new();
    let mut verdicts = Vec::with_capacity(records.len());
    for record in records {
        let id = *record.id.as_bytes();
        let verdict = verdict(held.get(&id), record);
        if verdict == Verdict::Stored {
            held.insert(id, Held::of(record));
            newest.insert(id, record);
        }
        verdicts.push(verdict);
    }
    let rows: Vec<&Record> = newest.into_values().collect();
    let (changes, rows) = number(&mut transaction, rows).await?;
    for rows in rows.chunks(ROWS_MAX) {
        upsert(&mut transaction, rows).await?;
    }
    transaction.commit().await?;
    Ok((verdicts, changes))
}

async fn held(
    connection: &mut SqliteConnection,
    records: &[Record],
) -> Result<HashMap<[u8; 16], Held>, sqlx::Error> {
    let mut held = HashMap::new();
    for records in records.chunks(ROWS_MAX) {
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT id, survey, snapshot, body_sha FROM answers WHERE id IN (");
        let mut ids = query.separated(", ");
        for record in records {
            ids.push_bind(record.id.as_bytes().to_vec());
        }
        query.push(")");
        for row in query.build().fetch_all(&mut *connection).await? {
            let (Ok(id), Ok(body_sha)) =
                (row.try_get::<&[u8], _>(0)?.try_into(), row.try_get::<&[u8], _>(3)?.try_into())
            else {
                continue;
            };
            held.insert(id, Held { survey: row.try_get(1)?, snapshot: row.try_get(2)?, body_sha });
        }
    }
    Ok(held)
}

/// Gives each row the next change number of its survey. The number is drawn within the transaction, so whoever has seen
/// a number has seen every lower one.
async fn number<'a>(
    connection: &mut SqliteConnection,
    rows: Vec<&'a Record>,
) -> Result<(Vec<(String, u64)>, Vec<(&'a Record, i64)>), sqlx::Error> {
    let mut by_survey: HashMap<&str, Vec<&Record>> = HashMap::new();
    rows.into_iter().for_each(|row| by_survey.entry(&row.survey).or_default().push(row));
    let (mut changes, mut numbered) = (Vec::new(), Vec::new());
    for (survey, rows) in by_survey {
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let last: i64 = sqlx::query_scalar(
            "INSERT INTO changes (survey, change) VALUES (?, ?)
             ON CONFLICT (survey) DO UPDATE SET change = change + excluded.change RETURNING change",
        )
        .bind(survey)
        .bind(count)
        .fetch_one(&mut *connection)
        .await?;
        numbered.extend(rows.into_iter().zip(last - count + 1..));
        changes.push((survey.to_owned(), last.unsigned_abs()));
    }
    Ok((changes, numbered))
}

async fn upsert(connection: &mut SqliteConnection, rows: &[(&Record, i64)]) -> Result<(), sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "INSERT INTO answers (id, survey, version, snapshot, stage, at_ms, received_ms, score, comment, locale, page,
         given, body_sha, change) ",
    );
    query.push_values(rows, |mut values, (row, change)| {
        values
            .push_bind(row.id.as_bytes().to_vec())
            .push_bind(row.survey.clone())
            .push_bind(row.version)
            .push_bind(row.snapshot)
            .push_bind(stage_code(row.stage))
            .push_bind(row.at_ms)
            .push_bind(row.received_ms)
            .push_bind(row.score.map(suara_survey::Score::get))
            .push_bind(row.comment.clone())
            .push_bind(row.locale.clone())
            .push_bind(row.page.clone())
            .push_bind(row.given.clone())
            .push_bind(row.body_sha.to_vec())
            .push_bind(*change);
    });
    query.push(
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, snapshot = excluded.snapshot,
         stage = excluded.stage, at_ms = excluded.at_ms, received_ms = excluded.received_ms, score = excluded.score,
         comment = excluded.comment, locale = excluded.locale, page = excluded.page, given = excluded.given,
         body_sha = excluded.body_sha, change = excluded.change",
    );
    query.build().execute(connection).await.map(drop)
}
