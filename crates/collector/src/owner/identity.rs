//! Secrets with which the owner's backend signs who a visitor is.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use suara_survey::wire::{IdentitySecrets, NewIdentitySecret};

use crate::account::Signed;
use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::identity::{new_key, new_secret};
use crate::store::identity::IdentityAct;
use crate::store::{Act, What};

/// All secrets, without themselves.
pub(crate) async fn list(State(app): State<App>) -> Result<Json<IdentitySecrets>, Fault> {
    Ok(Json(IdentitySecrets { secrets: app.store.identity_secrets().await? }))
}

/// Makes a secret and says it once. The other one goes on proving what it has signed.
pub(crate) async fn make(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
) -> Result<Json<NewIdentitySecret>, Fault> {
    let (secret, key) = (new_secret().ok_or(Fault::Unavailable)?, new_key().ok_or(Fault::Unavailable)?);
    if !act(&app, signed, IdentityAct::Make { secret: secret.clone(), key }).await? {
        return Err(Fault::Invalid(
            "there are two secrets, which is as many as are taken; remove the one that nothing signs with"
                .to_owned(),
        ));
    }
    let id = app.store.identity_secret(&secret).await?.ok_or(Fault::Unavailable)?;
    Ok(Json(NewIdentitySecret { id, secret }))
}

/// Removes a secret: what it has signed proves nothing from now on.
pub(crate) async fn remove(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Fault> {
    let missing = || Fault::Missing("there is no secret under this number; reload the list".to_owned());
    let Path(id) = id.map_err(|_| missing())?;
    if act(&app, signed, IdentityAct::Remove(id)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(missing())
    }
}

async fn act(app: &App, signed: Signed, identity: IdentityAct) -> Result<bool, Fault> {
    let act = Act { who: signed.name, at_ms: now_ms(), what: What::Identity(identity) };
    let is_done = app.store.act(act).await?;
    app.read_surveys().await?;
    Ok(is_done)
}
