//! New passwords: of who knows the old one, and of who has lost it. Both end sessions.

use super::Connection;
use crate::store::people::Act;

/// What was done, and about whom; none if there was nothing to do.
type Done = Result<Option<(&'static str, String)>, sqlx::Error>;

/// Sets a new password in place of the `old` hash, and ends all sessions of the account but one.
pub(super) async fn change(
    connection: &mut Connection,
    act: &Act,
    [old, new]: [&str; 2],
    session: &[u8],
) -> Done {
    let change = sqlx::query_scalar(
        "UPDATE accounts SET password = $1 WHERE email = $2 AND password = $3 RETURNING id",
    );
    let change = change.bind(new).bind(&act.who).bind(old);
    let Some(account): Option<i64> = change.fetch_optional(&mut *connection).await? else { return Ok(None) };
    let end = sqlx::query("DELETE FROM sessions WHERE account = $1 AND token_sha <> $2");
    end.bind(account).bind(session).execute(&mut *connection).await?;
    // A link for who had lost the old one would still set another.
    uninvite(connection, &act.who).await?;
    Ok(Some(("changed the password", String::new())))
}

/// Ends all sessions of `who`.
pub(super) async fn end_sessions(connection: &mut Connection, act: &Act) -> Done {
    end(connection, &act.who).await?;
    Ok(Some(("ended all sessions", String::new())))
}

/// Lets somebody who has an account set a new password with a link, as an invitation does for who has none.
pub(super) async fn reset(
    connection: &mut Connection,
    token: &[u8],
    (email, expires_ms): (&str, i64),
) -> Done {
    let link = sqlx::query_scalar(
        "INSERT INTO invitations (token_sha, email, role, expires_ms)
         SELECT $1, email, role, $3 FROM accounts WHERE email = $2
         ON CONFLICT (email) DO UPDATE SET token_sha = excluded.token_sha, role = excluded.role,
         expires_ms = excluded.expires_ms RETURNING email",
    );
    let link = link.bind(token).bind(email).bind(expires_ms);
    let Some(email): Option<String> = link.fetch_optional(&mut *connection).await? else { return Ok(None) };
    end(connection, &email).await?;
    Ok(Some(("made a link for a new password", email)))
}

/// Whether `who`, with such a link, had an account: it has the new password then, and is signed in nowhere.
pub(super) async fn renew(
    connection: &mut Connection,
    act: &Act,
    password: &str,
) -> Result<bool, sqlx::Error> {
    let renew = sqlx::query_scalar("UPDATE accounts SET password = $1 WHERE email = $2 RETURNING id");
    let renew = renew.bind(password).bind(&act.who);
    let Some(account): Option<i64> = renew.fetch_optional(&mut *connection).await? else { return Ok(false) };
    end(connection, &act.who).await?;
    let forget = sqlx::query("DELETE FROM devices WHERE account = $1").bind(account);
    forget.execute(connection).await?;
    Ok(true)
}

/// Takes back whatever link there is for somebody.
pub(super) async fn uninvite(connection: &mut Connection, email: &str) -> Result<(), sqlx::Error> {
    let uninvite = sqlx::query("DELETE FROM invitations WHERE email = $1").bind(email);
    uninvite.execute(connection).await.map(drop)
}

async fn end(connection: &mut Connection, email: &str) -> Result<(), sqlx::Error> {
    let end = "DELETE FROM sessions WHERE account IN (SELECT id FROM accounts WHERE email = $1)";
    sqlx::query(end).bind(email).execute(connection).await.map(drop)
}
