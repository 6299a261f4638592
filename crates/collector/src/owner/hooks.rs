//! Webhooks: who is told of what. Only owners decide where customers' words go.

use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::json;
use suara_survey::wire::{Deliveries, Hook, HookFormat, HookSecret, Hooks, NewHook, Resend};

use crate::account::{Secret, Signed, read};
use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::store::hooks::{HookAct, HookRow, Notice};
use crate::store::{Act, What};
use crate::webhooks;

/// Each event is written once a hook, in the transaction of its cause.
const HOOKS_MAX: usize = 50;

/// After a new secret the old one signs as well for a day: as long as a delivery is tried, and time to change the receiver.
const OLD_SECRET_MS: i64 = 86_400_000;

/// Deliveries on one page.
const DELIVERIES: i64 = 100;

/// Which deliveries.
#[derive(Debug, Deserialize)]
pub(crate) struct DeliveryQuery {
    state: Option<String>,
    before_ms: Option<i64>,
}

/// All hooks, without their secrets.
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Hooks>, Fault> {
    let now_ms = now_ms();
    let hooks = app.store.hooks().await?.into_iter().map(|row| shown(row, now_ms)).collect();
    Ok(Json(Hooks { hooks }))
}

/// Makes a hook, and says its secret once.
pub(crate) async fn make(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    body: Bytes,
) -> Result<Json<HookSecret>, Fault> {
    let hook: NewHook = read(&body)?;
    check(&app, &hook)?;
    let count = app.store.hooks().await?.len();
    if count >= HOOKS_MAX {
        return Err(Fault::Invalid(format!(
            "there are {count} webhooks, and no more are told; remove one first"
        )));
    }
    let secret = webhooks::new_secret().ok_or(Fault::Unavailable)?;
    let id = Secret::random().ok_or(Fault::Unavailable)?.text()[..16].to_owned();
    let row = HookRow { id: id.clone(), secret: secret.clone(), created_ms: now_ms(), ..blank() };
    act(&app, signed, HookAct::Keep(row_of(hook, row))).await?;
    app.courier.warn();
    Ok(Json(HookSecret { id, secret }))
}

/// Sets all of a hook anew but its secret.
pub(crate) async fn change(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let row = find(&app, id).await?;
    let hook: NewHook = read(&body)?;
    check(&app, &hook)?;
    act(&app, signed, HookAct::Keep(row_of(hook, row))).await
}

