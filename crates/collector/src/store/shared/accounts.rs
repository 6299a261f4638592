//! Accounts, the sessions of who has signed in, and the browsers that they did so with.

use super::people::{record, role};
use super::{Connection, Pool};
use crate::store::{
    AccountRow, FirstAccount, NewDevice, NewSession, SessionRow, StoreError, TokenSha, Touch,
};

/// Browsers of one account that are known at a time; the one known longest goes.
const DEVICES_MAX: i64 = 20;

pub(in crate::store) async fn has_account(pool: &Pool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts)").fetch_one(pool).await
}

pub(in crate::store) async fn account(pool: &Pool, email: &str) -> Result<Option<AccountRow>, StoreError> {
    let row = sqlx::query_as("SELECT id, email, role, password FROM accounts WHERE email = $1").bind(email);
    let row: Option<(i64, String, i64, String)> = row.fetch_optional(pool).await?;
    row.map(|(id, email, code, password)| Ok(AccountRow { id, email, role: role(code)?, password }))
        .transpose()
}

pub(in crate::store) async fn is_device(
    pool: &Pool,
    token: &TokenSha,
    email: &str,
    since_ms: i64,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM devices JOIN accounts ON accounts.id = devices.account
         WHERE token_sha = $1 AND email = $2 AND devices.created_ms >= $3)",
    );
    found.bind(&token[..]).bind(email).bind(since_ms).fetch_one(pool).await
}

pub(in crate::store) async fn session(
    pool: &Pool,
    token: &TokenSha,
) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query_as(
        "SELECT accounts.email, accounts.role, sessions.created_ms, sessions.seen_ms
         FROM sessions JOIN accounts ON accounts.id = sessions.account WHERE token_sha = $1",
    );
    let row: Option<(String, i64, i64, i64)> = row.bind(&token[..]).fetch_optional(pool).await?;
    let session =
        |(email, code, created_ms, seen_ms)| Ok(SessionRow { email, role: role(code)?, created_ms, seen_ms });
    row.map(session).transpose()
}

pub(in crate::store) async fn make_first_account(
    connection: &mut Connection,
    first: &FirstAccount,
) -> Result<bool, sqlx::Error> {
    let make = sqlx::query(
        "INSERT INTO accounts (email, password, created_ms)
         SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM accounts)",
    );
    let make = make.bind(&first.email).bind(&first.password).bind(first.now_ms);
    Ok(make.execute(connection).await?.rows_affected() > 0)
}

pub(in crate::store) async fn open_session(
    connection: &mut Connection,
    session: &NewSession,
) -> Result<(), sqlx::Error> {
    let dead = sqlx::query("DELETE FROM sessions WHERE created_ms < $1").bind(session.dead_before_ms);
    dead.execute(&mut *connection).await?;
    let email = sqlx::query_scalar("SELECT email FROM accounts WHERE id = $1").bind(session.account);
    let email: Option<String> = email.fetch_optional(&mut *connection).await?;
    let deed = [email.as_deref().unwrap_or_default(), "signed in", ""];
    record(connection, session.now_ms, deed).await?;
    let open =
        sqlx::query("INSERT INTO sessions (token_sha, account, created_ms, seen_ms) VALUES ($1, $2, $3, $3)");
    let open = open.bind(&session.token[..]).bind(session.account).bind(session.now_ms);
    open.execute(&mut *connection).await?;
    match &session.device {
        Some(device) => add_device(connection, session, device).await,
        None => Ok(()),
    }
}

async fn add_device(
    connection: &mut Connection,
    session: &NewSession,
    device: &NewDevice,
) -> Result<(), sqlx::Error> {
    let dead = sqlx::query("DELETE FROM devices WHERE created_ms < $1").bind(device.dead_before_ms);
    dead.execute(&mut *connection).await?;
    let add = sqlx::query("INSERT INTO devices (token_sha, account, created_ms) VALUES ($1, $2, $3)");
    let add = add.bind(&device.token[..]).bind(session.account).bind(session.now_ms);
    add.execute(&mut *connection).await?;
    let trim = sqlx::query(
        "DELETE FROM devices WHERE account = $1 AND token_sha NOT IN (
             SELECT token_sha FROM devices WHERE account = $1 ORDER BY created_ms DESC, token_sha LIMIT $2
         )",
    );
    trim.bind(session.account).bind(DEVICES_MAX).execute(connection).await.map(drop)
}

pub(in crate::store) async fn touch_session(
    connection: &mut Connection,
    touch: &Touch,
) -> Result<(), sqlx::Error> {
    let touch = sqlx::query("UPDATE sessions SET seen_ms = $1 WHERE token_sha = $2")
        .bind(touch.now_ms)
        .bind(&touch.token[..]);
    touch.execute(connection).await.map(drop)
}

pub(in crate::store) async fn end_session(
    connection: &mut Connection,
    token: &TokenSha,
) -> Result<(), sqlx::Error> {
    let end = sqlx::query("DELETE FROM sessions WHERE token_sha = $1").bind(&token[..]);
    end.execute(connection).await.map(drop)
}
