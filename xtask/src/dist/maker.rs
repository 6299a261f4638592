//! The steps that every build shares: Trunk, the prompt's folder, the gate.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Build, Module, compress, glue, kind, loader, npm, sheet, tree};
use crate::fallback;
use crate::process;
use crate::tools::Toolbox;
use crate::workspace::Workspace;

/// Which WebAssembly is compiled for. A macro, because `concat!` takes no constants.
macro_rules! target {
    () => {
        "-Ctarget-cpu=mvp -Ctarget-feature=+bulk-memory,+mutable-globals,+nontrapping-fptoint,+sign-ext"
    };
}

/// The workspace, the tools and the kind of build that every step shares.
pub(crate) struct Maker<'a> {
    pub(crate) workspace: &'a Workspace,
    toolbox: &'a Toolbox,
    build: Build,
}

impl<'a> Maker<'a> {
    pub(super) fn new(workspace: &'a Workspace, toolbox: &'a Toolbox, build: Build) -> Result<Self> {
        let maker = Self { workspace, toolbox, build };
        fs::create_dir_all(maker.target())?;
        Ok(maker)
    }

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

    /// Passes `made` through the gate and puts it in the place of `dist/`.
    pub(super) fn finish(&self, made: &Path) -> Result<()> {
        glue::check(made)?;
        compress(made)?;
        kind::note(self.workspace.target(), made, self.build)?;
        tree::swap(made, &self.workspace.dist())
    }

    /// One page by Trunk, in a folder of its own: Trunk empties it and keeps notes in it.
    pub(super) fn trunk_build(&self, name: &str, config: &str) -> Result<PathBuf> {
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
    pub(super) fn prompt_folder(&self, made: &Path) -> Result<()> {
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
    pub(super) fn stamped_folder(&self, made: &Path, scratch: &Path) -> Result<()> {
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

/// One build at a time: they share their folders.
pub(super) fn lock(workspace: &Workspace) -> Result<File> {
    fs::create_dir_all(workspace.target())?;
    let lock = File::create(workspace.target().join("dist.lock"))?;
    if lock.try_lock().is_err() {
        println!("another dist is being built here: waiting");
        lock.lock()?;
    }
    Ok(lock)
}
