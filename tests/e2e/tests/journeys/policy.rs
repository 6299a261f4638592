//! A host page whose policy allows scripts from the collector and nothing else: no WebAssembly, no inline styles.

use serde_json::{Value, json};
use suara_e2e::{Engine, Page, Suite, Visitor, in_every_engine};

in_every_engine!(
    under_default_src_self_the_fallback_asks_looks_the_same_and_delivers,
    a_policy_that_names_the_collector_for_scripts_and_connections_is_enough,
    a_tag_that_asks_later_or_says_plain_fetches_no_wasm_in_vain,
);

/// What the style sheet makes of the prompt.
const LOOKS: &str = "(() => {
    const host = document.querySelector('suara-prompt')
    const style = (element, names) => names.map(name => getComputedStyle(element)[name])
    return [
        style(host.shadowRoot.firstChild, ['position', 'width', 'backgroundColor', 'borderRadius', 'fontSize', 'color']),
        style(host.shadowRoot.querySelector('.tiles'), ['display', 'gap', 'gridTemplateColumns']),
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
async fn plain_looks(engine: Engine, suite: &Suite) -> Value {
    let visitor = engine.visitor().await;
    let looks = looks_and_answers(&visitor, &suite.put(&suite.page())).await;
    assert_eq!(looks[0][0], "fixed");
    looks
}

/// `in_vain` is how often the wasm was fetched, which the loader does beside the script that then finds it refused.
fn assert_fell_back(requests: &[String], in_vain: usize) {
    let asked_for = |name: &str| requests.iter().filter(|request| request.ends_with(name)).count();
    assert_eq!(asked_for("/plain.js"), 1, "{requests:?}");
    assert_eq!((asked_for("/prompt_bg.wasm"), asked_for("/prompt.js")), (in_vain, 0), "{requests:?}");
}

async fn under_default_src_self_the_fallback_asks_looks_the_same_and_delivers(engine: Engine) {
    let suite = Suite::start().await;
    let expected = plain_looks(engine, &suite).await;
    let visitor = engine.visitor().await;
    // The relay serves the page, and so is its 'self'.
    let page =
        Page { source: suite.relay.url(), policy: Some("default-src 'self'".to_owned()), ..suite.page() };
    let page = suite.relay.put("/strict", page.reply());
    assert_eq!(looks_and_answers(&visitor, &page).await, expected);
    assert_fell_back(&suite.relay.passed_on(), 1);
    let rows = suite.collector.rows();
    assert_eq!(rows.iter().filter(|row| row["comment"] == "strict" && row["stage"] == "complete").count(), 2);
    assert_eq!(visitor.console().await, Vec::<String>::new(), "no policy was violated");
    assert_eq!(visitor.see("watched").await, json!({ "errors": [], "shift": 0 }));
}

async fn a_policy_that_names_the_collector_for_scripts_and_connections_is_enough(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let from = suite.relay.url();
    let policy = format!(
        "default-src 'self'; script-src 'self' {from}; connect-src {from}; require-trusted-types-for 'script'"
    );
    let page = Page { source: from, policy: Some(policy), ..suite.page() };
    looks_and_answers(&visitor, &suite.put(&page)).await;
    assert_fell_back(&suite.relay.passed_on(), 1);
    suite.collector.only_row("complete").await;
}

async fn a_tag_that_asks_later_or_says_plain_fetches_no_wasm_in_vain(engine: Engine) {
    for more in [r#"data-delay-ms="100""#, r#"data-delay-ms="1" data-plain"#] {
        let suite = Suite::start().await;
        let visitor = engine.visitor().await;
        let policy = Some("default-src 'self'".to_owned());
        let tag = format!(r#"data-survey="nps" {more}"#);
        let page = Page { source: suite.relay.url(), policy, tag, ..suite.page() };
        let page = suite.relay.put("/strict", page.reply());
        looks_and_answers(&visitor, &page).await;
        assert_fell_back(&suite.relay.passed_on(), 0);
    }
}
