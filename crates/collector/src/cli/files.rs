//! `suara import` and `suara export`: answers in and out as files.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::Data;
use crate::import::{Format, ImportError, Listener, Summary, Wish};
use crate::store::Store;
use crate::surveys::{Published, Surveys};
use crate::{Error, export};

/// Flags of `suara import`.
#[derive(Args, Debug)]
pub(super) struct Import {
    /// The file, in UTF-8
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The survey that the answers belong to
    #[arg(long, value_name = "ID", default_value = "nps")]
    survey: String,
    /// How the file is written [default: told from its first character]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Which column is which: score, date, comment, id, stage, locale or page; an empty COLUMN leaves the field out
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
    #[command(flatten)]
    data: Data,
}

pub(super) async fn import(options: Import, out: &mut impl Write) -> Result<(), Error> {
    let import = crate::import::Import::new(&options.file, options.format, &options.map)?;
    writeln!(out, "{}\n{}", options.file.display(), import.mapping).map_err(Error::Output)?;
    let store = Store::open(&options.data.directory).await?;
    let published = survey(&store, &options.survey).await?;
    let mut listener = Terminal::default();
    if options.strict {
        let refused = import.check(&published.survey, &mut listener)?.refused;
        if refused > 0 {
            return Err(ImportError::Strict(refused).into());
        }
    }
    let outcome = import.run(&published.survey, &store, &mut listener).await;
    store.close().await;
    let Summary { taken, refused, already_there } = outcome?;
    listener.end();
    writeln!(out, "{taken} taken, {refused} refused, {already_there} already there")
        .map_err(Error::Output)?;
    match (taken + already_there, refused) {
        (0, 1..) => Err(ImportError::AllRefused(refused).into()),
        _ => Ok(()),
    }
}

pub(super) async fn export(options: Export, out: &mut impl Write) -> Result<(), Error> {
    if !Store::exists(&options.data.directory) {
        return Err(Error::NoDatabase(options.data.directory));
    }
    let store = Store::open(&options.data.directory).await?;
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
    let surveys = Surveys::read(store.surveys().await?)?;
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
            drop(write!(std::io::stderr(), "\r{} rows …", summary.rows()));
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
