//! Everything that ships, into `dist/`: the demo page, the loader, the prompt in two builds, the admin view.
//!
//! ```text
//! index.html, demo.css …             no-cache: their names are stable
//! suara.js                           no-cache: the name in every customer's page
//! s/<hash>/ask.js, debug.js,
//!          prompt.js, prompt_bg.wasm, plain.js, prompt.css,
//!          en.json, id.json …          immutable: the hash is of their final bytes
//! admin/index.html                   no-cache
//! admin/<hash>/…                     immutable
//! ```
//!
//! Beside each file that shrinks lie its `.br` and `.gz`. The same files for bundlers go into `packages/npm/dist`.

mod compress;
mod glue;
mod kind;
mod loader;
mod maker;
mod module;
mod npm;
mod pages;
#[path = "../../style/sheet.rs"]
mod sheet;
mod tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use crate::size;
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;

pub(crate) use compress::beside_each as compress;
pub(crate) use glue::check as check_glue;
pub(crate) use maker::Maker;
pub(crate) use module::{FEATURES, Module};
pub(crate) use tree::files;

/// How much work goes into making the wasm small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// What ships: everything, std included, is optimised for size and a panic is one instruction.
    Shipped,
    /// For quick looks: the same files, larger and sooner, with panics that say where they came from.
    Quick,
}

/// What `cargo xtask dist` is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Everything(Build),
    Loader,
}

impl Task {
    /// Reads every flag before anything is done.
    fn read(mut arguments: lexopt::Parser) -> Result<Self> {
        let mut task = None;
        while let Some(argument) = arguments.next()? {
            let asked = match argument {
                lexopt::Arg::Long("dev") => Self::Everything(Build::Quick),
                lexopt::Arg::Long("loader") => Self::Loader,
                other => return Err(other.unexpected().into()),
            };
            ensure!(
                task.is_none_or(|before| before == asked),
                "--dev and --loader exclude each other: --loader compiles nothing that --dev could quicken; leave one out"
            );
            task = Some(asked);
        }
        Ok(task.unwrap_or(Self::Everything(Build::Shipped)))
    }
}

/// `cargo xtask dist [--dev | --loader]`
pub(crate) fn command(arguments: lexopt::Parser) -> Result<ExitCode> {
    let task = Task::read(arguments)?;
    let workspace = Workspace::find()?;
    if task == Task::Loader {
        prompt_folder(&folder(&workspace)?)?;
    }
    let toolbox = Toolbox::prepare(&workspace, tools::TO_BUILD)?;
    let build = match task {
        Task::Everything(build) => {
            make(&workspace, &toolbox, build)?;
            build
        }
        Task::Loader => restamp(&workspace, &toolbox)?,
    };
    match build {
        Build::Shipped => drop(size::show(&workspace)?),
        Build::Quick => println!("dist is complete; a quick build is not held to the budgets"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The kind of the build in `dist/`, which must be there.
pub(crate) fn kind(workspace: &Workspace) -> Result<Build> {
    kind::of(workspace.target(), &folder(workspace)?)
}

/// `dist/`, which must be there.
pub(crate) fn folder(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.dist();
    ensure!(folder.is_dir(), "there is no {}: run `cargo xtask dist` first", folder.display());
    Ok(folder)
}

/// Puts the loader, its modules and the locales as they are now into the `dist/` that is there; no wasm is built, so it
/// stays of the kind that it is.
fn restamp(workspace: &Workspace, toolbox: &Toolbox) -> Result<Build> {
    let _lock = maker::lock(workspace)?;
    let build = kind(workspace)?;
    let maker = Maker::new(workspace, toolbox, build)?;
    let made = workspace.root().join("dist.tmp");
    tree::copy_plain(&workspace.dist(), &made)?;
    let scratch = made.join("s").join("next");
    fs::rename(prompt_folder(&made)?, &scratch)?;
    maker.stamped_folder(&made, &scratch)?;
    maker.finish(&made)?;
    Ok(build)
}

/// The one folder with the prompt in `dist`.
fn prompt_folder(dist: &Path) -> Result<PathBuf> {
    let folder = dist.join("s");
    let entries = fs::read_dir(&folder).with_context(|| {
        format!("cannot read {}: run `cargo xtask dist` to make it anew", folder.display())
    })?;
    let folders = entries.collect::<Result<Vec<_>, _>>()?;
    match &folders[..] {
        [one] => Ok(one.path()),
        _ => bail!("{} holds {} folders, not one: run `cargo xtask dist`", folder.display(), folders.len()),
    }
}

/// Builds everything and swaps it in; a failure leaves the `dist/` of before.
pub(crate) fn make(workspace: &Workspace, toolbox: &Toolbox, build: Build) -> Result<()> {
    let _lock = maker::lock(workspace)?;
    let maker = Maker::new(workspace, toolbox, build)?;
    let made = workspace.root().join("dist.tmp");
    tree::clear(&made)?;
    let prompt = maker.trunk_build("prompt", "Trunk.toml")?;
    let admin = maker.trunk_build("admin", "crates/admin/Trunk.toml")?;
    maker.prompt_folder(&made)?;
    pages::demo(&prompt, &made)?;
    pages::admin(&maker, &admin, &made.join("admin"))?;
    maker.finish(&made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(flags: &[&str]) -> Result<Task> {
        Task::read(lexopt::Parser::from_args(flags))
    }

    #[test]
    fn a_quick_build_and_the_loader_alone_exclude_each_other_in_either_order() {
        for flags in [["--dev", "--loader"], ["--loader", "--dev"]] {
            let refused = task(&flags).unwrap_err().to_string();
            assert!(refused.contains("exclude each other"), "{refused}");
        }
    }

    #[test]
    fn flags_after_the_loader_are_read() {
        assert!(task(&["--loader", "--bogus"]).is_err());
        assert_eq!(task(&["--loader"]).unwrap(), Task::Loader);
        assert_eq!(task(&["--dev"]).unwrap(), Task::Everything(Build::Quick));
        assert_eq!(task(&[]).unwrap(), Task::Everything(Build::Shipped));
    }
}
