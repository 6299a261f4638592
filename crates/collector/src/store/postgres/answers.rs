//! One group of answers to one survey in one transaction.
//!
//! The row of the survey in `changes` is the lock: who holds it is the only one, of all collectors, that writes answers to
//! this survey. So what is read under it stays true until the commit, numbers become visible in the order in which they
//! were drawn, and nobody waits for two locks at once.

use std::collections::HashMap;

use sqlx::{Connection as _, PgConnection};
use suara_survey::AnswerMarks;

use super::shared;
use super::shared::answers::marks_of;
use crate::store::Record;
use crate::store::record::stage_code;
use crate::store::verdict::{ERASED, Held, HeldById, Verdict};

/// The verdict on each record, in their order, and the survey's newest change if anything was written.
pub(super) async fn commit(
    connection: &mut PgConnection,
    records: &mut [Record],
) -> Result<(Vec<Verdict>, Option<u64>), sqlx::Error> {
    match attempt(connection, records, HashMap::new()).await {
        // Too rare to look for each time: an id that answers another survey.
        Err(error) if is_of_another_survey(&error) => {
            let strangers = strangers(connection, records).await?;
            attempt(connection, records, strangers).await
        }
        outcome => outcome,
    }
}

async fn attempt(
    connection: &mut PgConnection,
    records: &mut [Record],
    mut held: HeldById,
) -> Result<(Vec<Verdict>, Option<u64>), sqlx::Error> {
    let Some(survey) = records.first().map(|record| record.survey.clone()) else {
        return Ok((Vec::new(), None));
    };
    let mut transaction = connection.begin().await?;
    let change = lock(&mut transaction, &survey).await?;
    held.extend(held_of(&mut transaction, &survey, records).await?);
    let (verdicts, rows) = shared::identity::judge(&mut transaction, held, records).await?;
    let rows: Vec<&Record> = rows.into_iter().map(|place| &records[place]).collect();
    let last = change + i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if !rows.is_empty() {
        upsert(&mut transaction, &survey, &rows, change + 1).await?;
        let count = sqlx::query("UPDATE changes SET change = $2 WHERE survey = $1").bind(&survey).bind(last);
        count.execute(&mut *transaction).await?;
        shared::cases::follow(&mut transaction, &rows).await?;
    }
    transaction.commit().await?;
    Ok((verdicts, (last > change).then_some(last.unsigned_abs())))
}

fn is_of_another_survey(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::constraint) == Some("answers_by_id")
}

/// Those records whose id answers another survey.
async fn strangers(connection: &mut PgConnection, records: &[Record]) -> Result<HeldById, sqlx::Error> {
    let ids: Vec<&[u8]> = records.iter().map(|record| &record.id.as_bytes()[..]).collect();
    let survey = records.first().map(|record| record.survey.as_str());
    let rows: Vec<(Vec<u8>, String)> =
        sqlx::query_as("SELECT id, survey FROM answers WHERE id = ANY($1) AND survey <> $2")
            .bind(ids)
            .bind(survey)
            .fetch_all(connection)
            .await?;
    let held =
        |survey| Held { survey, snapshot: 0, body_sha: [0; 32], person: None, marks: AnswerMarks::NONE };
    Ok(rows.into_iter().filter_map(|(id, survey)| Some((id.try_into().ok()?, held(survey)))).collect())
}

/// Takes the survey's row in `changes`, and reads it.
async fn lock(connection: &mut PgConnection, survey: &str) -> Result<i64, sqlx::Error> {
    let lock = sqlx::query_scalar("SELECT change FROM changes WHERE survey = $1 FOR UPDATE").bind(survey);
    if let Some(change) = lock.fetch_optional(&mut *connection).await? {
        return Ok(change);
    }
    // The first answer of all; a collector that is as far waits here for the other, and goes on from its number.
    let begin = "INSERT INTO changes (survey, change) VALUES ($1, 0)
                 ON CONFLICT (survey) DO UPDATE SET change = changes.change RETURNING change";
    sqlx::query_scalar(begin).bind(survey).fetch_one(connection).await
}

