//! A PostgreSQL server for the tests alone: in a folder and on a port of its own, and gone at the end.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::tools::{self, Tool, Toolbox};
use crate::workspace::Workspace;

/// How long a server may take to start: seconds, on a machine that compiles at the same time.
const START_MAX: Duration = Duration::from_secs(60);

/// The user that runs it where we are root, which PostgreSQL refuses to be run by. Debian's package makes it.
const USER: &str = "postgres";

/// Nobody else reaches it, and it is gone in minutes.
const PASSWORD: &str = "of no worth";

/// What the server is set to. Tests of both suites run side by side, each site with a dozen connections. No test cuts the
/// power, so nothing has to reach the disk.
const SETTINGS: [&str; 4] =
    ["listen_addresses=127.0.0.1", "max_connections=400", "fsync=off", "unix_socket_directories="];

/// `cargo xtask postgres COMMAND…`: runs a command that finds a server in `SUARA_TEST_POSTGRES`.
pub(crate) fn command(mut arguments: lexopt::Parser) -> Result<ExitCode> {
    let words: Vec<_> = arguments.raw_args()?.collect();
    let (program, words) =
        words.split_first().context("say what to run, such as `cargo test -p suara-collector`")?;
    ensure!(
        !program.as_encoded_bytes().starts_with(b"-"),
        "{} is no program to run: postgres takes no flags, name a program first, such as `cargo test`",
        program.display()
    );
    let workspace = Workspace::find()?;
    let server = Server::start(&workspace)?;
    let mut command = workspace.command(program);
    command.args(words).env(VARIABLE, server.url());
    process::run(&mut command)?;
    Ok(ExitCode::SUCCESS)
}

/// By which the tests are told where it is.
pub(crate) const VARIABLE: &str = "SUARA_TEST_POSTGRES";

/// A server that runs until this is dropped.
pub(crate) struct Server {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    child: Child,
}

impl Server {
    /// Installs PostgreSQL where it is missing, makes a cluster and starts it.
    pub(crate) fn start(workspace: &Workspace) -> Result<Self> {
        let toolbox = Toolbox::prepare(workspace, tools::TO_STORE)?;
        // The others lie where it really is.
        let initdb = fs::canonicalize(toolbox.place(Tool::Postgres)?)?;
        let programs = initdb.parent().context("initdb is in no folder")?.to_path_buf();
        // Not below target/: another user must be able to get there.
        let folder = std::env::temp_dir().join(format!("suara-postgres-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(folder.join("password"), PASSWORD)?;
        if is_root() {
            process::run(Command::new("chown").arg("-R").arg(USER).arg(&folder))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = launch(&programs, &folder, port)?;
        let mut server = Self { folder, programs, port, child };
        server.wait()?;
        Ok(server)
    }

    /// Where it is, without a database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://suara:{}@127.0.0.1:{}", PASSWORD.replace(' ', "%20"), self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        let port = self.port.to_string();
        let is_ready = || {
            let mut ask = Command::new(self.programs.join("pg_isready"));
            process::succeeds(ask.args(["-q", "-h", "127.0.0.1", "-p", &port]))
        };
        while !is_ready() {
            ensure!(
                self.child.try_wait()?.is_none(),
                "PostgreSQL ended at once: see {}",
                self.folder.display()
            );
            ensure!(start.elapsed() < START_MAX, "PostgreSQL is not ready after {} s", START_MAX.as_secs());
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = as_user(&self.programs.join("pg_ctl"));
        stop.args(["stop", "-m", "immediate", "-D"]).arg(self.folder.join("data"));
        if process::succeeds(&mut stop) {
            drop(self.child.wait());
            drop(fs::remove_dir_all(&self.folder));
        }
    }
}

fn launch(programs: &Path, folder: &Path, port: u16) -> Result<Child> {
    let data = folder.join("data");
    let mut initdb = as_user(&programs.join("initdb"));
    initdb
        .args(["--no-sync", "--no-locale", "-E", "UTF8", "-U", "suara", "-A", "scram-sha-256", "-D"])
        .arg(&data);
    process::read(initdb.arg("--pwfile").arg(folder.join("password")))?;
    let mut postgres = as_user(&programs.join("postgres"));
    postgres.arg("-D").arg(&data).arg("-p").arg(port.to_string());
    for setting in SETTINGS {
        postgres.args(["-c", setting]);
    }
    // What the tests do to it on purpose would fill the screen.
    let log = fs::File::create(folder.join("log"))?;
    postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    postgres.spawn().context("cannot start PostgreSQL")
}

fn as_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", USER, "--"]).arg(program);
    command
}

fn is_root() -> bool {
    process::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_flag_in_the_place_of_a_program_is_refused_before_a_server_starts() {
        let refused = super::command(lexopt::Parser::from_args(["--bogus"])).unwrap_err().to_string();
        assert!(refused.starts_with("--bogus is no program"), "{refused}");
    }
}
