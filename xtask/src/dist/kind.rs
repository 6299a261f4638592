//! Which kind of build lies in `dist/`. The note is in cargo's target folder, for whatever lies in `dist/` itself is
//! embedded into the collector and served, dot-files too.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Build, tree};

/// Holds the hash of the latest quick build: any other `dist/` is not quick.
const NOTE: &str = "dist.quick";

/// Notes that the files in `made` are of `build`; `target` is cargo's folder.
pub(super) fn note(target: &Path, made: &Path, build: Build) -> Result<()> {
    if build == Build::Shipped {
        return Ok(());
    }
    let path = target.join(NOTE);
    fs::write(&path, tree::hash(made)?).with_context(|| format!("cannot write {}", path.display()))
}

/// The kind of the build in `dist`.
pub(super) fn of(target: &Path, dist: &Path) -> Result<Build> {
    match fs::read_to_string(target.join(NOTE)) {
        Ok(hash) if hash == tree::hash(dist)? => Ok(Build::Quick),
        _ => Ok(Build::Shipped),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_build_is_known_until_another_takes_its_place() {
        let target = std::env::temp_dir().join(format!("suara-xtask-kind-{}", std::process::id()));
        let dist = target.join("dist");
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("suara.js"), "quick").unwrap();
        assert_eq!(of(&target, &dist).unwrap(), Build::Shipped, "nothing is noted");
        note(&target, &dist, Build::Quick).unwrap();
        assert_eq!(of(&target, &dist).unwrap(), Build::Quick);
        fs::write(dist.join("suara.js"), "shipped").unwrap();
        note(&target, &dist, Build::Shipped).unwrap();
        assert_eq!(of(&target, &dist).unwrap(), Build::Shipped);
        fs::remove_dir_all(&target).unwrap();
    }
}
