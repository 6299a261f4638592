//! Whatever the network does to an answer, it arrives exactly once when the network is well again, and no sooner than the
//! receiver asked for. `SUARA_ANSWERS` is how many answers suffer each fault; `cargo xtask campaign` sets it.

mod cases;
mod controls;
mod count;

use std::time::{Duration, Instant};

use serde_json::json;
use suara_e2e::{Engine, Host, Page, Proxy, Suite, Visitor, figure, in_every_engine, note};

use cases::{Case, DAY_MS, HOUR_MS};
use count::{Given, wrong};

in_every_engine!(
    every_answer_outlasts_every_fault_and_arrives_once,
    a_client_without_an_outbox_loses_and_one_without_ids_doubles_and_both_are_seen,
);

/// How many times as fast as the world the page's time goes: back-off in seconds, not in minutes.
const RATE: i64 = 20;
/// How long a fault lasts after the last answer, in milliseconds of the page's time.
const SUFFER_MS: i64 = 10_000;
/// How long a page view that must not send is watched, in milliseconds.
const LOOK_MS: i64 = 1000;
/// How long the page stays after the fault before the visitor comes back on another day.
const STAY: Duration = Duration::from_secs(3);
/// How often the outbox is looked into.
const GLANCE: Duration = Duration::from_millis(50);
/// A name that cannot be: its first label is longer than names may be, so that nobody needs to be asked about it.
const GONE: &str = "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test";

fn answers() -> usize {
    std::env::var("SUARA_ANSWERS").map_or(5, |text| text.parse().unwrap())
}

/// One browser on one bad network.
struct Net {
    suite: Suite,
    proxy: Proxy,
    visitor: Visitor,
    began_ms: i64,
}

impl Net {
    async fn new(engine: Engine) -> Self {
        let suite = Suite::start().await;
        let proxy = Proxy::start(&suite.collector.url()).await;
        let visitor = engine.visitor().await;
        // WebKit's driver counts it by the page's own clock, which is fast.
        visitor.session().set_script_timeout(Duration::from_secs(60 * RATE as u64)).await.unwrap();
        Self { suite, proxy, visitor, began_ms: unix_ms() }
    }

