//! One of the two databases, by the few things that moving asks of it.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Database, QueryBuilder};

use super::table::{Kind, Row, Table, Value};
use crate::Error;
use crate::store::{Place, postgres, sqlite};

/// A connection of its own to one of the two.
pub(super) enum Side {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs the same on whichever it is.
macro_rules! on_either {
    ($side:expr, $connection:ident => $call:expr) => {
        match $side {
            Side::Sqlite($connection) => $call,
            Side::Postgres($connection) => $call,
        }
    };
}

#[allow(clippy::needless_pass_by_value, reason = "so `map_err` takes it as it is")]
pub(super) fn failed(error: sqlx::Error) -> Error {
    Error::Migrate(error.to_string())
}

impl Side {
    pub(super) async fn open(place: &Place) -> Result<Self, Error> {
        match place {
            Place::Directory(data) => {
                let options = sqlite::options_of(data).create_if_missing(false);
                Ok(Self::Sqlite(options.connect().await.map_err(failed)?))
            }
            Place::Server(server) => {
                let options = postgres::options_of(server);
                Ok(Self::Postgres(options.connect().await.map_err(failed)?))
            }
        }
    }

    /// What is read from here on is the state of one moment; nobody is held up.
    pub(super) async fn begin_reading(&mut self) -> Result<(), Error> {
        let begin = match self {
            Self::Sqlite(_) => "BEGIN",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        };
        self.execute(begin.to_owned()).await
    }

    /// Nobody else writes until the end.
    pub(super) async fn hold(&mut self, tables: &[Table]) -> Result<(), Error> {
        let hold = match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
            Self::Postgres(_) => {
                let names: Vec<String> = tables.iter().map(|table| format!("\"{}\"", table.name)).collect();
                format!("BEGIN; LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", names.join(", "))
            }
        };
        self.execute(hold).await
    }

    pub(super) async fn end(&mut self, is_good: bool) -> Result<(), Error> {
        self.execute(if is_good { "COMMIT" } else { "ROLLBACK" }.to_owned()).await
    }

    /// From here on it takes nothing that would be lost; visitors' browsers keep answers until the new place takes them.
    pub(super) async fn seal(&mut self) -> Result<(), Error> {
        match self {
            Self::Sqlite(_) => {
                for (table, event) in sqlite::SEALED {
                    let name = sqlite::seal_of(table);
                    let when = format!("CREATE TRIGGER {name} BEFORE {event} ON {table}");
                    self.execute(format!("{when} BEGIN SELECT RAISE(ABORT, 'moved'); END")).await?;
                }
            }
            Self::Postgres(_) => {
                for table in postgres::SEALED {
                    let seal = format!("ALTER TABLE {table} ADD CONSTRAINT moved CHECK (false) NOT VALID");
                    self.execute(seal).await?;
                }
            }
        }
        Ok(())
    }

    /// Takes the seal off, also one of a version that sealed less.
    pub(super) async fn unseal(&mut self) -> Result<(), Error> {
        let drops: Vec<String> = match self {
            Self::Sqlite(_) => {
                let names = sqlite::SEALED.map(|(table, _)| sqlite::seal_of(table));
                names.map(|name| format!("DROP TRIGGER IF EXISTS {name}")).into()
            }
            Self::Postgres(_) => {
                let drop = |table| format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS moved");
                postgres::SEALED.map(drop).into()
            }
        };
        self.execute(format!("BEGIN; {}; COMMIT", drops.join("; "))).await
    }

    /// That each table is there with these columns.
    pub(super) async fn must_have(&mut self, tables: &[Table]) -> Result<(), Error> {
        for table in tables {
            self.page(table, None, 1).await?;
        }
        Ok(())
    }

    /// That there is nothing but the surveys that come with the program, which go: those of the source come in their place.
    pub(super) async fn must_be_empty(&mut self, tables: &[Table]) -> Result<(), Error> {
        for table in tables.iter().filter(|table| table.name != "surveys") {
            if !self.page(table, None, 1).await?.is_empty() {
                return Err(Error::MigrateTarget(table.name.clone()));
            }
        }
        self.execute("DELETE FROM surveys".to_owned()).await
    }

    /// Rows behind `after`, in the order of the key.
    pub(super) async fn page(
        &mut self,
        table: &Table,
        after: Option<&Row>,
        limit: usize,
    ) -> Result<Vec<Row>, Error> {
        // Both compare bytes, then; a server may be set to the order of a language.
        let collate = if matches!(self, Self::Postgres(_)) { " COLLATE \"C\"" } else { "" };
        let key: Vec<String> = table.key.iter().map(|place| ordered(table, *place, collate)).collect();
        let key = key.join(", ");
        let columns = names(table, 0..table.columns.len());
        let select = format!("SELECT {columns} FROM \"{}\"", table.name);
        let kinds: Vec<Kind> = table.columns.iter().map(|(_, kind)| *kind).collect();
        let tail = format!(" ORDER BY {key} LIMIT {limit}");
        let after = after.map(|row| table.key.iter().map(|place| row.0[*place].clone()).collect::<Vec<_>>());
        match self {
            Self::Sqlite(connection) => {
                let mut query: QueryBuilder<sqlx::Sqlite> = QueryBuilder::new(select);
                bind_after(&mut query, &key, after, &tail);
                let rows = query.build().fetch_all(connection).await.map_err(failed)?;
                rows.iter().map(|row: &SqliteRow| read(row, &kinds)).collect()
            }
            Self::Postgres(connection) => {
                let mut query: QueryBuilder<sqlx::Postgres> = QueryBuilder::new(select);
                bind_after(&mut query, &key, after, &tail);
                let rows = query.build().fetch_all(connection).await.map_err(failed)?;
                rows.iter().map(|row: &PgRow| read(row, &kinds)).collect()
            }
        }
    }

