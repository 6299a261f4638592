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

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  run [-- FLAGS]   build everything and start the collector; FLAGS go to `suara serve`
  test [--only S]  native tests, wasm tests, journeys in a browser, sizes; S is native, wasm, e2e or size
  check            formatting, lints, docs, licences, dependency rules; --advisories insists on the advisory database
  dist [--dev]     everything that ships, into dist/; --dev is quicker and larger; --loader renews only the loader's scripts
  size             every shipped file against its budget; --top adds the largest functions of the prompt
  bench [B]        measurements: ingest, store, prompt, or all; --long lets ingest run for ten minutes
  postgres CMD…    run a command, such as cargo test, beside a PostgreSQL server of its own
  campaign [HALF]  faults, kills and the like at length, into docs/campaign*.json; HALF is prompt or collector; --quick is shorter,
                   --as-built builds nothing, --pictures takes pictures of every display instead, into target/pictures

docs/building.md tells more.";

fn main() -> ExitCode {
    match command(lexopt::Parser::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(mut arguments: lexopt::Parser) -> anyhow::Result<ExitCode> {
    use lexopt::prelude::{Long, Short, Value};

    let Some(Value(name)) = arguments.next()?.filter(|first| !matches!(first, Long("help") | Short('h')))
    else {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    match name.to_str() {
        Some("run") => run::command(arguments),
        Some("test") => test::command(arguments),
        Some("check") => check::command(arguments),
        Some("dist") => dist::command(arguments),
        Some("size") => size::command(arguments),
        Some("bench") => bench::command(arguments),
        Some("postgres") => postgres::command(arguments),
        Some("campaign") => campaign::command(arguments),
        _ => anyhow::bail!("{} is not a command.\n\n{USAGE}", name.display()),
    }
}
