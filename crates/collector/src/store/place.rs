//! Where a store is: a directory with a file in it, or a server.

use std::fmt;
use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnectOptions;

use crate::Error;

/// Where everything is kept.
#[derive(Clone, Debug)]
pub enum Place {
    /// In SQLite's file in this directory.
    Directory(PathBuf),
    /// In a database of PostgreSQL.
    Server(Server),
}

impl Place {
    /// The server, if one is named, else the directory.
    pub fn new(data: &Path, server: Option<&Server>) -> Self {
        server.map_or_else(|| Self::Directory(data.to_owned()), |server| Self::Server(server.clone()))
    }
}

/// A database of PostgreSQL. However it is printed, its password is not.
#[derive(Clone)]
pub struct Server {
    pub(super) options: Box<PgConnectOptions>,
}

impl Server {
    /// Reads `postgres://user:password@host:port/database?sslmode=…`.
    ///
    /// # Errors
    /// [`Error::ServerUrl`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // The reason could quote the password; the sentence names the form instead.
        let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        let options = text.parse().ok().filter(|_| is_postgres).ok_or(Error::ServerUrl)?;
        Ok(Self { options: Box::new(options) })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.options.get_database().unwrap_or("");
        write!(f, "the database {database:?} on {}:{}", self.options.get_host(), self.options.get_port())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
