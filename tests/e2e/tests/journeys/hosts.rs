//! Host pages of every kind: strict, hostile, old, odd. On each the guest is held to the same: nothing of the page
//! changes, and the question is asked, looks as everywhere and brings one answer home; or it stays away, as the page's
//! file says it must. Each check is shown to see what a naive widget does.

mod looks;
mod row;
mod visit;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde_json::json;
use suara_e2e::{Engine, Host, Suite, Visitor, figure, in_every_engine, note};

use row::{Expects, Row};
use visit::{Bench, script_reply};

in_every_engine!(every_host_page_stays_as_it_was_and_gets_its_question);

/// After so many pages somebody else goes on: browsers that are driven through hundreds of pages grow slow, and hang.
const PAGES_AT_ONCE: usize = 40;

async fn every_host_page_stays_as_it_was_and_gets_its_question(engine: Engine) {
    let suite = Suite::start().await;
    let mut bench = Bench::new(engine.visitor().await, suite.collector.url());
    let loader = format!("{}/suara.js", suite.collector.url());
    let (mut pages, mut failures) = (HashMap::new(), Vec::new());
    let start = std::time::Instant::now();
    for (index, row) in wanted(engine).into_iter().enumerate() {
        if index > 0 && index % PAGES_AT_ONCE == 0 {
            bench.visitor = engine.visitor().await;
        }
        if !bench.measures.know(&row) {
            let outcome = bench.visit(&row.measure(), &loader).await;
            failures.extend(outcome.findings.into_iter().map(|finding| format!("plain page: {finding}")));
        }
        let outcome = bench.visit(&row, &loader).await;
        if std::env::var_os("SUARA_LOG").is_some() {
            note(&format!("{}: {:?}", row.name, outcome.findings));
        }
        failures.extend(outcome.findings.into_iter().map(|finding| format!("{}: {finding}", row.name)));
        pages.insert(outcome.page, row);
    }
    note(&format!("{}: {} host pages in {} s", engine.name(), pages.len(), start.elapsed().as_secs()));
    let rows = suite.collector.rows();
    for (page, row) in &pages {
        let complete = rows.iter().filter(|answer| answer["page"] == *page && answer["stage"] == "complete");
        let (count, all) = (complete.count(), rows.iter().filter(|answer| answer["page"] == *page).count());
        let wanted = usize::from(!matches!(row.expects, Expects::Silence(_)));
        if (count, all) != (wanted, wanted) {
            failures.push(format!("{}: {count} answers of {all} rows arrived, not {wanted}", row.name));
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
    let silent = pages.values().filter(|row| matches!(row.expects, Expects::Silence(_))).count();
    figure(&json!({
        "figure": "host pages", "engine": engine.name(), "version": bench.visitor.version(), "pages": pages.len(),
        "asked and answered once": pages.len() - silent, "stayed away": silent, "harm": 0,
    }));
}

/// All, or those that `$SUARA_HOSTS` names.
fn wanted(engine: Engine) -> Vec<Row> {
    let names = std::env::var("SUARA_HOSTS").unwrap_or_default();
    let is_wanted =
        |row: &Row| row.is_for(engine) && (names.is_empty() || names.split(' ').any(|name| name == row.name));
    Row::all().into_iter().filter(is_wanted).collect()
}

/// Two in five hundred visits would meet on one port by chance: the second would find the first one's marks.
#[tokio::test]
async fn no_website_has_the_origin_of_another_that_has_ended() {
    let mut origins = HashSet::new();
    for count in 1..=2000 {
        origins.insert(Host::start(String::new()).await.url());
        assert_eq!(origins.len(), count);
    }
}

/// What a naive widget does, by script, and what the checks must say about it.
const NAIVE: [(&str, &str); 13] = [
    ("error", "error Uncaught Error: a naive widget cannot go on"),
    ("rejection", "rejection Error: a naive widget forgot to catch"),
    ("global", "global naiveWidget"),
    ("prototype", "shape Array.prototype "),
    ("patch", "shape fetch "),
    ("console", "console info naive widget 1.0 ready"),
    ("shift", "shift 0."),
    ("style", "pixels outside the prompt changed"),
    ("element", "dom "),
    ("cookie", "cookie naive=1"),
    ("storage", "kept 1"),
    ("violation", "violation style-src"),
    ("request", "the host page's server was asked for GET /naive-settings.json"),
];

#[tokio::test]
async fn each_check_sees_what_a_naive_widget_does() {
    let suite = Suite::start().await;
    let mut bench = Bench::new(Visitor::arrive().await, suite.collector.url());
    let scripts = Host::start(String::new()).await;
    for (name, expected) in NAIVE {
        let loader = scripts.put(&format!("/{name}.js"), script_reply(&format!("naive/{name}.js")));
        let mut row = Row::named(if name == "violation" { "csp-default-none" } else { "plain" });
        row.expects = Expects::Silence("it asks nothing".to_owned());
        for (_, value) in &mut row.headers {
            *value = value.replace("{{collector}}", &scripts.url());
        }
        let findings = bench.visit(&row, &loader).await.findings;
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{name}: {findings:?}");
    }
    let what = "control: naive widgets on host pages";
    figure(&json!({ "figure": what, "engine": "Chromium", "widgets": NAIVE.len(), "seen": NAIVE.len() }));
}

#[tokio::test]
async fn a_prompt_that_is_not_isolated_is_seen_to_look_different_and_one_that_never_comes_is_missed() {
    let suite = Suite::start().await;
    let mut bench = Bench::new(Visitor::arrive().await, suite.collector.url());
    let scripts = Host::start(String::new()).await;
    let loader = scripts.put("/prompt.js", script_reply("naive/prompt.js"));
    let sees = async |bench: &mut Bench, row: &str, loader: &str, expected: &str| {
        let findings = bench.visit(&Row::named(row), loader).await.findings;
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{row}: {findings:?}");
    };
    sees(&mut bench, "plain", &loader, "a click on 9 has no effect").await;
    assert!(bench.measures.know(&Row::named("plain")));
    sees(&mut bench, "css-inherited", &loader, "pixels of the prompt differ from the plain page's").await;
    let nothing = scripts.put("/nothing.js", script_reply("naive/nothing.js"));
    sees(&mut bench, "plain", &nothing, "the prompt does not come").await;
}

#[test]
fn the_documentation_names_every_page_and_what_is_expected_of_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/hosts.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (head, rest) = text.split_once("<!-- table -->\n").unwrap();
    let (_, foot) = rest.split_once("<!-- /table -->").unwrap();
    let rows: String = Row::all().iter().map(Row::documented).collect();
    let table = format!("| page | what it is | the guest | allowed |\n| --- | --- | --- | --- |\n{rows}");
    let wanted = format!("{head}<!-- table -->\n{table}<!-- /table -->{foot}");
    if std::env::var_os("SUARA_WRITE").is_some() {
        std::fs::write(&file, &wanted).unwrap();
    } else {
        assert!(
            text == wanted,
            "docs/hosts.md is not what the pages say; SUARA_WRITE=1 writes its table anew"
        );
    }
}
