//! One visit to a host page: first without the guest, then with it, and what differs between the two.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use suara_e2e::{Area, Engine, Host, PATIENCE, Picture, Reply, Visitor, fixture};

use super::looks::{Measures, Sight, added, changed_outside};
use super::row::{Expects, Frame, Row};

/// How long a page is watched on which the prompt must stay away: as many times what it last took to come on this
/// machine, and within these bounds.
const WATCHED_TIMES: u32 = 5;
const WATCHED: [Duration; 2] = [Duration::from_millis(1500), Duration::from_secs(15)];
/// How often the prompt is looked at.
const INTERVAL: Duration = Duration::from_millis(10);

/// What everything is looked at with.
#[derive(Debug)]
pub struct Bench {
    pub visitor: Visitor,
    /// The collector's address.
    pub collector: String,
    pub measures: Measures,
    /// What the prompt last took to come.
    took: Duration,
}

/// What went wrong on a page, in sentences; and its address.
#[derive(Debug)]
pub struct Outcome {
    pub findings: Vec<String>,
    pub page: String,
}

impl Bench {
    pub fn new(visitor: Visitor, collector: String) -> Self {
        Self { visitor, collector, measures: Measures::default(), took: Duration::ZERO }
    }

    /// Looks at a page without a guest and with the loader at `loader`, and compares.
    pub async fn visit(&mut self, row: &Row, loader: &str) -> Outcome {
        let host = Host::start(self.collector.clone()).await;
        for script in ["guard.js", "naive/nothing.js"] {
            host.put(&format!("/{}", script.rsplit('/').next().unwrap()), script_reply(script));
        }
        self.resize(row.window).await;
        let nothing = format!("{}/nothing.js", host.url());
        self.visitor.console().await;
        self.open(row, &host, &nothing).await;
        self.then(row).await;
        let mut before = self.sight(row, &nothing).await;
        before.lines.extend(self.console(&host).await);
        if row.full {
            let quota = json!({ "origin": host.url(), "quotaSize": 1 });
            self.visitor.devtools("Storage.overrideQuotaForOrigin", quota).await;
        }
        let page = self.open(row, &host, loader).await;
        let mut findings = Vec::new();
        let sight = match row.expects {
            Expects::Silence(_) => self.stays_away(row, loader, &before, &mut findings).await,
            _ => self.asks(row, loader, &before, &mut findings).await,
        };
        let mut lines = sight.map(|sight| sight.lines).unwrap_or_default();
        lines.extend(self.console(&host).await);
        // Chromium does not tell frames of the same site that a shift follows a click.
        lines.retain(|line| row.frame == Frame::None || !line.starts_with("shift "));
        let added = added(&before.lines, &lines);
        findings.extend(added.into_iter().filter(|line| !findings.contains(line)).collect::<Vec<_>>());
        let strays = host.passed_on().into_iter().filter(|line| !line.ends_with("/favicon.ico"));
        findings.extend(strays.map(|line| format!("the host page's server was asked for {line}")));
        findings.retain(|finding| !row.allows.iter().any(|(beginning, _)| finding.starts_with(beginning)));
        Outcome { findings, page }
    }

    /// What the console showed, without the port of this visit.
    async fn console(&self, host: &Host) -> Vec<String> {
        let lines = self.visitor.console().await.into_iter();
        lines.map(|line| format!("console log: {}", line.replace(&host.url(), "HOST"))).collect()
    }

