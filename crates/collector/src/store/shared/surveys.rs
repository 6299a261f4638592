//! Surveys: versions, drafts, states and settings. Whether something may be done is part of each statement, so that two
//! owners at two collectors cannot undo each other unseen.

use super::people::count;
use super::{Connection, Pool, hooks};
use crate::store::hooks::Notice;
use crate::store::surveys::{Catalogue, Edit, SURVEYS, SurveyAct, state_name};
use crate::store::{Act, StoreError};

/// All surveys. What a publication moves from the drafts to the versions is seen at least once, because these are read
/// last.
pub(in crate::store) async fn catalogue(pool: &Pool) -> Result<Catalogue, StoreError> {
    let drafts = sqlx::query_as("SELECT survey, definition, changed_ms FROM drafts ORDER BY survey");
    let states = sqlx::query_as("SELECT survey, state, settings FROM survey_settings ORDER BY survey");
    let versions = sqlx::query_as("SELECT definition, published_ms FROM surveys ORDER BY id, version");
    let has_hooks = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM hooks WHERE is_on = 1)");
    Ok(Catalogue {
        identity: super::identity::identity(pool).await?,
        has_hooks: has_hooks.fetch_one(pool).await?,
        drafts: drafts.fetch_all(pool).await?,
        states: states.fetch_all(pool).await?,
        versions: versions.fetch_all(pool).await?,
    })
}

/// Whether this version was ever published.
pub(in crate::store) async fn is_published(
    pool: &Pool,
    survey: &str,
    version: u32,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM surveys WHERE id = $1 AND version = $2)");
    found.bind(survey).bind(i64::from(version)).fetch_one(pool).await
}

pub(in crate::store) async fn surveys(pool: &Pool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT definition FROM surveys ORDER BY id, version").fetch_all(pool).await
}

