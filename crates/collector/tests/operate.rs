//! docs/operate.md, from the top: each command in it is run, behind nginx with TLS where that is installed. A command
//! that this test does not know fails it, so that nothing stands there that nobody has tried.

#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers are part of the test")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use suara_load::{Serving, binary_or, warn};
use tempfile::TempDir;

const SITE: &str = "https://voice.shop.example";
const PASSWORD: &str = "long enough a password";

#[test]
fn every_command_of_the_page_does_what_it_says() {
    let page = read("docs/operate.md");
    let mut server = Server::new();
    let mut run = 0;
    for line in commands(&page) {
        let first = line.split(' ').find(|word| !word.contains('=')).unwrap();
        match first {
            // The tests themselves.
            "cargo" => continue,
            // Tried beside a server of its own, by the tests of the second store.
            "suara" if line.contains("postgres://") => continue,
            "suara" if line.starts_with("suara serve") => server.serve(&line),
            "suara" | "curl" => drop(server.run(&line)),
            other => panic!(
                "docs/operate.md says `{other}`, which tests/operate.rs cannot run: teach it, or take it out"
            ),
        }
        run += 1;
    }
    assert!(run > 5, "the page has lost its commands: {run}");
}

#[test]
fn the_unit_and_the_rules_are_as_their_programs_want_them() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("suara.service");
    let binary = binary_or(env!("CARGO_BIN_EXE_suara"));
    // The one path that is not there on every machine.
    let text = read("packaging/suara.service").replace("/usr/local/bin/suara", binary.to_str().unwrap());
    std::fs::write(&unit, text).unwrap();
    match Command::new("systemd-analyze").arg("verify").arg(&unit).output() {
        Ok(output) => assert_eq!((output.status.success(), said(&output)), (true, String::new())),
        Err(_) => warn("the unit was not verified: there is no systemd-analyze"),
    }
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/prometheus-rules.yml");
    match Command::new("promtool").args(["check", "rules"]).arg(rules).output() {
        Ok(output) => assert!(output.status.success(), "{}", said(&output)),
        Err(_) => warn("the rules were not checked: there is no promtool"),
    }
}

#[test]
fn every_metric_that_a_rule_asks_for_is_one_of_the_collectors() {
    let (rules, source) = (read("packaging/prometheus-rules.yml"), sources());
    let names = rules.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let mut seen = 0;
    for name in names.filter(|name| name.starts_with("suara_")) {
        let name = name.trim_end_matches("_bucket");
        assert!(source.contains(&format!("\"{name}\"")), "{name} is no metric");
        seen += 1;
    }
    assert!(seen > 5, "{seen}");
}

