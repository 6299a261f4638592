//! The contract of `docs/endpoint.md`: the script that anyone can run against theirs, the collector, and the example.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use serde_json::{Value, json};
use suara_e2e::{Collector, Page, Running, Suite, Visitor};
use tempfile::TempDir;

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// Whether the endpoint keeps the contract, and what the script says.
async fn judge(url: String) -> (bool, String) {
    let run = move || Command::new("node").arg(docs("conformance.mjs")).arg(url).output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// The endpoint of `docs/`, with a file of its own.
struct Example {
    folder: TempDir,
    url: String,
    process: Option<Running>,
}

impl Example {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut example = Self { folder, url: String::new(), process: None };
        example.restart();
        example
    }

    /// Ends it as by a power cut, and starts it on the same file.
    fn restart(&mut self) {
        self.process = None;
        let port = self.url.trim_end_matches('/').rsplit(':').next().filter(|port| !port.is_empty());
        let mut node = Command::new("node");
        node.arg(docs("endpoint-example.mjs")).arg(self.file()).arg(port.unwrap_or("0"));
        let mut process = Running::start(&mut node);
        self.url = process.read_until(|line| Some(line.to_owned()));
        self.process = Some(process);
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("answers.ndjson")
    }

    fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.file()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn the_collector_keeps_the_contract() {
    let collector = Collector::start();
    let (holds, said) = judge(format!("{}/n/1/a", collector.url())).await;
    assert!(holds, "{said}");
}

#[tokio::test]
async fn the_example_keeps_the_contract() {
    let example = Example::start();
    let (holds, said) = judge(example.url.clone()).await;
    assert!(holds, "{said}");
}

/// Says yes to everything, as a form on a website does.
async fn agree(body: String) -> impl IntoResponse {
    let said: Value = serde_json::from_str(&body).unwrap_or_default();
    let receipt = json!({ "id": said["id"], "snapshot": said["snapshot"] });
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], receipt.to_string())
}

#[tokio::test]
async fn an_endpoint_that_agrees_to_everything_does_not_keep_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server =
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(agree))).await });
    let (holds, said) = judge(url).await;
    server.abort();
    assert!(!holds, "{said}");
    for rule in [
        "the page may read the receipt",
        "an older number that comes late",
        "the same number with other bytes",
        "an answer to another survey",
        "a body that is not JSON",
        "an id that is no UUID",
        "a note of a loss gets",
    ] {
        assert!(said.contains(&format!("FAILS  {rule}")), "{rule}: {said}");
    }
    assert!(said.contains("holds  a first snapshot"), "{said}");
}

#[tokio::test]
async fn the_prompt_delivers_to_the_example_which_keeps_it_over_a_power_cut() {
    let suite = Suite::start().await;
    let mut example = Example::start();
    let tag = format!(r#"data-survey="nps" data-delay-ms="1" data-endpoint="{}""#, example.url);
    let visitor = Visitor::arrive().await;
    visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
    visitor.choose(4).await;
    visitor.write("Too slow").await;
    visitor.send().await;
    visitor.told("Your answer has arrived.").await;
    visitor.until_outbox_is_empty().await;
    let before = example.lines();
    let answer: Value = serde_json::from_str(before.last().unwrap()).unwrap();
    assert_eq!((&answer["stage"], &answer["answers"][0]["score"]), (&json!("complete"), &json!(4)));

    // Half a line is what a power cut leaves of a write that was never acknowledged.
    example.process = None;
    let torn = [std::fs::read(example.file()).unwrap(), b"{\"v\":1,\"id".to_vec()].concat();
    std::fs::write(example.file(), torn).unwrap();
    example.restart();
    let again = reqwest::Client::new()
        .post(&example.url)
        .body(before[before.len() - 1].clone())
        .send()
        .await
        .unwrap();
    let receipt: Value = serde_json::from_str(&again.text().await.unwrap()).unwrap();
    assert_eq!(receipt, json!({ "id": answer["id"], "snapshot": answer["snapshot"] }));
    assert_eq!(example.lines(), before, "nothing is counted twice");
    assert!(suite.collector.rows().is_empty(), "nothing goes to the collector");
}