/// Publishes the surveys that come with the program, unless they are there.
pub(in crate::store) async fn add_ready_made(connection: &mut Connection) -> Result<(), sqlx::Error> {
    for (id, definition) in suara_survey::READY_MADE {
        let version = crate::definition::read(definition).map_or(1, |survey| survey.version());
        sqlx::query(
            "INSERT INTO surveys (id, version, definition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(id)
        .bind(i64::from(version))
        .bind(definition)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What was done, in a word or two, and about which survey; none if it may not be done.
pub(in crate::store) async fn apply(
    connection: &mut Connection,
    act: &Act,
    SurveyAct { survey, edit }: &SurveyAct,
) -> Result<Option<(&'static str, String)>, sqlx::Error> {
    let what = match edit {
        Edit::Draft { definition, base_ms } => {
            draft(connection, act, [survey, definition], *base_ms).await?.then_some("changed the draft of")
        }
        Edit::DropDraft => drop_draft(connection, survey).await?.then_some("dropped the draft of"),
        Edit::Publish { version, definition, draft_ms } => {
            let is_done = publish(connection, act.at_ms, [survey, definition], (*version, *draft_ms)).await?;
            is_done.then_some("published")
        }
        Edit::State(state) => {
            let name = state_name(*state);
            let what = ["set as a draft", "let ask", "paused", "archived"][*state as usize];
            set_state(connection, act.at_ms, survey, name).await?.then_some(what)
        }
        Edit::Settings(settings) => {
            set(connection, act.at_ms, survey, settings).await?.then_some("changed the settings of")
        }
    };
    if what.is_some() {
        count(connection, SURVEYS).await?;
    }
    let about = match edit {
        Edit::Publish { version, .. } => format!("{survey}, version {version}"),
        _ => survey.clone(),
    };
    Ok(what.map(|what| (what, about)))
}

async fn draft(
    connection: &mut Connection,
    act: &Act,
    [survey, definition]: [&str; 2],
    base_ms: Option<i64>,
) -> Result<bool, sqlx::Error> {
    let kept = sqlx::query(
        "INSERT INTO drafts (survey, definition, changed_ms, changed_by) SELECT $1, $2, $3, $4
         WHERE $5 OR EXISTS (SELECT 1 FROM drafts WHERE survey = $1 AND changed_ms = $6)
         ON CONFLICT (survey) DO UPDATE SET definition = excluded.definition, changed_by = excluded.changed_by,
         changed_ms = CASE WHEN excluded.changed_ms > drafts.changed_ms THEN excluded.changed_ms
                      ELSE drafts.changed_ms + 1 END",
    );
    let kept = kept.bind(survey).bind(definition).bind(act.at_ms).bind(&act.who);
    let kept = kept.bind(base_ms.is_none()).bind(base_ms.unwrap_or(0)).execute(&mut *connection).await?;
    let begun = sqlx::query(
        "INSERT INTO survey_settings (survey, state, settings, changed_ms) SELECT $1, 'draft', '{}', $2
         WHERE NOT EXISTS (SELECT 1 FROM surveys WHERE id = $1) ON CONFLICT (survey) DO NOTHING",
    );
    if kept.rows_affected() > 0 {
        begun.bind(survey).bind(act.at_ms).execute(connection).await?;
    }
    Ok(kept.rows_affected() > 0)
}

async fn drop_draft(connection: &mut Connection, survey: &str) -> Result<bool, sqlx::Error> {
    let dropped = sqlx::query("DELETE FROM drafts WHERE survey = $1").bind(survey);
    let dropped = dropped.execute(&mut *connection).await?.rows_affected() > 0;
    let unborn = sqlx::query("DELETE FROM survey_settings WHERE survey = $1 AND state = 'draft'");
    unborn.bind(survey).execute(connection).await?;
    Ok(dropped)
}

async fn publish(
    connection: &mut Connection,
    now_ms: i64,
    [survey, definition]: [&str; 2],
    (version, draft_ms): (u32, i64),
) -> Result<bool, sqlx::Error> {
    let made = sqlx::query(
        "INSERT INTO surveys (id, version, definition, published_ms) SELECT $1, $2, $3, $4
         WHERE EXISTS (SELECT 1 FROM drafts WHERE survey = $1 AND changed_ms = $5)
         AND NOT EXISTS (SELECT 1 FROM surveys WHERE id = $1 AND version >= $2)
         ON CONFLICT (id, version) DO NOTHING",
    );
    let made = made.bind(survey).bind(i64::from(version)).bind(definition).bind(now_ms).bind(draft_ms);
    if made.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let spent = sqlx::query("DELETE FROM drafts WHERE survey = $1 AND changed_ms = $2");
    spent.bind(survey).bind(draft_ms).execute(&mut *connection).await?;
    let live =
        "UPDATE survey_settings SET state = 'live', changed_ms = $2 WHERE survey = $1 AND state = 'draft'";
    sqlx::query(live).bind(survey).bind(now_ms).execute(&mut *connection).await?;
    hooks::queue(connection, &Notice::published(survey, version, now_ms)).await?;
    Ok(true)
}

async fn set_state(
    connection: &mut Connection,
    now_ms: i64,
    survey: &str,
    state: &str,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query(
        "INSERT INTO survey_settings (survey, state, settings, changed_ms) SELECT $1, $2, '{}', $3
         WHERE EXISTS (SELECT 1 FROM surveys WHERE id = $1)
         ON CONFLICT (survey) DO UPDATE SET state = excluded.state, changed_ms = excluded.changed_ms",
    );
    let set = set.bind(survey).bind(state).bind(now_ms);
    Ok(set.execute(connection).await?.rows_affected() > 0)
}

async fn set(
    connection: &mut Connection,
    now_ms: i64,
    survey: &str,
    settings: &str,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query(
        "INSERT INTO survey_settings (survey, state, settings, changed_ms) SELECT $1, 'live', $2, $3
         WHERE EXISTS (SELECT 1 FROM surveys WHERE id = $1)
         OR EXISTS (SELECT 1 FROM survey_settings WHERE survey = $1)
         ON CONFLICT (survey) DO UPDATE SET settings = excluded.settings, changed_ms = excluded.changed_ms",
    );
    Ok(set.bind(survey).bind(settings).bind(now_ms).execute(connection).await?.rows_affected() > 0)
}
