//! The binary starts, says where it is, and when it cannot, says why in one sentence.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use reqwest::Method;
use serde_json::json;

use crate::harness::{Site, run, suara};

/// A started `suara serve` on a free port.
struct Started {
    child: Child,
    greeting: String,
}

impl Started {
    fn new(arguments: &[&str]) -> Self {
        let arguments = [&["serve", "--port", "0"], arguments].concat();
        let mut child = suara(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let greeting = lines.map(Result::unwrap).take_while(|line| !line.contains("</script>"));
        // The tag itself is the last line that is waited for.
        let greeting = greeting.collect::<Vec<_>>().join("\n");
        Self { child, greeting }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn the_first_start_prints_where_everything_is() {
    let folder = tempfile::tempdir().unwrap();
    let started = Started::new(&["--data", folder.path().to_str().unwrap()]);
    let demo = started.greeting.lines().find(|line| line.contains("Demo page")).unwrap();
    let url = demo.split_whitespace().last().unwrap();
    assert!(url.starts_with("http://127.0.0.1:") && !url.contains(":0/"), "{url}");
    assert!(started.greeting.contains(&format!("{url}admin/setup#")), "{}", started.greeting);
}

#[cfg(unix)]
#[test]
fn asked_to_end_it_ends_with_success() {
    let folder = tempfile::tempdir().unwrap();
    let mut started = Started::new(&["--data", folder.path().to_str().unwrap()]);
    let kill = std::process::Command::new("kill").args(["-TERM", &started.child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    assert!(started.child.wait().unwrap().success());
}

#[test]
fn the_public_address_stands_in_everything_printed() {
    let folder = tempfile::tempdir().unwrap();
    let started = Started::new(&[
        "--data",
        folder.path().to_str().unwrap(),
        "--public-url",
        "https://voice.shop.example/",
    ]);
    assert!(started.greeting.contains("  Demo page   https://voice.shop.example/\n"), "{}", started.greeting);
    assert!(started.greeting.contains("https://voice.shop.example/admin/setup#"), "{}", started.greeting);
}

#[test]
fn what_stands_in_the_way_is_said_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("file"), "").unwrap();
    std::fs::create_dir(path("corrupt")).unwrap();
    std::fs::write(
        path("corrupt/suara.db"),
        "this is no database, but long enough to look like one".repeat(100),
    )
    .unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let data = path("data");
    for (arguments, says) in [
        (vec!["--port", &port], vec![port.as_str(), "in use", "--port"]),
        (vec!["--data", &path("file")], vec!["file", "cannot be written", "--data"]),
        (vec!["--data", &path("file/below")], vec!["below", "cannot be written", "--data"]),
        (vec!["--data", &path("corrupt")], vec!["suara.db", "not a readable database", "backup"]),
        (vec!["--origin", "shop.example"], vec!["\"shop.example\"", "is not an origin", "https://"]),
        (vec!["--origin", "https://shop.example/path"], vec!["is not an origin"]),
        (vec!["--public-url", "voice.shop.example"], vec!["is not a public address", "https://"]),
        (vec!["--assets", &path("corrupt")], vec!["index.html", "cargo xtask dist"]),
        (vec!["--listen", "203.0.113.1:0"], vec!["203.0.113.1", "--listen"]),
    ] {
        let all = [vec!["serve", "--port", "0", "--data", &data], vec![]].concat();
        let all: Vec<&str> = match arguments[0] {
            "--port" => [&["serve", "--data", &data], &arguments[..]].concat(),
            "--data" => [&["serve", "--port", "0"], &arguments[..]].concat(),
            "--listen" => [&["serve", "--data", &data], &arguments[..]].concat(),
            _ => [all, arguments.clone()].concat(),
        };
        let (code, out, err) = run(&all);
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{arguments:?}: {err}");
        assert!(
            err.starts_with("suara: ") && says.iter().all(|part| err.contains(part)),
            "{arguments:?}: {err}"
        );
    }
}

#[test]
fn a_second_collector_on_the_same_directory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let _first = Started::new(&["--data", data]);
    let (code, _, err) = run(&["serve", "--port", "0", "--data", data]);
    assert!(code == 1 && err.contains("in use by another collector"), "{err}");
}

#[test]
fn a_flag_that_is_none_is_named_with_the_help() {
    for (arguments, names) in [
        (vec!["serve", "--prot", "1"], "--port"),
        (vec!["serve", "--port", "70000"], "70000"),
        (vec!["serve", "--listen", "nowhere"], "nowhere"),
        (vec!["gather"], "gather"),
    ] {
        let (code, _, err) = run(&arguments);
        assert!(code == 2 && err.contains(names), "{arguments:?}: {err}");
    }
}

#[test]
fn each_flag_can_be_an_environment_variable() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = suara(&["serve", "--port", "0"]);
    command.env("SUARA_DATA_DIR", folder.path()).env("SUARA_ORIGINS", "https://a.example,nonsense");
    let output = command.output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && err.contains("\"nonsense\" is not an origin"), "{err}");
}

#[test]
fn an_export_from_nowhere_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").to_str().unwrap().to_owned();
    let (code, out, err) = run(&["export", "--data", &data]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("there is no database in"), "{err}");
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn without_certificates_the_start_says_that_no_webhook_can_be_told_anything() {
    let site = Site::start().await;
    let owner = site.owner().await;
    let hook = json!({ "url": "https://shop.example/", "events": ["case.opened"] });
    assert_eq!(site.act(Method::POST, "/api/1/hooks", &hook, &owner).await.status, 200);
    let home = site.stop().await;
    let [flag, place] = home.flag();
    let mut collector = suara(&["serve", "--port", "0", &flag, &place]);
    // As in a container without them.
    collector.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/nonexistent");
    let mut child = collector.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let (sent, received) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || drop(sent.send(lines.find(|line| line.contains("ca-certificates")))));
    let said = tokio::time::timeout(std::time::Duration::from_secs(20), received).await;
    drop(child.kill());
    drop(child.wait());
    let said = said.unwrap().unwrap().unwrap();
    assert!(said.contains("ERROR") && said.contains("no webhook can be told anything"), "{said}");
}
