//! What an operator sees: health, counts, logs, settings.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use crate::harness::{PASSWORD, Site, client, new_id, run, snapshot, suara, within};

/// A started `suara serve` with a metrics listener; its log goes to a file.
struct Serving {
    child: Child,
    url: String,
    metrics: String,
    setup_token: String,
    folder: tempfile::TempDir,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let data = folder.path().join("data");
        let always =
            ["serve", "--port", "0", "--metrics-listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        let mut command = suara(&[&always, arguments].concat());
        command.env("SUARA_LOG", "debug").stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let lines: Vec<String> = lines.take_while(|line| !line.contains("</script>")).collect();
        let find = |name: &str| {
            let line = lines.iter().find(|line| line.trim_start().starts_with(name));
            line.unwrap().split_whitespace().last().unwrap().to_owned()
        };
        let (url, metrics, setup) = (find("Demo page"), find("Metrics"), find("Admin"));
        let setup_token = setup.split('#').nth(1).unwrap().to_owned();
        Self { child, url, metrics, setup_token, folder }
    }

    /// Ends it and gives its log.
    fn log(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn it_is_ready_exactly_while_it_could_keep_an_answer() {
    let site = Site::start().await;
    assert_eq!((site.get("/healthz").await.status, site.get("/readyz").await.status), (200, 200));
    let path = site.data.path().join("suara.db");
    let mut other = SqliteConnection::connect(path.to_str().unwrap()).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let refused = within(10, async || {
        let reply = site.get("/readyz").await;
        (reply.status == 503).then_some(reply)
    });
    assert!(!refused.await.header("retry-after").is_empty());
    assert_eq!(site.get("/healthz").await.status, 200, "it lives all the same");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    within(10, async || (site.get("/readyz").await.status == 200).then_some(())).await;
}

#[tokio::test]
async fn the_counts_are_for_operators_only_and_in_the_format_of_prometheus() {
    let serving = Serving::start(&["--limit-address", "1:3"]);
    let client = client();
    for _ in 0..5 {
        let mut sent = snapshot(new_id(), 1, 9, "");
        sent["trap"] = json!(true);
        let answer = client.post(format!("{}n/1/a", serving.url)).body(sent.to_string());
        answer.send().await.unwrap();
    }
    client.request(Method::from_bytes(b"MADEUP").unwrap(), &serving.url).send().await.unwrap();
    let text = client.get(&serving.metrics).send().await.unwrap().text().await.unwrap();
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = name.split_once('{').unwrap_or((name, "}"));
        assert!(name.starts_with("suara_") && labels.ends_with('}'), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    for line in [
        "suara_requests_total{method=\"POST\",route=\"/n/1/a\",status=\"200\"} 3",
        "suara_requests_total{method=\"POST\",route=\"/n/1/a\",status=\"429\"} 2",
        "suara_request_seconds_count{route=\"/n/1/a\"} 5",
        "suara_request_seconds_bucket{route=\"/n/1/a\",le=\"+Inf\"} 5",
        "suara_limited_total{limit=\"address\"} 2",
        "suara_answers_marked_total{mark=\"honeypot\"} 3",
        "suara_answers_marked_total{mark=\"repeated\"} 0",
        "suara_ready 1",
        "suara_writes_waiting 0",
    ] {
        assert!(text.lines().any(|given| given == line), "{line}\n{text}");
    }
    assert!(text.contains("method=\"OTHER\"") && !text.contains("MADEUP"), "{text}");
    assert_eq!(text.matches("# TYPE suara_file_bytes gauge").count(), 1, "{text}");
    let open = client.get(format!("{}metrics", serving.url)).send().await.unwrap();
    assert!(!open.text().await.unwrap().contains("suara_"), "the public listener shows no counts");
    let ready = serving.metrics.replace("/metrics", "/readyz");
    assert_eq!(client.get(ready).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_run_leaves_nothing_personal_in_its_log() {
    const COMMENT: &str = "Kommentar-XJ7";
    for format in ["json", "text"] {
        let serving = Serving::start(&["--log-format", format, "--trusted-proxy", "127.0.0.1"]);
        let client = client();
        let url = |path: &str| format!("{}{path}", serving.url);
        let from = |request: reqwest::RequestBuilder| {
            request
                .header("x-forwarded-for", "203.0.113.77")
                .header("user-agent", "Agent-XJ7")
                .header("x-suara", "1")
        };
        let answer = |body: Value| from(client.post(url("n/1/a"))).body(body.to_string());
        let mut bad = snapshot(new_id(), 1, 9, &format!("{COMMENT}\u{1b}[31m\r\n"));
        bad["identity"] = json!("Identity-XJ7");
        assert_eq!(answer(bad.clone()).send().await.unwrap().status(), 200);
        bad["survey"] = json!(format!("{COMMENT}\n"));
        assert_eq!(answer(bad).send().await.unwrap().status(), 404);
        assert_eq!(answer(json!(COMMENT)).send().await.unwrap().status(), 400);
        let setup = |token: &str| {
            let body = json!({ "token": token, "email": "person-xj7@shop.example", "password": PASSWORD });
            from(client.post(url("api/1/setup"))).body(body.to_string()).send()
        };
        assert_eq!(setup("Token-XJ7").await.unwrap().status(), 403);
        assert_eq!(setup(&serving.setup_token).await.unwrap().status(), 200);
        let wrong = json!({ "email": "person-xj7@shop.example", "password": "Password-XJ7" }).to_string();
        assert_eq!(from(client.post(url("api/1/session"))).body(wrong).send().await.unwrap().status(), 401);
        let session = from(client.get(url("api/1/session"))).header("cookie", "suara=Cookie-XJ7");
        assert_eq!(session.send().await.unwrap().status(), 401);
        from(client.get(url("Path-XJ7%0a%1b?query=Query-XJ7"))).send().await.unwrap();
        raw(&serving.url, b"GET /\x01\x1bXJ7 HTTP/1.1\r\nhost: x\r\nx: \x1bXJ7\r\n\r\n").await;
        let token = serving.setup_token.clone();
        let log = serving.log();
        assert!(log.contains("/n/1/a"), "{log}");
        for secret in ["XJ7", "xj7", "203.0.113", PASSWORD, &token] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
        assert!(!log.chars().any(|char| char.is_control() && char != '\n'), "{log:?}");
        if format == "json" {
            for line in log.lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                assert!(
                    line["timestamp"].as_str().unwrap().ends_with('Z') && line["level"].is_string(),
                    "{line}"
                );
            }
        }
    }
}

/// Sends bytes that no client would.
async fn raw(url: &str, bytes: &[u8]) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address: SocketAddr = url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.unwrap();
    assert!(reply.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&reply));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn more_connections_than_the_shell_allows_files_are_taken_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -Sn 200 && exec \"$0\" serve --port 0 --connections 500 --data \"$1\""]);
    command.arg(env!("CARGO_BIN_EXE_suara")).arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let demo = lines.find(|line| line.contains("Demo page")).unwrap();
    let address = demo.split("http://").nth(1).unwrap().trim_end_matches('/').to_owned();
    let mut open = Vec::new();
    for _ in 0..400 {
        open.push(tokio::net::TcpStream::connect(&address).await.unwrap());
    }
    let alive = client().get(format!("http://{address}/healthz")).timeout(std::time::Duration::from_secs(4));
    let status = alive.send().await.map(|response| response.status().as_u16());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(status.unwrap(), 200, "while {} wait for their first request", open.len());
}

