//! People, invitations, tokens, and the record of what was done with them.

use suara_survey::wire::{Deed, Invitation, People, Person, Role, Token};

use super::{Connection, Pool, passwords};
use crate::store::people::{Act, What, role_code, role_of};
use crate::store::{StoreError, TokenSha};

/// Records in the database; older ones go. At a sign-in a minute that is two months.
const DEEDS_MAX: i64 = 100_000;

/// Everybody, and whoever is invited at `now_ms`.
pub(in crate::store) async fn people(pool: &Pool, now_ms: i64) -> Result<People, StoreError> {
    let people: Vec<(i64, String, i64, i64)> =
        sqlx::query_as("SELECT id, email, role, created_ms FROM accounts ORDER BY id")
            .fetch_all(pool)
            .await?;
    let person = |(id, email, code, created_ms)| Ok(Person { id, email, role: role(code)?, created_ms });
    let invitations: Vec<(i64, String, i64, i64)> = sqlx::query_as(
        "SELECT id, email, role, expires_ms FROM invitations WHERE expires_ms > $1 ORDER BY id",
    )
    .bind(now_ms)
    .fetch_all(pool)
    .await?;
    let invitation =
        |(id, email, code, expires_ms)| Ok(Invitation { id, email, role: role(code)?, expires_ms });
    Ok(People {
        people: people.into_iter().map(person).collect::<Result<_, StoreError>>()?,
        invitations: invitations.into_iter().map(invitation).collect::<Result<_, StoreError>>()?,
    })
}

/// Whether somebody is invited with this token at `now_ms`.
pub(in crate::store) async fn is_invited(
    pool: &Pool,
    token: &TokenSha,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM invitations WHERE token_sha = $1 AND expires_ms > $2)",
    );
    Ok(found.bind(&token[..]).bind(now_ms).fetch_one(pool).await?)
}

/// Tokens that have not ended at `now_ms`.
pub(in crate::store) async fn tokens(pool: &Pool, now_ms: i64) -> Result<Vec<Token>, StoreError> {
    let rows: Vec<(i64, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT id, name, role, created_ms, expires_ms FROM tokens WHERE expires_ms > $1 ORDER BY id",
    )
    .bind(now_ms)
    .fetch_all(pool)
    .await?;
    let token = |(id, name, code, created_ms, expires_ms)| {
        Ok(Token { id, name, scope: role(code)?, created_ms, expires_ms })
    };
    rows.into_iter().map(token).collect()
}

/// The name and scope of the token with this hash, if it has not ended at `now_ms`.
pub(in crate::store) async fn token(
    pool: &Pool,
    token: &TokenSha,
    now_ms: i64,
) -> Result<Option<(String, Role)>, StoreError> {
    let row = sqlx::query_as("SELECT name, role FROM tokens WHERE token_sha = $1 AND expires_ms > $2");
    let row: Option<(String, i64)> = row.bind(&token[..]).bind(now_ms).fetch_optional(pool).await?;
    row.map(|(name, code)| Ok((name, role(code)?))).transpose()
}

/// What was done before the deed with number `before`, newest first.
pub(in crate::store) async fn deeds(pool: &Pool, before: i64, limit: u32) -> Result<Vec<Deed>, StoreError> {
    let rows: Vec<(i64, i64, String, String, String)> = sqlx::query_as(
        "SELECT id, at_ms, who, what, about FROM deeds WHERE id < $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(before)
    .bind(i64::from(limit))
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|(id, at_ms, who, what, about)| Deed { id, at_ms, who, what, about }).collect())
}

/// Reads a role's code.
pub(in crate::store) fn role(code: i64) -> Result<Role, StoreError> {
    role_of(code).ok_or_else(|| StoreError::Foreign(format!("role {code}")))
}

/// Whether it was done; what is refused is not recorded.
pub(in crate::store) async fn act(connection: &mut Connection, act: &Act) -> Result<bool, sqlx::Error> {
    let Some((what, about)) = apply(connection, act).await? else { return Ok(false) };
    record(connection, act.at_ms, [&act.who, what, &about]).await?;
    Ok(true)
}

/// Writes down who did what to whom.
pub(in crate::store) async fn record(
    connection: &mut Connection,
    at_ms: i64,
    [who, what, about]: [&str; 3],
) -> Result<(), sqlx::Error> {
    let deed = sqlx::query_scalar(
        "INSERT INTO deeds (at_ms, who, what, about) VALUES ($1, $2, $3, $4) RETURNING id",
    );
    let deed = deed.bind(at_ms).bind(who).bind(what).bind(about);
    let id: i64 = deed.fetch_one(&mut *connection).await?;
    sqlx::query("DELETE FROM deeds WHERE id <= $1").bind(id - DEEDS_MAX).execute(connection).await.map(drop)
}

/// Counts a change of something that others watch.
pub(super) async fn count(connection: &mut Connection, name: &str) -> Result<(), sqlx::Error> {
    let count = "INSERT INTO changes (survey, change) VALUES ($1, 1)
         ON CONFLICT (survey) DO UPDATE SET change = changes.change + 1";
    sqlx::query(count).bind(name).execute(connection).await.map(drop)
}