fn sources() -> String {
    ["metrics.rs", "metrics/requests.rs"].map(|file| read(&format!("crates/collector/src/{file}"))).concat()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// The lines of the blocks of shell.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let joined: Vec<String> = blocks.map(|block| block.replace("\\\n", " ")).collect();
    joined.iter().flat_map(|block| block.lines()).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A bare server: a folder in which everything lies that the page names.
struct Server {
    folder: TempDir,
    serving: Option<Serving>,
    proxy: Option<Proxy>,
    site: String,
    token: String,
}

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["bin", "backup", "etc"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let binary = std::fs::canonicalize(binary_or(env!("CARGO_BIN_EXE_suara"))).unwrap();
        std::os::unix::fs::symlink(binary, folder.path().join("bin/suara")).unwrap();
        Self { folder, serving: None, proxy: None, site: SITE.to_owned(), token: String::new() }
    }

    /// The paths of the page, under the folder.
    fn here(&self, line: &str) -> String {
        let path = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        let line = line
            .replace("/var/lib/suara", &path("data"))
            .replace("/backup/", &format!("{}/", path("backup")));
        line.replace("/etc/bash_completion.d", &path("etc")).replace(SITE, &self.site)
    }

    fn serve(&mut self, line: &str) {
        let words: Vec<String> = self.here(line).split(' ').map(str::to_owned).collect();
        let data = self.folder.path().join("data");
        let flags = words[2..].iter().filter(|word| *word != "--data" && **word != data.to_str().unwrap());
        let serving = Serving::with(&self.folder.path().join("bin/suara"), &data, |command| {
            command.args(flags).args(["--trusted-proxy", "127.0.0.1", "--port", &free_port().to_string()]);
        });
        self.proxy = Proxy::start(self.folder.path(), serving.port);
        self.site = match &self.proxy {
            Some(proxy) => format!("{SITE}:{}", proxy.port),
            None => {
                warn("the page was tried without TLS: there is no nginx");
                format!("http://127.0.0.1:{}", serving.port)
            }
        };
        self.set_up(&serving);
        self.serving = Some(serving);
    }

    /// The account, which the page makes in a browser, an answer, and a token.
    fn set_up(&mut self, serving: &Serving) {
        let token = serving.setup_token.clone().unwrap();
        let body = format!(r#"{{"token":"{token}","email":"owner@shop.example","password":"{PASSWORD}"}}"#);
        self.run(&format!("curl -c jar -H 'x-suara: 1' -d '{body}' {SITE}/api/1/setup"));
        let make = r#"{"name":"page","scope":"analyst","days":1}"#;
        let made = self.run(&format!("curl -b jar -H 'x-suara: 1' -d '{make}' {SITE}/api/1/tokens"));
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        made["token"].as_str().unwrap().clone_into(&mut self.token);
        // Something for the quarantine, too.
        for number in 0..17 {
            self.run(&format!("curl --no-fail -d 'nonsense {number}' {SITE}/n/1/a"));
        }
        self.send_what_is_long();
    }

    /// A draft and a file that are longer than any answer, through the proxy.
    fn send_what_is_long(&mut self) {
        let mut draft: serde_json::Value =
            serde_json::from_str(&self.run(&format!("curl {SITE}/n/1/q/nps"))).unwrap();
        draft["unknown"] = "x".repeat(200_000).into();
        std::fs::write(self.folder.path().join("draft.json"), draft.to_string()).unwrap();
        let rows = "10,2026-01-02T03:04:05Z,good\n".repeat(25_000);
        std::fs::write(self.folder.path().join("rows.csv"), format!("score,date,comment\n{rows}")).unwrap();
        let send = |what| format!("curl -b jar -H 'x-suara: 1' {what} {SITE}/api/1/surveys/nps");
        self.run(&format!("{}/draft", send("-X PUT --data-binary @draft.json")));
        let report = self.run(&format!("{}/imports", send("--data-binary @rows.csv")));
        assert!(report.contains("\"taken\":25000"), "{report}");
    }

    /// Runs a line as it stands, but for paths, passwords and tokens; gives what it printed.
    fn run(&mut self, line: &str) -> String {
        if line.starts_with("suara restore") {
            return self.restore(line);
        }
        let line = self.here(line).replace(r#"password":"…""#, &format!(r#"password":"{PASSWORD}""#));
        let line = line.replace("Bearer …", &format!("Bearer {}", self.token));
        let line = line.strip_prefix("curl ").map_or(line.clone(), |rest| {
            format!("curl --silent --show-error --max-time 60 --retry 5 --fail {rest}")
                .replace("--fail --no-fail", "")
        });
        let output = self.shell(&line);
        assert!(output.status.success(), "`{line}`: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Into a directory without a database, as the page asks for, from the backup that it made.
    fn restore(&mut self, line: &str) -> String {
        let backups = std::fs::read_dir(self.folder.path().join("backup")).unwrap();
        let backup = backups.map(|entry| entry.unwrap().path()).next().unwrap();
        self.serving = None;
        let data = self.folder.path().join("data");
        for name in ["suara.db", "suara.db-wal", "suara.db-shm"] {
            drop(std::fs::rename(data.join(name), self.folder.path().join(name)));
        }
        let mut words: Vec<String> = self.here(line).split(' ').map(str::to_owned).collect();
        backup.to_str().unwrap().clone_into(&mut words[2]);
        let output = self.shell(&words.join(" "));
        assert!(output.status.success(), "`{line}`: {}", said(&output));
        String::new()
    }

    fn shell(&self, line: &str) -> Output {
        let path = format!("{}:{}", self.folder.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("bash");
        shell.args(["-c", line]).current_dir(&self.folder).env("PATH", path).env("TOKEN", &self.token);
        // Where curl looks for the certificate, and for the site's address.
        shell.env("CURL_HOME", self.folder.path()).output().unwrap()
    }
}

/// nginx with packaging/nginx.conf and a certificate of its own.
struct Proxy {
    child: Child,
    port: u16,
}

impl Proxy {
    /// `None` where there is no nginx, or nothing that makes a certificate.
    fn start(folder: &Path, collector: u16) -> Option<Self> {
        let program =
            ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| Path::new(path).exists())?;
        let port = free_port();
        let file = |name: &str| -> PathBuf { folder.join(name) };
        let mut openssl = Command::new("openssl");
        openssl.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "1",
        ]);
        openssl.args(["-subj", "/CN=voice.shop.example", "-addext", "subjectAltName=DNS:voice.shop.example"]);
        openssl.arg("-keyout").arg(file("key.pem")).arg("-out").arg(file("cert.pem"));
        if !openssl.output().is_ok_and(|output| output.status.success()) {
            return None;
        }
        let site = read("packaging/nginx.conf")
            .replace("127.0.0.1:8080", &format!("127.0.0.1:{collector}"))
            .replace("listen 80;", &format!("listen 127.0.0.1:{};", free_port()))
            .replace("listen 443 ssl", &format!("listen 127.0.0.1:{port} ssl"))
            .replace("/etc/ssl/voice.shop.example.pem", file("cert.pem").to_str().unwrap())
            .replace("/etc/ssl/voice.shop.example.key", file("key.pem").to_str().unwrap());
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {};\n", file(&format!("temp-{name}")).display()))
            .concat();
        let whole = format!(
            "daemon off; error_log stderr; pid {}; events {{}} http {{\n{temporary}{site}\n}}",
            file("nginx.pid").display()
        );
        std::fs::write(file("nginx.conf"), whole).unwrap();
        let curl = format!(
            "resolve = \"voice.shop.example:{port}:127.0.0.1\"\ncacert = \"{}\"\n",
            file("cert.pem").display()
        );
        std::fs::write(file(".curlrc"), curl).unwrap();
        let log = std::fs::File::create(file("nginx.log")).unwrap();
        let child = Command::new(program)
            .arg("-c")
            .arg(file("nginx.conf"))
            .arg("-p")
            .arg(folder)
            .stderr(log)
            .stdout(Stdio::null())
            .spawn();
        let mut proxy = Self { child: child.unwrap(), port };
        let began = std::time::Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || std::fs::read_to_string(file("nginx.log")).unwrap();
            assert!(proxy.child.try_wait().unwrap().is_none(), "nginx ended: {}", log());
            assert!(began.elapsed().as_secs() < 20, "nginx does not listen: {}", log());
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Some(proxy)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The master ends its workers only when it is asked to.
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        drop(self.child.wait());
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}
