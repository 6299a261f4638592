//! Answers of one person found and erased, and answers that have grown too old.

use std::collections::BTreeSet;

use futures_util::TryStreamExt;
use sqlx::Row as _;
use suara_survey::{AnswerId, DAY_MS};

use super::answers::id;
use super::people::{count, record};
use super::{Connection, Pool};
use crate::store::StoreError;
use crate::store::privacy::{Erased, Erasure, Hold, Lease, PERSON, Purge, REFUSED, Wanted};
use crate::store::record::parsed;

/// Answers deleted in one transaction: no visitor waits long behind it.
const PURGE_MAX: i64 = 1_000;

/// Which answers are theirs, by survey and id.
pub(in crate::store) async fn answers_of(
    pool: &Pool,
    wanted: &Wanted,
) -> Result<Vec<(String, AnswerId)>, StoreError> {
    let email = match wanted {
        Wanted::Answer(wanted) => {
            let surveys = sqlx::query_scalar("SELECT survey FROM answers WHERE id = $1");
            let surveys: Vec<String> = surveys.bind(&wanted.as_bytes()[..]).fetch_all(pool).await?;
            return Ok(surveys.into_iter().map(|survey| (survey, *wanted)).collect());
        }
        Wanted::Person(person) => {
            let rows =
                sqlx::query_as("SELECT survey, id FROM answers WHERE person = $1 ORDER BY survey, at_ms, id");
            let rows: Vec<(String, Vec<u8>)> = rows.bind(&person[..]).fetch_all(pool).await?;
            return rows.into_iter().map(|(survey, bytes)| Ok((survey, id(&bytes)?))).collect();
        }
        Wanted::Email(email) => email,
    };
    let mut found = Vec::new();
    let mut rows = sqlx::query(
        "SELECT survey, id, given, coalesce(fields, '{}') FROM answers
         WHERE lower(given) LIKE $1 OR lower(fields) LIKE $1",
    )
    .bind(pattern(email))
    .fetch(pool);
    while let Some(row) = rows.try_next().await? {
        let given: Vec<_> = parsed(row.try_get(2)?)?;
        if wanted.is_in(&given, &parsed(row.try_get(3)?)?) {
            found.push((row.try_get(0)?, id(row.try_get(1)?)?));
        }
    }
    Ok(found)
}

/// What the JSON with this address looks like, at least; what matches too much is looked at once more. A quotation mark
/// and a backslash are escaped there, and where only ASCII is folded other letters are as they were written: what they may
/// have been is left open, even what folds to a `k` (the sign for kelvin) and to an `i` with a dot above.
fn pattern(email: &str) -> String {
    const DOT_ABOVE: char = '\u{307}';
    let is_sure = |sign: char| sign.is_ascii_graphic() && !matches!(sign, '"' | '\\' | '%' | 'k');
    let plain = email.replace(&format!("i{DOT_ABOVE}"), "%");
    let signs = plain.chars().map(|sign| if is_sure(sign) { sign } else { '%' });
    format!("%{}%", signs.collect::<String>())
}

/// The keys of what was refused and says the same.
pub(in crate::store) async fn refused_of(pool: &Pool, wanted: &Wanted) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut rows = sqlx::query("SELECT substr(body_sha, 1, 16), body FROM quarantine").fetch(pool);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        if wanted.is_in_bytes(row.try_get(1)?) {
            found.push(key(row.try_get(0)?)?);
        }
    }
    Ok(found)
}

/// Everything that was ever erased.
pub(in crate::store) async fn erased(pool: &Pool) -> Result<Vec<Erased>, StoreError> {
    let rows = sqlx::query_as("SELECT survey, id, at_ms FROM erased ORDER BY at_ms, survey, id");
    let rows: Vec<(String, Vec<u8>, i64)> = rows.fetch_all(pool).await?;
    rows.into_iter().map(|(survey, bytes, at_ms)| Ok(Erased { survey, key: key(&bytes)?, at_ms })).collect()
}

fn key(bytes: &[u8]) -> Result<[u8; 16], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Foreign(format!("a key of {} bytes", bytes.len())))
}

/// Erases, and writes down that it was done, but not what.
pub(in crate::store) async fn erase(
    connection: &mut Connection,
    erasure: &Erasure,
) -> Result<(), sqlx::Error> {
    erase_again(connection, &erasure.erased).await?;
    let (answers, refused) = erasure.counts();
    let about = format!("{answers} answers and {refused} refused ones");
    record(connection, erasure.at_ms, [&erasure.who, "erased", &about]).await
}

