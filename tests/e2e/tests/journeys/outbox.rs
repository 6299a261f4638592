//! An answer that cannot be delivered is kept, and arrives once.

use suara_e2e::{Engine, Suite, Visitor, in_engines, in_every_engine};

in_every_engine!(
    an_answer_sent_while_the_collector_is_down_arrives_once_after_the_tab_was_closed,
    an_answer_arrives_while_the_page_stays_open_once_the_collector_is_back,
);

/// Answers while the collector is down.
async fn answer_into_the_void(suite: &mut Suite, visitor: &Visitor) -> String {
    let page = suite.put(&suite.page());
    visitor.open(&page).await;
    visitor.choose(7).await;
    visitor.write("kept").await;
    suite.collector.kill();
    visitor.send().await;
    visitor.told("Your answer is saved on this device").await;
    page
}

/// The collector is back; a page with the tag is opened again.
async fn arrives_once(suite: &mut Suite, visitor: &Visitor, page: &str) {
    suite.collector.restart();
    visitor.open(page).await;
    let row = suite.collector.only_row("complete").await;
    assert_eq!((&row["score"], &row["comment"]), (&7.into(), &"kept".into()), "{row}");
    visitor.until_outbox_is_empty().await;
    assert!(visitor.store("dead").await.is_empty());
    assert!(visitor.prompt().await.is_none(), "who has answered is not asked again");
}

async fn an_answer_sent_while_the_collector_is_down_arrives_once_after_the_tab_was_closed(engine: Engine) {
    let mut suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = answer_into_the_void(&mut suite, &visitor).await;
    visitor.close_tab().await;
    arrives_once(&mut suite, &visitor, &page).await;
}

// WebKitGTK keeps nothing of a driven browser; `kills` does without a driver.
in_engines!(
    an_answer_sent_while_the_collector_is_down_arrives_once_after_the_browser_was_quit:
    in_chromium Chromium, in_firefox Firefox
);

async fn an_answer_sent_while_the_collector_is_down_arrives_once_after_the_browser_was_quit(engine: Engine) {
    let mut suite = Suite::start().await;
    let mut visitor = engine.visitor().await;
    let page = answer_into_the_void(&mut suite, &visitor).await;
    visitor.quit_browser().await;
    visitor.start_browser().await;
    arrives_once(&mut suite, &visitor, &page).await;
}

async fn an_answer_arrives_while_the_page_stays_open_once_the_collector_is_back(engine: Engine) {
    let mut suite = Suite::start().await;
    let visitor = engine.visitor().await;
    answer_into_the_void(&mut suite, &visitor).await;
    suite.collector.restart();
    suite.collector.only_row("complete").await;
    visitor.until_outbox_is_empty().await;
}
