//! Sessions: how long they last, and the gate in front of every owner's route.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use suara_survey::wire::Role;

use super::same_site::is_read;
use super::{Secret, cookie};
use crate::app::App;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::store::{TokenSha, Touch};

/// Unused for half an hour: a forgotten tab closes by itself.
const IDLE_MS: i64 = 30 * 60_000;

/// Half a day: one sign-in a working day, and an end to a stolen cookie.
pub(super) const ABSOLUTE_MS: i64 = 12 * 3_600_000;

/// How often the time of last use is written: it costs a commit.
const TOUCH_MS: i64 = 60_000;

/// Said to programs that ask for what only a session has.
pub(super) const NO_SESSION: Fault =
    Fault::Forbidden("a token has no session and no password; an owner can end the token");

/// Who asks: somebody with a session, or a program with a token.
#[derive(Clone)]
pub(crate) struct Signed {
    /// The account's or the token's.
    pub(crate) name: String,
    pub(super) role: Role,
    /// None for programs.
    pub(super) session: Option<TokenSha>,
}

impl Signed {
    /// Whether they may do what `least` may.
    pub(crate) fn may(&self, least: Role) -> bool {
        self.role >= least
    }
}

/// Lets only those through who may do at least what `least` may.
pub(crate) async fn signed_in(
    State((app, least)): State<(App, Role)>,
    mut request: Request,
    next: Next,
) -> Response {
    const TOO_LITTLE: Fault =
        Fault::Forbidden("your account or token does not reach this far; ask an owner for another role");
    const READS_ONLY: Fault = Fault::Forbidden("a token only reads; sign in at /admin/ to change something");
    match find(&app, request.headers()).await {
        Ok(signed) if !signed.may(least) => TOO_LITTLE.into_response(),
        // A token lies in some program's settings, and no person stands behind what it would change.
        Ok(signed) if signed.session.is_none() && !is_read(request.method()) => READS_ONLY.into_response(),
        Ok(signed) => {
            request.extensions_mut().insert(signed);
            next.run(request).await
        }
        Err(fault) => fault.into_response(),
    }
}

async fn find(app: &App, headers: &HeaderMap) -> Result<Signed, Fault> {
    const NOBODY: Fault = Fault::NotSignedIn("you are not signed in; sign in at /admin/");
    // Whoever shows a token is a program, whatever cookies its browser adds.
    if let Some(shown) = headers.get(header::AUTHORIZATION) {
        return program(app, shown).await;
    }
    let token = app.accounts.shown(&cookie::SESSION, headers).ok_or(NOBODY)?;
    let session = app.store.session(&token).await?.ok_or(NOBODY)?;
    match age(session.created_ms, session.seen_ms, now_ms()) {
        Age::Over => {
            app.store.end_session(token).await?;
            return Err(NOBODY);
        }
        // Not worth refusing an owner for: when the store is full the session just ends earlier.
        Age::Touch => drop(app.store.touch_session(Touch { token, now_ms: now_ms() }).await),
        Age::Fresh => {}
    }
    Ok(Signed { name: session.email, role: session.role, session: Some(token) })
}

async fn program(app: &App, shown: &HeaderValue) -> Result<Signed, Fault> {
    const UNKNOWN: Fault =
        Fault::NotSignedIn("this token is not valid or has ended; ask an owner for a new one");
    let secret =
        shown.to_str().ok().and_then(|shown| Secret::parse(shown.strip_prefix("Bearer ")?)).ok_or(UNKNOWN)?;
    let (name, role) = app.store.token(&secret.sha(), now_ms()).await?.ok_or(UNKNOWN)?;
    Ok(Signed { name, role, session: None })
}

#[derive(Debug, Eq, PartialEq)]
enum Age {
    Fresh,
    Touch,
    Over,
}

fn age(created_ms: i64, seen_ms: i64, now_ms: i64) -> Age {
    match (now_ms - created_ms, now_ms - seen_ms) {
        (since, _) if since >= ABSOLUTE_MS => Age::Over,
        (_, idle) if idle >= IDLE_MS => Age::Over,
        (_, idle) if idle >= TOUCH_MS => Age::Touch,
        _ => Age::Fresh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_half_an_hour_after_its_last_use_and_twelve_hours_after_its_start() {
        let minute = 60_000;
        assert_eq!(age(0, 0, 0), Age::Fresh);
        assert_eq!(age(0, 0, minute), Age::Touch);
        assert_eq!(age(0, 0, 30 * minute - 1), Age::Touch);
        assert_eq!(age(0, 0, 30 * minute), Age::Over);
        assert_eq!(age(0, 719 * minute, 720 * minute - 1), Age::Fresh);
        assert_eq!(age(0, 719 * minute, 720 * minute), Age::Over);
    }
}
