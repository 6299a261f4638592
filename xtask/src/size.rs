//! A table of every shipped file against its budget.

mod top;

use std::fs;
use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::dist::{self, Build};
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

/// Of the locales a visitor fetches one: the heaviest counts.
const LOCALE: Budget = Budget {
    name: "locale, the heaviest",
    limit_bytes: 3 * KB / 2,
    includes: |name| in_prompt_folder(name, &[".json"]),
};

const BUDGETS: [Budget; 7] = [
    // Every page view of every customer pays for it.
    Budget { name: "loader", limit_bytes: 2048, includes: |name| name == "suara.js" },
    // Loaded once clocks and the tag's conditions allow: triggers, waiting, and the loading of the prompt.
    Budget {
        name: "asking script",
        limit_bytes: 29 * KB / 10,
        includes: |name| in_prompt_folder(name, &["/ask.js"]),
    },
    // Fetched when a visitor is asked: on a phone each 10 kB is 50 ms between the trigger and the question. Beyond 50,000
    // bytes since no answer is lost for what its survey or its visitor wrote, which goes before size.
    Budget {
        name: "prompt, glue and wasm",
        limit_bytes: 50 * 1024,
        includes: |name| in_prompt_folder(name, &["/prompt.js", ".wasm"]),
    },
    // Fetched side by side with them, so it counts as much as they do.
    Budget {
        name: "prompt, style sheet",
        limit_bytes: 5 * KB / 2,
        includes: |name| in_prompt_folder(name, &["/prompt.css"]),
    },
    // The same prompt where WebAssembly is refused; fetched instead of the one above, and a third larger by nature.
    Budget {
        name: "prompt, plain JavaScript",
        limit_bytes: 70 * KB,
        includes: |name| in_prompt_folder(name, &["/plain.js"]),
    },
    // Only an owner who asks why fetches it.
    Budget {
        name: "inspector",
        limit_bytes: 6 * KB,
        includes: |name| in_prompt_folder(name, &["/debug.js"]),
    },
    // Fetched once a version by the owner, who waits for it: a second on a slow line.
    Budget { name: "admin", limit_bytes: 250 * KB, includes: |name| name.starts_with("admin/") },
];

/// What a visitor who is asked fetches in all, beside the survey itself and one locale. Whatever moves from one file to
/// another weighs the same here.
const ASKED: Budget = Budget {
    name: "all of it, for who is asked",
    limit_bytes: 585 * KB / 10,
    includes: |name| BUDGETS[..4].iter().any(|part| (part.includes)(name)),
};

fn in_prompt_folder(name: &str, endings: &[&str]) -> bool {
    name.starts_with("s/") && endings.iter().any(|ending| name.ends_with(ending))
}

/// One shipped file.
struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// `cargo xtask size [--top]`
pub(crate) fn command(arguments: lexopt::Parser) -> Result<ExitCode> {
    let shown = Shown::read(arguments)?;
    let workspace = Workspace::find()?;
    if shown == Shown::FilesAndFunctions {
        ensure_shipped(&workspace)?;
        top::show(&workspace.target().join(NAMED_PROMPT))?;
    }
    let within = show(&workspace)?;
    Ok(if within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is shown besides the budgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Files,
    FilesAndFunctions,
}

impl Shown {
    /// Reads every flag before anything is shown.
    fn read(mut arguments: lexopt::Parser) -> Result<Self> {
        let mut shown = Self::Files;
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("top") => shown = Self::FilesAndFunctions,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(shown)
    }
}

/// Prints the table; whether every budget is kept. A quick build is shown, and refused to be judged.
pub(crate) fn show(workspace: &Workspace) -> Result<bool> {
    let rows = rows(workspace)?;
    println!("\n{:<44} {:>10} {:>9} {:>9}", "file", "raw", "gzip", "brotli");
    for row in &rows {
        println!("{:<44} {:>10} {:>9} {:>9}", row.name, row.raw, row.gzip, row.brotli);
    }
    ensure_shipped(workspace)?;
    println!("\n{:<44} {:>10} {:>9}", "budget", "limit", "brotli");
    let sum = |sizes: &[usize]| sizes.iter().sum();
    let mut verdicts: Vec<bool> = BUDGETS.iter().map(|budget| weigh(budget, &rows, sum)).collect();
    verdicts.push(weigh(&ASKED, &rows, sum));
    verdicts.push(weigh(&LOCALE, &rows, |sizes| sizes.iter().copied().max().unwrap_or_default()));
    println!();
    Ok(verdicts.into_iter().all(|within| within))
}

fn ensure_shipped(workspace: &Workspace) -> Result<()> {
    ensure!(
        dist::kind(workspace)? == Build::Shipped,
        "{} is a quick build of `cargo xtask dist --dev`, which is not held to the budgets: run `cargo xtask dist` first",
        workspace.dist().display()
    );
    Ok(())
}

fn weigh(budget: &Budget, rows: &[Row], of: impl Fn(&[usize]) -> usize) -> bool {
    let counted = rows.iter().filter(|row| (budget.includes)(&row.name));
    let sizes: Vec<_> = counted.map(|row| row.brotli).collect();
    let total = of(&sizes);
    let within = !sizes.is_empty() && total <= budget.limit_bytes;
    let verdict = if within {
        "ok".to_owned()
    } else if sizes.is_empty() {
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
    let folder = dist::folder(workspace)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_is_read_before_anything_is_shown() {
        let shown = |flags: &[&str]| Shown::read(lexopt::Parser::from_args(flags));
        assert_eq!(shown(&[]).unwrap(), Shown::Files);
        assert_eq!(shown(&["--top"]).unwrap(), Shown::FilesAndFunctions);
        assert!(shown(&["--top", "--bogus"]).is_err());
    }
}
