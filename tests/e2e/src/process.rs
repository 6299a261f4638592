//! A program that ends with the value that started it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running program.
#[derive(Debug)]
pub struct Running {
    /// What was started, for whoever wonders why it ended.
    name: String,
    child: Child,
    output: Option<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts a program whose standard output will be read.
    pub fn start(command: &mut Command) -> Self {
        let mut running = Self::start_silent(command.stdout(Stdio::piped()));
        running.output = running.child.stdout.take().map(BufReader::new);
        running
    }

    /// Starts a program that has nothing to tell us.
    pub fn start_silent(command: &mut Command) -> Self {
        // A group of its own, to be ended as one with all that it starts in turn.
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        let child = child.unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        Self { name: format!("{command:?}"), child, output: None }
    }

    /// Reads lines until `pick` takes something from one.
    ///
    /// # Panics
    /// If the program ends before.
    pub fn read_until<T>(&mut self, pick: impl FnMut(&str) -> Option<T>) -> T {
        let picked = self.read_while_it_runs(pick);
        picked.unwrap_or_else(|| panic!("it ended before it said what was awaited: {}", self.name))
    }

    /// The same; none if the program ends before.
    pub(crate) fn read_while_it_runs<T>(&mut self, mut pick: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.output.as_mut()?.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(picked) = pick(line.trim_end()) {
                return Some(picked);
            }
        }
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    /// Ends it and its children at once, as by a power cut; what it acknowledged must survive that.
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status().ok();
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
