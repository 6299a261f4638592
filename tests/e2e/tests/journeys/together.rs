//! What loader and prompt do together at the page's word: scores from links, events, closing, hidden fields, an element of
//! the page that holds the survey.

use serde_json::{Value, json};
use suara_e2e::{Engine, Page, Reply, Suite, Visitor, in_every_engine, until};

use crate::api::open;
use crate::rules::{assert_quiet, page, settled, tag};

in_every_engine!(
    refusal_of_consent_erases_what_is_kept,
    a_score_in_the_address_is_stored_at_once_whatever_the_clocks_say,
    hide_closes_without_a_dismissal,
    listeners_hear_what_happens_until_they_are_taken_off,
    an_element_of_the_page_holds_the_survey,
    of_two_surveys_that_are_due_at_once_the_second_waits_for_its_turn,
    a_prompt_whose_view_is_left_goes_away_and_is_no_dismissal,
    numbers_and_truths_go_along_as_text_and_long_fields_are_cut,
);

async fn refusal_of_consent_erases_what_is_kept(engine: Engine) {
    let (_suite, visitor) =
        open(engine, r#"data-survey="nps" data-delay-ms="1" data-when='{"views":1}'"#).await;
    visitor.asked("score").await;
    assert_eq!(visitor.store("marks").await.len(), 1);
    visitor.see("(suara('consent', false), 1)").await;
    visitor.wait_for("!document.querySelector('suara-prompt')").await;
    visitor.wait_for("indexedDB.databases().then(all => all.length === 0)").await;
    assert_eq!(visitor.see("localStorage.length").await, 0);
    visitor.see("(suara('show', { again: true }), 1)").await;
    assert_quiet(&visitor).await;
}

async fn a_score_in_the_address_is_stored_at_once_whatever_the_clocks_say(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = suite.put(&suite.page());
    visitor.open(&page).await;
    visitor.asked("score").await;
    visitor.close().await;
    suite.collector.only_row("dismissed").await;
    visitor.open(&format!("{page}?suara_score=x")).await;
    assert_quiet(&visitor).await;
    visitor.open(&format!("{page}?suara_score=8&suara_survey=csat")).await;
    assert_quiet(&visitor).await;
    visitor.open(&format!("{page}?suara_score=8&suara_survey=nps")).await;
    let scored = async || suite.collector.rows().into_iter().find(|row| row["score"] == 8);
    until("the score", scored).await;
    visitor.reload().await;
    assert_quiet(&visitor).await;
    assert_eq!(suite.collector.rows().len(), 2, "a page that is loaded again has had its score");
}

async fn hide_closes_without_a_dismissal(engine: Engine) {
    let (_suite, visitor) = open(engine, r#"data-survey="nps" data-delay-ms="1""#).await;
    visitor.asked("score").await;
    visitor.see("(suara('hide'), 1)").await;
    visitor.wait_for("!document.querySelector('suara-prompt')").await;
    assert_eq!(visitor.store("marks").await[0]["dismissed"], 0);
}

async fn listeners_hear_what_happens_until_they_are_taken_off(engine: Engine) {
    let (_suite, visitor) = open(engine, r#"data-survey="nps" data-trigger="manual""#).await;
    visitor.wait_for("!!window.suara").await;
    let listens = "(window.heard = [], window.hears = event => heard.push([event.type, event.detail.survey]),
        suara('on', 'shown', hears), suara('on', 'dismissed', hears), suara('show'), 1)";
    visitor.see(listens).await;
    visitor.asked("score").await;
    visitor.wait_for("heard.length === 1").await;
    visitor.see("(suara('off', 'dismissed', hears), 1)").await;
    visitor.close().await;
    settled(&visitor).await;
    assert_eq!(visitor.see("heard").await, json!([["suara:shown", "nps"]]));
}

async fn an_element_of_the_page_holds_the_survey(engine: Engine) {
    let (_suite, visitor) = open(engine, r#"data-survey="csat" data-trigger="manual""#).await;
    assert_quiet(&visitor).await;
    let places =
        "{ const element = document.createElement('suara-prompt'); element.setAttribute('survey', 'nps')
        document.querySelector('#more').append(element) }";
    visitor.run(places, json!([])).await;
    visitor.wait_for("!!document.querySelector('#more suara-prompt').shadowRoot").await;
    assert_eq!(visitor.see("document.querySelectorAll('suara-prompt').length").await, 1);
}

async fn of_two_surveys_that_are_due_at_once_the_second_waits_for_its_turn(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let freely = json!({ "seen": 0, "dismissed": 0, "answered": 0 });
    for (id, text) in [("first", "Is it fast?"), ("second", "Is it cheap?")] {
        let survey = json!({
            "id": id, "version": 1, "when": { "event": { "name": "go" } }, "timing": { "others_after_days": freely },
            "questions": [{ "id": "score", "kind": "nps", "text": { "en": text } }]
        });
        suite.host.put(&format!("/{id}.json"), Reply::new("application/json", survey.to_string()));
    }
    let page = Page { tag: r#"data-survey="/first.json""#.to_owned(), ..suite.page() };
    let mut reply = page.reply();
    let second = format!(
        r#"<script async src="{}/suara.js" data-survey="/second.json"></script></head>"#,
        page.source
    );
    reply.body = reply.body.replacen("</head>", &second, 1);
    visitor.open(&suite.host.put("/two", reply)).await;
    let armed = "(async () => { const all = window.suara ? await suara('status') : []
        return all.length === 2 && all.every(one => one.own) })()";
    visitor.wait_for(armed).await;
    visitor.see("(suara('track', 'go'), 1)").await;
    visitor.asked("score").await;
    settled(&visitor).await;
    let texts = "[...document.querySelectorAll('suara-prompt')].map(one => one.shadowRoot.textContent)
        .map(text => /fast|cheap/.exec(text)[0])";
    let first = visitor.see(texts).await;
    assert_eq!(first.as_array().map(Vec::len), Some(1), "{first}");
    visitor.click(".close").await;
    visitor.wait_for(&format!("(found => found.length === 1 && found[0] !== {})({texts})", first[0])).await;
}

async fn a_prompt_whose_view_is_left_goes_away_and_is_no_dismissal(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let tag = tag("nps", &json!({ "url": [{ "contains": "/page-" }], "delay_ms": 1 }));
    visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
    visitor.asked("score").await;
    visitor.see("(history.pushState(0, '', '/page-other'), document.body.click(), 1)").await;
    settled(&visitor).await;
    visitor.asked("score").await;
    visitor.see("(history.pushState(0, '', '/elsewhere'), document.body.click(), 1)").await;
    visitor.wait_for("!document.querySelector('suara-prompt')").await;
    let marks = visitor.store("marks").await;
    assert_eq!(marks[0]["dismissed"], 0, "{marks:?}");
    assert_ne!(marks[0]["seen"], 0, "{marks:?}");
}

async fn numbers_and_truths_go_along_as_text_and_long_fields_are_cut(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = page(&suite, &json!({ "attributes": { "seats": 12 }, "delay_ms": 1 }));
    let fields = ["total", "trial", "seats", "note", "nobody"];
    change_survey(&suite, |survey| survey["fields"] = json!(fields)).await;
    let tag = [&page.tag, r#" data-fields='{"total":5,"trial":false,"nobody":null}'"#].concat();
    visitor.open(&suite.put(&Page { tag, source: suite.relay.url(), ..page })).await;
    visitor.wait_for("!!window.suara").await;
    visitor.see("(suara('identify', { seats: 12, note: '😀'.repeat(150) }), 1)").await;
    let sent = until("a snapshot", async || suite.relay.posted("/n/1/a").pop()).await;
    let sent: Value = serde_json::from_str(&sent).unwrap();
    let note = "😀".repeat(100);
    assert_eq!(
        sent["fields"],
        json!({ "total": "5", "trial": "false", "seats": "12", "note": note }),
        "{sent}"
    );
}

/// The survey of the page with something else in it.
async fn change_survey(suite: &Suite, change: impl FnOnce(&mut Value)) {
    let survey = suite.host.url() + "/survey.json";
    let mut survey: Value = reqwest::get(survey).await.unwrap().json().await.unwrap();
    change(&mut survey);
    suite.host.put("/survey.json", Reply::new("application/json", survey.to_string()));
}

/// Chromium without and with the signal that somebody does not want to be followed.
#[tokio::test]
async fn who_sends_global_privacy_control_is_asked_but_nothing_known_of_them_goes_along() {
    for (signal, kept, identity) in
        [("false", json!({ "plan": "pro" }), json!("a.b.c")), ("true", Value::Null, Value::Null)]
    {
        let suite = Suite::start().await;
        let visitor = Visitor::arrive().await;
        let source =
            format!("Object.defineProperty(navigator, 'globalPrivacyControl', {{ value: {signal} }})");
        visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
        let page = page(&suite, &json!({ "attributes": { "plan": "pro" }, "delay_ms": 1 }));
        change_survey(&suite, |survey| survey["fields"] = json!(["plan", "identity"])).await;
        visitor.open(&suite.put(&Page { source: suite.relay.url(), ..page })).await;
        visitor.wait_for("!!window.suara").await;
        visitor.see("(suara('identify', { plan: 'pro', email: 'a@b.example', identity: 'a.b.c' }), 1)").await;
        visitor.choose(9).await;
        visitor.send().await;
        let sent = until("a snapshot", async || suite.relay.posted("/n/1/a").pop()).await;
        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert_eq!(sent["fields"], kept, "{sent}");
        assert_eq!(sent["identity"], identity, "a token is no field: {sent}");
        assert!(!sent.to_string().contains("a@b.example"), "the survey does not list it: {sent}");
    }
}
