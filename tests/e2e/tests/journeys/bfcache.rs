//! A visitor goes on to another page and comes back: the browser has kept the page whole, the prompt with it, and the
//! prompt goes on where it was.

use serde_json::json;
use suara_e2e::{Engine, Host, Page, Reply, Suite, Visitor, fixture, in_engines, in_every_engine, until};

in_every_engine!(
    a_prompt_that_was_still_waiting_asks_after_the_way_back,
    a_prompt_that_stood_takes_the_answer_after_the_way_back,
    an_answer_that_was_sent_stays_sent_after_the_way_back,
);

/// A browser keeps no page that happens to wait for something of the browser's own, and on a busy machine one does now
/// and then. What the prompt does to prevent it, it does each time.
const TRIES: usize = 3;

/// Goes through a journey until the browser has kept the page on the way; it says whether that was so.
async fn kept_once(journey: impl AsyncFn() -> bool) {
    for _ in 0..TRIES {
        if journey().await {
            return;
        }
    }
    panic!("the page was not kept, {TRIES} times of {TRIES}");
}

// The control; WebKitGTK keeps even such a page.
in_engines!(a_page_that_listens_to_its_unload_is_not_kept: in_chromium Chromium, in_firefox Firefox);

/// On to another page and back; whether the browser had kept the page.
async fn there_and_back(visitor: &Visitor, host: &Host) -> bool {
    let elsewhere =
        host.put("/elsewhere", Reply::new("text/html", "<!doctype html><title>Elsewhere</title>"));
    let here = visitor.see("location.href").await;
    // Firefox keeps no page that holds a lock or waits for a server.
    visitor.wait_for("navigator.locks.query().then(locks => !locks.held.length)").await;
    visitor.run("window.kept = true", json!([])).await;
    visitor.open(&elsewhere).await;
    // By the page, because Chromium's own driver loses now and then a page that it takes back. What it asks while the page
    // goes may fail; whether the visitor is back, the page itself tells.
    visitor.run("setTimeout(() => history.back())", json!([])).await;
    let is_back = format!("return location.href === {here} && document.readyState === 'complete'");
    until(&is_back, async || {
        let told = visitor.session().execute(is_back.as_str(), vec![]).await.ok()?;
        (*told.json() == true).then_some(())
    })
    .await;
    visitor.see("window.kept === true").await == true
}

async fn a_prompt_that_was_still_waiting_asks_after_the_way_back(engine: Engine) {
    kept_once(async || {
        let suite = Suite::start().await;
        let visitor = engine.visitor().await;
        // Longer than the way there, on a busy machine, too.
        let tag = r#"data-survey="nps" data-delay-ms="12000""#.to_owned();
        visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
        // The survey is here and the wait has begun: what is still being fetched would keep Firefox from keeping the page.
        let fetched =
            "performance.getEntriesByType('resource').some(entry => entry.name.includes('/n/1/q/'))";
        visitor.wait_for(fetched).await;
        if !there_and_back(&visitor, &suite.host).await {
            return false;
        }
        visitor.choose(8).await;
        visitor.send().await;
        visitor.told("Your answer has arrived.").await;
        assert_eq!(suite.collector.only_row("complete").await["score"], 8);
        true
    })
    .await;
}

async fn a_prompt_that_stood_takes_the_answer_after_the_way_back(engine: Engine) {
    kept_once(async || {
        let suite = Suite::start().await;
        let visitor = engine.visitor().await;
        visitor.open(&suite.put(&suite.page())).await;
        visitor.asked("score").await;
        suite.collector.only_row("shown").await;
        visitor.until_outbox_is_empty().await;
        if !there_and_back(&visitor, &suite.host).await {
            return false;
        }
        visitor.choose(6).await;
        visitor.write("back again").await;
        visitor.send().await;
        visitor.told("Your answer has arrived.").await;
        assert_eq!(suite.collector.only_row("complete").await["comment"], "back again");
        true
    })
    .await;
}

async fn an_answer_that_was_sent_stays_sent_after_the_way_back(engine: Engine) {
    kept_once(async || {
        let suite = Suite::start().await;
        let visitor = engine.visitor().await;
        visitor.open(&suite.put(&Page { file: "alone.html", ..suite.page() })).await;
        // By the page's own script: after a click of its own, Firefox's driver holds a listener that keeps pages from being
        // kept.
        assert_eq!(visitor.run("return alone.answer(10, 'sent')", json!([])).await, "arrived");
        visitor.until_outbox_is_empty().await;
        if !there_and_back(&visitor, &suite.host).await {
            return false;
        }
        visitor.told("Your answer has arrived.").await;
        assert_eq!(suite.collector.only_row("complete").await["score"], 10);
        true
    })
    .await;
}

async fn a_page_that_listens_to_its_unload_is_not_kept(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let listening = "<script>addEventListener('unload', () => {})</script>";
    let page = fixture("bare.html").replace("{{html}}", "").replace("<h1>", &format!("{listening}<h1>"));
    visitor.open(&suite.host.put("/listening", Reply::new("text/html", page))).await;
    assert!(
        !there_and_back(&visitor, &suite.host).await,
        "the journeys above would not notice a page loaded anew"
    );
}