    /// Other engines keep the window that they came with; pages in other windows are for Chromium.
    async fn resize(&self, (width, height): (u32, u32)) {
        if self.visitor.engine() != Engine::Chromium {
            return;
        }
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.visitor.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Opens the page, in its frame if it has one; gives its own address.
    async fn open(&self, row: &Row, host: &Host, loader: &str) -> String {
        let page = host.put("/page", row.reply(host, &self.collector, loader));
        self.visitor.session().enter_default_frame().await.unwrap();
        let aside = match row.frame {
            Frame::Elsewhere => Some(Host::start(self.collector.clone()).await),
            _ => None,
        };
        let outer = match (&row.frame, &aside) {
            (Frame::Here(attributes), _) => Some(host.put("/outer", outer(&page, attributes))),
            (_, Some(aside)) => Some(aside.put("/outer", outer(&page, ""))),
            _ => None,
        };
        let address = outer.as_ref().unwrap_or(&page);
        let is_chromium = self.visitor.engine() == Engine::Chromium;
        if is_chromium {
            self.evaluate("globalThis.isLeft = true").await;
        }
        let opened = self.visitor.session().goto(address).await;
        opened.unwrap_or_else(|error| panic!("{} does not open: {error}", row.name));
        // Its driver comes back while the page that is left still answers, or none does.
        let start = Instant::now();
        while is_chromium
            && self.evaluate("!globalThis.isLeft && document.readyState === 'complete'").await != true
            && start.elapsed() < PATIENCE
        {
            tokio::time::sleep(INTERVAL).await;
        }
        if outer.is_some() {
            self.visitor.session().enter_frame(0).await.unwrap();
        }
        page
    }

    async fn then(&self, row: &Row) {
        if let Some(script) = &row.then {
            self.visitor.run(script, json!([])).await;
        }
    }

    /// What one of the guard's verbs says. By the shortest way there is, because WebDriver's own passes through
    /// functions that the page may have changed; but that way leads into no frame.
    async fn guard(&self, row: &Row, verb: &str, argument: &str) -> String {
        let said = if row.frame == Frame::None && self.visitor.engine() == Engine::Chromium {
            self.evaluate(&format!("guard({}, {})", json!(verb), json!(argument))).await
        } else {
            self.visitor.run("return guard(...arguments)", json!([verb, argument])).await
        };
        said.as_str().unwrap_or_default().to_owned()
    }

    /// What an expression is worth in the page itself, in Chromium.
    async fn evaluate(&self, expression: &str) -> Value {
        let evaluated = self.visitor.devtools("Runtime.evaluate", json!({ "expression": expression })).await;
        evaluated["result"]["value"].clone()
    }

    async fn sight(&self, row: &Row, loader: &str) -> Sight {
        let lines = self.guard(row, "report", loader).await.lines().map(str::to_owned).collect();
        Sight { lines, picture: self.picture().await }
    }

    /// A picture of the page once nothing in it moves: what slides in has arrived when two pictures are alike.
    async fn picture(&self) -> Picture {
        let engine = self.visitor.engine();
        let shoot =
            async || Picture::taken(&self.visitor.session().screenshot_as_png().await.unwrap(), engine);
        let mut picture = shoot().await;
        loop {
            // Chromium was told to move nothing.
            let next = if engine == Engine::Chromium { picture.clone() } else { shoot().await };
            if next.differing_outside(&picture, None) == 0 {
                return picture;
            }
            picture = next;
        }
    }

    /// Waits until the prompt is at a stage.
    async fn comes(&self, row: &Row, stage: &str) -> bool {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if self.guard(row, "stage", "").await == stage {
                return true;
            }
            tokio::time::sleep(INTERVAL).await;
        }
        false
    }

    async fn stays_away(
        &self,
        row: &Row,
        loader: &str,
        before: &Sight,
        findings: &mut Vec<String>,
    ) -> Option<Sight> {
        self.then(row).await;
        tokio::time::sleep((self.took * WATCHED_TIMES).clamp(WATCHED[0], WATCHED[1])).await;
        if !self.guard(row, "part", ":host").await.is_empty() {
            findings.push("the prompt is there".to_owned());
        }
        let sight = self.sight(row, loader).await;
        findings.extend(changed_outside(before, &sight.picture, None));
        Some(sight)
    }

