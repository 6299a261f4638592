//! Whether a database is whole, as far as this program can tell: the server sees to its own pages. It only reads, so it may
//! run while collectors serve.

use sqlx::{Connection as _, PgConnection};

use super::open::{MIGRATIONS, connect, settled, unusable};
use super::{Postgres, shared};
use crate::Error;
use crate::store::{Findings, Server};

impl Postgres {
    /// Checks everything within one moment.
    pub(in crate::store) async fn check(server: &Server) -> Result<Findings, Error> {
        let unusable = |error| unusable(server, error);
        let mut connection = connect(&settled(&server.options)).await.map_err(unusable)?;
        let findings = all(&mut connection).await.map_err(unusable)?;
        connection.close().await.map_err(unusable)?;
        Ok(findings)
    }
}

async fn all(connection: &mut PgConnection) -> Result<Findings, sqlx::Error> {
    let mut moment = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    let mut problems = shared::check::migrations(&mut moment, &MIGRATIONS).await?;
    let (answers, broken) = shared::check::all(&mut moment).await?;
    problems.extend(broken);
    Ok(Findings { answers, problems })
}
