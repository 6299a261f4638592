//! `suara serve` as a process of its own, to be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running collector.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    /// What makes the first account; none once there is one.
    pub setup_token: Option<String>,
}

impl Serving {
    /// Starts `binary` on a data directory, without limits: all load comes from one address. Its log goes to a file there.
    pub fn start(binary: &Path, data: &Path) -> Self {
        Self::with(binary, data, |_| ())
    }

    /// The same with more settings.
    pub fn with(binary: &Path, data: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(binary);
        command.args(["serve", "--data"]).arg(data);
        for name in ["SUARA_LIMIT_ADDRESS", "SUARA_LIMIT_SURVEY", "SUARA_LIMIT_ALL"] {
            command.env(name, "1000000:1000000");
        }
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        change(&mut command);
        // Where it is reached by another address it does not say its port, so that must be given then.
        let given = command.get_args().skip_while(|word| *word != "--port").nth(1);
        let given = given.map(|port| port.to_str().unwrap().parse().unwrap());
        if given.is_none() {
            command.args(["--port", "0"]);
        }
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let greeting: Vec<String> = lines.take_while(|line| !line.contains("</script>")).collect();
        let behind =
            |mark: &str| greeting.iter().find_map(|line| line.split_once(mark)).map(|(_, rest)| rest.trim());
        let setup_token = behind("/admin/setup#").map(str::to_owned);
        let port = || {
            behind("Demo page").unwrap().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap()
        };
        let port = given.unwrap_or_else(port);
        Self { child, port, setup_token }
    }

    /// The number of its process.
    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Ends it at once, as nothing else does.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.end();
    }
}

/// The release binary of this workspace, unless `$SUARA_BIN` names another.
pub fn release_binary() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    std::env::var_os("SUARA_BIN").map_or_else(|| target.join("release/suara"), PathBuf::from)
}

/// Resident memory of a process, in kB; 0 where it cannot be read.
pub fn resident_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
}

/// Processor time that a process has taken so far, in seconds; 0 where it cannot be read.
pub fn processor_s(process: u32) -> f64 {
    /// What Linux counts it in, whatever the processor.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name may hold blanks; what follows its bracket does not. User and system time are the 14th and 15th field.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_A_SECOND
}
