//! What owners do about refused answers: look at them, throw them away, or have them checked once more.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use suara_survey::wire::{Quarantine, QuarantinedBody, Receipt};

use crate::account::Signed;
use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::intake;
use crate::store::{Act, Detained, What};

/// On one page.
const PAGE: u32 = 100;

/// Which of them.
#[derive(Debug, Deserialize)]
pub(crate) struct PageQuery {
    before: Option<i64>,
}

/// What was refused, newest first.
pub(crate) async fn page(
    State(app): State<App>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<Quarantine>, Fault> {
    let Query(query) =
        query.map_err(|error| Fault::Malformed(format!("{}; give a whole number", error.body_text())))?;
    let quarantined = app.store.quarantine(query.before.unwrap_or(i64::MAX), PAGE).await?;
    Ok(Json(Quarantine { quarantined }))
}

/// One of them with what was sent.
pub(crate) async fn one(
    State(app): State<App>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<QuarantinedBody>, Fault> {
    let Detained { about, body } = find(&app, id).await?;
    Ok(Json(QuarantinedBody { about, body: String::from_utf8_lossy(&body).into_owned() }))
}

/// Throws one away.
pub(crate) async fn remove(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Fault> {
    let id = id.map(|Path(id)| id).map_err(|_| gone())?;
    match act(&app, signed, What::Discard { id }).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(gone()),
    }
}

/// Checks one once more, as if it came now; what is taken then is in the quarantine no longer.
pub(crate) async fn admit(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Receipt>, Fault> {
    let Detained { about, body } = find(&app, id).await?;
    if !about.is_whole {
        return Err(Fault::Invalid(
            "only the beginning of this body was kept, so it cannot be taken; its page has to send it again"
                .to_owned(),
        ));
    }
    let receipt = intake::readmit(&app, &body, about.first_ms).await?;
    act(&app, signed, What::Admit { id: about.id }).await?;
    Ok(Json(receipt))
}

async fn find(app: &App, id: Result<Path<i64>, PathRejection>) -> Result<Detained, Fault> {
    let Path(id) = id.map_err(|_| gone())?;
    app.store.quarantined(id).await?.ok_or_else(gone)
}

async fn act(app: &App, signed: Signed, what: What) -> Result<bool, Fault> {
    Ok(app.store.act(Act { who: signed.name, at_ms: now_ms(), what }).await?)
}

fn gone() -> Fault {
    Fault::Missing("nothing is kept under this number, or not any more; reload the page".to_owned())
}
