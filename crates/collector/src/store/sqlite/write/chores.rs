//! Accounts and sessions: each write a transaction of its own.

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use crate::store::Chore;

/// Whether a row was changed.
pub(super) async fn commit(connection: &mut SqliteConnection, chore: &Chore) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let query = match chore {
        Chore::FirstAccount { email, password, now_ms } => sqlx::query(
            "INSERT INTO accounts (email, password, created_ms) SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM accounts)",
        )
        .bind(email)
        .bind(password)
        .bind(now_ms),
        Chore::OpenSession { token, account, now_ms, dead_before_ms } => {
            let dead = sqlx::query("DELETE FROM sessions WHERE created_ms < ?").bind(dead_before_ms);
            dead.execute(&mut *transaction).await?;
            sqlx::query("INSERT INTO sessions (token_sha, account, created_ms, seen_ms) VALUES (?1, ?2, ?3, ?3)")
                .bind(&token[..])
                .bind(account)
                .bind(now_ms)
        }
        Chore::TouchSession { token, now_ms } => {
            sqlx::query("UPDATE sessions SET seen_ms = ? WHERE token_sha = ?").bind(now_ms).bind(&token[..])
        }
        Chore::EndSession { token } => sqlx::query("DELETE FROM sessions WHERE token_sha = ?").bind(&token[..]),
    };
    let changed = query.execute(&mut *transaction).await?.rows_affected();
    transaction.commit().await?;
    Ok(changed > 0)
}
