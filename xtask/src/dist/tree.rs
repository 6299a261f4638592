//! Folders of built files: listing, hashing, replacing one by another.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Twelve hex digits: 48 bits, so that a customer's cached versions never meet by chance.
const HASH_DIGITS: usize = 12;

/// Every file under `folder`, by its path with `/`, sorted; what starts with a dot is a tool's own note.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    collect(folder, "", &mut names)?;
    names.sort();
    Ok(names)
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), names)?;
        } else {
            names.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

/// The first digits of the SHA-256 of every file's name, length and bytes.
pub(super) fn hash(folder: &Path) -> Result<String> {
    let mut digest = Sha256::new();
    for name in files(folder)? {
        let bytes = fs::read(folder.join(&name))?;
        digest.update(format!("{name}\0{}\0", bytes.len()));
        digest.update(&bytes);
    }
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(hex[..HASH_DIGITS].to_owned())
}

/// Copies a file and makes the folders above it.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file has no folder")?)?;
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Copies a folder without the compressed copies in it; whatever was at `to` goes.
pub(super) fn copy_plain(from: &Path, to: &Path) -> Result<()> {
    clear(to)?;
    let names = files(from)?;
    for name in names.iter().filter(|name| !name.ends_with(".br") && !name.ends_with(".gz")) {
        copy(&from.join(name), &to.join(name))?;
    }
    Ok(())
}

/// An empty folder in the place of whatever was there.
pub(super) fn clear(folder: &Path) -> Result<()> {
    remove(folder)?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// Puts `made` in the place of `kept`. The same bytes leave `kept` alone, so that cargo does not embed them again.
pub(super) fn swap(made: &Path, kept: &Path) -> Result<()> {
    if kept.is_dir() && same(made, kept)? {
        return remove(made);
    }
    let old = kept.with_added_extension("old");
    remove(&old)?;
    if kept.exists() {
        fs::rename(kept, &old)?;
    }
    fs::rename(made, kept).with_context(|| format!("cannot move {} into place", made.display()))?;
    remove(&old)
}

fn same(one: &Path, other: &Path) -> Result<bool> {
    let names = files(one)?;
    if names != files(other)? {
        return Ok(false);
    }
    for name in names {
        if fs::read(one.join(&name))? != fs::read(other.join(&name))? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
