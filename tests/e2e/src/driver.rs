//! A running driver of one engine: the process that turns our requests into what a visitor does.

use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::PATIENCE;
use crate::display::Display;
use crate::engine::Engine;
use crate::process::Running;

/// One driver serves one visitor: two of the three take only one session.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) port: u16,
    process: Running,
    // In this order: the driver ends before its display and its folder.
    _display: Option<Display>,
    _home: TempDir,
}

impl Driver {
    /// Starts one and waits until it listens.
    pub(crate) fn start(engine: Engine) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(engine.driver());
        command.stderr(Stdio::null()).env("HOME", home.path());
        let mut display = None;
        let (port, process) = match engine {
            Engine::Chromium => telling(command.arg("--port=0"), "successfully on port "),
            Engine::Firefox => {
                let anywhere = ["--host", "127.0.0.1", "--port", "0", "--websocket-port", "0"];
                telling(command.args(anywhere), "Listening on 127.0.0.1:")
            }
            Engine::WebKit => {
                let display = display.insert(Display::start());
                told(|port| {
                    let mut command = Command::new(engine.driver());
                    display.lend(&mut command, home.path());
                    command.args(["--host=127.0.0.1", &format!("--port={port}")]);
                    command.stdout(Stdio::null()).stderr(Stdio::null());
                    command
                })
            }
        };
        Self { port, process, _display: display, _home: home }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// A driver that takes a free port and says which. One that was not lucky with its port is started once more.
fn telling(command: &mut Command, before: &str) -> (u16, Running) {
    let port = |line: &str| line.split(before).nth(1)?.trim_end_matches('.').parse().ok();
    let mut process = Running::start(command);
    if let Some(port) = process.read_while_it_runs(port) {
        return (port, process);
    }
    let mut process = Running::start(command);
    let port = process.read_until(port);
    (port, process)
}

/// A driver that must be told its port: one that was free a moment ago, or the next if somebody was faster.
fn told(command: impl Fn(u16) -> Command) -> (u16, Running) {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut process = Running::start_silent(&mut command(port));
        while !process.has_ended() && start.elapsed() < PATIENCE {
            // Asked once more, because what listens there may be whoever was faster.
            if TcpStream::connect(("127.0.0.1", port)).is_ok() && !process.has_ended() {
                return (port, process);
            }
            std::thread::sleep(Duration::from_millis(15));
        }
    }
    panic!("the driver does not listen");
}
