//! Everyone can answer: every state of the prompt, in both directions of writing, light, dark and in forced colours, on
//! 320 by 256 pixels and on a desk: no violation for axe-core, contrasts that hold, targets that can be hit, nothing cut
//! off, and the roles and names that are written down.

mod focus;
mod state;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use suara_e2e::{Host, Page, Suite, Visitor, fixture, note};

use state::{Do, Fate, STATES, State};

/// A window in CSS pixels, and the least that can be hit in it.
#[derive(Clone, Copy, Debug)]
struct Window {
    width: u32,
    height: u32,
    /// Without a scroll bar that takes room.
    is_phone: bool,
    target_px: u32,
}

/// 1280 by 1024 at 400 % of zoom, where WCAG 2.5.8 wants 24 px; a small phone; a desk, where
/// eleven numbers share a row of 520 px.
const WINDOWS: [Window; 3] = [
    Window { width: 320, height: 256, is_phone: false, target_px: 24 },
    Window { width: 320, height: 568, is_phone: true, target_px: 44 },
    Window { width: 1280, height: 1024, is_phone: false, target_px: 43 },
];
/// The last of them.
const DESK: Window = WINDOWS[2];
/// How colours are wanted: a media feature and its value.
const COLOURS: [[(&str, &str); 2]; 3] = [
    [("prefers-color-scheme", "light"), ("forced-colors", "none")],
    [("prefers-color-scheme", "dark"), ("forced-colors", "none")],
    [("prefers-color-scheme", "light"), ("forced-colors", "active")],
];
/// Attributes of `<html>`.
const DIRECTIONS: [&str; 2] = [r#"lang="en""#, r#"lang="ar" dir="rtl""#];

/// A browser and a website whose pages carry the audit and axe-core.
struct Bench {
    suite: Suite,
    visitor: Visitor,
}

impl Bench {
    async fn new() -> Self {
        Self { suite: Suite::start().await, visitor: Visitor::arrive().await }
    }

    /// A website of its own, whose pages carry the audit and axe-core.
    async fn host(&self) -> Host {
        let host = Host::start(self.suite.collector.url()).await;
        for (path, script) in [("/audit.js", fixture("audit.js")), ("/axe.js", axe())] {
            host.put(path, suara_e2e::Reply::new("text/javascript", script));
        }
        refuse(&host);
        host
    }

    /// Brings the prompt into a state on a fresh page of its own origin.
    async fn bring(&self, state: &State, html: &str) -> Host {
        let host = self.host().await;
        let page = host.put("/asking", page(&self.suite, state, html));
        self.visitor.open(&page).await;
        for step in state.steps {
            self.step(state, step).await;
        }
        host
    }

    async fn step(&self, state: &State, step: &Do) {
        match step {
            Do::See(selector) => {
                let there = format!(
                    "!!document.querySelector('suara-prompt')?.shadowRoot.querySelector({})?.checkVisibility()",
                    json!(selector)
                );
                let seen = tokio::time::timeout(suara_e2e::PATIENCE, self.visitor.wait_for(&there)).await;
                assert!(seen.is_ok(), "{}: {selector} does not come", state.name);
            }
            Do::Click(selector) => self.visitor.click(selector).await,
            Do::Type(selector, text) => self.visitor.part(selector).await.send_keys(*text).await.unwrap(),
            Do::Focus(selector) => {
                let focus = "document.querySelector('suara-prompt').shadowRoot.querySelector(arguments[0]).focus({ focusVisible: true })";
                self.visitor.run(focus, json!([selector])).await;
            }
        }
    }

    async fn look(&self, Window { width, height, is_phone, .. }: Window, colours: &[(&str, &str)]) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone });
        self.visitor.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let features: Vec<_> =
            colours.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.visitor.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// What the audit finds in a window.
    async fn audit(&self, checks: &[&str], window: Window) -> Vec<String> {
        let arguments = json!([checks, window.target_px]);
        strings(&self.visitor.run("return audit.run(...arguments)", arguments).await)
    }
}

const NO_STORAGE: &str = "<script>Object.defineProperty(window, 'indexedDB', { value: undefined })</script>";

/// A place that takes no answers, for states in which they are not delivered.
fn refuse(host: &Host) {
    host.put("/away", suara_e2e::Reply { status: 503, headers: vec![], body: String::new() });
    host.put("/taken", suara_e2e::Reply { status: 204, headers: vec![], body: String::new() });
}

fn page(suite: &Suite, state: &State, html: &str) -> suara_e2e::Reply {
    let survey = (state.survey)();
    let tag = format!(
        r##"data-survey="#survey" data-delay-ms="1" data-receipt="status" data-endpoint="{}""##,
        if state.fate == Fate::Arrives { "/taken" } else { "/away" }
    );
    let page = Page { file: "asking.html", html: "", tag, ..suite.page() };
    let mut reply = page.reply();
    reply.body = reply
        .body
        .replace("<html >", &format!("<html {html}>"))
        .replace("{{before}}", if state.fate == Fate::Lost { NO_STORAGE } else { "" })
        .replace("{{more}}", "More of it.")
        .replace("{{survey}}", &survey.to_string());
    reply
}

