//! One group of answers in one transaction, in two trips to SQLite: each statement by itself would wait for sqlx's thread
//! to wake up, and those waits would cost more than the statements.

use std::collections::HashMap;

use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Row, Sqlite};
use suara_survey::AnswerMarks;

use crate::store::Record;
use crate::store::record::stage_code;
use crate::store::sqlite::shared;
use crate::store::verdict::{ERASED, Held, HeldById, Verdict};

/// Rows in one statement. Each count is a statement of its own in the cache of prepared ones, some 80 kB for the longest.
const ROWS_MAX: usize = 64;

/// Prepared statements kept: one for each count of rows and of cases opened, and some for the rest.
pub(in crate::store::sqlite) const STATEMENTS_MAX: usize = 2 * ROWS_MAX;

/// The number of the newest change, by survey.
type Changes = HashMap<String, i64>;

/// The verdict on each record, in their order, and the newest change of each survey that was written to. After an error
/// the transaction may be open still: the connection must not be used again.
pub(super) async fn commit(
    connection: &mut SqliteConnection,
    records: &mut [Record],
) -> Result<(Vec<Verdict>, Vec<(String, u64)>), sqlx::Error> {
    let mut changes = unread(records);
    let held = begin(connection, records, &mut changes).await?;
    let (verdicts, rows) = shared::identity::judge(connection, held, records).await?;
    let rows: Vec<&Record> = rows.into_iter().map(|place| &records[place]).collect();
    changes.retain(|survey, _| rows.iter().any(|row| row.survey == *survey));
    let numbered = number(&rows, &mut changes);
    write(connection, &numbered, &changes).await?;
    if rows.iter().any(|row| has_more(row)) {
        shared::cases::follow(connection, &rows).await?;
        sqlx::query("COMMIT").execute(connection).await?;
    }
    let changes = changes.into_iter().map(|(survey, change)| (survey, change.unsigned_abs()));
    Ok((verdicts, changes.collect()))
}

/// The surveys of a group, whose changes are yet to be read.
fn unread(records: &[Record]) -> Changes {
    let mut changes = Changes::new();
    for record in records {
        // One copy a survey, not one an answer.
        if !changes.contains_key(&record.survey) {
            changes.insert(record.survey.clone(), 0);
        }
    }
    changes
}

/// Takes the write lock; reads what is held under the records' ids, and the changes of their surveys.
async fn begin(
    connection: &mut SqliteConnection,
    records: &[Record],
    changes: &mut Changes,
) -> Result<HeldById, sqlx::Error> {
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(
        "BEGIN IMMEDIATE; SELECT id, survey, snapshot, body_sha, person, marks FROM answers WHERE id IN (",
    );
    push_ids(&mut query, records);
    // What was erased is held at a number that no snapshot reaches.
    query.push(format!(
        ") UNION ALL SELECT id, survey, {ERASED}, zeroblob(32), NULL, 0 FROM erased WHERE id IN ("
    ));
    push_ids(&mut query, records);
    query.push("); SELECT NULL, survey, change, NULL, NULL, 0 FROM changes WHERE survey IN (");
    let mut list = query.separated(", ");
    for survey in changes.keys() {
        list.push_bind(survey.clone());
    }
    query.push(")");
    let mut held = HashMap::new();
    for row in query.build().fetch_all(connection).await? {
        let survey: String = row.try_get(1)?;
        match (row.try_get::<Option<&[u8]>, _>(0)?, row.try_get::<Option<&[u8]>, _>(3)?) {
            (Some(id), Some(body_sha)) => {
                let (Ok(id), Ok(body_sha)) = (id.try_into(), body_sha.try_into()) else { continue };
                let person = row.try_get::<Option<&[u8]>, _>(4)?.and_then(|person| person.try_into().ok());
                let (snapshot, marks) = (row.try_get(2)?, AnswerMarks::from_bits(row.try_get(5)?));
                held.insert(id, Held { survey, snapshot, body_sha, person, marks });
            }
            _ => {
                if let Some(change) = changes.get_mut(survey.as_str()) {
                    *change = row.try_get(2)?;
                }
            }
        }
    }
    Ok(held)
}

/// Ids are repeated up to the next power of two, so that few counts make a statement.
fn push_ids(query: &mut QueryBuilder<Sqlite>, records: &[Record]) {
    let mut ids = query.separated(", ");
    for record in records.iter().cycle().take(records.len().next_power_of_two()) {
        ids.push_bind(record.id.as_bytes().to_vec());
    }
}

/// Gives each row the next change number of its survey. The number is drawn within the transaction, so whoever has seen
/// a number has seen every lower one.
fn number<'a>(rows: &[&'a Record], changes: &mut Changes) -> Vec<(&'a Record, i64)> {
    let mut next = |row: &Record| {
        changes.get_mut(row.survey.as_str()).map_or(1, |change| {
            *change += 1;
            *change
        })
    };
    rows.iter().map(|row| (*row, next(row))).collect()
}

/// Whether something follows from a record, in the same transaction.
fn has_more(record: &Record) -> bool {
    record.opens.is_some() || record.is_told
}

/// Writes the rows and the changes, and commits, unless something follows.
async fn write(
    connection: &mut SqliteConnection,
    rows: &[(&Record, i64)],
    changes: &Changes,
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return sqlx::query("ROLLBACK").execute(connection).await.map(drop);
    }
    let chunks = rows.len().div_ceil(ROWS_MAX);
    for (index, chunk) in rows.chunks(ROWS_MAX).enumerate() {
        let mut query = QueryBuilder::new("");
        upsert(&mut query, chunk);
        if index + 1 == chunks {
            query.push("; INSERT INTO changes (survey, change) ");
            query.push_values(changes, |mut values, (survey, change)| {
                values.push_bind(survey.clone()).push_bind(*change);
            });
            query.push(" ON CONFLICT (survey) DO UPDATE SET change = excluded.change");
            if !rows.iter().any(|(row, _)| has_more(row)) {
                query.push("; COMMIT");
            }
        }
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}

fn upsert(query: &mut QueryBuilder<Sqlite>, rows: &[(&Record, i64)]) {
    query.push(
        "INSERT INTO answers (id, survey, version, snapshot, stage, at_ms, received_ms, score, comment, locale, page,
         given, fields, body_sha, person, marks, change) ",
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
            .push_bind(row.fields.clone())
            .push_bind(row.body_sha.to_vec())
            .push_bind(row.person.map(|person| person.to_vec()))
            .push_bind(row.marks.bits())
            .push_bind(*change);
    });
    query.push(
        " ON CONFLICT (id) DO UPDATE SET version = excluded.version, snapshot = excluded.snapshot,
         stage = excluded.stage, at_ms = excluded.at_ms, received_ms = excluded.received_ms, score = excluded.score,
         comment = excluded.comment, locale = excluded.locale, page = excluded.page, given = excluded.given,
         fields = excluded.fields, body_sha = excluded.body_sha, person = excluded.person, marks = excluded.marks,
         change = excluded.change",
    );
}