    /// Writes rows, in place of those with the same keys.
    pub(super) async fn write(&mut self, table: &Table, rows: &[Row]) -> Result<(), Error> {
        let all = 0..table.columns.len();
        let insert = format!("INSERT INTO \"{}\" ({}) ", table.name, names(table, all.clone()));
        let set: Vec<String> = all
            .filter(|place| !table.key.contains(place))
            .map(|place| format!("\"{0}\" = excluded.\"{0}\"", table.columns[place].0))
            .collect();
        let action =
            if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", set.join(", ")) };
        // In SQLite an answer's key is its id alone; there the clause holds for whatever key is in the way.
        let key = match self {
            Self::Sqlite(_) => String::new(),
            Self::Postgres(_) => format!("({})", names(table, table.key.iter().copied())),
        };
        let tail = format!(" ON CONFLICT {key} DO {action}");
        on_either!(self, connection => {
            let mut query = QueryBuilder::new(insert);
            query.push_values(rows, |mut values, row| {
                for value in &row.0 {
                    match value.clone() {
                        Value::Number(number) => values.push_bind(number),
                        Value::Text(text) => values.push_bind(text),
                        Value::Bytes(bytes) => values.push_bind(bytes),
                    };
                }
            });
            query.push(tail);
            query.build().execute(&mut *connection).await.map(drop).map_err(failed)
        })
    }

    pub(super) async fn delete(&mut self, table: &Table, row: &Row) -> Result<(), Error> {
        let delete = format!("DELETE FROM \"{}\" WHERE ", table.name);
        let key: Vec<Value> = table.key.iter().map(|place| row.0[*place].clone()).collect();
        let names = format!("({})", names(table, table.key.iter().copied()));
        on_either!(self, connection => {
            let mut query = QueryBuilder::new(delete);
            query.push(names).push(" = (");
            bind_all(&mut query, key);
            query.push(")");
            query.build().execute(&mut *connection).await.map(drop).map_err(failed)
        })
    }

    /// New rows get numbers behind those that were brought along. SQLite sees to that itself.
    pub(super) async fn renumber(&mut self, tables: &[Table]) -> Result<(), Error> {
        let Self::Postgres(connection) = self else { return Ok(()) };
        let numbered = |table: &&Table| table.columns.contains(&("id".to_owned(), Kind::Number));
        for table in tables.iter().filter(numbered) {
            let name = &table.name;
            let set = format!(
                "SELECT setval(sequence::regclass, (SELECT max(id) FROM \"{name}\")) FROM
                 (SELECT pg_get_serial_sequence('\"{name}\"', 'id') AS sequence) AS named
                 WHERE sequence IS NOT NULL AND EXISTS (SELECT 1 FROM \"{name}\")"
            );
            sqlx::raw_sql(AssertSqlSafe(set)).execute(&mut *connection).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn execute(&mut self, sql: String) -> Result<(), Error> {
        on_either!(self, connection => {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await.map(drop).map_err(failed)
        })
    }
}

fn names(table: &Table, places: impl IntoIterator<Item = usize>) -> String {
    let quoted = places.into_iter().map(|place| format!("\"{}\"", table.columns[place].0));
    quoted.collect::<Vec<_>>().join(", ")
}

fn ordered(table: &Table, place: usize, collate: &str) -> String {
    let (name, kind) = &table.columns[place];
    let collate = if *kind == Kind::Text { collate } else { "" };
    format!("\"{name}\"{collate}")
}

fn bind_after<D: Database>(query: &mut QueryBuilder<D>, key: &str, after: Option<Vec<Value>>, tail: &str)
where
    Option<i64>: for<'q> sqlx::Encode<'q, D> + sqlx::Type<D>,
    Option<String>: for<'q> sqlx::Encode<'q, D> + sqlx::Type<D>,
    Option<Vec<u8>>: for<'q> sqlx::Encode<'q, D> + sqlx::Type<D>,
{
    if let Some(after) = after {
        query.push(format!(" WHERE ({key}) > ("));
        bind_all(query, after);
        query.push(")");
    }
    query.push(tail);
}

fn bind_all<D: Database>(query: &mut QueryBuilder<D>, values: Vec<Value>)
where
    Option<i64>: for<'q> sqlx::Encode<'q, D> + sqlx::Type<D>,
    Option<String>: for<'q> sqlx::Encode<'q, D> + sqlx::Type<D>,
    Option<Vec<u8>>: for<'q> sqlx::Encode<'q, D> + sqlx::Type<D>,
{
    let mut list = query.separated(", ");
    for value in values {
        match value {
            Value::Number(number) => list.push_bind(number),
            Value::Text(text) => list.push_bind(text),
            Value::Bytes(bytes) => list.push_bind(bytes),
        };
    }
}

fn read<R: sqlx::Row>(row: &R, kinds: &[Kind]) -> Result<Row, Error>
where
    usize: sqlx::ColumnIndex<R>,
    Option<i64>: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<String>: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    Option<Vec<u8>>: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    let value = |(place, kind): (usize, &Kind)| match kind {
        Kind::Number => row.try_get(place).map(Value::Number),
        Kind::Text => row.try_get(place).map(Value::Text),
        Kind::Bytes => row.try_get(place).map(Value::Bytes),
    };
    kinds.iter().enumerate().map(value).collect::<Result<_, _>>().map(Row).map_err(failed)
}
