//! What there is to move: tables as PostgreSQL's catalogue lists them, and rows of the three kinds of values that both
//! databases keep.

use std::cmp::Ordering;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;

/// Tables that say nothing about surveys or people.
const OWN: [&str; 2] = ["_sqlx_migrations", "probe"];

/// A kind of value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Number,
    Text,
    Bytes,
}

/// A value, or none.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Value {
    Number(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// The values of one row, in the order of the table's columns.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Row(pub(super) Vec<Value>);

impl Row {
    /// Adds the row so that no other row adds the same: each value with its kind, whether it is there, and its length.
    pub(super) fn digest(&self, digest: &mut Sha256) {
        for value in &self.0 {
            let (kind, bytes) = match value {
                Value::Number(number) => (1_u8, number.map(|number| number.to_be_bytes().to_vec())),
                Value::Text(text) => (2, text.as_ref().map(|text| text.as_bytes().to_vec())),
                Value::Bytes(bytes) => (3, bytes.clone()),
            };
            digest.update([kind, u8::from(bytes.is_some())]);
            let bytes = bytes.unwrap_or_default();
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(&bytes);
        }
    }
}

/// A table with its columns.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
    /// The places of the primary key's columns.
    pub(super) key: Vec<usize>,
    refers_to: Vec<String>,
}

impl Table {
    /// Which of two rows stands first.
    pub(super) fn order(&self, one: &Row, other: &Row) -> Ordering {
        let by = |row: &Row| self.key.iter().map(|place| row.0[*place].clone()).collect::<Vec<_>>();
        by(one).cmp(&by(other))
    }

    /// A row's key, for people.
    pub(super) fn key_of(&self, row: &Row) -> String {
        let part = |place: &usize| match &row.0[*place] {
            Value::Number(number) => number.unwrap_or_default().to_string(),
            Value::Text(text) => text.clone().unwrap_or_default(),
            Value::Bytes(bytes) => {
                bytes.iter().flatten().map(|byte| format!("{byte:02x}")).collect::<String>()
            }
        };
        self.key.iter().map(part).collect::<Vec<_>>().join(", ")
    }
}

/// Every table, those that others refer to first.
pub(super) async fn all(catalogue: &mut PgConnection) -> Result<Vec<Table>, sqlx::Error> {
    let columns: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT t.relname::text, a.attname::text, a.atttypid::regtype::text,
                coalesce(array_position(x.indkey::int2[], a.attnum), -1)::bigint
         FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
         LEFT JOIN pg_index x ON x.indrelid = t.oid AND x.indisprimary
         WHERE t.relkind IN ('r', 'p') AND t.relnamespace = current_schema()::regnamespace
         ORDER BY t.relname, a.attnum",
    )
    .fetch_all(&mut *catalogue)
    .await?;
    let references: Vec<(String, String)> = sqlx::query_as(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'",
    )
    .fetch_all(catalogue)
    .await?;
    let mut tables: Vec<Table> = Vec::new();
    let mut keys: Vec<Vec<(i64, usize)>> = Vec::new();
    for (name, column, kind, place) in columns {
        if OWN.contains(&name.as_str()) {
            continue;
        }
        if tables.last().is_none_or(|table| table.name != name) {
            let refers_to = references.iter().filter(|(from, _)| *from == name).map(|(_, to)| to.clone());
            let refers_to = refers_to.collect();
            tables.push(Table { name, columns: Vec::new(), key: Vec::new(), refers_to });
            keys.push(Vec::new());
        }
        let (Some(table), Some(key)) = (tables.last_mut(), keys.last_mut()) else { continue };
        if place >= 0 {
            key.push((place, table.columns.len()));
        }
        table.columns.push((column, kind_of(&kind)?));
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort_unstable();
        table.key = key.into_iter().map(|(_, place)| place).collect();
    }
    Ok(in_order(tables))
}

fn kind_of(name: &str) -> Result<Kind, sqlx::Error> {
    match name {
        "bigint" => Ok(Kind::Number),
        "text" => Ok(Kind::Text),
        "bytea" => Ok(Kind::Bytes),
        _ => Err(sqlx::Error::TypeNotFound { type_name: name.to_owned() }),
    }
}

/// Takes again and again those that refer to nothing that is left.
fn in_order(mut left: Vec<Table>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    while !left.is_empty() {
        let names: Vec<String> = left.iter().map(|table| table.name.clone()).collect();
        let is_free =
            |table: &Table| !table.refers_to.iter().any(|to| *to != table.name && names.contains(to));
        let (free, bound): (Vec<_>, Vec<_>) = left.into_iter().partition(is_free);
        // A circle would be a mistake of ours; the database says so at the first row.
        if free.is_empty() {
            tables.extend(bound);
            break;
        }
        tables.extend(free);
        left = bound;
    }
    tables
}
