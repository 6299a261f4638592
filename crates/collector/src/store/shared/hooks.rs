//! Hooks and what they are told: an outbox in the database.

use suara_survey::wire::Delivery;

use super::{Connection, Pool};
use crate::store::hooks::{Claim, Due, HookAct, HookRow, Notice, Overdue, Settled, Stale};
use crate::store::surveys::SURVEYS;
use crate::store::{Act, StoreError};

/// For every hook that wants it, once however often it is queued.
pub(super) async fn queue(connection: &mut Connection, notice: &Notice) -> Result<(), sqlx::Error> {
    let queue = sqlx::query(
        "INSERT INTO deliveries (survey, id, hook, event, answer, data, at_ms, state, next_ms)
         SELECT $1, $2, hooks.id, $3, $4, $5, $6, 'waiting', $6 FROM hooks
         WHERE is_on = 1 AND (hooks.survey = '' OR hooks.survey = $1) AND events LIKE $7
         ON CONFLICT (survey, id, hook) DO NOTHING",
    );
    let answer = notice.answer.map(|answer| answer.as_bytes().to_vec());
    let queue = queue.bind(&notice.survey).bind(&notice.id).bind(notice.event).bind(answer);
    let queue = queue.bind(&notice.data).bind(notice.at_ms).bind(format!("%,{},%", notice.event));
    queue.execute(connection).await.map(drop)
}

/// What was done, and about which hook; none if there was nothing to do.
pub(super) async fn apply(
    connection: &mut Connection,
    act: &Act,
    hook: &HookAct,
) -> Result<Option<(&'static str, String)>, sqlx::Error> {
    let (what, about) = match hook {
        HookAct::Keep(row) => {
            keep(connection, row).await?;
            ("set a webhook", Some(row.id.clone()))
        }
        HookAct::Remove(id) => {
            // Not every connection of every backend follows references.
            sqlx::query("DELETE FROM deliveries WHERE hook = $1").bind(id).execute(&mut *connection).await?;
            let gone = sqlx::query_scalar("DELETE FROM hooks WHERE id = $1 RETURNING id").bind(id);
            ("removed a webhook", gone.fetch_optional(&mut *connection).await?)
        }
        HookAct::Tell { hook, notice } => ("tried a webhook", tell(connection, hook, notice).await?),
        HookAct::Resend { hook, survey, id } => {
            let resend = sqlx::query_scalar(
                "UPDATE deliveries SET state = 'waiting', attempts = 0, next_ms = $4, lease = '', lease_ms = 0
                 WHERE survey = $1 AND id = $2 AND hook = $3 AND lease_ms < $4 RETURNING id",
            );
            let resend = resend.bind(survey).bind(id).bind(hook).bind(act.at_ms);
            ("sent again", resend.fetch_optional(&mut *connection).await?)
        }
    };
    if about.is_some() {
        super::people::count(connection, SURVEYS).await?;
    }
    Ok(about.map(|about| (what, about)))
}

async fn keep(connection: &mut Connection, row: &HookRow) -> Result<(), sqlx::Error> {
    let keep = sqlx::query(
        "INSERT INTO hooks (id, url, survey, events, format, secret, old_secret, old_until_ms, is_on, created_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET url = excluded.url, survey = excluded.survey, events = excluded.events,
         format = excluded.format, secret = excluded.secret, old_secret = excluded.old_secret,
         old_until_ms = excluded.old_until_ms, is_on = excluded.is_on",
    );
    let keep = keep.bind(&row.id).bind(&row.url).bind(&row.survey).bind(&row.events).bind(&row.format);
    let keep = keep.bind(&row.secret).bind(&row.old_secret).bind(row.old_until_ms).bind(row.is_on);
    keep.bind(row.created_ms).execute(connection).await.map(drop)
}

async fn tell(
    connection: &mut Connection,
    hook: &str,
    notice: &Notice,
) -> Result<Option<String>, sqlx::Error> {
    let tell = sqlx::query_scalar(
        "INSERT INTO deliveries (survey, id, hook, event, data, at_ms, state, next_ms)
         SELECT $1, $2, hooks.id, $3, $4, $5, 'waiting', $5 FROM hooks WHERE hooks.id = $6
         ON CONFLICT (survey, id, hook) DO NOTHING RETURNING id",
    );
    let tell = tell.bind(&notice.survey).bind(&notice.id).bind(notice.event).bind(&notice.data);
    tell.bind(notice.at_ms).bind(hook).fetch_optional(connection).await
}

/// All hooks, oldest first.
pub(in crate::store) async fn hooks(pool: &Pool) -> Result<Vec<HookRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, url, survey, events, format, secret, old_secret, old_until_ms, is_on, created_ms FROM hooks
         ORDER BY created_ms, id",
    )
    .fetch_all(pool)
    .await
}

