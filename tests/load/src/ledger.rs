//! What was acknowledged, kept apart from the collector, and compared with what the database holds.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};
use suara_survey::AnswerId;

/// A row: its id and its snapshot number.
pub type Held = (AnswerId, u32);

/// Acknowledged snapshot numbers by the answer's number; the highest counts.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<HashMap<u64, u32>>>);

impl Ledger {
    /// Notes a receipt.
    pub fn note(&self, number: u64, snapshot: u32) {
        let mut acknowledged = self.0.lock().unwrap();
        let held = acknowledged.entry(number).or_default();
        *held = snapshot.max(*held);
    }

    /// How many answers were acknowledged.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Any one of them.
    pub fn any(&self) -> Option<AnswerId> {
        self.0.lock().unwrap().keys().next().map(|number| crate::id(*number))
    }

    /// What is wrong: an answer acknowledged and missing, or held at a lower snapshot, or there twice.
    pub fn problems(&self, held: &[Held]) -> Vec<String> {
        let mut problems = Vec::new();
        let mut snapshots = HashMap::with_capacity(held.len());
        for (id, snapshot) in held {
            if snapshots.insert(*id, *snapshot).is_some() {
                problems.push(format!("{id} is there twice"));
            }
        }
        for (number, acknowledged) in self.0.lock().unwrap().iter() {
            let id = crate::id(*number);
            match snapshots.get(&id) {
                None => problems.push(format!("{id} was acknowledged and is missing")),
                Some(held) if held < acknowledged => {
                    problems.push(format!("{id} was acknowledged at {acknowledged}, held at {held}"));
                }
                Some(_) => {}
            }
        }
        problems
    }
}

/// Every row of the database in a data directory, after a look at the file's integrity.
///
/// # Panics
/// Where the database is damaged.
pub async fn held(data: &Path) -> Vec<Held> {
    try_held(data).await.unwrap_or_else(|damage| panic!("{damage}"))
}

/// The same of a database that may be damaged.
///
/// # Errors
/// What is wrong with it.
pub async fn try_held(data: &Path) -> Result<Vec<Held>, String> {
    rows(&data.join("suara.db"))
        .await
        .map_err(|error| error.to_string())
        .and_then(|(integrity, rows)| if integrity == "ok" { Ok(rows) } else { Err(integrity) })
}

async fn rows(path: &Path) -> Result<(String, Vec<Held>), sqlx::Error> {
    let mut database = SqliteConnectOptions::new().filename(path).connect().await?;
    let integrity = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut database).await?;
    // Without the index of the primary key, which would hide a doubled row.
    let rows = sqlx::query("SELECT id, snapshot FROM answers NOT INDEXED").fetch_all(&mut database).await?;
    let id = |bytes: &[u8]| AnswerId::from_bytes(bytes.try_into().unwrap()).unwrap();
    Ok((integrity, rows.iter().map(|row| (id(row.get(0)), row.get(1))).collect()))
}
