//! One folder per tool and version in the cache, filled once: whole or not at all, by one process at a time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Where `name` at `version` is kept.
pub(super) fn folder(name: &str, version: &str) -> Result<PathBuf> {
    Ok(super::cache()?.join("tools").join(format!("{name}-{version}")))
}

/// Fills `folder` by `fill`, which works in a scratch folder and says which part of it to keep. Another process that
/// wants the same waits, then finds it done.
pub(super) fn fill(folder: &Path, fill: impl FnOnce(&Path) -> Result<PathBuf>) -> Result<()> {
    let shelf = folder.parent().context("the cache has no parent folder")?;
    fs::create_dir_all(shelf).with_context(|| format!("cannot create {}", shelf.display()))?;
    let lock = File::create(folder.with_added_extension("lock"))?;
    if lock.try_lock().is_err() {
        println!("another process is installing it: waiting");
        lock.lock()?;
    }
    if folder.is_dir() {
        return Ok(());
    }
    let scratch = folder.with_added_extension("partial");
    remove(&scratch)?;
    fs::create_dir_all(&scratch)?;
    let kept = fill(&scratch)?;
    fs::rename(&kept, folder).with_context(|| format!("cannot move the tool to {}", folder.display()))?;
    remove(&scratch)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
