//! What a page may say to Suara, and what it hears.

use serde_json::json;
use suara_e2e::{Engine, Page, Reply, Suite, Visitor, in_every_engine, until};

use crate::rules::{assert_quiet, page, queued, settled, tag};

in_every_engine!(
    attributes_that_come_by_identify_open_a_rule_and_reset_closes_it,
    a_second_tag_has_its_survey_asked_too,
    any_survey_can_be_shown_by_name,
    what_was_asked_for_before_the_loader_came_is_shown_though_the_clocks_run,
    before_consent_nothing_is_fetched_or_kept,
    wrong_calls_do_no_harm,
);

/// A page with this tag, whose requests are written down.
pub(crate) async fn open(engine: Engine, tag: &str) -> (Suite, Visitor) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = Page { tag: tag.to_owned(), source: suite.relay.url(), ..suite.page() };
    visitor.open(&suite.put(&page)).await;
    (suite, visitor)
}

async fn attributes_that_come_by_identify_open_a_rule_and_reset_closes_it(engine: Engine) {
    let tag = tag("nps", &json!({ "attributes": { "plan": "pro" }, "delay_ms": 400 }));
    let (_suite, visitor) = open(engine, &tag).await;
    assert_quiet(&visitor).await;
    visitor.see("(suara('identify', { plan: 'free' }), 1)").await;
    assert_quiet(&visitor).await;
    visitor.see("(suara('identify', { plan: 'pro' }), suara('reset'), 1)").await;
    settled(&visitor).await;
    assert_quiet(&visitor).await;
    visitor.see("(suara('identify', { plan: 'pro' }), 1)").await;
    visitor.asked("score").await;
}

async fn a_second_tag_has_its_survey_asked_too(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    page(&suite, &json!({ "event": { "name": "go" } }));
    let second = format!(
        r#"data-survey="nps" data-trigger="manual" async></script><script src="{}/suara.js" data-survey="/survey.json""#,
        suite.collector.url()
    );
    visitor.open(&suite.put(&Page { tag: second, ..suite.page() })).await;
    let named =
        "(async () => !!window.suara && (await suara('status')).map(one => one.survey).sort().join())()";
    until("both surveys", async || (visitor.see(named).await == "/survey.json,nps").then_some(())).await;
    visitor.wait_for("(async () => (await suara('status')).some(one => one.own))()").await;
    assert_quiet(&visitor).await;
    visitor.see("(suara('track', 'go'), 1)").await;
    visitor.asked("score").await;
}

async fn any_survey_can_be_shown_by_name(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    page(&suite, &json!({ "views": 99 }));
    let tag = r#"data-survey="nps" data-trigger="manual""#.to_owned();
    visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
    assert_quiet(&visitor).await;
    visitor.see("(suara('show', { survey: '/survey.json' }), 1)").await;
    assert_eq!(visitor.asked("score").await.question, "Would you send a friend to us?");
}

async fn what_was_asked_for_before_the_loader_came_is_shown_though_the_clocks_run(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    visitor.close().await;
    visitor.until_outbox_is_empty().await;
    let page = suite.host.put("/queued", queued(&suite.page(), "suara('show', { again: true })"));
    visitor.open(&page).await;
    visitor.asked("score").await;
}

async fn before_consent_nothing_is_fetched_or_kept(engine: Engine) {
    let tag = r#"data-survey="nps" data-delay-ms="1" data-consent="required" data-when='{"views":1}'"#;
    let (suite, visitor) = open(engine, tag).await;
    assert_quiet(&visitor).await;
    visitor.see("(suara('show'), suara('track', 'x'), 1)").await;
    assert_quiet(&visitor).await;
    assert_eq!(suite.relay.passed_on(), ["GET /suara.js"]);
    assert_eq!(visitor.see("localStorage.length").await, 0);
    assert_eq!(visitor.see("indexedDB.databases().then(all => all.length)").await, 0);
    assert_eq!(
        visitor.see("suara('status').then(found => found[0].rows)").await,
        json!([["consent", false]])
    );
    visitor.see("(suara('consent', true), 1)").await;
    visitor.asked("score").await;
}

async fn wrong_calls_do_no_harm(engine: Engine) {
    let (_suite, visitor) = open(engine, r#"data-survey="nps" data-trigger="manual""#).await;
    visitor.wait_for("!!window.suara").await;
    let calls =
        "Promise.all([suara(), suara('nonsense'), suara('track'), suara('identify', null), suara('show', 7),
        suara('on', 'shown'), suara('hide'), suara('show', { survey: '#none' })]).then(() => watched.errors)";
    assert_eq!(visitor.see(calls).await, json!([]));
}

#[tokio::test]
async fn a_survey_that_is_closed_says_so_to_its_owner_only() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let mut closed = Reply::new("text/plain", "closed");
    closed.status = 410;
    suite.host.put("/survey.json", closed);
    let tag = r#"data-survey="/survey.json" data-delay-ms="200""#.to_owned();
    visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
    let said = "(async () => window.suara && (await suara('status'))[0].said)()";
    until("what was said", async || (visitor.see(said).await == "closed").then_some(())).await;
    assert_quiet(&visitor).await;
    assert_eq!(visitor.see("watched.errors").await, json!([]));
}
