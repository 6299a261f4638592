//! A host page whose policy allows scripts from the collector and nothing else: no WebAssembly, no inline styles.

use serde_json::{Value, json};
use suara_e2e::{Page, Suite, Visitor};

/// What the style sheet makes of the prompt.
const LOOKS: &str = "(() => {
    const host = document.querySelector('suara-prompt')
    const style = (element, names) => names.map(name => getComputedStyle(element)[name])
    return [
        style(host, ['position', 'width', 'backgroundColor', 'borderRadius', 'fontSize', 'color']),
        style(host.shadowRoot.querySelector('.scale'), ['display', 'gap', 'gridTemplateColumns']),
        style(host.shadowRoot.querySelector('.tile'), ['minHeight', 'borderTopWidth', 'borderTopColor']),
        style(host.shadowRoot.querySelector('.send'), ['backgroundColor', 'color', 'fontWeight']),
    ]
})()";

/// Answers, and gives the looks of the prompt.
async fn looks_and_answers(visitor: &Visitor, page: &str) -> Value {
    visitor.open(page).await;
    visitor.asked("score").await;
    let looks = visitor.see(LOOKS).await;
    visitor.choose(9).await;
    visitor.write("strict").await;
    visitor.send().await;
    visitor.told("Your answer has arrived.").await;
    looks
}

/// The same page without a policy: its looks are the measure.
async fn plain_looks(suite: &Suite) -> Value {
    let visitor = Visitor::arrive().await;
    let looks = looks_and_answers(&visitor, &suite.put(&suite.page())).await;
    assert_eq!(looks[0][0], "fixed");
    looks
}

fn assert_fell_back(requests: &[String]) {
    let asked_for = |name: &str| requests.iter().filter(|request| request.ends_with(name)).count();
    assert_eq!(asked_for("/plain.js"), 1, "{requests:?}");
    assert_eq!(asked_for("/prompt_bg.wasm") + asked_for("/prompt.js"), 0, "{requests:?}");
}

#[tokio::test]
async fn under_default_src_self_the_fallback_asks_looks_the_same_and_delivers() {
    let suite = Suite::start().await;
    let expected = plain_looks(&suite).await;
    let visitor = Visitor::arrive().await;
    // The relay serves the page, and so is its 'self'.
    let page =
        Page { source: suite.relay.url(), policy: Some("default-src 'self'".to_owned()), ..suite.page() };
    let page = suite.relay.put("/strict", page.reply());
    assert_eq!(looks_and_answers(&visitor, &page).await, expected);
    assert_fell_back(&suite.relay.passed_on());
    let rows = suite.collector.rows();
    assert_eq!(rows.iter().filter(|row| row["comment"] == "strict" && row["stage"] == "complete").count(), 2);
    assert_eq!(visitor.console().await, Vec::<String>::new(), "no policy was violated");
    assert_eq!(visitor.see("watched").await, json!({ "errors": [], "shift": 0 }));
}

#[tokio::test]
async fn a_policy_that_names_the_collector_for_scripts_and_connections_is_enough() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let from = suite.relay.url();
    let policy = format!(
        "default-src 'self'; script-src 'self' {from}; connect-src {from}; require-trusted-types-for 'script'"
    );
    let page = Page { source: from, policy: Some(policy), ..suite.page() };
    looks_and_answers(&visitor, &suite.put(&page)).await;
    assert_fell_back(&suite.relay.passed_on());
    suite.collector.only_row("complete").await;
}
