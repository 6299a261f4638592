//! From one kind of database to the other, while the collector serves: whatever differs is copied until nothing does, and
//! then every row of every table is compared.
//!
//! It knows no table by name, but for what is below: PostgreSQL's catalogue says what there is, and the migrations of both
//! kinds make the same tables.

mod side;
mod table;

use std::cmp::Ordering;
use std::io::Write;
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::{Place, Store};
use crate::Error;
use side::Side;
use table::{Row, Table};

/// Rows that are read or written at once.
const PAGE: usize = 500;

/// Rows that a round may find different before the source is held: so many are through in a second.
const FEW: u64 = 2_000;

/// Rounds while the source serves. A source that changes faster than it is copied is held all the same.
const ROUNDS: u32 = 5;

/// Moves everything from one place to another, which must be empty; says to `out` how far it is.
pub(crate) async fn run(from: &Place, to: &Place, out: &mut impl Write) -> Result<(), Error> {
    let started = Instant::now();
    // Both are brought up to date, so that they have the same tables.
    for place in [from, to] {
        Store::open(place).await?.close().await;
    }
    let (mut source, mut target) = open(from, to).await?;
    let tables = tables(&mut source, &mut target).await?;
    target.must_be_empty(&tables).await?;
    for round in 1..=ROUNDS {
        say(out, &format!("round {round}, while the source serves"))?;
        source.begin_reading().await?;
        let copied = copy_all(&tables, &mut source, &mut target, out).await;
        source.end(false).await?;
        if copied? <= FEW {
            break;
        }
    }
    source.hold(&tables).await?;
    let held = Instant::now();
    say(out, "the source is held: what came meanwhile, then every row of both")?;
    let outcome = finish(&tables, (&mut source, &mut target), out).await;
    source.end(outcome.is_ok()).await?;
    outcome?;
    let (held_s, all_s) = (held.elapsed().as_secs_f64(), started.elapsed().as_secs_f64());
    say(
        out,
        &format!(
            "moved in {all_s:.1} s, of which the source was held for {held_s:.1} s; it takes nothing any more, so start the collector on the new place now"
        ),
    )
}

/// Compares every row of every table, and changes nothing.
pub(crate) async fn verify(from: &Place, to: &Place, out: &mut impl Write) -> Result<(), Error> {
    let (mut source, mut target) = open(from, to).await?;
    let tables = tables(&mut source, &mut target).await?;
    source.begin_reading().await?;
    target.begin_reading().await?;
    compare_all(&tables, &mut source, &mut target, out).await
}

/// Lets a place that was moved away from be used again.
pub(crate) async fn unseal(place: &Place, out: &mut impl Write) -> Result<(), Error> {
    Side::open(place).await?.unseal().await?;
    say(out, "the seal is off: it takes answers again")
}

async fn open(from: &Place, to: &Place) -> Result<(Side, Side), Error> {
    match (from, to) {
        (Place::Directory(_), Place::Server(_)) | (Place::Server(_), Place::Directory(_)) => {
            Ok((Side::open(from).await?, Side::open(to).await?))
        }
        _ => Err(Error::MigrateKinds),
    }
}

/// The tables of both, those that others refer to first.
async fn tables(source: &mut Side, target: &mut Side) -> Result<Vec<Table>, Error> {
    let tables = match (&mut *source, &mut *target) {
        (Side::Postgres(catalogue), _) | (_, Side::Postgres(catalogue)) => table::all(catalogue).await,
        _ => return Err(Error::MigrateKinds),
    };
    let tables = tables.map_err(side::failed)?;
    for side in [source, target] {
        side.must_have(&tables).await?;
    }
    Ok(tables)
}

/// How many rows differed.
async fn copy_all(
    tables: &[Table],
    source: &mut Side,
    target: &mut Side,
    out: &mut impl Write,
) -> Result<u64, Error> {
    let mut copied = 0;
    for table in tables {
        let Copied { rows, changed } = copy(table, source, target).await?;
        copied += changed;
        say(out, &format!("  {:<16} {rows:>9} rows, {changed} copied", table.name))?;
    }
    Ok(copied)
}

