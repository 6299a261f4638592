//! The ledger of what was erased, as a file beside the database: a survey and an id a line. A backup from before an
//! erasure does not know of it, so whoever restores one reads this first.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard};

use crate::store::{Erased, Place, Store, StoreError};

/// Its name in the data directory.
pub(crate) const FILE: &str = "erased.ndjson";

#[derive(Deserialize, Serialize)]
struct Line {
    survey: String,
    key: String,
    at_ms: i64,
}

/// Where the ledger lies, if the database is a file: a server has no place for it. Whoever erases takes a turn.
#[derive(Default)]
pub(crate) struct Ledger {
    folder: Option<PathBuf>,
    alone: Mutex<()>,
}

impl Ledger {
    pub(crate) fn of(place: &Place) -> Self {
        let folder = match place {
            Place::Directory(data) => Some(data.clone()),
            Place::Server(_) => None,
        };
        Self { folder, alone: Mutex::default() }
    }

    /// One at a time, so that no older list is written over a newer one.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn { folder: self.folder.as_deref(), _alone: self.alone.lock().await }
    }
}

/// The right to erase and to write the ledger.
pub(crate) struct Turn<'a> {
    folder: Option<&'a Path>,
    _alone: MutexGuard<'a, ()>,
}

impl Turn<'_> {
    /// Adds to the file what the database knows. That it cannot be written does not undo an erasure; the next turn, the
    /// next night and the next start try again.
    pub(crate) async fn keep(&self, store: &Store) -> Result<(), StoreError> {
        let Some(folder) = self.folder else { return Ok(()) };
        loop {
            match add(folder, &store.erased().await?) {
                // Another process may have erased and written meanwhile, and this would have undone it.
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    tracing::error!(%error, "{FILE} could not be written; a restored backup will not know of the last erasure");
                    return Ok(());
                }
            }
        }
    }
}

/// What stands in the file stays: the database may be a new one in place of one that was lost. Whether anything was new.
fn add(folder: &Path, erased: &[Erased]) -> io::Result<bool> {
    let path = folder.join(FILE);
    let before = read(&path)?;
    let mut latest = BTreeMap::new();
    for Erased { survey, key, at_ms } in before.iter().chain(erased) {
        let at = latest.entry((survey, key)).or_insert(*at_ms);
        *at = (*at).max(*at_ms);
    }
    let all =
        latest.into_iter().map(|((survey, key), at_ms)| Erased { survey: survey.clone(), key: *key, at_ms });
    let mut all: Vec<Erased> = all.collect();
    all.sort_by_key(|erased| erased.at_ms);
    if all == before {
        return Ok(false);
    }
    write(&path, &all).map(|()| true)
}

fn write(path: &Path, erased: &[Erased]) -> io::Result<()> {
    // Two processes do not write the same file.
    let part = PathBuf::from(format!("{}.{}.part", path.display(), std::process::id()));
    let mut lines = String::new();
    for Erased { survey, key, at_ms } in erased {
        let line = Line { survey: survey.clone(), key: hex(key), at_ms: *at_ms };
        lines += &serde_json::to_string(&line)?;
        lines.push('\n');
    }
    let mut file = File::create(&part)?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(part, path)
}

/// Reads a ledger; none where there is no file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<Erased>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a key is not 32 hexadecimal digits");
    let erased = |line: &str| {
        let Line { survey, key, at_ms } = serde_json::from_str(line)?;
        Ok(Erased { survey, key: unhex(&key).ok_or_else(wrong)?, at_ms })
    };
    text.lines().map(erased).collect()
}

fn hex(key: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*key))
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
    Some(number.to_be_bytes())
}