    /// A website of its own, and so with an outbox of its own, whose answers go through the network.
    async fn website(&self, case: &Case) -> Host {
        let to = if case.name_gone { GONE.to_owned() } else { self.proxy.url() };
        let tag = format!(r#"data-survey="nps" data-trigger="manual" data-endpoint="{to}/n/1/a""#);
        let host = Host::start(self.suite.collector.url()).await;
        host.put("/", Page { file: "alone.html", tag, ..self.suite.page() }.reply());
        host
    }

    /// Opens the website on a fast clock.
    async fn open(&self, host: &Host, case: &Case) {
        let (url, from, skew) = (host.url(), self.began_ms, case.skew_ms);
        self.visitor.open(&format!("{url}/?rate={RATE}&from={from}&skew={skew}")).await;
    }

    /// Opens the website later than that, when the name that was gone is back, on a clock that goes as clocks do.
    async fn open_later(&self, host: &Host, later_ms: i64) {
        let now_ms = self.visitor.see("alone.now()").await.as_i64().unwrap();
        let (url, name) = (host.url(), self.proxy.url());
        self.visitor.open(&format!("{url}/?skew={}&name={name}", now_ms + later_ms - unix_ms())).await;
    }

    async fn pass(&self, ms: i64) {
        self.visitor.run("return alone.pass(arguments[0])", json!([ms])).await;
    }

    /// Gives answers while the fault lasts; what is wrong with what the prompt says of them.
    async fn answer(&self, case: &Case, given: &[Given]) -> Vec<String> {
        let mut wrong = Vec::new();
        for answer in given {
            let gives = json!([answer.score, answer.comment]);
            let said = self.visitor.run("return alone.answer(...arguments)", gives).await;
            if said != case.said {
                wrong.push(format!("{}: the prompt says {said}, not {:?}", answer.comment, case.said));
            }
            self.visitor.run("return alone.close()", json!([])).await;
        }
        wrong
    }

    /// The fault is over: waits until nothing waits any more, no sooner than allowed; what is wrong with that.
    async fn recover(&mut self, host: &Host, case: &Case) -> Vec<String> {
        let before = self.proxy.passages().len();
        self.proxy.mend().await;
        let mut wrong = Vec::new();
        if case.wait_ms > 0 {
            self.open_later(host, case.wait_ms - HOUR_MS).await;
            self.pass(LOOK_MS).await;
            if self.proxy.passages().len() > before {
                wrong.push("an answer was sent again before its time".to_owned());
            }
        }
        // While the page stays, or on a later view, a quarter later than asked at most.
        let stays = case.wait_ms == 0 && !case.name_gone && self.is_home_within(STAY).await;
        if !stays && !self.comes_back(host, case).await {
            let left = self.visitor.store("outbox").await;
            wrong.push(format!("the outbox is not empty: {left:?}"));
        }
        wrong
    }

    /// The visitor comes back after the time that was asked for; and on another day if one try of that visit failed, as on a busy
    /// machine: after so many tries the next is due up to a quarter of an hour later.
    async fn comes_back(&self, host: &Host, case: &Case) -> bool {
        for later_ms in [case.wait_ms / 4 + HOUR_MS * 2, DAY_MS] {
            self.open_later(host, later_ms).await;
            if self.is_home_within(suara_e2e::PATIENCE).await {
                return true;
            }
        }
        false
    }

    async fn is_home_within(&self, patience: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < patience {
            if self.visitor.store("outbox").await.is_empty() {
                return true;
            }
            // What is asked without a pause keeps the page from what it is asked about.
            tokio::time::sleep(GLANCE).await;
        }
        false
    }

    /// One fault from end to end; what is wrong.
    async fn suffer(&mut self, case: &Case) -> Vec<String> {
        let host = self.website(case).await;
        let given = Given::some(case.name, answers());
        self.proxy.break_by(case.fault.clone()).await;
        self.open(&host, case).await;
        let mut wrongs = self.answer(case, &given).await;
        self.pass(SUFFER_MS).await;
        wrongs.extend(self.recover(&host, case).await);
        wrongs.extend(wrong(&given, &self.suite.collector.rows()));
        wrongs.into_iter().map(|wrong| format!("{}: {wrong}", case.name)).collect()
    }
}

fn unix_ms() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64
}

async fn every_answer_outlasts_every_fault_and_arrives_once(engine: Engine) {
    let mut net = Net::new(engine).await;
    let (mut wrongs, mut slowest) = (Vec::new(), (0, ""));
    let faults = cases::all(0, &net.suite).len();
    for index in 0..faults {
        let start = Instant::now();
        // Each from its own beginning, because the clock runs fast.
        net.began_ms = unix_ms();
        let case = cases::all(net.began_ms, &net.suite).swap_remove(index);
        wrongs.extend(net.suffer(&case).await);
        slowest = slowest.max((start.elapsed().as_millis(), case.name));
    }
    let given = faults * answers();
    assert_eq!(wrongs, Vec::<String>::new());
    assert_eq!(net.suite.collector.rows().len(), given, "each asking makes one row");
    let most = count::most_requests(&net.proxy.passages());
    note(&format!("{}: the slowest fault was {} with {} ms", engine.name(), slowest.1, slowest.0));
    figure(&json!({
        "figure": "faults", "engine": engine.name(), "version": net.visitor.version(), "faults": faults, "answers": given, "rows": given,
        "most requests for one answer": most,
    }));
}

async fn a_client_without_an_outbox_loses_and_one_without_ids_doubles_and_both_are_seen(engine: Engine) {
    let mut net = Net::new(engine).await;
    let lost = controls::losing(&mut net).await;
    let doubled = controls::doubling(&mut net).await;
    let what = "control: answers of clients without an outbox and without ids";
    figure(&json!({ "figure": what, "engine": engine.name(), "lost": lost, "doubled": doubled }));
}
