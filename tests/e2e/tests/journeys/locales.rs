//! The visitor's language, from the tag or from the page.

use suara_e2e::{Engine, Page, Suite, in_every_engine};

in_every_engine!(
    an_indonesian_page_asks_in_indonesian,
    the_tags_locale_goes_before_the_pages,
    a_language_that_nobody_translated_asks_in_english,
);

async fn asks_in_indonesian(engine: Engine, suite: &Suite, page: Page) {
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&page)).await;
    let asked = visitor.asked("score").await;
    assert!(asked.question.starts_with("Seberapa besar kemungkinan Anda merekomendasikan"), "{asked:?}");
    assert_eq!(visitor.see("document.querySelector('suara-prompt').shadowRoot.firstChild.lang").await, "id");
    let why = visitor.choose(6).await.why;
    assert_eq!(why, "Mohon maaf atas pengalaman itu. Apa yang mengecewakan Anda? (tidak wajib)");
    visitor.send().await;
    assert_eq!(visitor.told("Jawaban Anda sudah kami terima.").await.thanks, "Terima kasih!");
    assert_eq!(suite.collector.only_row("complete").await["locale"], "id");
}

async fn an_indonesian_page_asks_in_indonesian(engine: Engine) {
    let suite = Suite::start().await;
    let page = Page { html: r#"lang="id""#, ..suite.page() };
    asks_in_indonesian(engine, &suite, page).await;
}

async fn the_tags_locale_goes_before_the_pages(engine: Engine) {
    let suite = Suite::start().await;
    let tag = r#"data-survey="nps" data-delay-ms="1" data-locale="id""#.to_owned();
    let page = Page { tag, ..suite.page() };
    asks_in_indonesian(engine, &suite, page).await;
}

async fn a_language_that_nobody_translated_asks_in_english(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&Page { html: r#"lang="ar" dir="rtl""#, ..suite.page() })).await;
    assert!(visitor.asked("score").await.question.starts_with("How likely are you"));
}