async fn held_of(
    connection: &mut PgConnection,
    survey: &str,
    records: &[Record],
) -> Result<HeldById, sqlx::Error> {
    let ids: Vec<&[u8]> = records.iter().map(|record| &record.id.as_bytes()[..]).collect();
    type Columns = (Vec<u8>, i64, Vec<u8>, Option<Vec<u8>>, i64);
    let rows: Vec<Columns> =
        // What was erased is held at a number that no snapshot reaches.
        sqlx::query_as(
            "SELECT id, snapshot, body_sha, person, marks FROM answers WHERE survey = $1 AND id = ANY($2)
             UNION ALL SELECT id, $3, $4, NULL, 0 FROM erased WHERE survey = $1 AND id = ANY($2)",
        )
        .bind(survey)
        .bind(ids)
        .bind(i64::from(ERASED))
        .bind(&[0_u8; 32][..])
        .fetch_all(connection)
        .await?;
    let held = rows.into_iter().filter_map(|(id, snapshot, body_sha, person, marks)| {
        let held = Held {
            survey: survey.to_owned(),
            snapshot: u32::try_from(snapshot).ok()?,
            body_sha: body_sha.try_into().ok()?,
            person: person.and_then(|person| person.try_into().ok()),
            marks: marks_of(marks),
        };
        Some((id.try_into().ok()?, held))
    });
    Ok(held.collect())
}

/// Writes the rows, numbered from `change` on. Each replaces a lower snapshot; that there is no higher one is known.
async fn upsert(
    connection: &mut PgConnection,
    survey: &str,
    rows: &[&Record],
    change: i64,
) -> Result<(), sqlx::Error> {
    const UPSERT: &str = "
        INSERT INTO answers (survey, id, version, snapshot, stage, at_ms, received_ms, score, comment, locale, page, given,
            fields, body_sha, person, marks, change)
        SELECT $1, id, version, snapshot, stage, at_ms, received_ms, score, comment, locale, page, given, fields, body_sha,
            person, marks, $2 + row - 1
        FROM unnest($3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[], $16::bytea[],
            $17::bigint[]) WITH ORDINALITY
            AS rows (id, version, snapshot, stage, at_ms, received_ms, score, comment, locale, page, given, fields, body_sha,
            person, marks, row)
        ON CONFLICT (survey, id) DO UPDATE SET version = excluded.version, snapshot = excluded.snapshot,
            stage = excluded.stage, at_ms = excluded.at_ms, received_ms = excluded.received_ms, score = excluded.score,
            comment = excluded.comment, locale = excluded.locale, page = excluded.page, given = excluded.given,
            fields = excluded.fields, body_sha = excluded.body_sha, person = excluded.person, marks = excluded.marks,
            change = excluded.change
            WHERE answers.snapshot < excluded.snapshot";
    fn each<'a, T>(rows: &[&'a Record], value: impl Fn(&'a Record) -> T) -> Vec<T> {
        rows.iter().map(|row| value(row)).collect()
    }
    let written = sqlx::query(UPSERT)
        .bind(survey)
        .bind(change)
        .bind(each(rows, |row| &row.id.as_bytes()[..]))
        .bind(each(rows, |row| i64::from(row.version)))
        .bind(each(rows, |row| i64::from(row.snapshot)))
        .bind(each(rows, |row| stage_code(row.stage)))
        .bind(each(rows, |row| row.at_ms))
        .bind(each(rows, |row| row.received_ms))
        .bind(each(rows, |row| row.score.map(|score| i64::from(score.get()))))
        .bind(each(rows, |row| row.comment.as_deref()))
        .bind(each(rows, |row| row.locale.as_str()))
        .bind(each(rows, |row| row.page.as_str()))
        .bind(each(rows, |row| row.given.as_str()))
        .bind(each(rows, |row| row.fields.as_deref()))
        .bind(each(rows, |row| &row.body_sha[..]))
        .bind(each(rows, |row| row.person.map(|person| person.to_vec())))
        .bind(each(rows, |row| i64::from(row.marks.bits())))
        .execute(connection)
        .await?
        .rows_affected();
    // Somebody wrote without the lock: nothing of this group is acknowledged.
    if written == rows.len() as u64 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}
