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
mod loader;
mod module;
mod npm;
mod pages;
#[path = "../../style/sheet.rs"]
mod sheet;
mod tree;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::fallback;
use crate::process;
use crate::size;
use crate::tools::{self, Toolbox};
use crate::workspace::Workspace;

pub(crate) use compress::beside_each as compress;
pub(crate) use glue::check as check_glue;
pub(crate) use module::{FEATURES, Module};
pub(crate) use tree::files;

/// Which WebAssembly is compiled for. A macro, because `concat!` takes no constants.
macro_rules! target {
    () => {
        "-Ctarget-cpu=mvp -Ctarget-feature=+bulk-memory,+mutable-globals,+nontrapping-fptoint,+sign-ext"
    };
}

/// How much work goes into making the wasm small.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// What ships: everything, std included, is optimised for size and a panic is one instruction.
    Shipped,
    /// For quick looks: the same files, larger and sooner, with panics that say where they came from.
    Quick,
}

/// `cargo xtask dist [--dev | --loader]`
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let mut build = Build::Shipped;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("dev") => build = Build::Quick,
            lexopt::Arg::Long("loader") => return restamp(),
            other => return Err(other.unexpected().into()),
        }
    }
    let workspace = Workspace::find()?;
    let toolbox = Toolbox::prepare(&workspace, tools::TO_BUILD)?;
    make(&workspace, &toolbox, build)?;
    match build {
        Build::Shipped => drop(size::show(&workspace)?),
        Build::Quick => println!("dist is complete; a quick build is not held to the budgets"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts the loader, its modules and the locales as they are now into the `dist/` that is there; no wasm is built.
fn restamp() -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let toolbox = Toolbox::prepare(&workspace, tools::TO_BUILD)?;
    let maker = Maker { workspace: &workspace, toolbox: &toolbox, build: Build::Shipped };
    let _lock = maker.lock()?;
    let made = workspace.root().join("dist.tmp");
    tree::copy_plain(&workspace.dist(), &made)?;
    let folders = fs::read_dir(made.join("s"))?.collect::<Result<Vec<_>, _>>()?;
    let [folder] = &folders[..] else {
        bail!("dist/s holds {} folders, not one: run `cargo xtask dist`", folders.len())
    };
    let scratch = made.join("s").join("next");
    fs::rename(folder.path(), &scratch)?;
    maker.stamped_folder(&made, &scratch)?;
    glue::check(&made)?;
    compress::beside_each(&made)?;
    tree::swap(&made, &workspace.dist())?;
    size::show(&workspace)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds everything and swaps it in; a failure leaves the `dist/` of before.
pub(crate) fn make(workspace: &Workspace, toolbox: &Toolbox, build: Build) -> Result<()> {
    let maker = Maker { workspace, toolbox, build };
    let _lock = maker.lock()?;
    let made = workspace.root().join("dist.tmp");
    tree::clear(&made)?;
    let prompt = maker.trunk_build("prompt", "Trunk.toml")?;
    let admin = maker.trunk_build("admin", "crates/admin/Trunk.toml")?;
    maker.prompt_folder(&made)?;
    pages::demo(&prompt, &made)?;
    pages::admin(&maker, &admin, &made.join("admin"))?;
    glue::check(&made)?;
    compress::beside_each(&made)?;
    tree::swap(&made, &workspace.dist())
}

/// The workspace, the tools and the kind of build that every step shares.
pub(crate) struct Maker<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) toolbox: &'a Toolbox,
    pub(crate) build: Build,
}

