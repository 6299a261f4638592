//! Answers from elsewhere: a file of rows becomes records, each bad row is named with its line and reason, and the same
//! file can be imported again without doubling anything.

mod deed;
mod look;
mod mapping;
mod preset;
mod row;
mod table;
mod text;
mod when;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Encoding;
use futures_util::future::join_all;
use jiff::tz::TimeZone;
use suara_survey::Survey;

pub(crate) use mapping::{Field, Mapping, Wish};
pub(crate) use preset::Preset;
pub(crate) use table::Format;
pub(crate) use when::Order;

use crate::clock::now_ms;
use crate::store::{Act, Record, Store, StoreError, Verdict, What};
use look::Look;
use mapping::Head;
use row::Maker;
use table::{Opening, Table};
use when::Dates;

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
    /// Rows that are no answers by the word of the tool that they come from.
    pub(crate) skipped: u64,
    /// Of a hundred, how much of the file has been read.
    pub(crate) percent: u64,
}

impl Summary {
    /// Rows so far.
    pub(crate) fn rows(self) -> u64 {
        self.taken + self.refused + self.already_there + self.skipped
    }
}

/// Who is told about refused rows and progress.
pub(crate) trait Listener {
    fn refused(&mut self, line: u64, reason: &str);
    fn progress(&mut self, summary: Summary);
}

/// What is said about a file; the rest is found out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) preset: Option<Preset>,
    pub(crate) format: Option<Format>,
    pub(crate) map: Vec<Wish>,
    pub(crate) order: Option<Order>,
    pub(crate) zone: Option<Zone>,
}

/// The time zone of times that do not say.
#[derive(Clone, Debug)]
pub(crate) struct Zone(TimeZone);

impl std::str::FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("\"{text}\" is no time zone; write one such as Asia/Jakarta or +07:00");
        when::zone(text).map(Self).ok_or_else(unknown)
    }
}

/// A file with its columns understood.
pub(crate) struct Import {
    path: PathBuf,
    format: Option<Format>,
    pub(crate) encoding: &'static Encoding,
    size_bytes: u64,
    pub(crate) mapping: Mapping,
    dates: Dates,
}

impl Import {
    /// Looks at the whole file, and works out what it is and which column is which.
    pub(crate) fn new(path: &Path, survey: &Survey, wishes: &Wishes) -> Result<Self, ImportError> {
        let unreadable = |source| unreadable(path, source);
        let encoding = text::encoding(path).map_err(unreadable)?;
        let size_bytes = std::fs::metadata(path).map_err(unreadable)?.len();
        let opening = Opening { path, format: wishes.format, encoding };
        let mut table = Table::open(opening, &Arc::default()).map_err(unreadable)?;
        let preset = wishes.preset.unwrap_or_else(|| Preset::of(table.columns()));
        table.heads(preset.heads()).map_err(unreadable)?;
        let (columns, words) = (table.columns().to_vec(), table.words().to_vec());
        let mut head = Head { preset, columns, words };
        let looks = look_through(&mut table, &mut head).map_err(unreadable)?;
        let mapping = Mapping::new(head, &looks, &wishes.map, survey)
            .map_err(|reason| ImportError::Mapping { path: path.to_owned(), reason })?;
        let dates = dates(&mapping, &looks, wishes);
        Ok(Self { path: path.to_owned(), format: wishes.format, encoding, size_bytes, mapping, dates })
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

    /// Keeps every row that is an answer, and records who brought how many, also where it broke off.
    pub(crate) async fn run(
        &self,
        survey: &Survey,
        (store, who): (&Store, &str),
        listener: &mut impl Listener,
    ) -> Result<Summary, crate::Error> {
        let mut summary = Summary::default();
        let outcome = self.take(survey, store, (&mut summary, listener)).await;
        let about = deed::about(survey, self.mapping.preset(), (summary, outcome.is_ok()));
        let act = Act { who: who.to_owned(), at_ms: now_ms(), what: What::Import { about } };
        let recorded = store.act(act).await;
        outcome?;
        recorded?;
        Ok(summary)
    }

    async fn take(
        &self,
        survey: &Survey,
        store: &Store,
        (summary, listener): (&mut Summary, &mut impl Listener),
    ) -> Result<(), crate::Error> {
        let mut rows = Rows::open(self, survey)?;
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(row) = rows.next(summary, listener)? {
            batch.push(row);
            if batch.len() == BATCH {
                keep(std::mem::take(&mut batch), store, summary, listener).await?;
            }
        }
        Ok(keep(batch, store, summary, listener).await?)
    }
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (preset, encoding) = (self.mapping.preset().title(), self.encoding.name());
        writeln!(f, "  {preset}, in {encoding}")?;
        self.mapping.fmt(f)
    }
}

