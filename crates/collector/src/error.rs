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
    /// Not the address of a PostgreSQL database.
    #[error(
        "--database is no address of a PostgreSQL database; write one such as postgres://suara:password@db.example/suara"
    )]
    ServerUrl,
    /// The server cannot be reached, or refuses.
    #[error("{server} cannot be used ({reason}); see whether it runs and --database names it rightly")]
    Server {
        /// Which, without the password.
        server: String,
        /// What it said.
        reason: String,
    },
    /// A newer version has written to it, or someone has changed the migrations.
    #[error("{server} was written by another version of Suara ({reason}); use that version or a newer one")]
    ServerForeign {
        /// Which.
        server: String,
        /// Which migration does not fit.
        reason: String,
    },
    /// Not a file of ours.
    #[error(
        "a PostgreSQL database is copied by its own tools: run pg_dump --format=custom for a backup, and pg_restore to put it back"
    )]
    ServerBackup,
    /// Neither a directory nor a database.
    #[error("\"{0}\" is no place; write sqlite:DIR or postgres://user:password@host/database")]
    MigratePlace(String),
    /// From a kind to the same kind.
    #[error(
        "one of --from and --to has to be sqlite:DIR and the other postgres://…; copy a directory by backup and restore, and a PostgreSQL database by pg_dump"
    )]
    MigrateKinds,
    /// The target holds something.
    #[error("the place to move to is not empty (there are rows in {0}); name another or empty it")]
    MigrateTarget(String),
    /// Not everything came across.
    #[error(
        "{0} rows differ, the first of each table as named above; the source goes on as before, so empty the new place and try again"
    )]
    MigrateDiffers(u64),
    /// A database failed meanwhile.
    #[error(
        "a database failed while everything was moved ({0}); the source goes on as before, so empty the new place and try again"
    )]
    Migrate(String),
    /// The store failed while a command was at work.
    #[error(
        "the database failed: {0}; see whether the disk is full or read-only, then run the command again"
    )]
    Store(String),
    /// The ledger of erased answers.
    #[error(
        "{path} cannot be read as a ledger of what was erased: {source}; name the right file with --erased"
    )]
    Ledger {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong in it.
        source: io::Error,
    },
    /// Nobody is named whose answers are meant, or wrongly.
    #[error("{0}")]
    Whose(String),
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
    /// Neither an address nor a network.
    #[error(
        "\"{0}\" is no address and no network; write one such as 127.0.0.1 or 10.0.0.0/8 for --trusted-proxy"
    )]
    Proxy(String),
    /// Neither an address nor a network.
    #[error("\"{0}\" is no address and no network; write one such as 10.1.0.0/16 for --webhook-network")]
    WebhookNetwork(String),
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
    /// A backup never replaces anything.
    #[error("{} exists already; choose another name for the backup", .0.display())]
    BackupThere(PathBuf),
    /// The backup cannot be written.
    #[error("the backup {} cannot be written ({source}); choose another place or make room", .path.display())]
    BackupFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The backup cannot be read.
    #[error("{} cannot be read ({source}); name the file that `suara backup` has written", .path.display())]
    BackupUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The backup is no database, or a damaged one.
    #[error("{} is not a whole backup ({reason}); nothing was restored, so take an older one", .path.display())]
    BackupDamaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A restored backup never replaces anything.
    #[error("{} is there already; move the old database with its -wal and -shm away, then restore", .0.display())]
    DatabaseThere(PathBuf),
    /// The check found something.
    #[error("the database is not as it should be in {0} ways, named above; restore a backup")]
    Check(usize),
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
