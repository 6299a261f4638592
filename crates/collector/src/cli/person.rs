//! `suara erase` and `suara purge`, and what `suara export` writes of one person.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use suara_survey::wire;

use super::Data;
use crate::clock::now_ms;
use crate::privacy::{self, Ledger};
use crate::store::{Store, Wanted};
use crate::surveys::Surveys;
use crate::{Error, Place, Privacy};

/// Whose answers are meant.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(super) struct Whose {
    /// Everything of the person who left this e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// One answer, by its id
    #[arg(long, value_name = "ID")]
    answer: Option<String>,
    /// Everything of the person whom the owner's backend names so in the `sub` of signed identities
    #[arg(long, value_name = "SUB")]
    person: Option<String>,
}

impl Whose {
    async fn wanted(self, store: &Store) -> Result<Wanted, Error> {
        let whose = wire::Whose { answer: self.answer, email: self.email, person: self.person };
        privacy::wanted(&whose, store.identity().await?.key).map_err(|fault| Error::Whose(fault.to_string()))
    }
}

/// Flags of `suara erase`.
#[derive(Args, Debug)]
pub(super) struct Erase {
    #[command(flatten)]
    whose: Option<Whose>,
    /// Erase once more what this ledger names, after a backup was restored
    #[arg(long, value_name = "FILE", conflicts_with = "Whose")]
    again: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

/// Flags of `suara purge`.
#[derive(Args, Debug)]
pub(super) struct Purge {
    /// Days after which a refused answer is deleted
    #[arg(long, value_name = "DAYS", env = "SUARA_QUARANTINE_DAYS", default_value_t = Privacy::default().quarantine_days)]
    quarantine_days: u32,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn erase(options: Erase, out: &mut impl Write) -> Result<(), Error> {
    let (store, place) = open(&options.data).await?;
    let ledger = Ledger::of(&place);
    let said = match (options.whose, options.again) {
        (Some(whose), _) => {
            let erasure = (super::WHO, &whose.wanted(&store).await?, now_ms());
            let done = privacy::erase(&store, &ledger, erasure).await?;
            let left = if done.is_overwritten { "" } else { "; their bytes go with the next tidying" };
            format!("{} answers and {} refused ones erased{left}", done.answers, done.refused)
        }
        (None, Some(path)) => {
            let unreadable = |source| Error::Ledger { path: path.clone(), source };
            let erased = privacy::read_ledger(&path).map_err(unreadable)?;
            let count = erased.len();
            store.erase_again(erased).await?;
            ledger.turn().await.keep(&store).await?;
            store.tidy().await?;
            format!("{count} answers erased once more")
        }
        (None, None) => {
            return Err(Error::Whose(
                "name --email, --answer, --person or --again; nothing was erased".to_owned(),
            ));
        }
    };
    store.close().await;
    writeln!(out, "{said}").map_err(Error::Output)
}

pub(super) async fn purge(options: Purge, out: &mut impl Write) -> Result<(), Error> {
    let (store, _) = open(&options.data).await?;
    let surveys = Surveys::read(store.catalogue().await?)?;
    let gone = privacy::purge(&store, &surveys, options.quarantine_days).await?;
    store.close().await;
    writeln!(out, "{gone} answers deleted").map_err(Error::Output)
}

/// Everything of one person, as JSON.
pub(super) async fn export(whose: Whose, store: &Store, out: &mut impl Write) -> Result<(), Error> {
    let records = privacy::find(store, &whose.wanted(store).await?).await?;
    store.close().await;
    let json = serde_json::to_string_pretty(&records).unwrap_or_default();
    writeln!(out, "{json}").map_err(Error::Output)
}

pub(super) async fn open(data: &Data) -> Result<(Store, Place), Error> {
    let place = data.place()?;
    if let Place::Directory(data) = &place
        && !Store::exists(data)
    {
        return Err(Error::NoDatabase(data.clone()));
    }
    Ok((Store::open(&place).await?, place))
}
