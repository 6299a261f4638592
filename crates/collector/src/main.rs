//! The binary `suara`.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A request makes some fifty small allocations on one thread and frees many on another, which is what the system's
/// allocator is slow at: it took a fifth of the time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match suara_collector::cli::Cli::parse().run(&mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is gone too.
            drop(writeln!(std::io::stderr(), "suara: {error}"));
            ExitCode::FAILURE
        }
    }
}