/// axe-core's source: `$SUARA_AXE`, which `cargo xtask test` sets.
fn axe() -> String {
    let path = std::env::var_os("SUARA_AXE")
        .unwrap_or_else(|| panic!("SUARA_AXE names no axe.min.js; cargo xtask test does"));
    std::fs::read_to_string(path).unwrap()
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
}

#[tokio::test]
async fn no_state_of_the_prompt_keeps_anybody_from_answering() {
    let bench = Bench::new().await;
    // By problem, the places where it was met.
    let mut problems: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut looks, mut rules) = (0, 0);
    for state in STATES.iter().filter(|state| is_wanted(state)) {
        for html in DIRECTIONS {
            let _host = bench.bring(state, html).await;
            for (window, colours) in
                WINDOWS.into_iter().flat_map(|window| COLOURS.map(|colours| (window, colours)))
            {
                bench.look(window, &colours).await;
                let mut found = strings(&bench.visitor.see("audit.axe()").await);
                rules += found.remove(0).parse::<usize>().unwrap();
                found.extend(bench.audit(&["contrast", "targets", "overlaps", "clipped"], window).await);
                bench.visitor.see("audit.spaced(true)").await;
                found.extend(
                    bench
                        .audit(&["overlaps", "clipped"], window)
                        .await
                        .into_iter()
                        .map(|one| format!("spaced: {one}")),
                );
                bench.visitor.see("audit.spaced(false)").await;
                looks += 1;
                let place = format!(
                    "{} {html} {}x{} {} {}",
                    state.name, window.width, window.height, colours[0].1, colours[1].1
                );
                for problem in found {
                    problems.entry(problem).or_default().push(place.clone());
                }
            }
            bench.look(DESK, &COLOURS[0]).await;
        }
    }
    note(&format!("axe-core: {looks} looks, {rules} rules passed, {} problems", problems.len()));
    let tell = |(problem, places): (&String, &Vec<String>)| {
        format!("{problem}: {} times, first {}", places.len(), places[0])
    };
    assert!(problems.is_empty(), "\n{}\n", problems.iter().map(tell).collect::<Vec<_>>().join("\n"));
}

/// All, or those that `$SUARA_STATES` names.
fn is_wanted(state: &State) -> bool {
    let names = std::env::var("SUARA_STATES").unwrap_or_default();
    names.is_empty() || names.split(';').any(|name| name == state.name)
}

#[tokio::test]
async fn roles_and_names_are_those_that_are_written_down() {
    let bench = Bench::new().await;
    bench.look(DESK, &COLOURS[0]).await;
    let mut table = String::new();
    for state in STATES {
        let _host = bench.bring(state, DIRECTIONS[0]).await;
        table += &format!("# {}\n", state.name);
        let elements = bench.visitor.session().execute("return audit.controls()", vec![]).await.unwrap();
        for element in elements.elements().unwrap() {
            let (role, name) = bench.visitor.told_by(&element).await;
            table += &format!("{role} \"{name}\"\n");
        }
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/roles.txt");
    if std::env::var_os("SUARA_WRITE").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(table, written, "SUARA_WRITE=1 writes it down anew");
}

#[tokio::test]
async fn the_audit_sees_what_is_wrong() {
    let bench = Bench::new().await;
    bench.look(WINDOWS[1], &COLOURS[0]).await;
    let _host = bench.bring(&STATES[0], DIRECTIONS[0]).await;
    let spoiled = [
        (".ends { color: #aaa }", "contrast", "not 4.5:1"),
        (".tile { border-color: #ddd }", "contrast", "not 3:1"),
        (".tile, .send { min-height: 30px; height: 30px }", "targets", "not 44 by 44"),
        (".tile { margin-right: -30px; width: 90px }", "overlaps", "lies over"),
        ("legend { height: 12px; overflow: hidden }", "clipped", "is cut off"),
        (".ends { white-space: nowrap }", "clipped", "scrolls sideways"),
    ];
    for (rule, check, expected) in spoiled {
        bench.visitor.run(SPOIL, json!([rule])).await;
        let found = bench.audit(&[check], WINDOWS[1]).await;
        assert!(found.iter().any(|problem| problem.contains(expected)), "{rule}: {found:?}");
        bench.visitor.see("unspoil()").await;
    }
    bench.visitor.see("document.querySelector('suara-prompt').shadowRoot.querySelector('fieldset').removeAttribute('aria-describedby'), document.querySelector('suara-prompt').shadowRoot.querySelector('.close').removeAttribute('aria-label'), document.querySelector('suara-prompt').shadowRoot.querySelector('.close').textContent = ''").await;
    let found = strings(&bench.visitor.see("audit.axe()").await);
    assert!(found.iter().any(|problem| problem.starts_with("violation button-name")), "{found:?}");
}

const SPOIL: &str = "
    const root = document.querySelector('suara-prompt').shadowRoot
    const before = root.adoptedStyleSheets
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(arguments[0])
    root.adoptedStyleSheets = [...before, sheet]
    window.unspoil = () => { root.adoptedStyleSheets = before }";
