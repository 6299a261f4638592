//! Notes that an answer was lost on its way.

use suara_survey::wire;

use super::{Connection, Pool};
use crate::store::record::stage_code;
use crate::store::{Loss, count};

/// An answer that came after all, or another way, is not missing. Silence under its id is no answer.
pub(in crate::store) async fn losses(pool: &Pool) -> Result<Vec<(String, String, u64)>, sqlx::Error> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT survey, reason, count(*) FROM losses
         WHERE NOT EXISTS (
             SELECT 1 FROM answers WHERE answers.survey = losses.survey AND answers.id = losses.id AND stage >= $1
         )
         GROUP BY survey, reason ORDER BY survey, count(*) DESC, reason",
    )
    .bind(stage_code(wire::Stage::Partial))
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|(survey, reason, rows)| (survey, reason, count(rows))).collect())
}

/// Whether the note is new.
pub(in crate::store) async fn lose(connection: &mut Connection, loss: &Loss) -> Result<bool, sqlx::Error> {
    let note = sqlx::query(
        "INSERT INTO losses (id, survey, reason, at_ms, received_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    );
    let note = note.bind(&loss.id.as_bytes()[..]).bind(&loss.survey).bind(&loss.reason);
    let done = note.bind(loss.at_ms).bind(loss.received_ms).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}
