//! How many tests passed, failed and were skipped, and what those said that failed or were skipped, read off the output
//! while it streams.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

/// How much of what a failed test said is said again at the end, in lines: the panic, and not all of its backtrace.
const LINES: usize = 24;

/// What a test prints past the harness, before its reason, when something that it needs is not there.
const SKIPPED: &str = "test skipped: ";

/// The sum over every `test result:` line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
    ignored: usize,
    /// How many tests gave each reason.
    skipped: BTreeMap<String, usize>,
    /// Of these, those in the program that runs now: its result is still to come, and says that they passed.
    skipped_now: usize,
    failures: Vec<Failure>,
    /// Whether what comes now is what the last failure said.
    is_telling: bool,
}

/// A test that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// As `--exact` takes it.
    pub(super) name: String,
    /// The beginning of what it printed.
    pub(super) said: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}", self.name, self.said.join("\n"))
    }
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

    /// How many passed so far, those that were skipped apart.
    pub(crate) fn passed(&self) -> usize {
        self.passed
    }

    /// The tests that failed, and what they said.
    pub(super) fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Why tests were skipped, each reason once with the number of them.
    pub(super) fn skipped(&self) -> &BTreeMap<String, usize> {
        &self.skipped
    }

    /// Takes back failures of tests that are about to be run again and counted then.
    pub(super) fn take_back(&mut self, names: &[String]) {
        self.failures.retain(|failure| !names.contains(&failure.name));
        self.failed -= names.len();
    }

    /// The closing line.
    pub(super) fn line(&self) -> String {
        let skipped = match self.ignored + self.skipped.values().sum::<usize>() {
            0 => String::new(),
            count => format!(", {count} skipped"),
        };
        format!("{} passed, {} failed{skipped}", self.passed, self.failed)
    }

    fn read(&mut self, line: &str) {
        self.listen(line);
        self.skip(line);
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
                "passed" => self.passed += count.saturating_sub(std::mem::take(&mut self.skipped_now)),
                "failed" => self.failed += count,
                "ignored" => self.ignored += count,
                _ => {}
            }
        }
    }

    /// The harness may have begun a line of its own when a test says that it is skipped.
    fn skip(&mut self, line: &str) {
        if line.starts_with("running ") {
            // A program that was broken off before its result leaves none to the next.
            self.skipped_now = 0;
        }
        if let Some((_, why)) = line.split_once(SKIPPED) {
            *self.skipped.entry(why.trim().to_owned()).or_default() += 1;
            self.skipped_now += 1;
        }
    }

    /// Runners list what failed tests said between a line that names the test and the next such line, or the list of names.
    fn listen(&mut self, line: &str) {
        let named = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" ----"));
        let named =
            named.and_then(|name| name.strip_suffix(" stdout").or_else(|| name.strip_suffix(" output")));
        if let Some(name) = named {
            self.failures.push(Failure { name: name.to_owned(), said: Vec::new() });
        }
        self.is_telling = named.is_some() || self.is_telling && line.trim_end() != "failures:";
        let last = self.failures.last_mut().filter(|_| self.is_telling && named.is_none());
        if let Some(failure) = last.filter(|failure| failure.said.len() < LINES && !line.trim().is_empty()) {
            failure.said.push(line.trim_end().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(passed: usize, failed: usize, ignored: usize) -> Tally {
        Tally { passed, failed, ignored, ..Tally::default() }
    }

    #[test]
    fn result_lines_of_cargo_and_of_the_browser_runner_add_up() {
        let mut tally = Tally::default();
        tally.read("running 9 tests");
        tally.read(
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s",
        );
        tally.read("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out");
        assert_eq!(tally, counted(6, 2, 1));
    }

    #[test]
    fn what_failed_tests_said_is_kept_until_it_is_taken_back() {
        let mut tally = Tally::default();
        let printed = "test a::b ... FAILED\n\nfailures:\n\n---- a::b stdout ----\n\nthread 'a::b' panicked:\nno driver\n\n\
            ---- c output ----\nleft: 1\n\nfailures:\n    a::b\n    c\n\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored\nrunning 1 test";
        printed.lines().for_each(|line| tally.read(line));
        let said = |failure: &Failure| (failure.name.clone(), failure.said.join("|"));
        let all: Vec<_> = tally.failures().iter().map(said).collect();
        let both = [("a::b", "thread 'a::b' panicked:|no driver"), ("c", "left: 1")];
        assert_eq!(all, both.map(|(name, said)| (name.to_owned(), said.to_owned())));
        tally.take_back(&["a::b".to_owned()]);
        tally.read("test result: ok. 1 passed; 0 failed; 0 ignored");
        assert_eq!((tally.line().as_str(), tally.failures().len()), ("2 passed, 1 failed", 1));
    }

    #[test]
    fn the_closing_line_names_skipped_tests_only_when_there_are_some() {
        assert_eq!(counted(3, 0, 0).line(), "3 passed, 0 failed");
        assert_eq!(counted(3, 1, 2).line(), "3 passed, 1 failed, 2 skipped");
    }

    /// How many passed of what was printed, why others were skipped, and the closing line.
    fn skipping(printed: &str) -> (usize, Vec<(String, usize)>, String) {
        let mut tally = Tally::default();
        printed.lines().for_each(|line| tally.read(line));
        (tally.passed(), tally.skipped().clone().into_iter().collect(), tally.line())
    }

    #[test]
    fn a_test_that_says_it_is_skipped_has_not_passed_and_each_reason_is_given_once() {
        let (passed, reasons, line) = skipping(
            "running 4 tests\ntest skipped: no nginx\ntest a ... ok\ntest b ... test skipped: no data\nok\n\
            test skipped: no nginx\ntest result: ok. 4 passed; 0 failed; 0 ignored\n\
            running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored",
        );
        assert_eq!(passed, 3);
        assert_eq!(reasons, [("no data".to_owned(), 1), ("no nginx".to_owned(), 2)]);
        assert_eq!(line, "3 passed, 0 failed, 4 skipped");
    }

    #[test]
    fn a_program_that_breaks_off_takes_no_passed_tests_from_the_next() {
        let (passed, _, line) = skipping(
            "running 2 tests\ntest skipped: no disk\n\
            running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored",
        );
        assert_eq!((passed, line.as_str()), (3, "3 passed, 0 failed, 1 skipped"));
    }

    #[test]
    fn a_command_that_fails_is_an_error_and_its_results_still_count() {
        let mut tally = Tally::default();
        let mut command = Command::new("sh");
        command.args(["-c", "echo 'test result: FAILED. 4 passed; 1 failed; 0 ignored'; exit 101"]);
        let mut terminal = Vec::new();
        assert!(tally.count_onto(&mut terminal, &mut command).is_err());
        assert!(terminal.starts_with(b"test result"));
        assert_eq!(tally, counted(4, 1, 0));
    }
}