#[test]
fn the_settings_are_printed_with_where_they_come_from() {
    let mut command = suara(&["config", "--limit-address", "5:6", "--origin", "https://a.example"]);
    let output = command.env("SUARA_LISTEN", "0.0.0.0:80").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let words = |flag: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("{flag} "))).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(words("--limit-address"), ["5:6", "given"]);
    assert_eq!(words("--origin"), ["https://a.example", "given"]);
    assert_eq!(words("--listen"), ["0.0.0.0:80", "SUARA_LISTEN"]);
    assert_eq!(words("--connections"), ["10000", "default"]);
    assert_eq!(words("--public-url"), ["-", "default"]);
    let (code, _, err) = run(&["config", "--trusted-proxy", "proxy.example"]);
    assert!(code == 1 && err.contains("\"proxy.example\" is no address"), "{err}");
}

#[test]
fn every_setting_stands_in_the_manual_with_its_variable() {
    let manual = include_str!("../../../../docs/operate.md");
    let (_, settings, _) = run(&["config"]);
    let (_, help, _) = run(&["serve", "--help"]);
    for flag in settings.lines().map(|line| line.split_whitespace().next().unwrap()) {
        let row = manual.lines().find(|line| line.starts_with(&format!("| `{flag} ")));
        let row = row.unwrap_or_else(|| panic!("{flag} is not in docs/operate.md"));
        let variable = row.split('`').nth(3).unwrap();
        assert!(help.contains(&format!("[env: {variable}")), "{flag}: {variable}");
    }
}

#[test]
fn each_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, out, err) = run(&["completions", shell]);
        assert!(code == 0 && out.contains("trusted-proxy"), "{shell}: {err}");
    }
}
