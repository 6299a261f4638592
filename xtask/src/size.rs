//! A table of every shipped file against its budget.

mod top;

use std::fs;
use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::dist;
use crate::workspace::Workspace;

/// The prompt as wasm-bindgen left it for Trunk to shrink.
const NAMED_PROMPT: &str = "size/wasm-bindgen/release/prompt_bg.wasm";
/// A kilobyte of a budget.
const KB: usize = 1000;

/// What a part of `dist/` may weigh, brotli.
struct Budget {
    name: &'static str,
    limit_bytes: usize,
    includes: fn(&str) -> bool,
}

const BUDGETS: [Budget; 4] = [
    // Every page view of every customer pays for it.
    Budget { name: "loader", limit_bytes: 3 * KB / 2, includes: |name| name == "suara.js" },
    // Fetched when a visitor is asked: on a phone each 10 kB is 50 ms between the trigger and the question.
    Budget {
        name: "prompt, glue and wasm",
        limit_bytes: 45 * KB,
        includes: |name| in_prompt_folder(name) && (name.ends_with("/prompt.js") || name.ends_with(".wasm")),
    },
    // The same prompt where WebAssembly is refused; fetched instead of the one above, and a third larger by nature.
    Budget {
        name: "prompt, plain JavaScript",
        limit_bytes: 60 * KB,
        includes: |name| in_prompt_folder(name) && name.ends_with("/plain.js"),
    },
    // Fetched once a version by the owner, who waits for it: a second on a slow line.
    Budget { name: "admin", limit_bytes: 250 * KB, includes: |name| name.starts_with("admin/") },
];

fn in_prompt_folder(name: &str) -> bool {
    name.starts_with("s/")
}

/// One shipped file.
struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// `cargo xtask size [--top]`
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("top") => top::show(&workspace.target().join(NAMED_PROMPT))?,
            other => return Err(other.unexpected().into()),
        }
    }
    let within = show(&workspace)?;
    Ok(if within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the table; whether every budget is kept.
pub(crate) fn show(workspace: &Workspace) -> Result<bool> {
    let rows = rows(workspace)?;
    println!("\n{:<44} {:>10} {:>9} {:>9}", "file", "raw", "gzip", "brotli");
    for row in &rows {
        println!("{:<44} {:>10} {:>9} {:>9}", row.name, row.raw, row.gzip, row.brotli);
    }
    println!("\n{:<44} {:>10} {:>9}", "budget", "limit", "brotli");
    let verdicts: Vec<bool> = BUDGETS.iter().map(|budget| weigh(budget, &rows)).collect();
    println!();
    Ok(verdicts.into_iter().all(|within| within))
}

fn weigh(budget: &Budget, rows: &[Row]) -> bool {
    let counted: Vec<_> = rows.iter().filter(|row| (budget.includes)(&row.name)).collect();
    let total: usize = counted.iter().map(|row| row.brotli).sum();
    let within = !counted.is_empty() && total <= budget.limit_bytes;
    let verdict = if within {
        "ok".to_owned()
    } else if counted.is_empty() {
        "MISSING: nothing in dist belongs to it".to_owned()
    } else {
        format!(
            "OVER by {} bytes: shrink it, or argue for a new limit in xtask/src/size.rs",
            total - budget.limit_bytes
        )
    };
    println!("{:<44} {:>10} {total:>9}  {verdict}", budget.name, budget.limit_bytes);
    within
}

fn rows(workspace: &Workspace) -> Result<Vec<Row>> {
    let folder = workspace.dist();
    ensure!(folder.is_dir(), "there is no dist folder: run `cargo xtask dist` first");
    let names = dist::files(&folder)?;
    let plain = names.iter().filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"));
    let row = |name: &String| {
        let bytes = fs::read(folder.join(name))?;
        let packed = |ending: &str, raw: usize| {
            fs::metadata(folder.join(format!("{name}.{ending}"))).map_or(raw, |file| file.len() as usize)
        };
        let raw = bytes.len();
        Ok(Row { name: name.clone(), raw, gzip: packed("gz", raw), brotli: packed("br", raw) })
    };
    plain.map(row).collect()
}
