//! A guest on the host page: asks once, costs one request when it does not ask, and leaves the page alone.

use serde_json::{Value, json};
use suara_e2e::{Engine, Page, Suite, Visitor, in_every_engine, until};

in_every_engine!(
    who_was_asked_is_not_asked_again_on_reload_and_costs_one_request,
    who_asks_to_be_asked_is_asked_again,
    a_manual_trigger_waits_for_its_call,
    the_tag_pasted_three_times_asks_once,
    nothing_reaches_the_page_but_one_global,
    a_collector_that_is_away_leaves_no_error_on_the_page,
    closed_prompts_leave_nothing_in_the_page,
    a_prompt_that_has_room_scrolls_nowhere,
);

/// Waits until the page has had its time to ask and is idle.
async fn settled(visitor: &Visitor) {
    let idle = "new Promise(done => setTimeout(() => (window.requestIdleCallback || setTimeout)(() => done(true)), 300))";
    visitor.wait_for(idle).await;
}

async fn who_was_asked_is_not_asked_again_on_reload_and_costs_one_request(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = suite.put(&Page { source: suite.relay.url(), ..suite.page() });
    visitor.open(&page).await;
    visitor.asked("score").await;
    visitor.close().await;
    suite.collector.only_row("dismissed").await;
    visitor.until_outbox_is_empty().await;
    let before = suite.relay.requests().len();
    visitor.reload().await;
    settled(&visitor).await;
    assert!(visitor.prompt().await.is_none());
    let requests: Vec<_> = suite.relay.passed_on().split_off(before);
    assert_eq!(requests, ["GET /suara.js"]);
}

async fn who_asks_to_be_asked_is_asked_again(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    visitor.close().await;
    visitor.see("suara('show')").await;
    settled(&visitor).await;
    assert!(visitor.prompt().await.is_none(), "the clocks hold for an ordinary show");
    visitor.see("suara('show', { again: true })").await;
    visitor.asked("score").await;
}

async fn a_manual_trigger_waits_for_its_call(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let tag = r#"data-survey="nps" data-trigger="manual""#.to_owned();
    visitor.open(&suite.put(&Page { tag, source: suite.relay.url(), ..suite.page() })).await;
    settled(&visitor).await;
    assert_eq!(suite.relay.passed_on(), ["GET /suara.js"]);
    visitor.see("suara('show')").await;
    visitor.asked("score").await;
}

async fn the_tag_pasted_three_times_asks_once(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&Page { file: "twice.html", ..suite.page() })).await;
    visitor.asked("score").await;
    settled(&visitor).await;
    assert_eq!(visitor.see("document.querySelectorAll('suara-prompt').length").await, 1);
    suite.collector.only_row("shown").await;
}

async fn nothing_reaches_the_page_but_one_global(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let globals = "Object.getOwnPropertyNames(window)";
    visitor.open(&suite.put(&Page { file: "bare.html", ..suite.page() })).await;
    let before = visitor.see(globals).await;
    assert_eq!(visitor.console().await, Vec::<String>::new(), "console of the page without the tag");
    visitor.open(&suite.put(&suite.page())).await;
    visitor.choose(10).await;
    visitor.send().await;
    visitor.told("Your answer has arrived.").await;
    let added = visitor.see(globals).await;
    // The driver's own helpers, depending on the command.
    let is_drivers = |name: &Value| name == "ret_nodes" || name == "se_exportedFunctionSymbol";
    let is_new = |name: &&Value| !before.as_array().unwrap().contains(name) && !is_drivers(name);
    let added: Vec<_> = added.as_array().unwrap().iter().filter(is_new).cloned().collect();
    assert_eq!(added, ["suara"], "globals");
    assert_eq!(visitor.see("watched").await, json!({ "errors": [], "shift": 0 }));
    assert_eq!(visitor.see("document.cookie").await, "");
    assert_eq!(visitor.console().await, Vec::<String>::new(), "console");
}

async fn a_collector_that_is_away_leaves_no_error_on_the_page(engine: Engine) {
    let mut suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = Page { source: suite.relay.url(), ..suite.page() };
    visitor.open(&suite.put(&page)).await;
    visitor.asked("score").await;
    suite.collector.kill();
    visitor.choose(2).await;
    visitor.send().await;
    visitor.told("saved on this device").await;
    assert_eq!(visitor.see("watched").await, json!({ "errors": [], "shift": 0 }));
}

async fn closed_prompts_leave_nothing_in_the_page(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    visitor.asked("score").await;
    visitor.close().await;
    let left = until("the page as it was", async || {
        let children =
            visitor.see("[...document.documentElement.children].map(child => child.localName)").await;
        (children == json!(["head", "body"])).then_some(())
    });
    left.await;
}

async fn a_prompt_that_has_room_scrolls_nowhere(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&suite.page())).await;
    let fits = "(host => host.scrollHeight <= host.clientHeight && host.scrollWidth <= host.clientWidth)\
        (document.querySelector('suara-prompt').shadowRoot.firstChild)";
    visitor.asked("score").await;
    assert_eq!(visitor.see(fits).await, true, "score");
    visitor.choose(1).await;
    assert_eq!(visitor.see(fits).await, true, "follow-up");
    visitor.send().await;
    visitor.told("Your answer has arrived.").await;
    assert_eq!(visitor.see(fits).await, true, "thanks");
}