/// Removes a hook. What it was still to be told goes with it.
pub(crate) async fn remove(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Fault> {
    let HookRow { id, .. } = find(&app, id).await?;
    act(&app, signed, HookAct::Remove(id)).await
}

/// Gives a hook a new secret and says it once. For a day both sign.
pub(crate) async fn rotate(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<HookSecret>, Fault> {
    let row = find(&app, id).await?;
    let (id, secret) = (row.id.clone(), webhooks::new_secret().ok_or(Fault::Unavailable)?);
    let (old_secret, old_until_ms) = (Some(row.secret), Some(now_ms() + OLD_SECRET_MS));
    let row = HookRow { secret: secret.clone(), old_secret, old_until_ms, ..row };
    act(&app, signed, HookAct::Keep(row)).await?;
    Ok(Json(HookSecret { id, secret }))
}

/// Tells a hook something that has no meaning, to see whether it hears.
pub(crate) async fn probe(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Fault> {
    let HookRow { id: hook, survey, .. } = find(&app, id).await?;
    let at_ms = now_ms();
    let data = json!({ "survey": survey }).to_string();
    let notice =
        Notice { survey, id: format!("wt_{at_ms}"), event: "webhook.test", answer: None, data, at_ms };
    act(&app, signed, HookAct::Tell { hook, notice }).await
}

/// What a hook was told and is to be told, newest first.
pub(crate) async fn deliveries(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    query: Result<Query<DeliveryQuery>, QueryRejection>,
) -> Result<Json<Deliveries>, Fault> {
    let HookRow { id, .. } = find(&app, id).await?;
    let Query(query) =
        query.map_err(|error| Fault::Malformed(format!("{}; give a whole number", error.body_text())))?;
    let state = query.state.unwrap_or_default();
    if !["", "waiting", "delivered", "dead"].contains(&state.as_str()) {
        return Err(Fault::Invalid("state: must be waiting, delivered or dead".to_owned()));
    }
    let page = (query.before_ms.unwrap_or(i64::MAX), DELIVERIES);
    Ok(Json(Deliveries { deliveries: app.store.deliveries(&id, &state, page).await? }))
}

/// Sends something again, whatever became of it.
pub(crate) async fn resend(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let HookRow { id: hook, .. } = find(&app, id).await?;
    let Resend { survey, id } = read(&body)?;
    act(&app, signed, HookAct::Resend { hook, survey, id }).await
}

async fn act(app: &App, signed: Signed, hook: HookAct) -> Result<StatusCode, Fault> {
    let act = Act { who: signed.name, at_ms: now_ms(), what: What::Hook(Box::new(hook)) };
    if !app.store.act(act).await? {
        return Err(Fault::Missing(
            "there is no such webhook or delivery, or it is just being sent".to_owned(),
        ));
    }
    app.read_surveys().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(app: &App, hook: &NewHook) -> Result<(), Fault> {
    webhooks::check(&hook.url, app.courier.reach())
        .map_err(|reason| Fault::Invalid(format!("url: {reason}")))?;
    if !hook.survey.is_empty() && app.surveys.known(&hook.survey).is_none() {
        let survey: String = hook.survey.chars().take(64).collect();
        return Err(Fault::Invalid(format!("survey: there is no \"{survey}\"; leave it out for all")));
    }
    let known = webhooks::EVENTS.join(", ");
    if hook.events.is_empty() {
        return Err(Fault::Invalid(format!("events: are none; choose from {known}")));
    }
    match hook.events.iter().enumerate().find(|(_, event)| !webhooks::EVENTS.contains(&event.as_str())) {
        Some((index, event)) => {
            let event: String = event.chars().take(64).collect();
            Err(Fault::Invalid(format!("events[{index}]: is \"{event}\", but must be one of {known}")))
        }
        None => Ok(()),
    }
}

async fn find(app: &App, id: Result<Path<String>, PathRejection>) -> Result<HookRow, Fault> {
    let missing = || Fault::Missing("there is no webhook under this id; reload the list".to_owned());
    let Path(id) = id.map_err(|_| missing())?;
    app.store.hooks().await?.into_iter().find(|hook| hook.id == id).ok_or_else(missing)
}

fn blank() -> HookRow {
    HookRow {
        id: String::new(),
        url: String::new(),
        survey: String::new(),
        events: String::new(),
        format: String::new(),
        secret: String::new(),
        old_secret: None,
        old_until_ms: None,
        is_on: 1,
        created_ms: 0,
    }
}

fn row_of(hook: NewHook, row: HookRow) -> HookRow {
    let format = match hook.format {
        HookFormat::Standard => "standard",
        HookFormat::Slack => "slack",
    };
    let (events, is_on) = (format!(",{},", hook.events.join(",")), i64::from(hook.on));
    HookRow { url: hook.url, survey: hook.survey, events, format: format.to_owned(), is_on, ..row }
}

fn shown(row: HookRow, now_ms: i64) -> Hook {
    let events = row.events.split(',').filter(|event| !event.is_empty()).map(str::to_owned).collect();
    let format = if row.format == "slack" { HookFormat::Slack } else { HookFormat::Standard };
    let hook = NewHook { url: row.url, survey: row.survey, events, format, on: row.is_on == 1 };
    let old_secret_until_ms = row.old_until_ms.filter(|until_ms| *until_ms > now_ms);
    Hook { id: row.id, hook, created_ms: row.created_ms, old_secret_until_ms }
}
