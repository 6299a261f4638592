//! The command line: `suara serve`, and the files that go in and out.

mod account;
mod files;
mod migrate;
mod options;
mod person;
mod safe;
mod serve;
mod settings;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::{Error, Place, Server};

/// The name in the record of deeds for who has the server's own command line.
const WHO: &str = "command line";

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
    Serve(options::Options),
    /// Copy the database to a file, while the collector serves or not
    Backup(safe::Backup),
    /// Put a backup into a data directory that has no database
    Restore(safe::Restore),
    /// Look whether the database is whole, while the collector serves or not
    Check(safe::Check),
    /// Move everything from SQLite to PostgreSQL or back, while the collector serves, and compare every row
    Migrate(migrate::Migrate),
    /// Print the settings that `serve` would run with here, and where each comes from; passwords are hidden
    Config(options::Options),
    /// Print what a shell needs to complete these commands
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Take answers from a file
    Import(files::Import),
    /// Write all answers to a file
    Export(files::Export),
    /// Erase everything of one person, or one answer, for good
    Erase(person::Erase),
    /// Delete what is older than its survey keeps it, now
    Purge(person::Purge),
    /// Let somebody in who has lost their password
    #[command(subcommand)]
    Account(account::Account),
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
    /// Database of PostgreSQL instead, such as `postgres://suara:password@db.example/suara`
    #[arg(long = "database", value_name = "URL", env = "SUARA_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl Data {
    fn server(&self) -> Result<Option<Server>, Error> {
        self.database.as_deref().map(Server::parse).transpose()
    }

    fn place(&self) -> Result<Place, Error> {
        Ok(Place::new(&self.directory, self.server()?.as_ref()))
    }
}

impl Cli {
    /// Does what was asked for, writing what it has to say to `out`.
    ///
    /// # Errors
    /// Whatever stood in the way, as one sentence.
    pub fn run(self, out: &mut impl Write) -> Result<(), Error> {
        match self.command {
            Command::Serve(options) => runtime()?.block_on(serve::run(options, out)),
            Command::Backup(options) => runtime()?.block_on(safe::backup(options, out)),
            Command::Restore(options) => runtime()?.block_on(safe::restore(options, out)),
            Command::Check(options) => runtime()?.block_on(safe::check(options, out)),
            Command::Migrate(options) => runtime()?.block_on(migrate::run(options, out)),
            Command::Config(options) => settings::print(options, out),
            Command::Completions { shell } => {
                clap_complete::generate(shell, &mut Self::command(), "suara", out);
                Ok(())
            }
            Command::Import(options) => runtime()?.block_on(files::import(options, out)),
            Command::Export(options) => runtime()?.block_on(files::export(options, out)),
            Command::Erase(options) => runtime()?.block_on(person::erase(options, out)),
            Command::Purge(options) => runtime()?.block_on(person::purge(options, out)),
            Command::Account(command) => runtime()?.block_on(account::run(command, out)),
            Command::Stats { file } => crate::stats::run(&file, out).map_err(Error::from),
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::System)
}
