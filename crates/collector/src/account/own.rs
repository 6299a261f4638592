//! What somebody does about their own account: another password, and an end to all their sessions.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use suara_survey::wire::PasswordChange;

use super::backoff::Who;
use super::session::NO_SESSION;
use super::{Signed, cookie, password, read};
use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::store::{Act, What};

/// Said for a wrong password, and for one that was changed meanwhile.
const WRONG: Fault = Fault::Forbidden("password: is not the one you have now; try again");

/// Sets a new password for who knows the old one, and ends all other sessions of the account.
pub(crate) async fn change_password(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let session = signed.session.ok_or(NO_SESSION)?;
    let change: PasswordChange = read(&body)?;
    password::check(&change.new_password, &signed.name)?;
    if change.password.len() > password::MAX_BYTES {
        return Err(WRONG);
    }
    // A session may be stolen, and must not be a way to guess.
    let attempt = app.accounts.backoff.attempt(Who::Known(session), now_ms()).map_err(Fault::TooMany)?;
    let old = app.store.account(&signed.name).await?.map(|account| account.password).ok_or(WRONG)?;
    if !app.accounts.passwords.verify(change.password, Some(old.clone())).await? {
        return Err(WRONG);
    }
    app.accounts.backoff.succeed(&attempt);
    let new = app.accounts.passwords.hash(change.new_password).await?;
    let what = What::ChangePassword { old, new, session };
    match app.store.act(Act { who: signed.name, at_ms: now_ms(), what }).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(WRONG),
    }
}

/// Ends all sessions of the account, this one too.
pub(crate) async fn end_sessions(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
) -> Result<Response, Fault> {
    signed.session.ok_or(NO_SESSION)?;
    app.store.act(Act { who: signed.name, at_ms: now_ms(), what: What::EndSessions }).await?;
    let cookie = app.accounts.cookie(&cookie::SESSION, "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
