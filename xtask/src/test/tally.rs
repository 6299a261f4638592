//! How many tests passed, failed and were ignored, read off the output while it streams.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

/// The sum over every `test result:` line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Tally {
    /// Runs `command`, shows what it prints as it comes, and adds its results.
    pub(crate) fn count(&mut self, command: &mut Command) -> Result<()> {
        self.count_onto(&mut std::io::stdout(), command)
    }

    fn count_onto(&mut self, terminal: &mut impl Write, command: &mut Command) -> Result<()> {
        let shown = process::shown(command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{shown}`"))?;
        let output = child.stdout.take().context("a child has no output to read")?;
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            self.read(&String::from_utf8_lossy(&line));
            terminal.write_all(&line)?;
            terminal.write_all(b"\n")?;
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("`{shown}` ended with {status}");
        }
        Ok(())
    }

    /// A stage that fails without a failing test, because it does not compile for one, counts as one.
    pub(super) fn add_failure(&mut self) {
        self.failed += 1;
    }

    /// How many failed so far.
    pub(crate) fn failed(&self) -> usize {
        self.failed
    }

    /// How many passed so far.
    pub(crate) fn passed(&self) -> usize {
        self.passed
    }

    /// The closing line.
    pub(super) fn line(&self) -> String {
        let skipped = if self.ignored > 0 { format!(", {} skipped", self.ignored) } else { String::new() };
        format!("{} passed, {} failed{skipped}", self.passed, self.failed)
    }

    fn read(&mut self, line: &str) {
        let Some((_, counts)) =
            line.trim_start().strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let Some((Ok(count), what)) =
                part.trim().split_once(' ').map(|(count, what)| (count.parse::<usize>(), what))
            else {
                continue;
            };
            match what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_of_cargo_and_of_the_browser_runner_add_up() {
        let mut tally = Tally::default();
        tally.read("running 9 tests");
        tally.read(
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s",
        );
        tally.read("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out");
        assert_eq!(tally, Tally { passed: 6, failed: 2, ignored: 1 });
    }

    #[test]
    fn the_closing_line_names_skipped_tests_only_when_there_are_some() {
        assert_eq!(Tally { passed: 3, failed: 0, ignored: 0 }.line(), "3 passed, 0 failed");
        assert_eq!(Tally { passed: 3, failed: 1, ignored: 2 }.line(), "3 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn a_command_that_fails_is_an_error_and_its_results_still_count() {
        let mut tally = Tally::default();
        let mut command = Command::new("sh");
        command.args(["-c", "echo 'test result: FAILED. 4 passed; 1 failed; 0 ignored'; exit 101"]);
        let mut terminal = Vec::new();
        assert!(tally.count_onto(&mut terminal, &mut command).is_err());
        assert!(terminal.starts_with(b"test result"));
        assert_eq!(tally, Tally { passed: 4, failed: 1, ignored: 0 });
    }
}
