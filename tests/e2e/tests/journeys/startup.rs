//! What the real binary says when it cannot start; the collector's own tests know more cases.

use std::process::Command;

use suara_e2e::{Collector, binary};

/// Exit code and standard error of a start that fails.
fn refused(arguments: &[&str]) -> (i32, String) {
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary());
    let output = command.arg("serve").arg("--data").arg(data.path()).args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn an_unknown_flag_is_named() {
    let (code, said) = refused(&["--colour"]);
    assert!(code != 0 && said.contains("--colour"), "{code}: {said}");
}

#[test]
fn a_port_in_use_is_named_in_one_sentence() {
    let collector = Collector::start();
    let port = collector.url().rsplit(':').next().unwrap().to_owned();
    let (code, said) = refused(&["--port", &port]);
    assert!(code != 0 && said.contains(&port) && said.trim().lines().count() == 1, "{code}: {said}");
}
