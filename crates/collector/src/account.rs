//! Who may see the answers: accounts, signing in and out, tokens for programs, and what every write has to prove.

mod backoff;
mod cookie;
pub(crate) mod own;
mod password;
pub(crate) mod people;
mod same_site;
mod secret;
mod session;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde::de::DeserializeOwned;
use suara_survey::DAY_MS;
use suara_survey::wire::{Account, Credentials, Setup};

pub(crate) use same_site::same_site;
pub(crate) use secret::Secret;
pub(crate) use session::{Signed, signed_in};

use crate::app::App;
use crate::client::Client;
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::store::{AccountRow, Act, FirstAccount, NewDevice, NewSession, TokenSha, What};
use backoff::{Backoff, Who};
use password::Passwords;

/// Longest name of an account: the longest address that e-mail takes (RFC 5321, 4.5.3.1.3).
const EMAIL_MAX_BYTES: usize = 254;

/// A year: longer than anybody's holidays, and an end to a browser that was given away.
const DEVICE_MS: i64 = 365 * DAY_MS;

/// Said for a wrong name and for a wrong password alike.
const WRONG: Fault = Fault::NotSignedIn("the name or the password is wrong; try again");

/// What signing in needs to remember.
pub(crate) struct Accounts {
    setup: Option<TokenSha>,
    secure: bool,
    backoff: Backoff,
    passwords: Passwords,
}

impl Accounts {
    /// `setup`: the token for the first account. `secure`: browsers come by TLS.
    pub(crate) fn new(setup: Option<&Secret>, secure: bool) -> Self {
        let (backoff, passwords) = (Backoff::default(), Passwords::default());
        Self { setup: setup.map(Secret::sha), secure, backoff, passwords }
    }
}

/// Makes the first account, or that of somebody who is invited, or gives one that has lost its password another; and
/// signs it in.
pub(crate) async fn setup(State(app): State<App>, body: Bytes) -> Result<Response, Fault> {
    const WRONG_TOKEN: Fault = Fault::Forbidden(
        "this link is not valid any more, or is for another address; ask for a new invitation, or sign in",
    );
    let setup: Setup = read(&body)?;
    let token = Secret::parse(&setup.token).map(|secret| secret.sha()).ok_or(WRONG_TOKEN)?;
    let email = check_email(&setup.email)?;
    password::check(&setup.password, &email)?;
    let is_first = app.accounts.setup == Some(token);
    // Hashing is slow on purpose; only who holds a link may ask for it.
    if !is_first && !app.store.is_invited(&token, now_ms()).await? {
        return Err(WRONG_TOKEN);
    }
    let password = app.accounts.passwords.hash(setup.password).await?;
    let now_ms = now_ms();
    let who = email.clone();
    let is_made = match is_first {
        true => app.store.make_first_account(FirstAccount { email: who, password, now_ms }).await?,
        false => app.store.act(Act { who, at_ms: now_ms, what: What::Join { token, password } }).await?,
    };
    if !is_made {
        return Err(WRONG_TOKEN);
    }
    tracing::info!("an account was made, or given another password");
    let account = app.store.account(&email).await?.ok_or(Fault::Unavailable)?;
    open(&app, account, None).await
}

/// Signs in.
pub(crate) async fn sign_in(
    State(app): State<App>,
    Extension(Client(address)): Extension<Client>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    let credentials: Credentials = read(&body)?;
    let email = credentials.email.trim().to_lowercase();
    if email.len() > EMAIL_MAX_BYTES || credentials.password.len() > password::MAX_BYTES {
        return Err(WRONG);
    }
    let device = device(&app, &headers, &email).await?;
    let who = device.map_or(Who::Stranger(&email, address), Who::Known);
    let attempt = app.accounts.backoff.attempt(who, now_ms()).map_err(Fault::TooMany)?;
    let account = app.store.account(&email).await?;
    let hash = account.as_ref().map(|account| account.password.clone());
    let is_right = app.accounts.passwords.verify(credentials.password, hash).await?;
    let Some(account) = account.filter(|_| is_right) else {
        tracing::warn!("a sign-in was refused");
        return Err(WRONG);
    };
    app.accounts.backoff.succeed(&attempt);
    open(&app, account, device).await
}

/// The browser that asks, if somebody has signed in to this account with it.
async fn device(app: &App, headers: &HeaderMap, email: &str) -> Result<Option<TokenSha>, Fault> {
    let Some(shown) = app.accounts.shown(&cookie::DEVICE, headers) else { return Ok(None) };
    let is_known = app.store.is_device(&shown, email, now_ms() - DEVICE_MS).await?;
    Ok(Some(shown).filter(|_| is_known))
}

/// Who is signed in.
pub(crate) async fn who(Extension(signed): Extension<Signed>) -> Json<Account> {
    Json(Account { email: signed.name, role: signed.role })
}

/// Signs out.
pub(crate) async fn sign_out(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
) -> Result<Response, Fault> {
    let token = signed.session.ok_or(session::NO_SESSION)?;
    app.store.end_session(token).await?;
    let cookie = app.accounts.cookie(&cookie::SESSION, "", 0);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// A new session each time: one from before the sign-in is never taken over. A browser that was not known is from now on.
async fn open(app: &App, account: AccountRow, known: Option<TokenSha>) -> Result<Response, Fault> {
    let secret = Secret::random().ok_or(Fault::Unavailable)?;
    let device = match known {
        Some(_) => None,
        None => Some(Secret::random().ok_or(Fault::Unavailable)?),
    };
    let now_ms = now_ms();
    let new = |device: &Secret| NewDevice { token: device.sha(), dead_before_ms: now_ms - DEVICE_MS };
    let session = NewSession {
        token: secret.sha(),
        account: account.id,
        now_ms,
        dead_before_ms: now_ms - session::ABSOLUTE_MS,
        device: device.as_ref().map(new),
    };
    app.store.open_session(session).await?;
    let session = app.accounts.cookie(&cookie::SESSION, &secret.text(), session::ABSOLUTE_MS);
    let device = device.map(|device| app.accounts.cookie(&cookie::DEVICE, &device.text(), DEVICE_MS));
    let cookies = std::iter::once(session).chain(device).map(|cookie| (header::SET_COOKIE, cookie));
    let cookies = AppendHeaders(cookies.collect::<Vec<_>>());
    Ok((cookies, Json(Account { email: account.email, role: account.role })).into_response())
}

/// An address as accounts have it.
pub(crate) fn check_email(text: &str) -> Result<String, Fault> {
    let email = text.trim().to_lowercase();
    let (name, domain) = email.split_once('@').unwrap_or_default();
    if name.is_empty() || domain.is_empty() || email.contains(char::is_whitespace) {
        return Err(Fault::Invalid(
            "email: is not an address; write one such as owner@shop.example".to_owned(),
        ));
    }
    if email.len() > EMAIL_MAX_BYTES {
        let given = email.len();
        return Err(Fault::Invalid(format!(
            "email: has {given} bytes, but at most {EMAIL_MAX_BYTES} are taken; shorten it"
        )));
    }
    Ok(email)
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    // The reason that serde gives can quote the body, and so the password; it is left out.
    serde_json::from_slice(body).map_err(|_| {
        Fault::Malformed("the body is not the JSON that this address takes; reload the page".to_owned())
    })
}
