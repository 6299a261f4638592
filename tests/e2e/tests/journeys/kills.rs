//! The browser is killed, every process of it at once, as soon as the prompt says "saved", while nobody can be reached.
//! `SUARA_KILLS` is how often in each engine; `cargo xtask campaign` sets it.

use serde_json::json;
use suara_e2e::{Browser, Engine, Fault, Page, Proxy, Reply, Suite, figure, in_every_engine, until};
use tempfile::TempDir;

in_every_engine!(
    an_answer_outlives_the_browser_that_is_killed_once_it_says_saved,
    what_a_page_keeps_in_local_storage_does_not_outlive_that,
);

/// A browser that gets killed, and the page that it is at.
struct Mortal {
    suite: Suite,
    proxy: Proxy,
    engine: Engine,
    page: String,
    profile: TempDir,
}

impl Mortal {
    async fn new(engine: Engine) -> Self {
        let suite = Suite::start().await;
        let proxy = Proxy::start(&suite.collector.url()).await;
        let tag = format!(r#"data-survey="nps" data-trigger="manual" data-endpoint="{}/n/1/a""#, proxy.url());
        let page = suite.put(&Page { file: "alone.html", tag, ..suite.page() });
        suite.host.put("/said", Reply::new("text/plain", ""));
        Self { suite, proxy, engine, page, profile: tempfile::tempdir().unwrap() }
    }

    fn start(&self, query: &str) -> Browser {
        Browser::start(self.engine, self.profile.path(), &format!("{}?{query}", self.page))
    }

    /// Starts the browser, waits until its page has said something, and kills it.
    async fn live_until(&self, query: &str, said: &str) -> String {
        let before = self.suite.host.posted("/said").len();
        let browser = self.start(query);
        let words = until(said, async || self.suite.host.posted("/said").into_iter().nth(before)).await;
        drop(browser);
        assert!(words.starts_with(said), "{words}");
        words
    }
}

fn times() -> usize {
    std::env::var("SUARA_KILLS").map_or(2, |text| text.parse().unwrap())
}

async fn an_answer_outlives_the_browser_that_is_killed_once_it_says_saved(engine: Engine) {
    let mut mortal = Mortal::new(engine).await;
    mortal.proxy.break_by(Fault::Refused).await;
    let mut comments: Vec<String> = (0..times()).map(|number| format!("kept-{number}")).collect();
    for comment in &comments {
        mortal.live_until(&format!("do=answer&comment={comment}"), "saved").await;
    }
    mortal.proxy.mend().await;
    // An hour later every pause between tries is over.
    let _browser = mortal.start("skew=3600000");
    let complete = || mortal.suite.collector.rows().into_iter().filter(|row| row["stage"] == "complete");
    until("every answer", async || (complete().count() >= comments.len()).then_some(())).await;
    let mut arrived: Vec<String> =
        complete().map(|row| row["comment"].as_str().unwrap_or_default().to_owned()).collect();
    arrived.sort();
    comments.sort();
    assert_eq!(arrived, comments);
    assert!(complete().all(|row| row["score"] == 7));
    figure(
        &json!({ "figure": "killed after \"saved\"", "engine": engine.name(), "kills": times(), "rows": arrived.len() }),
    );
}

/// The control: if this kept everything, the kills above would prove nothing.
async fn what_a_page_keeps_in_local_storage_does_not_outlive_that(engine: Engine) {
    let mortal = Mortal::new(engine).await;
    // Makes the profile, so that what is lost is not lost for want of one.
    mortal.live_until("do=recall", "recalled").await;
    for number in 0..times() {
        mortal.live_until(&format!("do=note&comment=kept-{number}"), "noted").await;
    }
    let recalled = mortal.live_until("do=recall", "recalled").await;
    let kept = recalled.matches("kept-").count();
    let what = "control: killed after localStorage was written";
    figure(&json!({ "figure": what, "engine": engine.name(), "kills": times(), "kept": kept }));
    assert!(kept < times(), "{recalled}");
}
