//! Answers from elsewhere: a file of rows becomes records, each bad row is named with its line and reason, and the same
//! file can be imported again without doubling anything.

mod mapping;
mod row;
mod table;
mod when;

use std::io;
use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use suara_survey::Survey;

pub(crate) use mapping::{Mapping, Wish};
pub(crate) use table::Format;

use crate::clock::now_ms;
use crate::store::{Record, Store, StoreError, Verdict};
use row::Maker;
use table::Table;

/// Rows that are committed together and held in memory at a time.
const BATCH: usize = 500;

/// Why a file is not imported at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Cannot be opened or read.
    #[error("{} cannot be read: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// Its columns do not say what is what.
    #[error("{}: {reason}", .path.display())]
    Mapping {
        /// The file.
        path: PathBuf,
        /// What is missing, and the columns there are.
        reason: String,
    },
    /// Every row was refused.
    #[error("nothing was taken: all {0} rows were refused; the lines above say why")]
    AllRefused(u64),
    /// `--strict`, and some rows were refused.
    #[error("nothing was taken, because of --strict: {0} rows were refused; the lines above say why")]
    Strict(u64),
}

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Summary {
    pub(crate) taken: u64,
    pub(crate) refused: u64,
    pub(crate) already_there: u64,
}

impl Summary {
    /// Rows so far.
    pub(crate) fn rows(self) -> u64 {
        self.taken + self.refused + self.already_there
    }
}

/// Who is told about refused rows and progress.
pub(crate) trait Listener {
    fn refused(&mut self, line: u64, reason: &str);
    fn progress(&mut self, summary: Summary);
}

/// A file with its columns understood.
pub(crate) struct Import {
    path: PathBuf,
    format: Option<Format>,
    pub(crate) mapping: Mapping,
}

impl Import {
    /// Reads the columns and works out which is which.
    pub(crate) fn new(path: &Path, format: Option<Format>, wishes: &[Wish]) -> Result<Self, ImportError> {
        let table = open(path, format)?;
        let mapping = Mapping::new(table.columns().to_vec(), wishes)
            .map_err(|reason| ImportError::Mapping { path: path.to_owned(), reason })?;
        Ok(Self { path: path.to_owned(), format, mapping })
    }

    /// Reads every row and keeps none.
    pub(crate) fn check(
        &self,
        survey: &Survey,
        listener: &mut impl Listener,
    ) -> Result<Summary, ImportError> {
        let mut rows = Rows::open(self, survey)?;
        let mut summary = Summary::default();
        while let Some((_, record)) = rows.next(&mut summary, listener)? {
            drop(record);
            summary.taken += 1;
        }
        Ok(summary)
    }

    /// Keeps every row that is an answer.
    pub(crate) async fn run(
        &self,
        survey: &Survey,
        store: &Store,
        listener: &mut impl Listener,
    ) -> Result<Summary, crate::Error> {
        let mut rows = Rows::open(self, survey)?;
        let mut summary = Summary::default();
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(row) = rows.next(&mut summary, listener)? {
            batch.push(row);
            if batch.len() == BATCH {
                keep(std::mem::take(&mut batch), store, &mut summary, listener).await?;
            }
        }
        keep(batch, store, &mut summary, listener).await?;
        Ok(summary)
    }
}

/// The rows that are answers; the others are told to the listener on the way.
struct Rows<'a> {
    path: &'a Path,
    table: Table,
    maker: Maker<'a>,
}

impl<'a> Rows<'a> {
    fn open(import: &'a Import, survey: &'a Survey) -> Result<Self, ImportError> {
        let table = open(&import.path, import.format)?;
        Ok(Self { path: &import.path, table, maker: Maker::new(survey, &import.mapping, now_ms()) })
    }

    fn next(
        &mut self,
        summary: &mut Summary,
        listener: &mut impl Listener,
    ) -> Result<Option<(u64, Record)>, ImportError> {
        while let Some(row) = self.table.next().map_err(|source| unreadable(self.path, source))? {
            match row.cells.and_then(|cells| self.maker.record(&cells)) {
                Ok(record) => return Ok(Some((row.line, record))),
                Err(reason) => {
                    summary.refused += 1;
                    listener.refused(row.line, &reason);
                }
            }
        }
        Ok(None)
    }
}

async fn keep(
    batch: Vec<(u64, Record)>,
    store: &Store,
    summary: &mut Summary,
    listener: &mut impl Listener,
) -> Result<(), StoreError> {
    let verdicts = join_all(batch.iter().map(|(_, record)| store.put(record.clone()))).await;
    for ((line, record), verdict) in batch.iter().zip(verdicts) {
        match verdict? {
            Verdict::Stored => summary.taken += 1,
            Verdict::Held(_) => summary.already_there += 1,
            Verdict::OtherBytes if is_same(store, record).await? => summary.already_there += 1,
            Verdict::OtherBytes | Verdict::OtherSurvey => {
                summary.refused += 1;
                let id = record.id;
                listener.refused(*line, &format!(
                    "id gives {id}, which is there already with other content; the first stays, so correct the id or leave the row out"
                ));
            }
        }
    }
    listener.progress(*summary);
    Ok(())
}

/// An answer that came by HTTP, was exported and now comes back has other bytes and says the same.
async fn is_same(store: &Store, record: &Record) -> Result<bool, StoreError> {
    Ok(store.find(record.id).await?.is_some_and(|held| held.says_the_same_as(record)))
}

fn open(path: &Path, format: Option<Format>) -> Result<Table, ImportError> {
    Table::open(path, format).map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: io::Error) -> ImportError {
    ImportError::File { path: path.to_owned(), source }
}
