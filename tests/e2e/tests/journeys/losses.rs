//! What is truly lost is what the owner is told is lost: answers that were refused for good, and answers that waited for
//! longer than browsers keep them. Nothing else.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use suara_e2e::{Engine, Fault, Host, Page, Proxy, Suite, Visitor, figure, in_every_engine, until};

use crate::admin::set_up;

in_every_engine!(what_is_lost_on_the_way_is_what_the_owner_is_told, a_loss_that_nobody_is_told_is_seen);

const DAY_MS: i64 = 86_400_000;
/// The prompt's words for what a receiver will never take.
const REFUSED: &str = "could not be accepted";

/// Answers on their way to a collector that a bad network stands before.
struct Way {
    suite: Suite,
    proxy: Proxy,
    visitor: Visitor,
    /// Comments of all answers that were given.
    given: Vec<String>,
}

impl Way {
    async fn new(engine: Engine) -> Self {
        let suite = Suite::start().await;
        let proxy = Proxy::start(&suite.collector.url()).await;
        Self { suite, proxy, visitor: engine.visitor().await, given: Vec::new() }
    }

    /// A website of its own, and so with an outbox of its own.
    async fn website(&self) -> Host {
        let tag =
            format!(r#"data-survey="nps" data-trigger="manual" data-endpoint="{}/n/1/a""#, self.proxy.url());
        let host = Host::start(self.suite.collector.url()).await;
        host.put("/", Page { file: "alone.html", tag, ..self.suite.page() }.reply());
        host
    }

    /// Gives answers while answers fare like this; `says` is what the prompt says of each.
    async fn give(&mut self, host: &Host, fault: Option<Fault>, (count, says): (usize, &str)) {
        match fault {
            Some(fault) => self.proxy.break_by(fault).await,
            None => self.proxy.mend().await,
        }
        self.visitor.open(&host.url()).await;
        for _ in 0..count {
            let comment = format!("answer {}", self.given.len());
            self.visitor.run("return alone.answer(...arguments)", json!([self.given.len(), comment])).await;
            self.visitor.told(says).await;
            self.given.push(comment);
            self.visitor.run("return alone.close()", json!([])).await;
        }
    }

    /// The website is seen again after so many days, while nobody can be reached, until nothing but notes waits; then
    /// all is well.
    async fn outlast(&mut self, host: &Host, days: i64) {
        self.visitor.open(&format!("{}/?skew={}", host.url(), days * DAY_MS)).await;
        until("nothing but notes in the outbox", async || {
            let waiting = self.visitor.store("outbox").await;
            waiting.iter().all(|parcel| parcel["snapshot"] == 0).then_some(())
        })
        .await;
        self.proxy.mend().await;
        self.visitor.until_outbox_is_empty().await;
    }

    /// All is well again on the same day: what was kept arrives.
    async fn arrive_after_all(&mut self, host: &Host) {
        self.proxy.mend().await;
        self.visitor.open(&format!("{}/?skew={}", host.url(), DAY_MS)).await;
        self.visitor.until_outbox_is_empty().await;
    }

    /// How many of the answers that were given are in no row.
    fn missing(&self) -> usize {
        let rows = self.suite.collector.rows();
        let has = |comment: &&String| {
            rows.iter().any(|row| row["comment"] == comment.as_str() && row["stage"] == "complete")
        };
        self.given.len() - self.given.iter().filter(has).count()
    }
}

/// What the owner is told in all places, by reason.
#[derive(Debug, PartialEq)]
struct Told {
    api: BTreeMap<String, u64>,
    metrics: BTreeMap<String, u64>,
    view: String,
}

impl Told {
    async fn by(suite: &Suite) -> Self {
        let owner = set_up(suite).await;
        let surveys = owner.see("fetch('/api/1/surveys').then(reply => reply.json())").await;
        let nps = surveys.as_array().unwrap().iter().find(|survey| survey["id"] == "nps").unwrap();
        let count =
            |lost: &Value| (lost["reason"].as_str().unwrap().to_owned(), lost["count"].as_u64().unwrap());
        let api = nps["lost"].as_array().unwrap().iter().map(count).collect();
        let metrics = suite.collector.metrics().await.lines().filter_map(sample).collect();
        owner.open(&format!("{}/admin/s/nps", suite.collector.url())).await;
        owner.find("[data-test=comment]").await;
        if nps["lost"] != json!([]) {
            owner.find("[data-test=lost]").await;
        }
        let view = owner.see("document.querySelector('[data-test=lost]')?.textContent ?? ''").await;
        Self { api, metrics, view: view.as_str().unwrap().to_owned() }
    }
}

/// Reason and count of a line like `suara_losses{survey="nps",reason="expired"} 2`.
fn sample(line: &str) -> Option<(String, u64)> {
    let (labels, count) = line.strip_prefix("suara_losses{survey=\"nps\",reason=\"")?.split_once("\"} ")?;
    Some((labels.to_owned(), count.parse().ok()?))
}

async fn what_is_lost_on_the_way_is_what_the_owner_is_told(engine: Engine) {
    let mut way = Way::new(engine).await;
    let (refusing, late, well) = (way.website().await, way.website().await, way.website().await);
    let refuse = Fault::AnswersOnly(Box::new(Fault::status(413, "", "too large")));
    way.give(&refusing, Some(refuse), (2, REFUSED)).await;
    way.visitor.until_outbox_is_empty().await;
    way.give(&late, Some(Fault::status(503, "", "")), (3, "saved")).await;
    way.outlast(&late, 31).await;
    // Kept for a while, and then delivered: that is no loss.
    way.give(&well, Some(Fault::status(503, "", "")), (1, "saved")).await;
    way.arrive_after_all(&well).await;
    way.give(&well, None, (2, "has arrived")).await;
    let missing = way.missing();
    let told = Told::by(&way.suite).await;
    let counts = BTreeMap::from([("refused 413".to_owned(), 2), ("expired".to_owned(), 3)]);
    let view = "5 answers were lost on the way: 3 expired after 30 days, 2 refused (413).".to_owned();
    assert_eq!(told, Told { api: counts.clone(), metrics: counts, view });
    assert_eq!(missing, 5, "what is told is what is true");
    let told: u64 = told.api.values().sum();
    figure(
        &json!({ "figure": "lost for good", "engine": engine.name(), "given": way.given.len(), "lost": missing, "told": told }),
    );
}

/// The control: where the note is refused, too, the two counts differ.
async fn a_loss_that_nobody_is_told_is_seen(engine: Engine) {
    let mut way = Way::new(engine).await;
    let host = way.website().await;
    way.give(&host, Some(Fault::status(413, "", "too large")), (2, REFUSED)).await;
    way.visitor.until_outbox_is_empty().await;
    way.give(&host, None, (1, "has arrived")).await;
    let told = Told::by(&way.suite).await;
    assert_eq!((told.api.values().sum::<u64>(), way.missing()), (0, 2), "{told:?}");
}
