//! The real collector on a free port, with a database of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Running;
use crate::until;

/// The owner's password in every journey.
pub const PASSWORD: &str = "long enough a password";

/// A collector; it keeps its port and its data over restarts.
#[derive(Debug)]
pub struct Collector {
    data: TempDir,
    process: Option<Running>,
    port: u16,
    setup_link: Option<String>,
    metrics: String,
}

impl Collector {
    /// On a new data directory.
    pub fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut collector = Self { data, process: None, port: 0, setup_link: None, metrics: String::new() };
        collector.restart();
        collector
    }

    /// Takes it away in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again where it was.
    pub fn restart(&mut self) {
        self.kill();
        let mut command = Command::new(binary());
        command.arg("serve").arg("--data").arg(self.data.path()).args(["--port", &self.port.to_string()]);
        command.args(["--metrics-listen", "127.0.0.1:0"]);
        // The benches' load comes from one address.
        for name in ["SUARA_LIMIT_ADDRESS", "SUARA_LIMIT_SURVEY", "SUARA_LIMIT_ALL"] {
            command.env(name, "1000000:1000000");
        }
        // Its log would interleave with what the tests say; it is wanted when one of them fails.
        command.stderr(if std::env::var_os("SUARA_LOG").is_some() {
            Stdio::inherit()
        } else {
            Stdio::null()
        });
        let mut process = Running::start(&mut command);
        let mut said = |name: &str| {
            process.read_until(|line| line.trim_start().strip_prefix(name).map(|rest| rest.trim().to_owned()))
        };
        let (admin, metrics) = (said("Admin"), said("Metrics"));
        self.metrics = metrics;
        process.read_until(|line| line.trim_start().starts_with("Your tag").then_some(()));
        let address = admin.trim_start_matches("http://").split('/').next().unwrap();
        self.port = address.rsplit(':').next().unwrap().parse().unwrap();
        self.setup_link = admin.contains('#').then_some(admin);
        self.process = Some(process);
    }

    /// Where it is, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The link that makes the owner's account.
    pub fn setup_link(&self) -> &str {
        self.setup_link.as_deref().unwrap()
    }

    /// What it says to operators.
    pub async fn metrics(&self) -> String {
        reqwest::get(&self.metrics).await.unwrap().text().await.unwrap()
    }

    /// Its data directory.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The number of its process.
    pub fn process_id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// Runs another command of the same binary on the same data; gives standard output.
    pub fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(binary());
        let output = command.args(arguments).arg("--data").arg(self.data.path()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Every record, as `suara export` writes it.
    pub fn rows(&self) -> Vec<Value> {
        let lines = self.run(&["export", "--format", "ndjson"]);
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Waits until the one row there is has come to `stage`, and gives it.
    pub async fn only_row(&self, stage: &str) -> Value {
        let what = format!("a row with stage {stage}");
        let row = until(&what, async || self.rows().into_iter().find(|row| row["stage"] == stage)).await;
        let rows = self.rows();
        assert_eq!(rows.len(), 1, "one asking makes one row: {rows:?}");
        row
    }

    /// Makes the owner's account without a browser.
    pub async fn set_up(&self) {
        let token = self.setup_link().split('#').nth(1).unwrap();
        let setup = json!({ "token": token, "email": "owner@shop.example", "password": PASSWORD });
        let request =
            reqwest::Client::new().post(format!("{}/api/1/setup", self.url())).header("x-suara", "1");
        let reply = request.body(setup.to_string()).send().await.unwrap();
        assert!(reply.status().is_success(), "{reply:?}");
    }
}

/// The binary under test: `$SUARA_BIN`, else the release build of this workspace, made now if it is missing.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("SUARA_BIN") {
            return PathBuf::from(path);
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let binary = target.join("release/suara");
        if !binary.exists() {
            let mut cargo = Command::new("cargo");
            cargo.current_dir(&root).args(["build", "--release", "--package", "suara-collector"]);
            assert!(cargo.status().unwrap().success(), "the collector does not build");
        }
        binary
    })
}

/// The folder of public data sets that some journeys read: `$SUARA_DATA`, else the one beside the repository.
pub fn data_folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("SUARA_DATA").map_or_else(beside, PathBuf::from)
}
