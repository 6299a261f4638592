//! `suara backup`, `suara restore` and `suara check`: the database as something to be kept.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::Data;
use crate::privacy::Ledger;
use crate::store::{Findings, Store};
use crate::{Error, Place};

/// Flags of `suara backup`.
#[derive(Args, Debug)]
pub(super) struct Backup {
    /// The file to write; it must not exist
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    data: Data,
}

/// Flags of `suara restore`.
#[derive(Args, Debug)]
pub(super) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The ledger of what was erased since, which is erased again [default: erased.ndjson in the data directory]
    #[arg(long, value_name = "FILE")]
    erased: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

/// Flags of `suara check`.
#[derive(Args, Debug)]
pub(super) struct Check {
    /// A backup to check instead of the data directory
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn backup(options: Backup, out: &mut impl Write) -> Result<(), Error> {
    no_server(&options.data)?;
    Store::backup(&options.data.directory, &options.file).await?;
    let Findings { answers, problems } = Store::check(&Place::Directory(options.file.clone())).await?;
    let count = match problems.first() {
        // A copy of what is broken is still better than none, but nobody may rely on it.
        Some(_) => return say(&problems, out),
        None => answers,
    };
    writeln!(out, "{count} answers in {}", options.file.display()).map_err(Error::Output)
}

pub(super) async fn restore(options: Restore, out: &mut impl Write) -> Result<(), Error> {
    no_server(&options.data)?;
    let directory = &options.data.directory;
    let unwritable = |source| Error::DataDirectory { path: directory.clone(), source };
    std::fs::create_dir_all(directory).map_err(unwritable)?;
    let _lock = crate::app::lock(directory)?;
    let ledger = options.erased.unwrap_or_else(|| directory.join(crate::privacy::LEDGER));
    let unreadable = |source| Error::Ledger { path: ledger.clone(), source };
    let erased = crate::privacy::read_ledger(&ledger).map_err(unreadable)?;
    Store::restore(&options.file, directory, &erased).await?;
    let place = Place::Directory(directory.clone());
    let Findings { answers, problems } = Store::check(&place).await?;
    if !problems.is_empty() {
        return say(&problems, out);
    }
    write_down(&place).await?;
    writeln!(out, "{answers} answers in {}", directory.display()).map_err(Error::Output)
}

pub(super) async fn check(options: Check, out: &mut impl Write) -> Result<(), Error> {
    let place = match options.file {
        Some(file) => Place::Directory(file),
        None => options.data.place()?,
    };
    let Findings { answers, problems } = Store::check(&place).await?;
    if !problems.is_empty() {
        return say(&problems, out);
    }
    writeln!(out, "{answers} answers, all as they should be").map_err(Error::Output)
}

/// A new directory gets the ledger, too: the next backup that is put here may be an older one.
async fn write_down(place: &Place) -> Result<(), Error> {
    let store = Store::open(place).await?;
    let kept = Ledger::of(place).turn().await.keep(&store).await;
    store.close().await;
    Ok(kept?)
}

/// A server has better tools of its own.
fn no_server(data: &Data) -> Result<(), Error> {
    match data.server()? {
        Some(_) => Err(Error::ServerBackup),
        None => Ok(()),
    }
}

fn say(problems: &[String], out: &mut impl Write) -> Result<(), Error> {
    for problem in problems {
        writeln!(out, "{problem}").map_err(Error::Output)?;
    }
    Err(Error::Check(problems.len()))
}
