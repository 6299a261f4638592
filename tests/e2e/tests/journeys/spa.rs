//! Pages that change their address without being loaded again.

use serde_json::json;
use suara_e2e::{Engine, Page, Suite, in_every_engine, until};

use crate::rules::{armed, assert_quiet, page, settled, tag};

in_every_engine!(
    a_prompt_that_waits_does_not_come_on_the_next_view,
    a_view_that_belongs_to_the_survey_asks_without_a_load,
    a_fragment_alone_changes_nothing,
    the_last_look_comes_once_the_prompt_is_there,
);

async fn a_prompt_that_waits_does_not_come_on_the_next_view(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let when = json!({ "url": [{ "contains": "/page-" }], "event": { "name": "go" }, "delay_ms": 500 });
    visitor.open(&suite.put(&page(&suite, &when))).await;
    armed(&visitor).await;
    visitor.see("(suara('track', 'go'), history.pushState(0, '', '/elsewhere'), 1)").await;
    settled(&visitor).await;
    assert_quiet(&visitor).await;
    let untouched = "[history.pushState, history.replaceState].every(own => /native code/.test(own))";
    assert_eq!(visitor.see(untouched).await, true, "the page's history is its own");
}

async fn a_view_that_belongs_to_the_survey_asks_without_a_load(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let tag = tag("nps", &json!({ "url": [{ "ends": "/thanks" }], "delay_ms": 1 }));
    visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
    assert_quiet(&visitor).await;
    visitor.see("(history.pushState(0, '', '/thanks'), document.body.click(), 1)").await;
    visitor.asked("score").await;
}

async fn a_fragment_alone_changes_nothing(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&page(&suite, &json!({ "views": 2, "delay_ms": 1 })))).await;
    armed(&visitor).await;
    visitor.find("#link").await.click().await.unwrap();
    assert_quiet(&visitor).await;
    visitor.see("(history.pushState(0, '', '/second'), document.body.click(), 1)").await;
    visitor.asked("score").await;
}

async fn the_last_look_comes_once_the_prompt_is_there(engine: Engine) {
    let dialog = "{ const dialog = document.createElement('dialog'); document.body.append(dialog); dialog.showModal() }";
    for (unasked, meanwhile) in [
        (true, "history.pushState(0, '', '/elsewhere'), document.body.click()"),
        (true, "suara('consent', false)"),
        (true, dialog),
        (false, "suara('hide')"),
        (false, "suara('consent', false)"),
        (false, dialog),
    ] {
        let suite = Suite::start().await;
        let visitor = engine.visitor().await;
        let tag = if unasked {
            tag("nps", &json!({ "url": [{ "contains": "/page-" }], "delay_ms": 1 }))
        } else {
            r#"data-survey="nps" data-trigger="manual""#.to_owned()
        };
        suite.relay.hold("/en.json");
        visitor.open(&suite.put(&Page { tag, source: suite.relay.url(), ..suite.page() })).await;
        visitor.wait_for("!!window.suara").await;
        if !unasked {
            visitor.see("(suara('show'), 1)").await;
        }
        let is_asked_for = || suite.relay.passed_on().iter().any(|line| line.ends_with("/en.json"));
        until("the last part of the prompt", async || is_asked_for().then_some(())).await;
        visitor.run(meanwhile, json!([])).await;
        settled(&visitor).await;
        suite.relay.release();
        settled(&visitor).await;
        let shown = visitor.see("document.querySelectorAll('suara-prompt').length").await;
        assert_eq!(shown, 0, "asked though, meanwhile: {meanwhile}");
        if meanwhile == dialog {
            visitor.see("document.querySelector('dialog').close()").await;
            visitor.asked("score").await;
        }
    }
}