/// What was done, in a word or two, and about whom.
async fn apply(
    connection: &mut Connection,
    act: &Act,
) -> Result<Option<(&'static str, String)>, sqlx::Error> {
    const KEEPS_AN_OWNER: &str = "(role <> 2 OR (SELECT count(*) FROM accounts WHERE role = 2) > 1)";
    const UNQUARANTINE: &str = "DELETE FROM quarantine WHERE id = $1 RETURNING survey";
    let (what, query) = match &act.what {
        What::Invite { token, email, role, expires_ms } => {
            let invite = "INSERT INTO invitations (token_sha, email, role, expires_ms) SELECT $1, $2, $3, $4
                 WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE email = $2)
                 ON CONFLICT (email) DO UPDATE SET token_sha = excluded.token_sha, role = excluded.role,
                 expires_ms = excluded.expires_ms RETURNING email";
            let query = sqlx::query_scalar(invite).bind(&token[..]).bind(email);
            ("invited", query.bind(role_code(*role)).bind(expires_ms))
        }
        What::Uninvite { id } => (
            "took an invitation back",
            sqlx::query_scalar("DELETE FROM invitations WHERE id = $1 RETURNING email").bind(id),
        ),
        What::Join { token, password } => return join(connection, act, token, password).await,
        What::ChangePassword { old, new, session } => {
            return passwords::change(connection, act, [old, new], session).await;
        }
        What::EndSessions => return passwords::end_sessions(connection, act).await,
        What::Reset { token, email, expires_ms } => {
            return passwords::reset(connection, token, (email, *expires_ms)).await;
        }
        What::Promote { id, role } => {
            let promote = format!(
                "UPDATE accounts SET role = $1 WHERE id = $2 AND ($1 = 2 OR {KEEPS_AN_OWNER}) RETURNING email"
            );
            let what = ["made a viewer", "made an analyst", "made an owner"];
            let what = what[usize::try_from(role_code(*role)).unwrap_or(0)];
            (what, sqlx::query_scalar(sqlx::AssertSqlSafe(promote)).bind(role_code(*role)).bind(id))
        }
        What::Remove { id } => {
            let remove = format!("DELETE FROM accounts WHERE id = $1 AND {KEEPS_AN_OWNER} RETURNING email");
            let remove = sqlx::query_scalar(sqlx::AssertSqlSafe(remove)).bind(id);
            let gone: Option<String> = remove.fetch_optional(&mut *connection).await?;
            // A link for a new password would make the account again.
            if let Some(email) = &gone {
                passwords::uninvite(connection, email).await?;
            }
            return Ok(gone.map(|email| ("removed", email)));
        }
        What::MakeToken { token, name, scope, expires_ms } => {
            let make =
                "INSERT INTO tokens (token_sha, name, role, created_ms, expires_ms) VALUES ($1, $2, $3, $4, $5)
                 RETURNING name";
            let query = sqlx::query_scalar(make).bind(&token[..]).bind(name).bind(role_code(*scope));
            ("made a token", query.bind(act.at_ms).bind(expires_ms))
        }
        What::Import { about } => return Ok(Some(("imported", about.clone()))),
        What::Survey(edit) => return super::surveys::apply(connection, act, edit).await,
        What::Case(case) => return super::cases::apply(connection, act, case).await,
        What::Hook(hook) => return super::hooks::apply(connection, act, hook).await,
        What::Identity(identity) => return super::identity::apply(connection, act, identity).await,
        What::EndToken { id } => {
            ("ended a token", sqlx::query_scalar("DELETE FROM tokens WHERE id = $1 RETURNING name").bind(id))
        }
        What::Discard { id } => ("threw a refused answer away", sqlx::query_scalar(UNQUARANTINE).bind(id)),
        What::Admit { id } => ("let a refused answer in", sqlx::query_scalar(UNQUARANTINE).bind(id)),
    };
    let about: Option<String> = query.fetch_optional(connection).await?;
    Ok(about.map(|about| (what, about)))
}

/// The invitation is used up by the account that it makes, or by the password that it sets.
async fn join(
    connection: &mut Connection,
    act: &Act,
    token: &[u8],
    password: &str,
) -> Result<Option<(&'static str, String)>, sqlx::Error> {
    let take =
        "DELETE FROM invitations WHERE token_sha = $1 AND email = $2 AND expires_ms > $3 RETURNING role";
    let role = sqlx::query_scalar(take).bind(token).bind(&act.who).bind(act.at_ms);
    let Some(role): Option<i64> = role.fetch_optional(&mut *connection).await? else { return Ok(None) };
    if passwords::renew(connection, act, password).await? {
        return Ok(Some(("set a new password", String::new())));
    }
    let make =
        sqlx::query("INSERT INTO accounts (email, password, created_ms, role) VALUES ($1, $2, $3, $4)");
    make.bind(&act.who).bind(password).bind(act.at_ms).bind(role).execute(connection).await?;
    Ok(Some(("took an invitation up", String::new())))
}
