//! The inspector of `?suara_debug`: it tells the owner why the prompt is or is not shown.

use serde_json::json;
use suara_e2e::{Engine, Page, Reply, Suite, Visitor, in_every_engine, until};

use crate::rules::{page, settled, tag};

in_every_engine!(
    the_inspector_says_rule_by_rule_what_is_and_what_is_wanted,
    the_inspector_names_the_clock_and_its_date,
    the_inspector_speaks_indonesian,
);

const PANEL: &str =
    "document.querySelector('suara-inspector')?.shadowRoot.querySelector('section').innerText";

/// Waits until the inspector says all of this; gives all that it says.
async fn says(visitor: &Visitor, words: &[&str]) -> String {
    until(&format!("the inspector saying {words:?}"), async || {
        let text = visitor.see(PANEL).await.as_str()?.to_owned();
        words.iter().all(|word| text.contains(word)).then_some(text)
    })
    .await
}

async fn the_inspector_says_rule_by_rule_what_is_and_what_is_wanted(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let when = json!({
        "url": [{ "contains": "/checkout" }], "views": 7, "attributes": { "plan": "pro" },
        "until": "2001-02-03T00:00:00Z", "exit": true, "wether": 1
    });
    let tag = tag("nps", &when);
    let address = suite.put(&Page { tag, ..suite.page() });
    visitor.open(&address).await;
    settled(&visitor).await;
    assert!(visitor.see(PANEL).await.is_null(), "nobody sees it unasked");
    visitor.open(&format!("{address}?suara_debug")).await;
    let text = says(
        &visitor,
        &[
            "Held back by: url, views, attributes, until.",
            &format!("This address: {address}?suara_debug. Wanted: contains /checkout"),
            "Page view 2; from 7 on",
            "Known: {}. Wanted: {\"plan\":\"pro\"}",
            "2001",
            "Waits for it: true",
            "Not known, so it is ignored: 1",
            "No clock holds it back.",
        ],
    )
    .await;
    assert!(!text.contains("undefined") && !text.contains("[object"), "{text}");
    assert_eq!(visitor.see("watched.errors").await, json!([]));
}

async fn the_inspector_names_the_clock_and_its_date(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let address = suite.put(&suite.page());
    visitor.open(&address).await;
    visitor.asked("score").await;
    visitor.close().await;
    visitor.until_outbox_is_empty().await;
    visitor.open(&format!("{address}?suara_debug")).await;
    let date = "new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(Date.now() + 30 * 864e5)";
    let date = visitor.see(date).await.as_str().unwrap().to_owned();
    says(&visitor, &["Held back by: clocks.", "nps: closed on", &format!("rests until {date}")]).await;
    let ask = "[...document.querySelector('suara-inspector').shadowRoot.querySelectorAll('button')]
        .find(button => button.textContent === 'Ask now').click()";
    visitor.see(ask).await;
    visitor.asked("score").await;
}

async fn the_inspector_speaks_indonesian(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let address = suite.put(&Page { html: r#"lang="id""#, ..suite.page() });
    visitor.open(&format!("{address}?suara_debug")).await;
    says(&visitor, &["Mengapa Suara bertanya, atau tidak", "Sudah ditampilkan di halaman ini."]).await;
}

#[tokio::test]
async fn the_inspector_works_under_a_strict_policy_and_by_keyboard() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let policy = "default-src 'self'; require-trusted-types-for 'script'".to_owned();
    let page = Page { source: suite.relay.url(), policy: Some(policy), ..suite.page() };
    let address = suite.relay.put("/strict", page.reply());
    visitor.open(&format!("{address}?suara_debug")).await;
    says(&visitor, &["Shown on this page."]).await;
    let wide = "document.querySelector('suara-inspector').getBoundingClientRect().width";
    assert!(visitor.see(wide).await.as_f64().unwrap() > 400.0, "its style sheet holds");
    let escape =
        "{ const panel = document.querySelector('suara-inspector').shadowRoot.querySelector('button')
        panel.focus(); panel.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })) }";
    visitor.run(escape, json!([])).await;
    visitor.wait_for("!document.querySelector('suara-inspector')").await;
    assert_eq!(visitor.console().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_inspector_says_what_is_wrong_with_the_survey() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let page = page(&suite, &json!({}));
    let mut closed = Reply::new("text/plain", "closed");
    closed.status = 410;
    for (reply, words) in [
        (Reply::new("application/json", "{"), "Cannot be shown: SyntaxError"),
        (Reply { status: 404, ..Reply::new("text/plain", "no") }, "Cannot be shown: 404"),
        // Last, because browsers keep a 410 that says nothing else.
        (closed, "Cannot be shown: the survey is closed"),
    ] {
        suite.host.put("/survey.json", reply);
        visitor.open(&format!("{}?suara_debug", suite.put(&page))).await;
        says(&visitor, &[words]).await;
    }
}
