//! Secrets with which owners' backends sign, the key that pseudonyms are made with, and who has answered before.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use suara_survey::wire::{IdentitySecret, Stage};
use suara_survey::{AnswerMark, AnswerMarks};

use super::{Connection, Pool};
use crate::identity::{Identity, Person};
use crate::store::identity::IdentityAct;
use crate::store::record::stage_code;
use crate::store::surveys::SURVEYS;
use crate::store::verdict::{self, HeldById, Verdict};
use crate::store::{Act, Record, StoreError};

/// The name of the key that pseudonyms are made with.
const PERSON: &str = "person";

/// As many as one needs to follow another without a gap.
const SECRETS_MAX: i64 = 2;

/// Everything that is known of identities.
pub(in crate::store) async fn identity(pool: &Pool) -> Result<Identity, StoreError> {
    let secrets = sqlx::query_scalar("SELECT secret FROM identity_secrets ORDER BY id");
    let key = sqlx::query_scalar("SELECT key FROM installation_keys WHERE name = $1").bind(PERSON);
    let key: Option<Vec<u8>> = key.fetch_optional(pool).await?;
    let foreign = |_| StoreError::Foreign("an installation's key of another length".to_owned());
    Ok(Identity {
        secrets: secrets.fetch_all(pool).await?,
        key: key.map(|key| key.try_into().map_err(foreign)).transpose()?,
    })
}

/// All secrets, without themselves, oldest first.
pub(in crate::store) async fn identity_secrets(pool: &Pool) -> Result<Vec<IdentitySecret>, sqlx::Error> {
    let secrets = sqlx::query_as("SELECT id, created_ms FROM identity_secrets ORDER BY id");
    let secrets: Vec<(i64, i64)> = secrets.fetch_all(pool).await?;
    Ok(secrets.into_iter().map(|(id, created_ms)| IdentitySecret { id, created_ms }).collect())
}

/// The number of a secret.
pub(in crate::store) async fn identity_secret(pool: &Pool, secret: &str) -> Result<Option<i64>, sqlx::Error> {
    let id = sqlx::query_scalar("SELECT id FROM identity_secrets WHERE secret = $1").bind(secret);
    id.fetch_optional(pool).await
}

/// What was done, and about which secret; none if there was nothing to do, or there are enough.
pub(super) async fn apply(
    connection: &mut Connection,
    act: &Act,
    identity: &IdentityAct,
) -> Result<Option<(&'static str, String)>, sqlx::Error> {
    let (what, id) = match identity {
        IdentityAct::Make { secret, key } => {
            let make = sqlx::query_scalar(
                "INSERT INTO identity_secrets (secret, created_ms) SELECT $1, $2
                 WHERE (SELECT count(*) FROM identity_secrets) < $3 RETURNING id",
            );
            let make = make.bind(secret).bind(act.at_ms).bind(SECRETS_MAX);
            let id: Option<i64> = make.fetch_optional(&mut *connection).await?;
            let keep = "INSERT INTO installation_keys (name, key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            sqlx::query(keep).bind(PERSON).bind(&key[..]).execute(&mut *connection).await?;
            ("made an identity secret", id)
        }
        IdentityAct::Remove(id) => {
            let remove = sqlx::query_scalar("DELETE FROM identity_secrets WHERE id = $1 RETURNING id");
            ("removed an identity secret", remove.bind(id).fetch_optional(&mut *connection).await?)
        }
    };
    if id.is_some() {
        super::people::count(connection, SURVEYS).await?;
    }
    Ok(id.map(|id| (what, format!("number {id}"))))
}

/// The verdicts on a group, in its order, and the places of those records that are to be written; these then have all their
/// marks.
pub(in crate::store) async fn judge(
    connection: &mut Connection,
    held: HeldById,
    records: &mut [Record],
) -> Result<(Vec<Verdict>, Vec<usize>), sqlx::Error> {
    let (mut verdicts, rows) = verdict::judge(held, records);
    mark_repeated(connection, records, &rows).await?;
    verdict::tell(&mut verdicts, records);
    Ok((verdicts, rows))
}

/// Marks those records whose person has answered the survey before: of two that come at once the second, because this runs
/// in the transaction that writes them. An answer that counted before still does.
async fn mark_repeated(
    connection: &mut Connection,
    records: &mut [Record],
    rows: &[usize],
) -> Result<(), sqlx::Error> {
    let mut known: HashMap<(String, Person), Counted> = HashMap::new();
    for row in rows {
        let record = &mut records[*row];
        let Some(person) = record.person.filter(|_| record.once_ms > 0 && is_answer(record)) else {
            continue;
        };
        let counted = match known.entry((record.survey.clone(), person)) {
            Entry::Occupied(counted) => counted.into_mut(),
            Entry::Vacant(place) => place.insert(counted(connection, &record.survey, person).await?),
        };
        let id = record.id.as_bytes().to_vec();
        let is_near = |at_ms: &i64| (record.at_ms - at_ms).abs() < record.once_ms;
        if !counted.contains_key(&id) && counted.values().any(is_near) {
            record.marks = record.marks.with(AnswerMark::Repeated);
        }
        if record.marks.leave_out() {
            counted.remove(&id);
        } else {
            counted.insert(id, record.at_ms);
        }
    }
    Ok(())
}

/// Answers of one person that count, by id and time.
type Counted = HashMap<Vec<u8>, i64>;

async fn counted(connection: &mut Connection, survey: &str, person: Person) -> Result<Counted, sqlx::Error> {
    let counted = sqlx::query_as(
        "SELECT id, at_ms FROM answers WHERE survey = $1 AND person = $2 AND stage >= $3 AND marks & $4 = 0",
    );
    let counted = counted.bind(survey).bind(person.to_vec()).bind(stage_code(Stage::Partial));
    let counted = counted.bind(i64::from(AnswerMarks::LEAVING_OUT.bits()));
    let counted: Vec<(Vec<u8>, i64)> = counted.fetch_all(connection).await?;
    Ok(counted.into_iter().collect())
}

/// Silence is no answer.
fn is_answer(record: &Record) -> bool {
    matches!(record.stage, Stage::Partial | Stage::Complete)
}
