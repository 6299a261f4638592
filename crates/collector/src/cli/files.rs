//! `suara import` and `suara export`: answers in and out as files.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::Data;
use crate::import::{Format, ImportError, Listener, Order, Preset, Summary, Wish, Wishes, Zone};
use crate::store::Store;
use crate::surveys::{Published, Surveys};
use crate::{Error, Place, export};

/// Flags of `suara import`.
#[derive(Args, Debug)]
pub(super) struct Import {
    /// The file, in whatever encoding
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The survey that the answers belong to
    #[arg(long, value_name = "ID", default_value = "nps")]
    survey: String,
    /// How the file is written [default: told from its first character]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The tool that the file comes from [default: told from its columns]
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// Whether day or month stands first in 03/04/2026 [default: told from the whole file, if some date shows it]
    #[arg(long, value_enum, value_name = "ORDER")]
    dates: Option<Order>,
    /// The zone of times that do not say, such as Asia/Jakarta or +07:00 [default: UTC]
    #[arg(long, value_name = "ZONE")]
    zone: Option<Zone>,
    /// Which column is which: score, date, comment, id, stage, locale, page, or driver.ID; an empty COLUMN leaves it out
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    map: Vec<Wish>,
    /// Take nothing at all when any row is refused
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    data: Data,
}

/// Flags of `suara export`.
#[derive(Args, Debug)]
pub(super) struct Export {
    /// The survey whose answers are wanted
    #[arg(long, value_name = "ID", default_value = "nps")]
    survey: String,
    /// How to write them
    #[arg(long, value_enum, default_value = "csv")]
    format: export::Format,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only what is kept of one person, in all surveys, as JSON
    #[command(flatten)]
    whose: Option<super::person::Whose>,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn import(options: Import, out: &mut impl Write) -> Result<(), Error> {
    let store = Store::open(&options.data.place()?).await?;
    let published = survey(&store, &options.survey).await?;
    let Import { preset, format, map, dates, zone, .. } = options;
    let wishes = Wishes { preset, format, map, order: dates, zone };
    let import = crate::import::Import::new(&options.file, &published.survey, &wishes)?;
    writeln!(out, "{}\n{import}", options.file.display()).map_err(Error::Output)?;
    let mut listener = Terminal::default();
    if options.strict {
        let refused = import.check(&published.survey, &mut listener)?.refused;
        if refused > 0 {
            return Err(ImportError::Strict(refused).into());
        }
    }
    let outcome = import.run(&published.survey, (&store, super::WHO), &mut listener).await;
    store.close().await;
    let Summary { taken, refused, already_there, skipped, .. } = outcome?;
    listener.end();
    if skipped > 0 {
        writeln!(out, "{skipped} rows are no answers, or earlier parts of one").map_err(Error::Output)?;
    }
    writeln!(out, "{taken} taken, {refused} refused, {already_there} already there")
        .map_err(Error::Output)?;
    match (taken + already_there, refused) {
        (0, 1..) => Err(ImportError::AllRefused(refused).into()),
        _ => Ok(()),
    }
}

pub(super) async fn export(options: Export, out: &mut impl Write) -> Result<(), Error> {
    let place = options.data.place()?;
    if let Place::Directory(data) = &place
        && !Store::exists(data)
    {
        return Err(Error::NoDatabase(data.clone()));
    }
    let store = Store::open(&place).await?;
    if let Some(whose) = options.whose {
        return super::person::export(whose, &store, out).await;
    }
    survey(&store, &options.survey).await?;
    let count = match &options.out {
        None => export::run(&store, &options.survey, options.format, out).await?,
        Some(path) => {
            let file =
                File::create(path).map_err(|source| Error::OutputFile { path: path.clone(), source })?;
            export::run(&store, &options.survey, options.format, BufWriter::new(file)).await?
        }
    };
    store.close().await;
    // Not on standard output, where the answers themselves may go.
    drop(writeln!(std::io::stderr(), "{count} records written"));
    Ok(())
}

async fn survey(store: &Store, id: &str) -> Result<Arc<Published>, Error> {
    let surveys = Surveys::read(store.catalogue().await?)?;
    surveys.newest(id).ok_or_else(|| {
        let known: Vec<String> =
            surveys.all().iter().map(|published| published.survey.id().to_owned()).collect();
        Error::UnknownSurvey { id: id.to_owned(), known: known.join(", ") }
    })
}

/// Tells on standard error: each refused row, and on a terminal how far it is.
#[derive(Default)]
struct Terminal {
    has_progress: bool,
}

impl Listener for Terminal {
    fn refused(&mut self, line: u64, reason: &str) {
        self.end();
        drop(writeln!(std::io::stderr(), "line {line}: {reason}"));
    }

    fn progress(&mut self, summary: Summary) {
        /// A file that is through in a second needs no progress.
        const QUIET_ROWS: u64 = 5_000;
        if summary.rows() >= QUIET_ROWS && std::io::stderr().is_terminal() {
            self.has_progress = true;
            drop(write!(std::io::stderr(), "\r{} rows, {} % …", summary.rows(), summary.percent));
        }
    }
}

impl Terminal {
    fn end(&mut self) {
        if std::mem::take(&mut self.has_progress) {
            drop(writeln!(std::io::stderr()));
        }
    }
}
