//! The only build tool: `cargo xtask run`, `test`, `check`, `dist`, `size`, `bench`, `campaign`, `postgres`.
//!
//! It calls cargo, Trunk and the rest; none of them calls it. It knows the product by its files, never by its types.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on stdout")]

mod bench;
mod campaign;
mod check;
mod dist;
mod fallback;
mod postgres;
mod process;
mod run;
mod size;
mod test;
mod tools;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  run [-- FLAGS]   build everything and start the collector; FLAGS go to `suara serve`, docs/operate.md lists them
  test [--only S]  native tests, wasm tests, journeys in a browser, sizes; S is native, wasm, e2e or size
  check            formatting, lints, docs, licences, dependency rules; --advisories insists on the advisory database
  dist [--dev]     everything that ships, into dist/; --dev is quicker and larger; --loader renews only the loader's scripts
  size             every shipped file against its budget; --top adds the largest functions of the prompt
  bench [B]        measurements: ingest, store, prompt, or all; --long lets ingest run for ten minutes
  postgres CMD…    run a command, such as cargo test, beside a PostgreSQL server of its own
  campaign [HALF]  faults, kills and the like at length, into docs/campaign*.json; HALF is prompt or collector; --quick is shorter,
                   --as-built builds nothing, --pictures takes pictures of every display instead, into target/pictures

docs/building.md tells more.";

type Command = fn(lexopt::Parser) -> Result<ExitCode>;

const COMMANDS: [(&str, Command); 8] = [
    ("run", run::command),
    ("test", test::command),
    ("check", check::command),
    ("dist", dist::command),
    ("size", size::command),
    ("bench", bench::command),
    (POSTGRES, postgres::command),
    ("campaign", campaign::command),
];

/// The one command whose words are another program's.
const POSTGRES: &str = "postgres";

fn main() -> ExitCode {
    match answer(lexopt::Parser::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn answer(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    match Request::read(&mut arguments)? {
        Request::Usage => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Request::Command(name, command) => command(arguments).map_err(|error| explained(error, name)),
    }
}

/// The parser's own errors name the flag and not what is to be done.
fn explained(error: anyhow::Error, command: &str) -> anyhow::Error {
    if error.is::<lexopt::Error>() {
        return error.context(format!("{command} takes other arguments, which `cargo xtask help` lists"));
    }
    error
}

/// What the command line asks for.
enum Request {
    Usage,
    Command(&'static str, Command),
}

impl Request {
    /// Takes the command's name off `arguments`, and leaves what follows it.
    fn read(arguments: &mut lexopt::Parser) -> Result<Self> {
        use lexopt::prelude::{Long, Short, Value};

        let name = match arguments.next()? {
            None | Some(Long("help") | Short('h')) => return Ok(Self::Usage),
            Some(Value(name)) if name == "help" => return Ok(Self::Usage),
            Some(Value(name)) => name,
            Some(flag) => bail!("{}: a command comes first.\n\n{USAGE}", flag.unexpected()),
        };
        let Some((name, command)) = COMMANDS.into_iter().find(|(known, _)| name == *known) else {
            bail!("{} is not a command.\n\n{USAGE}", name.display());
        };
        let asks = own_words(name, arguments.raw_args()?.as_slice()).iter().any(is_help);
        Ok(if asks { Self::Usage } else { Self::Command(name, command) })
    }
}

/// Those of the words after a command's name that are for the command, and not for what it starts.
fn own_words<'a>(command: &str, words: &'a [OsString]) -> &'a [OsString] {
    let end = match command {
        POSTGRES => words.len().min(1),
        _ => words.iter().position(|word| word == "--").unwrap_or(words.len()),
    };
    &words[..end]
}

fn is_help(word: &OsString) -> bool {
    word == "--help" || word == "-h"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<&'static str> {
        let words = std::iter::once("xtask").chain(line.split_whitespace());
        Ok(match Request::read(&mut lexopt::Parser::from_iter(words))? {
            Request::Usage => "usage",
            Request::Command(name, _) => name,
        })
    }

    #[test]
    fn no_word_and_every_word_for_help_show_the_usage() {
        for line in ["", "help", "--help", "-h", "help test"] {
            assert_eq!(asked(line).unwrap(), "usage", "{line}");
        }
    }

    #[test]
    fn a_flag_for_help_after_any_command_shows_the_usage_in_place_of_the_work() {
        for (name, _) in COMMANDS {
            for flag in ["--help", "-h"] {
                assert_eq!(asked(&format!("{name} {flag}")).unwrap(), "usage", "{name} {flag}");
            }
        }
        assert_eq!(asked("test --only native --help").unwrap(), "usage");
    }

    #[test]
    fn help_for_what_a_command_starts_is_passed_on() {
        assert_eq!(asked("run -- --help").unwrap(), "run");
        assert_eq!(asked("postgres cargo test --help").unwrap(), "postgres");
    }

    #[test]
    fn a_flag_before_any_command_is_refused_by_name() {
        for flag in ["--bogus", "-x"] {
            let refused = asked(flag).unwrap_err().to_string();
            assert!(refused.contains(flag) && refused.contains("a command comes first"), "{refused}");
        }
    }

    #[test]
    fn a_word_that_is_no_command_is_refused_by_name() {
        let refused = asked("tset").unwrap_err().to_string();
        assert!(refused.starts_with("tset is not a command") && refused.contains(USAGE), "{refused}");
    }
}
