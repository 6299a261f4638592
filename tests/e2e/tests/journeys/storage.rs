//! Where a browser keeps nothing, an answer is delivered while the page is open, and nobody is told that it was kept.

use serde_json::json;
use suara_e2e::{Engine, Page, Reply, Suite, Visitor, in_engines, in_every_engine, until};

const ARRIVED: &str = "Your answer has arrived.";
const NOT_KEPT: &str = "does not let us keep your answer";

in_every_engine!(
    a_sandboxed_frame_delivers_while_it_can_and_says_when_it_cannot,
    a_full_disk_delivers_while_it_can_and_says_when_it_cannot,
);

// WebKitGTK's MiniBrowser has no such setting.
in_engines!(
    a_browser_that_blocks_all_site_data_delivers_while_it_can_and_says_when_it_cannot:
    in_chromium Chromium, in_firefox Firefox
);

/// At once, because a frame is idle when its browser likes.
async fn ask(visitor: &Visitor) {
    visitor.wait_for("!!window.suara").await;
    visitor.run("suara('show', { again: true })", json!([])).await;
}

/// A page that asks when it is told to.
fn page(suite: &Suite) -> Page {
    Page { tag: r#"data-survey="nps" data-trigger="manual""#.to_owned(), ..suite.page() }
}

/// One answer is delivered; the next, given while nobody can be reached, is not called kept, and is delivered all the
/// same once somebody can be.
async fn delivers_and_is_honest(suite: &mut Suite, visitor: &Visitor) {
    ask(visitor).await;
    visitor.choose(9).await;
    visitor.send().await;
    visitor.told(ARRIVED).await;
    assert_eq!(suite.collector.only_row("complete").await["score"], 9);
    visitor.close().await;
    ask(visitor).await;
    visitor.choose(2).await;
    suite.collector.kill();
    visitor.send().await;
    visitor.told(NOT_KEPT).await;
    assert_eq!(visitor.see("watched.errors.join()").await, "");
    suite.collector.restart();
    let complete = || suite.collector.rows().into_iter().filter(|row| row["stage"] == "complete").count();
    until("both answers", async || (complete() == 2).then_some(())).await;
    assert_eq!(suite.collector.rows().len(), 2);
}

async fn a_sandboxed_frame_delivers_while_it_can_and_says_when_it_cannot(engine: Engine) {
    let mut suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let inner = suite.put(&page(&suite));
    let outer = format!(
        r#"<!doctype html><iframe sandbox="allow-scripts" width=800 height=700 src="{inner}"></iframe>"#
    );
    visitor.open(&suite.host.put("/outer", Reply::new("text/html", outer))).await;
    visitor.session().enter_frame(0).await.unwrap();
    delivers_and_is_honest(&mut suite, &visitor).await;
}

async fn a_full_disk_delivers_while_it_can_and_says_when_it_cannot(engine: Engine) {
    let mut suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&Page { file: "full.html", ..page(&suite) })).await;
    delivers_and_is_honest(&mut suite, &visitor).await;
}

async fn a_browser_that_blocks_all_site_data_delivers_while_it_can_and_says_when_it_cannot(engine: Engine) {
    let mut suite = Suite::start().await;
    let visitor = engine.visitor_who_blocks_storage().await;
    visitor.open(&suite.put(&page(&suite))).await;
    let refused = "new Promise(done => {
        try {
            const open = indexedDB.open('x')
            open.onsuccess = () => done(false)
            open.onerror = () => done(true)
        } catch {
            done(true)
        }
    })";
    assert_eq!(visitor.see(refused).await, true, "the setting has no effect");
    delivers_and_is_honest(&mut suite, &visitor).await;
}
