//! What an owner does about people and programs: roles, invitations, tokens, and the record of all that.

use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use suara_survey::DAY_MS;
use suara_survey::wire::{
    Deeds, InvitationLink, Invite, NewToken, People, Promotion, Role, TokenSecret, Tokens,
};

use super::{Secret, Signed, check_email, read};
use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::store::{Act, What};

/// An invitation that lies in a mailbox longer than a week had better be sent again.
const INVITATION_MS: i64 = 7 * DAY_MS;

/// Days that a token lasts at most: ten years are never, for a program that somebody looks after.
const TOKEN_MAX_DAYS: u32 = 3650;

/// Characters of a token's name.
const TOKEN_NAME_MAX_CHARS: usize = 64;

/// Deeds on one page.
const DEEDS: u32 = 200;

/// Everybody.
pub(crate) async fn people(State(app): State<App>) -> Result<Json<People>, Fault> {
    Ok(Json(app.store.people(now_ms()).await?))
}

/// Makes an invitation, and says its link once.
pub(crate) async fn invite(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    body: Bytes,
) -> Result<Json<InvitationLink>, Fault> {
    let invite: Invite = read(&body)?;
    let (email, secret) = (check_email(&invite.email)?, Secret::random().ok_or(Fault::Unavailable)?);
    let expires_ms = now_ms() + INVITATION_MS;
    let what = What::Invite { token: secret.sha(), email, role: invite.role, expires_ms };
    if !act(&app, signed, what).await? {
        return Err(Fault::Invalid("email: has an account already; change its role instead".to_owned()));
    }
    Ok(Json(InvitationLink { link: format!("/admin/setup#{}", secret.text()), expires_ms }))
}

/// Takes an invitation back.
pub(crate) async fn uninvite(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Fault> {
    done(&app, signed, What::Uninvite { id: number(id)? }).await
}

/// Gives somebody another role.
pub(crate) async fn promote(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<i64>, PathRejection>,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let Promotion { role } = read(&body)?;
    done(&app, signed, What::Promote { id: number(id)?, role }).await
}

/// Removes an account.
pub(crate) async fn remove(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Fault> {
    done(&app, signed, What::Remove { id: number(id)? }).await
}

/// All tokens.
pub(crate) async fn tokens(State(app): State<App>) -> Result<Json<Tokens>, Fault> {
    Ok(Json(Tokens { tokens: app.store.tokens(now_ms()).await? }))
}

/// Makes a token, and says its secret once.
pub(crate) async fn make_token(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    body: Bytes,
) -> Result<Json<TokenSecret>, Fault> {
    let NewToken { name, scope, days } = read(&body)?;
    check_token(&name, scope, days)?;
    let secret = Secret::random().ok_or(Fault::Unavailable)?;
    let expires_ms = now_ms() + i64::from(days) * DAY_MS;
    act(&app, signed, What::MakeToken { token: secret.sha(), name, scope, expires_ms }).await?;
    Ok(Json(TokenSecret { token: secret.text() }))
}

/// Ends a token.
pub(crate) async fn end_token(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<StatusCode, Fault> {
    done(&app, signed, What::EndToken { id: number(id)? }).await
}

/// Which deeds.
#[derive(Debug, Deserialize)]
pub(crate) struct DeedQuery {
    before: Option<i64>,
}

/// What was done, newest first.
pub(crate) async fn deeds(
    State(app): State<App>,
    query: Result<Query<DeedQuery>, QueryRejection>,
) -> Result<Json<Deeds>, Fault> {
    let Query(query) =
        query.map_err(|error| Fault::Malformed(format!("{}; give a whole number", error.body_text())))?;
    Ok(Json(Deeds { deeds: app.store.deeds(query.before.unwrap_or(i64::MAX), DEEDS).await? }))
}

fn check_token(name: &str, scope: Role, days: u32) -> Result<(), Fault> {
    let chars = name.chars().count();
    if !(1..=TOKEN_NAME_MAX_CHARS).contains(&chars) || name.contains('\0') {
        return Err(Fault::Invalid(format!(
            "name: has {chars} characters, but a token's name has 1 to {TOKEN_NAME_MAX_CHARS}; say what it is for"
        )));
    }
    if scope == Role::Owner {
        return Err(Fault::Invalid(
            "scope: is owner, but a token only reads; choose viewer for numbers or analyst for answers"
                .to_owned(),
        ));
    }
    if !(1..=TOKEN_MAX_DAYS).contains(&days) {
        return Err(Fault::Invalid(format!("days: is {days}, but a token lasts 1 to {TOKEN_MAX_DAYS} days")));
    }
    Ok(())
}

async fn act(app: &App, signed: Signed, what: What) -> Result<bool, Fault> {
    Ok(app.store.act(Act { who: signed.name, at_ms: now_ms(), what }).await?)
}

async fn done(app: &App, signed: Signed, what: What) -> Result<StatusCode, Fault> {
    match act(app, signed, what).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Fault::Missing(
            "there is nothing under this number, or it is the last owner, who has to stay; reload the page"
                .to_owned(),
        )),
    }
}

fn number(id: Result<Path<i64>, PathRejection>) -> Result<i64, Fault> {
    id.map(|Path(id)| id).map_err(|_| Fault::Missing("there is nothing at this address".to_owned()))
}
