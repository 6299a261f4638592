//! Opening a database: settings, migrations, and a sentence for each way in which it can fail.

use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection as _, PgConnection};

use super::lane::Lanes;
use super::{ALONE, Postgres, WRITE_MAX, listen, shared};
use crate::Error;
use crate::store::Server;
use crate::store::live::Live;
use crate::store::pool::ageless;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connections for owners and for the control plane, beside those of the lanes: a server begins with 100 for all.
const POOL_MAX: u32 = 8;

/// A server that is there answers at once; a visitor does not wait for one that is not.
const CONNECT_MAX: Duration = Duration::from_secs(4);

impl Postgres {
    pub(in crate::store) async fn open(server: &Server) -> Result<Self, Error> {
        let options = settled(&server.options);
        let unusable = |error| unusable(server, error);
        let mut connection = connect(&options).await.map_err(unusable)?;
        prepare(&mut connection).await.map_err(unusable)?;
        connection.close().await.map_err(unusable)?;
        let pool = ageless(POOL_MAX, CONNECT_MAX).connect_lazy_with(options.clone());
        let live = Arc::new(Live::default());
        for (survey, change) in shared::answers::changes(&pool).await.map_err(unusable)? {
            live.publish(&survey, change);
        }
        let unsaid = Arc::new(listen::Unsaid::default());
        let lanes = Lanes::open(&options, &live, &unsaid);
        let news = [
            tokio::spawn(listen::listen(pool.clone(), Arc::clone(&live))),
            tokio::spawn(listen::say(pool.clone(), Arc::clone(&unsaid))),
        ];
        Ok(Self { pool, live, unsaid, lanes, news })
    }
}

/// A connection, or an error in time.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let connection = tokio::time::timeout(CONNECT_MAX, options.connect()).await;
    connection.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// What every session is set to, whatever the server's file or the role says.
pub(super) fn settled(options: &PgConnectOptions) -> PgConnectOptions {
    let limit = format!("{}ms", WRITE_MAX.as_millis());
    options.clone().application_name("suara").options([
        // Each commit waits for the disk: an acknowledged answer outlives a power cut.
        ("synchronous_commit", "on"),
        ("lock_timeout", limit.as_str()),
        // A collector that vanished in the middle of a transaction must not keep its locks.
        ("idle_in_transaction_session_timeout", limit.as_str()),
    ])
}

/// One collector at a time, so that two that start together do not both make the tables.
async fn prepare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    MIGRATIONS.run(&mut *connection).await?;
    let mut transaction = connection.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(ALONE).execute(&mut *transaction).await?;
    shared::surveys::add_ready_made(&mut transaction).await?;
    transaction.commit().await
}

pub(super) fn unusable(server: &Server, error: sqlx::Error) -> Error {
    let server = server.to_string();
    match error {
        sqlx::Error::Migrate(error) => Error::ServerForeign { server, reason: error.to_string() },
        error => Error::Server { server, reason: error.to_string() },
    }
}