async fn finish(
    tables: &[Table],
    (source, target): (&mut Side, &mut Side),
    out: &mut impl Write,
) -> Result<(), Error> {
    copy_all(tables, source, target, out).await?;
    target.renumber(tables).await?;
    compare_all(tables, source, target, out).await?;
    source.seal().await
}

struct Copied {
    rows: u64,
    changed: u64,
}

/// Makes the target's table what the source's is.
async fn copy(table: &Table, source: &mut Side, target: &mut Side) -> Result<Copied, Error> {
    let mut copied = Copied { rows: 0, changed: 0 };
    let mut walk = Walk::default();
    while let Some(step) = walk.next(table, source, target).await? {
        copied.rows += u64::from(step.source.is_some());
        match step {
            Step { source: Some(row), target: there } if there.as_ref() != Some(&row) => {
                copied.changed += 1;
                walk.write(table, row, target).await?;
            }
            Step { source: None, target: Some(row) } => {
                copied.changed += 1;
                target.delete(table, &row).await?;
            }
            Step { .. } => {}
        }
    }
    walk.flush(table, target).await?;
    Ok(copied)
}

async fn compare_all(
    tables: &[Table],
    source: &mut Side,
    target: &mut Side,
    out: &mut impl Write,
) -> Result<(), Error> {
    let mut differing = 0;
    for table in tables {
        let (mut rows, mut here, mut walk) = (0_u64, 0_u64, Walk::default());
        let mut digest = Sha256::new();
        while let Some(step) = walk.next(table, source, target).await? {
            rows += 1;
            if let Some(row) = &step.source {
                row.digest(&mut digest);
            }
            if step.source != step.target {
                here += 1;
                if here == 1 {
                    let row = step.source.or(step.target);
                    let key = row.map(|row| table.key_of(&row)).unwrap_or_default();
                    say(out, &format!("  {:<16} differs first at {key}", table.name))?;
                }
            }
        }
        differing += here;
        if here == 0 {
            let digest = digest.finalize();
            let digits: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
            say(out, &format!("  {:<16} {rows:>9} rows, equal: {digits}", table.name))?;
        }
    }
    if differing == 0 { Ok(()) } else { Err(Error::MigrateDiffers(differing)) }
}

/// A row under the same key in both; one of the two may be missing.
struct Step {
    source: Option<Row>,
    target: Option<Row>,
}

/// Goes through a table of both sides, in the order of its key.
#[derive(Default)]
struct Walk {
    source: Pages,
    target: Pages,
    waiting: Vec<Row>,
}

impl Walk {
    async fn next(
        &mut self,
        table: &Table,
        source: &mut Side,
        target: &mut Side,
    ) -> Result<Option<Step>, Error> {
        self.source.fill(table, source).await?;
        self.target.fill(table, target).await?;
        let order = match (self.source.first(), self.target.first()) {
            (None, None) => return Ok(None),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(here), Some(there)) => table.order(here, there),
        };
        let source = if order == Ordering::Greater { None } else { self.source.rows.pop() };
        let target = if order == Ordering::Less { None } else { self.target.rows.pop() };
        Ok(Some(Step { source, target }))
    }

    async fn write(&mut self, table: &Table, row: Row, target: &mut Side) -> Result<(), Error> {
        self.waiting.push(row);
        if self.waiting.len() < PAGE { Ok(()) } else { self.flush(table, target).await }
    }

    async fn flush(&mut self, table: &Table, target: &mut Side) -> Result<(), Error> {
        let rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() { Ok(()) } else { target.write(table, &rows).await }
    }
}

/// One side's rows, a page at a time.
#[derive(Default)]
struct Pages {
    /// The next is the last.
    rows: Vec<Row>,
    last: Option<Row>,
    is_over: bool,
}

impl Pages {
    fn first(&self) -> Option<&Row> {
        self.rows.last()
    }

    async fn fill(&mut self, table: &Table, side: &mut Side) -> Result<(), Error> {
        if !self.rows.is_empty() || self.is_over {
            return Ok(());
        }
        self.rows = side.page(table, self.last.as_ref(), PAGE).await?;
        self.is_over = self.rows.len() < PAGE;
        self.last = self.rows.last().cloned();
        self.rows.reverse();
        Ok(())
    }
}

fn say(out: &mut impl Write, line: &str) -> Result<(), Error> {
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Error::Output)
}