/// What a hook was and is to be told in this state (empty for any) before `before_ms`, newest first.
pub(in crate::store) async fn deliveries(
    pool: &Pool,
    hook: &str,
    state: &str,
    (before_ms, limit): (i64, i64),
) -> Result<Vec<Delivery>, StoreError> {
    type Columns = (String, String, String, i64, String, i64, i64, Option<i64>, String, Option<i64>);
    let rows: Vec<Columns> = sqlx::query_as(
        "SELECT survey, id, event, at_ms, state, attempts, next_ms, status, outcome, done_ms FROM deliveries
         WHERE hook = $1 AND ($2 = '' OR state = $2) AND at_ms < $3 ORDER BY at_ms DESC, id LIMIT $4",
    )
    .bind(hook)
    .bind(state)
    .bind(before_ms)
    .bind(limit)
    .fetch_all(pool)
    .await?;
    let delivery =
        |(survey, id, event, at_ms, state, attempts, next_ms, status, outcome, done_ms): Columns| {
            let next_ms = (state == "waiting").then_some(next_ms);
            Delivery { survey, id, event, at_ms, state, attempts, next_ms, status, outcome, done_ms }
        };
    Ok(rows.into_iter().map(delivery).collect())
}

/// Who is to be told something now.
pub(in crate::store) async fn due_hooks(pool: &Pool, now_ms: i64) -> Result<Vec<String>, sqlx::Error> {
    let due = sqlx::query_scalar(
        "SELECT id FROM hooks WHERE is_on = 1 AND EXISTS (SELECT 1 FROM deliveries
         WHERE hook = hooks.id AND state = 'waiting' AND next_ms <= $1 AND lease_ms <= $1)",
    );
    due.bind(now_ms).fetch_all(pool).await
}

/// Takes what is due to a hook. Nobody else gets it before the lease is over.
pub(in crate::store) async fn claim(
    connection: &mut Connection,
    claim: &Claim,
) -> Result<Vec<Due>, sqlx::Error> {
    let take = sqlx::query(
        "UPDATE deliveries SET lease = $1, lease_ms = $2 WHERE (survey, id, hook) IN (
             SELECT deliveries.survey, deliveries.id, deliveries.hook FROM deliveries
             JOIN hooks ON hooks.id = deliveries.hook
             WHERE hook = $5 AND state = 'waiting' AND next_ms <= $3 AND lease_ms <= $3 AND is_on = 1
             ORDER BY next_ms LIMIT $4
         ) AND state = 'waiting' AND lease_ms <= $3",
    );
    let take = take.bind(&claim.lease).bind(claim.until_ms).bind(claim.now_ms).bind(claim.limit);
    take.bind(&claim.hook).execute(&mut *connection).await?;
    sqlx::query_as(
        "SELECT deliveries.survey, deliveries.id, deliveries.hook, event, data, at_ms, attempts, url, format, secret,
         old_secret, old_until_ms FROM deliveries JOIN hooks ON hooks.id = deliveries.hook WHERE lease = $1
         ORDER BY next_ms",
    )
    .bind(&claim.lease)
    .fetch_all(connection)
    .await
}

/// Writes down what came of each, unless the lease was over and somebody else has it now.
pub(in crate::store) async fn settle(
    connection: &mut Connection,
    settled: &[Settled],
) -> Result<(), sqlx::Error> {
    for settled in settled {
        let settle = sqlx::query(
            "UPDATE deliveries SET state = $5, attempts = attempts + 1, next_ms = $6, status = $7, outcome = $8,
             done_ms = $9, lease = '', lease_ms = 0 WHERE survey = $1 AND id = $2 AND hook = $3 AND lease = $4",
        );
        let settle = settle.bind(&settled.survey).bind(&settled.id).bind(&settled.hook).bind(&settled.lease);
        let settle =
            settle.bind(settled.state).bind(settled.next_ms).bind(settled.status).bind(&settled.outcome);
        settle.bind(settled.done_ms).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Gives up what had no turn for too long, because its receiver hangs.
pub(in crate::store) async fn give_up(
    connection: &mut Connection,
    overdue: &Overdue,
) -> Result<(), sqlx::Error> {
    let give_up = sqlx::query(
        "UPDATE deliveries SET state = 'dead', done_ms = $3,
         outcome = 'the receiver answered nothing for so long that this did not get its turn'
         WHERE hook = $1 AND state = 'waiting' AND next_ms < $2 AND lease_ms <= $3",
    );
    let give_up = give_up.bind(&overdue.hook).bind(overdue.due_before_ms).bind(overdue.now_ms);
    give_up.execute(connection).await.map(drop)
}

/// Drops what is not kept any longer.
pub(in crate::store) async fn forget(connection: &mut Connection, stale: &Stale) -> Result<u64, sqlx::Error> {
    let forget = sqlx::query(
        "DELETE FROM deliveries WHERE (state = 'delivered' AND at_ms < $1) OR (state = 'dead' AND at_ms < $2)",
    );
    let forget = forget.bind(stale.delivered_before_ms).bind(stale.dead_before_ms);
    Ok(forget.execute(connection).await?.rows_affected())
}
