//! Where the sites of this suite keep everything: in a database of their own on the PostgreSQL server that
//! `SUARA_TEST_POSTGRES` names.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, PgConnection};
use suara_collector::{Config, Server};

/// Connections to the database, past the collector.
pub(crate) type Pool = sqlx::PgPool;

/// Whether an erasure says that no byte of it is left in the files: those are the server's.
pub(crate) const IS_OVERWRITTEN: bool = false;

/// A place for one site, gone when this is dropped.
pub(crate) struct Home {
    server: String,
    name: String,
    /// `postgres://user@host:port` of something in between, for the collector alone.
    pub(crate) detour: Option<String>,
    is_shared: bool,
}

impl Home {
    pub(crate) async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("suara_{}_{number}", std::process::id());
        let home = Self { server: server(), name, detour: None, is_shared: false };
        execute(&home.server, format!("CREATE DATABASE {}", home.name)).await;
        home
    }

    /// The same place for another collector; it is gone when the first of the two is.
    pub(crate) fn shared(&self) -> Self {
        Self { server: self.server.clone(), name: self.name.clone(), detour: None, is_shared: true }
    }

    pub(crate) fn config(&self) -> Config {
        let mut config = Config::new("not-to-be-made");
        let server = self.detour.as_ref().unwrap_or(&self.server);
        config.server = Some(Server::parse(&format!("{server}/{}", self.name)).unwrap());
        config
    }

    /// The flag that leads a command here, with its value.
    pub(crate) fn flag(&self) -> [String; 2] {
        ["--database".to_owned(), self.url()]
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// Where files lie while they are imported.
    pub(crate) fn uploads(&self) -> PathBuf {
        std::env::temp_dir()
    }

    /// The database itself.
    pub(crate) async fn database(&self) -> Pool {
        crate::harness::pool(&self.url()).await
    }

    /// Statements that look for bytes, each in one column of one table: `$1` are the bytes, what it gives is how often.
    pub(crate) async fn searches(&self) -> Vec<(String, String)> {
        let columns: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
             WHERE table_schema = 'public'",
        )
        .fetch_all(&self.database().await)
        .await
        .unwrap();
        let search = |(table, column, kind): (String, String, String)| {
            let bytes = match kind.as_str() {
                "bytea" => column.clone(),
                _ => format!("convert_to({column}::text, 'UTF8')"),
            };
            let sql = format!("SELECT count(*) FROM {table} WHERE position($1::bytea IN {bytes}) > 0");
            (format!("{table}.{column}"), sql)
        };
        columns.into_iter().map(search).collect()
    }

    /// The ledger of what was erased, written to a file in the way that `docs/privacy.md` tells operators.
    pub(crate) async fn ledger(&self, folder: &Path) -> String {
        let lines = sqlx::query_scalar(
            "SELECT json_build_object('survey', survey, 'key', encode(id, 'hex'), 'at_ms', at_ms)::text FROM erased",
        );
        let lines: Vec<String> = lines.fetch_all(&self.database().await).await.unwrap();
        let path = folder.join("erased.ndjson").to_str().unwrap().to_owned();
        std::fs::write(&path, lines.join("\n")).unwrap();
        path
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.is_shared {
            return;
        }
        let (server, drop) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        // The runtime of the test may be one that ends here. Nobody waits: a busy server takes its time for this.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(execute(&server, drop));
        });
    }
}

/// `postgres://user@host:port`, without a database.
pub(crate) fn server() -> String {
    std::env::var("SUARA_TEST_POSTGRES").map(|server| server.trim_end_matches('/').to_owned()).unwrap_or_else(|_| {
        panic!(
            "these tests need PostgreSQL: run them by `cargo xtask postgres cargo test -p suara-collector`, or set \
             SUARA_TEST_POSTGRES to a server where they may make databases, such as postgres://user:password@host:5432"
        )
    })
}

/// A statement that stands outside of transactions, in the database that every server has.
pub(crate) async fn execute(server: &str, sql: String) {
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}
