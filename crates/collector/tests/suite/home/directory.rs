//! Where the sites of this suite keep everything: in SQLite's file in a folder of their own.

use std::path::{Path, PathBuf};

use suara_collector::Config;
use tempfile::TempDir;

/// Connections to the database, past the collector.
pub(crate) type Pool = sqlx::SqlitePool;

/// Whether an erasure says that no byte of it is left in the files.
pub(crate) const IS_OVERWRITTEN: bool = true;

/// A place for one site, gone when this is dropped.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) async fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn config(&self) -> Config {
        Config::new(self.path())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The flag that leads a command here, with its value.
    pub(crate) fn flag(&self) -> [String; 2] {
        ["--data".to_owned(), self.path().to_str().unwrap().to_owned()]
    }

    /// Where files lie while they are imported.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.path().to_owned()
    }

    /// The database itself.
    pub(crate) async fn database(&self) -> Pool {
        crate::harness::pool(self.path().join("suara.db").to_str().unwrap()).await
    }

    /// Statements that look for bytes, each in one column of one table: `$1` are the bytes, what it gives is how often.
    pub(crate) async fn searches(&self) -> Vec<(String, String)> {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table'",
        )
        .fetch_all(&self.database().await)
        .await
        .unwrap();
        let search = |(table, column): (String, String)| {
            let sql = format!(
                "SELECT count(*) FROM {table} WHERE instr(CAST({column} AS BLOB), CAST($1 AS BLOB)) > 0"
            );
            (format!("{table}.{column}"), sql)
        };
        columns.into_iter().map(search).collect()
    }

    /// The ledger of what was erased: the collector has written it.
    pub(crate) async fn ledger(&self, _: &Path) -> String {
        self.path().join("erased.ndjson").to_str().unwrap().to_owned()
    }
}
