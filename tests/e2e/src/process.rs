//! A program that ends with the value that started it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running program.
#[derive(Debug)]
pub struct Running {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Running {
    /// Starts a program whose standard output will be read.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Reads lines until `pick` takes something from one.
    pub fn read_until<T>(&mut self, mut pick: impl FnMut(&str) -> Option<T>) -> T {
        let mut line = String::new();
        loop {
            line.clear();
            let length = self.output.read_line(&mut line).unwrap();
            assert!(length > 0, "the program ended before it said what was awaited");
            if let Some(picked) = pick(line.trim_end()) {
                return picked;
            }
        }
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    /// Ends at once, as by a power cut; what it acknowledged must survive that.
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
