//! The command line: `suara serve`, and the files that go in and out.

mod files;
mod serve;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::Error;

/// Asks a website's visitors one good question, keeps every answer, and shows the owner what the answers say.
#[derive(Debug, Parser)]
#[command(name = "suara", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take answers, and serve the prompt, a demo page and the admin view
    Serve(serve::Options),
    /// Take answers from a file
    Import(files::Import),
    /// Write all answers to a file
    Export(files::Export),
    /// Compute every case of a file laid out like tests/fixtures/nps_golden.json, and print the results
    Stats {
        /// The file of cases
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Where the answers lie.
#[derive(Args, Clone, Debug)]
struct Data {
    /// Directory of the database; made if it is missing
    #[arg(long = "data", value_name = "DIR", env = "SUARA_DATA_DIR", default_value = "suara-data")]
    directory: PathBuf,
}

impl Cli {
    /// Does what was asked for, writing what it has to say to `out`.
    ///
    /// # Errors
    /// Whatever stood in the way, as one sentence.
    pub fn run(self, out: &mut impl Write) -> Result<(), Error> {
        match self.command {
            Command::Serve(options) => runtime()?.block_on(serve::run(options, out)),
            Command::Import(options) => runtime()?.block_on(files::import(options, out)),
            Command::Export(options) => runtime()?.block_on(files::export(options, out)),
            Command::Stats { file } => crate::stats::run(&file, out).map_err(Error::from),
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::System)
}
