//! What this program relies on, checked within one moment: surveys that are as they should be, numbers of changes that
//! are not given out twice, answers that are as they were written.

use futures_util::TryStreamExt;
use sqlx::Row as _;
use sqlx::migrate::Migrator;
use suara_survey::AnswerId;

use super::Connection;

/// Findings of one kind that are named; the rest would say nothing new.
pub(in crate::store) const NAMED_MAX: usize = 20;

/// How many answers there are, and a sentence for each thing that is wrong.
pub(in crate::store) async fn all(connection: &mut Connection) -> Result<(u64, Vec<String>), sqlx::Error> {
    let mut problems = surveys(&mut *connection).await?;
    problems.extend(changes(&mut *connection).await?);
    let (answers, broken) = answers(connection).await?;
    problems.extend(broken);
    Ok((answers, problems))
}

/// Migrations that were not all made by `known`, or not made to their end.
pub(in crate::store) async fn migrations(
    connection: &mut Connection,
    known: &Migrator,
) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(i64, bool, Vec<u8>)> =
        sqlx::query_as("SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version")
            .fetch_all(connection)
            .await?;
    let is_known = |version: i64, checksum: &[u8]| {
        known.iter().any(|one| one.version == version && *one.checksum == *checksum)
    };
    let foreign =
        rows.into_iter().filter(|(version, success, checksum)| !success || !is_known(*version, checksum));
    Ok(foreign.map(|(version, ..)| format!("migration {version} is not one of this program's")).collect())
}

async fn surveys(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String, i64, String)> =
        sqlx::query_as("SELECT id, version, definition FROM surveys").fetch_all(connection).await?;
    let problem =
        |(id, version, definition): (String, i64, String)| match crate::definition::check(&definition) {
            Err(reason) => Some(format!("survey {id}, version {version}, is not as it should be: {reason}")),
            Ok(survey) if survey.id() != id || i64::from(survey.version()) != version => Some(format!(
                "survey {id}, version {version}, calls itself {}, version {}",
                survey.id(),
                survey.version()
            )),
            Ok(_) => None,
        };
    Ok(rows.into_iter().filter_map(problem).collect())
}

/// A change beyond the counter would be given out a second time, and readers would miss one of the two.
async fn changes(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    let rows: Vec<(String, i64, Option<i64>)> = sqlx::query_as(
        "SELECT answers.survey, max(answers.change), changes.change
         FROM answers LEFT JOIN changes ON changes.survey = answers.survey
         GROUP BY answers.survey, changes.change HAVING changes.change IS NULL OR max(answers.change) > changes.change",
    )
    .fetch_all(connection)
    .await?;
    let line = |(survey, change, counted): (String, i64, Option<i64>)| {
        format!("survey {survey} holds change {change}, but its counter stands at {}", counted.unwrap_or(0))
    };
    Ok(rows.into_iter().map(line).collect())
}

/// How many answers there are, and what is wrong with the first few that are not as they were written.
async fn answers(connection: &mut Connection) -> Result<(u64, Vec<String>), sqlx::Error> {
    let (mut count, mut problems) = (0, Vec::new());
    let mut rows = sqlx::query("SELECT id, given, at_ms, received_ms FROM answers").fetch(connection);
    while let Some(row) = rows.try_next().await? {
        count += 1;
        let id: &[u8] = row.try_get(0)?;
        let known = id.try_into().ok().and_then(AnswerId::from_bytes);
        let name = known.map_or_else(|| format!("{id:02x?}"), |id| id.to_string());
        let mut say = |what: &str| {
            if problems.len() < NAMED_MAX {
                problems.push(format!("answer {name}: {what}"));
            }
        };
        if known.is_none() {
            say("its id is no UUIDv7");
        }
        if serde_json::from_str::<Vec<serde::de::IgnoredAny>>(row.try_get(1)?).is_err() {
            say("what was given is no JSON list");
        }
        if row.try_get::<i64, _>(2)? < 0 || row.try_get::<i64, _>(3)? < 0 {
            say("its time is before 1970");
        }
    }
    Ok((count, problems))
}
