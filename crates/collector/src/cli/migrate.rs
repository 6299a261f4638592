//! `suara migrate`: from one kind of database to the other.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::store::migrate;
use crate::{Error, Place, Server};

/// Flags of `suara migrate`.
#[derive(Args, Debug)]
pub(super) struct Migrate {
    /// Where everything is: `sqlite:DIR` or `postgres://…`
    #[arg(long, value_name = "PLACE", env = "SUARA_MIGRATE_FROM", hide_env_values = true)]
    from: String,
    /// Where it is to be; nothing may be there yet
    #[arg(long, value_name = "PLACE", env = "SUARA_MIGRATE_TO", hide_env_values = true)]
    to: String,
    /// Only compare every row of the two, and change nothing
    #[arg(long)]
    verify: bool,
    /// Only take the seal off `--from`, to go back to it before the new place has taken anything
    #[arg(long, conflicts_with = "verify")]
    unseal: bool,
}

pub(super) async fn run(options: Migrate, out: &mut impl Write) -> Result<(), Error> {
    let (from, to) = (place(&options.from)?, place(&options.to)?);
    if options.unseal {
        return migrate::unseal(&from, out).await;
    }
    if options.verify {
        return migrate::verify(&from, &to, out).await;
    }
    // Nobody may serve from the new place before everything is there.
    let _lock = match &to {
        Place::Directory(data) => Some(crate::app::lock(data)?),
        Place::Server(_) => None,
    };
    migrate::run(&from, &to, out).await
}

fn place(text: &str) -> Result<Place, Error> {
    match text.strip_prefix("sqlite:") {
        Some(directory) if !directory.is_empty() => Ok(Place::Directory(PathBuf::from(directory))),
        _ if text.starts_with("postgres") => Server::parse(text).map(Place::Server),
        _ => Err(Error::MigratePlace(text.split("://").next().unwrap_or_default().to_owned())),
    }
}