impl Maker<'_> {
    /// A program with the tools on its PATH.
    pub(crate) fn command(&self, program: &str) -> Result<Command> {
        self.toolbox.command(self.workspace, program)
    }

    /// Kept apart from other builds: other flags, so each would rebuild what the other made.
    pub(crate) fn target(&self) -> PathBuf {
        self.workspace.target().join(match self.build {
            Build::Shipped => "size",
            Build::Quick => "quick",
        })
    }

    /// Minifies `source` into `made`; `options` say what kind of script it is.
    pub(crate) fn minify(&self, source: &Path, made: &Path, options: &[&str]) -> Result<()> {
        let mut esbuild = self.command("esbuild")?;
        esbuild.arg(source).args(["--minify", "--target=es2020", "--log-level=warning"]).args(options);
        process::run(esbuild.arg(format!("--outfile={}", made.display())))
    }

    fn lock(&self) -> Result<File> {
        fs::create_dir_all(self.target())?;
        let lock = File::create(self.workspace.target().join("dist.lock"))?;
        if lock.try_lock().is_err() {
            println!("another dist is being built here: waiting");
            lock.lock()?;
        }
        Ok(lock)
    }

    /// One page by Trunk, in a folder of its own: Trunk empties it and keeps notes in it.
    fn trunk_build(&self, name: &str, config: &str) -> Result<PathBuf> {
        if !self.workspace.root().join(config).is_file() {
            bail!("{config} is missing: Trunk needs it to build the {name} page");
        }
        println!("building the {name} page");
        let folder = self.target().join("trunk").join(name);
        let mut trunk = self.command("trunk")?;
        trunk.args(["build", "--release", "--config", config, "--dist"]).arg(&folder);
        trunk.env("CARGO_TARGET_DIR", self.target()).env("TRUNK_SKIP_VERSION_CHECK", "true");
        // Trunk takes its value for a flag's and stops at `NO_COLOR=1`.
        trunk.env_remove("NO_COLOR").envs(self.flags());
        // What went wrong is in cargo's own words; Trunk's stack below them says nothing.
        trunk.env("RUST_BACKTRACE", "0");
        process::run(&mut trunk)?;
        Ok(folder)
    }

    /// How the wasm is compiled: the first version of WebAssembly, and so a std of our own, with those of its later
    /// features that make it smaller and that the fallback's translator can do without. The admin view has no
    /// fallback, but the same flags let both share the compiled dependencies.
    fn flags(&self) -> Vec<(&'static str, &'static str)> {
        let mut flags = vec![("RUSTC_BOOTSTRAP", "1"), ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")];
        match self.build {
            Build::Shipped => flags.extend([
                ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
                ("RUSTFLAGS", concat!("-Zunstable-options -Cpanic=immediate-abort ", target!())),
            ]),
            Build::Quick => flags.extend([
                ("CARGO_PROFILE_WASM_SIZE_CODEGEN_UNITS", "16"),
                ("CARGO_PROFILE_WASM_SIZE_INCREMENTAL", "true"),
                ("CARGO_PROFILE_WASM_SIZE_LTO", "off"),
                ("CARGO_PROFILE_WASM_SIZE_OPT_LEVEL", "1"),
                ("RUSTFLAGS", target!()),
            ]),
        }
        flags
    }

    /// The prompt's glue, wasm and plain-JavaScript build in one folder named by their bytes.
    fn prompt_folder(&self, made: &Path) -> Result<()> {
        let scratch = made.join("s").join("next");
        fs::create_dir_all(&scratch)?;
        println!("cutting the prompt's module down to what it does");
        let module = Module::prepare(self)?;
        module.write(self, &scratch)?;
        println!("building the plain-JavaScript prompt");
        fallback::build(self, &module, &scratch.join("plain.js"))?;
        self.stamped_folder(made, &scratch)
    }

    /// Adds to `scratch` what is not compiled, names it by its bytes, and writes the loader that loads from it.
    fn stamped_folder(&self, made: &Path, scratch: &Path) -> Result<()> {
        self.locales(scratch)?;
        self.sheet(scratch)?;
        loader::companions(self, scratch)?;
        let hash = tree::hash(scratch)?;
        let folder = made.join("s").join(&hash);
        fs::rename(scratch, &folder)?;
        npm::write(self, &folder)?;
        loader::write(self, &hash, &made.join("suara.js"))
    }

    /// The prompt's style sheet.
    fn sheet(&self, made: &Path) -> Result<()> {
        let read = |name: &str| {
            let path = self.workspace.root().join("style").join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        fs::write(made.join("prompt.css"), sheet::of(&read("tokens.css")?, &read("prompt.css")?))?;
        Ok(())
    }

    /// The prompt's own words, a file for each locale, without white space.
    fn locales(&self, made: &Path) -> Result<()> {
        for entry in fs::read_dir(self.workspace.root().join("crates/survey/locales"))? {
            let entry = entry?;
            let strings: serde_json::Value = serde_json::from_slice(&fs::read(entry.path())?)
                .with_context(|| format!("{} is not JSON", entry.path().display()))?;
            fs::write(made.join(entry.file_name()), strings.to_string())?;
        }
        Ok(())
    }
}