/// Erases, whoever did it first: what a ledger says.
pub(in crate::store) async fn erase_again(
    connection: &mut Connection,
    erased: &[Erased],
) -> Result<(), sqlx::Error> {
    const ANSWER: &[&str] = &[
        "DELETE FROM answers WHERE survey = $1 AND id = $2",
        "DELETE FROM losses WHERE survey = $1 AND id = $2",
    ];
    const BODY: &[&str] = &["DELETE FROM quarantine WHERE $1 = '' AND substr(body_sha, 1, 16) = $2"];
    // Counted first: on PostgreSQL that keeps writers of the same survey waiting until this is done.
    let named = erased
        .iter()
        .map(|erased| &erased.survey)
        .filter(|survey| ![REFUSED, PERSON].contains(&survey.as_str()));
    let mut surveys: BTreeSet<String> = named.cloned().collect();
    for person in erased.iter().filter(|erased| erased.survey == PERSON) {
        surveys.extend(answered(connection, person).await?);
    }
    for survey in surveys {
        count(connection, &survey).await?;
    }
    for erased in erased {
        let Erased { survey, key, .. } = erased;
        if survey == PERSON {
            erase_person(connection, erased).await?;
            continue;
        }
        write_down(connection, erased).await?;
        for delete in if survey == REFUSED { BODY } else { ANSWER } {
            sqlx::query(*delete).bind(survey).bind(&key[..]).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Erases what somebody has answered until then; who is erased once more is so until the later time.
async fn erase_person(connection: &mut Connection, person: &Erased) -> Result<(), sqlx::Error> {
    let Erased { survey, key, at_ms } = person;
    let earlier = sqlx::query("DELETE FROM erased WHERE survey = $1 AND id = $2 AND at_ms < $3");
    earlier.bind(survey).bind(&key[..]).bind(at_ms).execute(&mut *connection).await?;
    write_down(connection, person).await?;
    let answers = sqlx::query("DELETE FROM answers WHERE person = $1 AND received_ms <= $2");
    answers.bind(&key[..]).bind(at_ms).execute(connection).await.map(drop)
}

/// Keeps what a ledger says of one.
async fn write_down(
    connection: &mut Connection,
    Erased { survey, key, at_ms }: &Erased,
) -> Result<(), sqlx::Error> {
    let keep = "INSERT INTO erased (survey, id, at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    sqlx::query(keep).bind(survey).bind(&key[..]).bind(at_ms).execute(connection).await.map(drop)
}

/// Which surveys somebody had answered when they were erased: of a backup, perhaps some that nobody knew of then.
async fn answered(connection: &mut Connection, person: &Erased) -> Result<Vec<String>, sqlx::Error> {
    let surveys =
        sqlx::query_scalar("SELECT DISTINCT survey FROM answers WHERE person = $1 AND received_ms <= $2");
    surveys.bind(&person.key[..]).bind(person.at_ms).fetch_all(connection).await
}

/// Deletes some of what is too old, oldest first, and says how much; none is left when it says 0. How many that makes is
/// on record with it.
pub(in crate::store) async fn purge(connection: &mut Connection, purge: &Purge) -> Result<u64, sqlx::Error> {
    let before_ms = purge.at_ms - i64::from(purge.days) * DAY_MS;
    let old = "SELECT EXISTS (SELECT 1 FROM answers WHERE survey = $1 AND at_ms < $2)";
    let losses = sqlx::query("DELETE FROM losses WHERE survey = $1 AND at_ms < $2");
    losses.bind(&purge.survey).bind(before_ms).execute(&mut *connection).await?;
    let is_old: bool =
        sqlx::query_scalar(old).bind(&purge.survey).bind(before_ms).fetch_one(&mut *connection).await?;
    if !is_old {
        return Ok(0);
    }
    count(connection, &purge.survey).await?;
    let gone = sqlx::query(
        "DELETE FROM answers WHERE survey = $1 AND id IN
         (SELECT id FROM answers WHERE survey = $1 AND at_ms < $2 ORDER BY at_ms LIMIT $3)",
    );
    let gone = gone.bind(&purge.survey).bind(before_ms).bind(PURGE_MAX).execute(&mut *connection).await?;
    record_purge(connection, purge, gone.rows_affected()).await?;
    Ok(gone.rows_affected())
}

/// One deed for each deletion, however many steps it has; what one that died has done stays on record.
async fn record_purge(connection: &mut Connection, purge: &Purge, gone: u64) -> Result<(), sqlx::Error> {
    let Purge { survey, days, at_ms, so_far } = purge;
    let about = |answers: u64| format!("{survey}: {answers} answers, older than {days} days");
    let more = "UPDATE deeds SET about = $1 WHERE who = 'retention' AND at_ms = $2 AND about = $3";
    let more = sqlx::query(more).bind(about(so_far + gone)).bind(at_ms).bind(about(*so_far));
    match *so_far > 0 && more.execute(&mut *connection).await?.rows_affected() > 0 {
        true => Ok(()),
        false => record(connection, *at_ms, ["retention", "deleted", &about(so_far + gone)]).await,
    }
}

/// Deletes what was refused last before `before_ms`.
pub(in crate::store) async fn purge_refused(
    connection: &mut Connection,
    before_ms: &i64,
) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query("DELETE FROM quarantine WHERE last_ms < $1").bind(before_ms);
    Ok(gone.execute(connection).await?.rows_affected())
}

/// Takes what is to be done today, or holds it for longer.
pub(in crate::store) async fn take(connection: &mut Connection, lease: &Lease) -> Result<Hold, sqlx::Error> {
    let take = sqlx::query(
        "INSERT INTO leases (name, day, holder, until_ms) VALUES ($1, $2 - 1, $3, $5)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
         WHERE leases.day < $2 AND (leases.holder = excluded.holder OR leases.until_ms <= $4)",
    );
    let take = take.bind(lease.name).bind(lease.day).bind(&lease.holder).bind(lease.now_ms);
    if take.bind(lease.until_ms).execute(&mut *connection).await?.rows_affected() > 0 {
        return Ok(Hold::Ours);
    }
    let held = sqlx::query_as("SELECT day, until_ms FROM leases WHERE name = $1").bind(lease.name);
    let (day, until_ms): (i64, i64) = held.fetch_one(connection).await?;
    Ok(if day < lease.day { Hold::Theirs { until_ms } } else { Hold::Done })
}

/// Writes down that it is done for the day, unless somebody else has taken it over.
pub(in crate::store) async fn finish(connection: &mut Connection, lease: &Lease) -> Result<(), sqlx::Error> {
    let finish = "UPDATE leases SET day = $2, holder = '', until_ms = 0 WHERE name = $1 AND holder = $3";
    let finish = sqlx::query(finish).bind(lease.name).bind(lease.day).bind(&lease.holder);
    finish.execute(connection).await.map(drop)
}