    /// The whole way to the receipt, by real clicks.
    async fn asks(
        &mut self,
        row: &Row,
        loader: &str,
        before: &Sight,
        findings: &mut Vec<String>,
    ) -> Option<Sight> {
        let start = Instant::now();
        if !self.comes(row, "score").await {
            findings.push("the prompt does not come".to_owned());
            return Some(self.sight(row, loader).await);
        }
        self.took = start.elapsed();
        self.then(row).await;
        if row.then.is_some() && !self.comes(row, "score").await {
            findings.push("the prompt does not stay".to_owned());
            return None;
        }
        let sight = self.sight(row, loader).await;
        findings.extend(added(&before.lines, &sight.lines));
        let area = Area::read(&self.guard(row, "part", ":host").await);
        findings.extend(changed_outside(before, &sight.picture, area));
        findings.extend(self.compare(row, "score", &sight.picture).await);
        if !self.answer(row, findings).await {
            return Some(sight);
        }
        let says = self.guard(row, "says", ".says").await;
        if !says.contains("arrived") {
            findings.push(format!("after Send the prompt says {says:?}"));
        }
        self.click(row, ".close").await;
        // The pointer must not hover over the next page's prompt.
        if self.visitor.engine() == Engine::Chromium {
            self.mouse("mouseMoved", 1, 1).await;
        } else {
            self.visitor.session().action_chain().move_to(1, 1).perform().await.unwrap();
        }
        Some(self.sight(row, loader).await)
    }

    async fn answer(&mut self, row: &Row, findings: &mut Vec<String>) -> bool {
        self.click(row, ".tile:nth-child(10)").await;
        if !self.comes(row, "why").await {
            findings.push("a click on 9 has no effect".to_owned());
            return false;
        }
        let picture = self.picture().await;
        findings.extend(self.compare(row, "why", &picture).await);
        self.click(row, ".send").await;
        if !self.comes(row, "thanks").await {
            findings.push("a click on Send has no effect".to_owned());
            return false;
        }
        let start = Instant::now();
        while start.elapsed() < PATIENCE && self.guard(row, "says", ".says").await.is_empty() {
            tokio::time::sleep(INTERVAL).await;
        }
        true
    }

    async fn compare(&mut self, row: &Row, stage: &'static str, picture: &Picture) -> Option<String> {
        let Some(area) = Area::read(&self.guard(row, "part", ":host").await) else {
            return Some("the prompt has no box".to_owned());
        };
        if let Some(folder) = std::env::var_os("SUARA_PICTURES").filter(|folder| !folder.is_empty()) {
            let file = Path::new(&folder).join(format!("{}-{stage}.png", row.name));
            std::fs::write(file, self.visitor.session().screenshot_as_png().await.unwrap()).unwrap();
        }
        self.measures.compare(row, stage, picture, area)
    }

    async fn click(&self, row: &Row, selector: &str) {
        self.guard(row, "reveal", selector).await;
        if let Some(area) = Area::read(&self.guard(row, "part", selector).await) {
            let (left, top) = area.middle();
            if self.visitor.engine() != Engine::Chromium {
                self.visitor.session().action_chain().move_to(left, top).click().perform().await.unwrap();
                return;
            }
            self.mouse("mouseMoved", left, top).await;
            self.mouse("mousePressed", left, top).await;
            self.mouse("mouseReleased", left, top).await;
        }
    }

    /// A real event: the browser finds out itself what it hits.
    async fn mouse(&self, kind: &str, left: i64, top: i64) {
        let event = json!({ "type": kind, "x": left, "y": top, "button": "left", "clickCount": 1 });
        let event = if kind == "mouseMoved" { json!({ "type": kind, "x": left, "y": top }) } else { event };
        self.visitor.devtools("Input.dispatchMouseEvent", event).await;
    }
}

fn outer(page: &str, attributes: &str) -> Reply {
    let style = "position:fixed;inset:0;width:100%;height:100%;border:0";
    let frame = format!(r#"<iframe title="The shop" src="{page}" style="{style}" {attributes}></iframe>"#);
    Reply::new("text/html; charset=utf-8", format!("<!doctype html><title>Around the shop</title>{frame}"))
}

/// A script of the fixtures.
pub fn script_reply(name: &str) -> Reply {
    let mut reply = Reply::new("text/javascript", fixture(name));
    reply.headers.push(("access-control-allow-origin", "*".to_owned()));
    reply
}