/// What the columns hold, and the questions' words as far as the rows say them.
fn look_through(table: &mut Table, head: &mut Head) -> io::Result<Vec<Look>> {
    /// Rows in which words are looked for.
    const WORDY_ROWS: u32 = 1000;
    let (mut looks, mut count) = (vec![Look::default(); head.columns.len()], 0);
    while let Some(row) = table.next()? {
        let Ok(cells) = row.cells else { continue };
        looks.iter_mut().zip(&cells).for_each(|(look, cell)| look.at(cell));
        if head.preset == Preset::PostHog && count < WORDY_ROWS {
            look::add_words(&head.columns, &cells, &mut head.words);
        }
        count += 1;
    }
    Ok(looks)
}

/// What was said, else what the dates themselves show, else what the tool always does.
fn dates(mapping: &Mapping, looks: &[Look], wishes: &Wishes) -> Dates {
    let shown: Vec<Order> = mapping
        .places(mapping::Field::Date)
        .iter()
        .filter_map(|place| looks.get(*place).and_then(Look::order))
        .collect();
    let agreed = shown.first().copied().filter(|first| shown.iter().all(|order| order == first));
    let order = wishes.order.or(agreed).or(mapping.preset().order().filter(|_| shown.is_empty()));
    let zone = wishes.zone.as_ref().map_or(TimeZone::UTC, |zone| zone.0.clone());
    Dates { order, zone }
}

/// The rows that are answers; the others are told to the listener on the way.
struct Rows<'a> {
    import: &'a Import,
    table: Table,
    maker: Maker<'a>,
    read: Arc<AtomicU64>,
}

impl<'a> Rows<'a> {
    fn open(import: &'a Import, survey: &'a Survey) -> Result<Self, ImportError> {
        let Import { path, format, encoding, mapping, dates, .. } = import;
        let (opening, read) = (Opening { path, format: *format, encoding }, Arc::default());
        let mut table = Table::open(opening, &read).map_err(|source| unreadable(path, source))?;
        table.heads(mapping.preset().heads()).map_err(|source| unreadable(path, source))?;
        Ok(Self { import, table, maker: Maker::new(survey, (mapping, dates), now_ms()), read })
    }

    fn next(
        &mut self,
        summary: &mut Summary,
        listener: &mut impl Listener,
    ) -> Result<Option<(u64, Record)>, ImportError> {
        while let Some(row) = self.table.next().map_err(|source| unreadable(&self.import.path, source))? {
            summary.percent = self.read.load(Ordering::Relaxed) * 100 / self.import.size_bytes.max(1);
            match row.cells.and_then(|cells| self.maker.record(&cells)) {
                Ok(Some(record)) => return Ok(Some((row.line, record))),
                Ok(None) => summary.skipped += 1,
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
    let verdicts = join_all(batch.iter().map(|(_, record)| store.put(Box::new(record.clone())))).await;
    for ((line, record), verdict) in batch.iter().zip(verdicts) {
        match verdict? {
            Verdict::Stored(_) => summary.taken += 1,
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
    Ok(store.find(&record.survey, record.id).await?.is_some_and(|held| held.says_the_same_as(record)))
}

fn unreadable(path: &Path, source: io::Error) -> ImportError {
    ImportError::File { path: path.to_owned(), source }
}
