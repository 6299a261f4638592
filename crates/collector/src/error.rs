//! Why a command could not do its work. Each message names the value, the limit and the remedy, in one sentence.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::import::ImportError;
use crate::store::StoreError;

/// Everything that ends a command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data directory cannot be made or written.
    #[error("the data directory {} cannot be written ({source}); choose another with --data", .path.display())]
    DataDirectory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another collector serves from this directory.
    #[error("the data directory {} is in use by another collector; stop that one or choose another with --data", .path.display())]
    DataInUse {
        /// The directory.
        path: PathBuf,
    },
    /// The file is damaged or no database.
    #[error("{} is not a readable database; restore it from a backup or move it away to start afresh", .path.display())]
    DatabaseCorrupt {
        /// The file.
        path: PathBuf,
    },
    /// Another process holds the database locked.
    #[error("{} is locked by another program for longer than this one waits; stop that one and try again", .path.display())]
    DatabaseBusy {
        /// The file.
        path: PathBuf,
    },
    /// A newer version has written to it, or someone has changed the migrations.
    #[error("{} was written by another version of Suara ({reason}); use that version or a newer one", .path.display())]
    DatabaseForeign {
        /// The file.
        path: PathBuf,
        /// Which migration does not fit.
        reason: String,
    },
    /// Any other failure of the database.
    #[error("{} cannot be used: {reason}; see whether the disk is full or read-only", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// The store failed while a command was at work.
    #[error(
        "the database failed: {0}; see whether the disk is full or read-only, then run the command again"
    )]
    Store(String),
    /// A survey in the database does not pass the check.
    #[error("the database holds a survey that is not valid ({0}); restore it from a backup")]
    StoredSurvey(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {}", listen_reason(.source))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Not an origin.
    #[error(
        "\"{0}\" is not an origin; write scheme, host and, if need be, port, such as https://shop.example"
    )]
    Origin(String),
    /// Not an address under which browsers could reach the collector.
    #[error(
        "\"{0}\" is not a public address; write http:// or https://, host and, if need be, port, without a path"
    )]
    PublicUrl(String),
    /// No such folder of pages.
    #[error("{} has no index.html, so it is not a folder of built pages; run `cargo xtask dist` or leave out --assets", .0.display())]
    Assets(PathBuf),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes; without them no secret is safe, so nothing was started")]
    Random,
    /// The runtime or a signal handler could not be set up.
    #[error("the system refused what a server needs: {0}")]
    System(#[source] io::Error),
    /// Standard output is gone, or the disk is full.
    #[error("the output could not be written: {0}")]
    Output(#[source] io::Error),
    /// A file for the output cannot be made.
    #[error("{} cannot be written ({source}); choose another with --out", .path.display())]
    OutputFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No survey of that name.
    #[error("there is no survey \"{id}\"; choose from {known} with --survey")]
    UnknownSurvey {
        /// What was asked for.
        id: String,
        /// What there is.
        known: String,
    },
    /// Nothing to export from.
    #[error("there is no database in {}; say with --data where the collector keeps its data", .0.display())]
    NoDatabase(PathBuf),
    /// A file that is not imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A file of cases that cannot be computed.
    #[error(transparent)]
    Stats(#[from] crate::stats::StatsError),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

fn listen_reason(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is in use; stop the other program or choose another port with --port".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need more rights; choose a higher one with --port".to_owned()
        }
        _ => format!("{source}; choose an address of this machine with --listen"),
    }
}
