//! When the prompt may come: the rules of the tag and of the survey, the triggers, and what it waits for. Each journey
//! sees the prompt stay away first.

use serde_json::{Value, json};
use suara_e2e::{Engine, Page, Reply, Suite, Visitor, in_every_engine};

in_every_engine!(
    a_scrolled_page_asks_at_its_percentage,
    a_pointer_that_leaves_at_the_top_asks,
    a_click_on_what_was_named_asks_and_no_other,
    an_event_asks_when_its_properties_fit,
    an_event_from_before_the_loader_came_counts,
    a_delay_beside_another_trigger_is_counted_from_that_one,
    time_on_the_page_asks,
    an_element_that_comes_late_is_waited_for,
    an_open_dialog_is_waited_for,
    who_is_typing_is_not_disturbed,
    a_button_that_has_the_focus_is_no_field,
    a_rule_that_cannot_be_read_asks_nobody,
);

/// The loader as it ships, with the facts of a visit in the place of this browser's.
const JUDGE: &str = r"
const [, source, cases, usual] = arguments
document.body.insertAdjacentHTML('beforeend', '<div id=checkout></div>')
const judge = async ({ when, visit }) => {
  const facts = { ...usual, ...visit }
  const now = Date.parse(facts.now)
  const tag = document.createElement('script')
  Object.assign(tag, { type: 'text/plain', src: '/suara.js' })
  Object.assign(tag.dataset, { survey: 'nps', trigger: 'manual', when: JSON.stringify(when), locale: facts.language })
  document.head.append(tag)
  const day = Math.floor(now / 864e5)
  const kept = { first: day - facts.first_days_ago, views: facts.views - 1, draw: facts.draw }
  const fake = { requestIdleCallback: () => {} }
  const parts = {
    window: fake,
    location: new URL(facts.url),
    Date: class extends Date { static now() { return now } },
    matchMedia: () => ({ matches: facts.device !== 'desktop' }),
    screen: facts.device === 'phone' ? { width: 390, height: 844 } : { width: 820, height: 1180 },
    localStorage: { suara: JSON.stringify(kept) },
    customElements: { define() {} },
  }
  new Function(...Object.keys(parts), source)(...Object.values(parts))
  await fake.suara('identify', facts.attributes)
  const [{ rows }] = await fake.suara('status')
  tag.remove()
  return rows.filter(([rule, holds]) => rule !== 'clocks' && !holds).map(([rule]) => rule)
}
return (async () => {
  const found = []
  for (const one of cases) found.push(await judge(one))
  return found
})()";

#[tokio::test]
async fn every_case_of_the_targeting_table_is_judged_alike_in_the_browser() {
    for (case, found) in judged("cases", JUDGE).await {
        assert_eq!(sorted(&found), sorted(&case["fails"]), "{}", case["name"]);
    }
}

/// The cases of one part of the targeting table, each with what a script finds for it in an empty page. The script is given
/// the collector's address, the loader's source, the cases, and the facts that they share.
async fn judged(part: &str, script: &str) -> Vec<(Value, Value)> {
    let table: Value = serde_json::from_str(include_str!("../../../fixtures/targeting.json")).unwrap();
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    visitor.open(&suite.put(&Page { file: "bare.html", html: "", ..suite.page() })).await;
    let url = suite.collector.url();
    let source = reqwest::get(format!("{url}/suara.js")).await.unwrap().text().await.unwrap();
    let cases = table[part].as_array().unwrap();
    let found = visitor.run(script, json!([url, source, cases, table["visit"]])).await;
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), cases.len());
    cases.iter().cloned().zip(found.iter().cloned()).collect()
}

/// The asking script as it ships, with what the loader shares and a clock that is turned by hand; which moments make it
/// fetch the prompt. Rules of a survey and of a tag have the same moments.
const WATCH: &str = r"
const [url, source, cases] = arguments
const turn = setTimeout
let now, timers, ids = 0, hidden = false
const flush = () => new Promise(done => turn(done))
const advance = async ms => {
  const end = now + ms
  for (;;) {
    await flush()
    const next = timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
    if (!next) break
    now = next.at
    timers.splice(timers.indexOf(next), 1)
    next.task()
  }
  now = end
}
const matcher = () => new Promise(done => {
  const first = { survey: 'nps', trigger: 'manual', open: async () => ({ default: (...shared) => done(shared[4]) }) }
  const fake = { suara: { first } }
  new Function('window', 'customElements', source)(fake, { define() {} })
  fake.suara('show')
})
const watch = async (ask, match, when, own, moment) => {
  now = 1e12
  timers = []
  scrollTo(0, 0)
  const events = []
  let fires = false
  const base = { plain: '', source: url, open: async name => { fires ||= name === 'plain.js'; throw 'far enough' } }
  const job = { survey: 'nps', text: JSON.stringify({ when: own }), when }
  const page = ask(base, { nps: job }, events, async () => [['clocks', true, []]], match)
  const { loaded_ms, visible_ms = loaded_ms, scrolled_percent = 0, exit, clicked = [], event, since_ms = 0 } = moment
  const triggered_ms = loaded_ms - since_ms
  const seen_ms = Math.min(visible_ms, triggered_ms)
  const run = page.run(job)
  await advance(seen_ms)
  hidden = visible_ms < loaded_ms
  dispatchEvent(new Event('visibilitychange'))
  await advance(triggered_ms - seen_ms)
  const { scrollHeight } = document.documentElement
  scrollTo(0, scrollHeight * scrolled_percent / 100 - innerHeight)
  dispatchEvent(new Event('scroll'))
  if (exit) document.body.dispatchEvent(new MouseEvent('mouseout', { bubbles: true, clientY: -1, relatedTarget: null }))
  for (const selector of clicked) document.querySelector(selector).click()
  if (event) { events.push([event.name, event.props]); page.tracked() }
  await advance(since_ms)
  await flush()
  hidden = false
  if (job.run) job.run.abort()
  await run
  return fires
}
return (async () => {
  const match = await matcher()
  const ask = (await import(`${url}/${/s\/\w+\//.exec(source)[0]}ask.js`)).default
  document.body.insertAdjacentHTML('beforeend', '<b class=help>?</b><b class=menu>=</b><div style=height:9000px></div>')
  window.setTimeout = (task, ms = 0) => (timers.push({ task, at: now + ms, id: ++ids }), ids)
  window.clearTimeout = id => { timers = timers.filter(timer => timer.id !== id) }
  Date.now = () => now
  Object.defineProperty(Document.prototype, 'hidden', { get: () => hidden })
  const found = []
  for (const { when, moment } of cases)
    found.push([await watch(ask, match, {}, when, moment), await watch(ask, match, when, {}, moment)])
  return found
})()";

#[tokio::test]
async fn every_moment_of_the_targeting_table_is_seen_alike_in_the_browser() {
    for (case, found) in judged("moments", WATCH).await {
        assert_eq!(found, json!([case["fires"], case["fires"]]), "{}", case["name"]);
    }
}

/// Which rules fail, not in which order.
fn sorted(rules: &Value) -> Vec<&str> {
    let mut rules: Vec<_> = rules.as_array().unwrap().iter().map(|rule| rule.as_str().unwrap()).collect();
    rules.sort_unstable();
    rules
}

#[tokio::test]
async fn a_condition_of_the_tag_that_does_not_hold_costs_one_request() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let tag = tag("nps", &json!({ "url": [{ "contains": "/checkout" }] }));
    visitor.open(&suite.put(&Page { tag, source: suite.relay.url(), ..suite.page() })).await;
    assert_quiet(&visitor).await;
    assert_eq!(suite.relay.passed_on(), ["GET /suara.js"]);
    assert_eq!(visitor.see("localStorage.length").await, 0, "no rule wanted anything kept");
}

#[tokio::test]
async fn a_condition_of_the_survey_that_does_not_hold_costs_no_prompt() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let page = page(&suite, &json!({ "views": 2, "delay_ms": 100 }));
    let page = suite.put(&Page { source: suite.relay.url(), ..page });
    visitor.open(&page).await;
    armed(&visitor).await;
    assert_quiet(&visitor).await;
    let fetched = suite.relay.passed_on();
    assert_eq!(fetched.len(), 2, "{fetched:?}");
    assert!(fetched[1].ends_with("/ask.js"), "{fetched:?}");
    let kept = visitor.see("JSON.parse(localStorage.suara)").await;
    assert_eq!(kept["views"], 1, "{kept}");
    assert_eq!(kept.as_object().unwrap().len(), 3, "nothing that could tell visitors apart: {kept}");
    visitor.reload().await;
    visitor.asked("score").await;
}

#[tokio::test]
async fn who_is_drawn_once_is_drawn_on_every_page() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let page = page(&suite, &json!({ "sample_percent": 50, "views": 99 }));
    let page = suite.put(&page);
    visitor.open(&page).await;
    let mut draws = Vec::new();
    for _ in 0..5 {
        visitor.reload().await;
        visitor.wait_for("!!localStorage.suara").await;
        draws.push(visitor.see("JSON.parse(localStorage.suara).draw").await);
    }
    draws.dedup();
    assert_eq!(draws.len(), 1, "{draws:?}");
}

#[tokio::test]
async fn two_tabs_that_are_due_at_the_same_moment_ask_once() {
    let suite = Suite::start().await;
    let visitor = Visitor::arrive().await;
    let page = suite.put(&page(&suite, &json!({ "event": { "name": "go" } })));
    let starts = "new BroadcastChannel('go').onmessage = () => suara('track', 'go')";
    let session = visitor.session();
    visitor.open(&page).await;
    armed(&visitor).await;
    visitor.see(starts).await;
    let first = session.window().await.unwrap();
    let second = session.new_tab().await.unwrap();
    session.switch_to_window(second.clone()).await.unwrap();
    visitor.open(&page).await;
    armed(&visitor).await;
    visitor.see("(new BroadcastChannel('go').postMessage(1), suara('track', 'go'), 1)").await;
    visitor.wait_for("(async () => (await suara('status'))[0].rows[0][1] === false)()").await;
    // Delivered by the tab that asks.
    suite.collector.only_row("shown").await;
    let mut shown = 0;
    for tab in [first, second] {
        session.switch_to_window(tab).await.unwrap();
        settled(&visitor).await;
        shown += visitor.see("document.querySelectorAll('suara-prompt').length").await.as_i64().unwrap();
    }
    assert_eq!(shown, 1);
    suite.collector.only_row("shown").await;
}

async fn a_scrolled_page_asks_at_its_percentage(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = page(&suite, &json!({ "scroll_percent": 60 }));
    visitor.open(&suite.put(&Page { html: r#"lang="en" style="height: 9000px""#, ..page })).await;
    armed(&visitor).await;
    visitor.see("(scrollTo(0, 400), 1)").await;
    assert_quiet(&visitor).await;
    visitor.see("(scrollTo(0, 8000), 1)").await;
    visitor.asked("score").await;
}

async fn a_pointer_that_leaves_at_the_top_asks(engine: Engine) {
    let (_suite, visitor) = visit(engine, &json!({ "exit": true })).await;
    let out = |y: i32| {
        format!(
            "document.body.dispatchEvent(new MouseEvent('mouseout', {{ bubbles: true, clientY: {y}, relatedTarget: null }}))"
        )
    };
    visitor.see(&out(400)).await;
    assert_quiet(&visitor).await;
    visitor.see(&out(-1)).await;
    visitor.asked("score").await;
}

async fn a_click_on_what_was_named_asks_and_no_other(engine: Engine) {
    let (_suite, visitor) = visit(engine, &json!({ "click": "#link" })).await;
    visitor.find("h1").await.click().await.unwrap();
    assert_quiet(&visitor).await;
    visitor.find("#link").await.click().await.unwrap();
    visitor.asked("score").await;
}

async fn an_event_asks_when_its_properties_fit(engine: Engine) {
    let when = json!({ "event": { "name": "bought", "where": { "plan": ["pro", "team"] } } });
    let (_suite, visitor) = visit(engine, &when).await;
    visitor
        .see("(suara('track', 'opened', { plan: 'pro' }), suara('track', 'bought', { plan: 'free' }), 1)")
        .await;
    assert_quiet(&visitor).await;
    visitor.see("(suara('track', 'bought', { plan: 'pro' }), 1)").await;
    visitor.asked("score").await;
}

async fn an_event_from_before_the_loader_came_counts(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let page = page(&suite, &json!({ "event": { "name": "bought" } }));
    let reply = queued(&page, "suara('track', 'bought')");
    visitor.open(&suite.host.put("/queued", reply)).await;
    visitor.asked("score").await;
}

async fn a_delay_beside_another_trigger_is_counted_from_that_one(engine: Engine) {
    let (_suite, visitor) = visit(engine, &json!({ "event": { "name": "go" }, "delay_ms": 700 })).await;
    settled(&visitor).await;
    assert_quiet(&visitor).await;
    let since = "(window.began = performance.now(), suara('track', 'go'), 1)";
    visitor.see(since).await;
    visitor.wait_for("!!document.querySelector('suara-prompt')").await;
    let ms = visitor.see("performance.now() - began").await.as_f64().unwrap();
    assert!(ms >= 700.0, "{ms} ms");
}

async fn time_on_the_page_asks(engine: Engine) {
    let (_suite, visitor) = visit(engine, &json!({ "dwell_ms": 1500 })).await;
    visitor.wait_for("!!document.querySelector('suara-prompt')").await;
    let ms = visitor.see("performance.now()").await.as_f64().unwrap();
    assert!(ms >= 1500.0, "{ms} ms");
}

async fn an_element_that_comes_late_is_waited_for(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let tag = tag("nps", &json!({ "present": "#late", "delay_ms": 1 }));
    visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
    assert_quiet(&visitor).await;
    visitor
        .see("(document.body.append(document.createElement('p')), document.body.lastChild.id = 'early', 1)")
        .await;
    assert_quiet(&visitor).await;
    let late = "{ const late = document.createElement('p'); late.id = 'late'; document.body.append(late) }";
    visitor.run(late, json!([])).await;
    visitor.asked("score").await;
}

async fn an_open_dialog_is_waited_for(engine: Engine) {
    let (_suite, visitor) = visit(engine, &json!({ "event": { "name": "go" } })).await;
    let opens = "{ const dialog = document.createElement('dialog'); dialog.textContent = 'Sure?'
        dialog.id = 'dialog'; document.body.append(dialog); dialog.showModal(); suara('track', 'go') }";
    visitor.run(opens, json!([])).await;
    assert_quiet(&visitor).await;
    visitor.see("document.querySelector('#dialog').close()").await;
    visitor.asked("score").await;
}

async fn who_is_typing_is_not_disturbed(engine: Engine) {
    let (_suite, visitor) = visit(engine, &json!({ "event": { "name": "go" } })).await;
    visitor.find("#field").await.send_keys("half a se").await.unwrap();
    visitor.see("(suara('track', 'go'), 1)").await;
    assert_quiet(&visitor).await;
    visitor.find("h1").await.click().await.unwrap();
    visitor.asked("score").await;
}

async fn a_button_that_has_the_focus_is_no_field(engine: Engine) {
    let (_suite, visitor) = visit(engine, &json!({ "event": { "name": "go" } })).await;
    let button = "<input type=button id=act value=Go onclick=\"suara('track', 'go')\">";
    visitor
        .see(&format!("(document.body.insertAdjacentHTML('beforeend', `{button}`), act.focus(), 1)"))
        .await;
    visitor.find("#act").await.click().await.unwrap();
    visitor.asked("score").await;
}

async fn a_rule_that_cannot_be_read_asks_nobody(engine: Engine) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    let tag = r#"data-survey="nps" data-delay-ms="1" data-when="{views: 1}""#.to_owned();
    visitor.open(&suite.put(&Page { tag, ..suite.page() })).await;
    assert_quiet(&visitor).await;
    let rows = visitor.see("suara('status').then(found => found[0].rows)").await;
    assert_eq!(rows[1], json!(["unreadable", false, "{views: 1}"]));
    assert_eq!(visitor.see("watched.errors").await, json!([]));
}

/// A page that calls before the loader is there.
pub(crate) fn queued(page: &Page, call: &str) -> Reply {
    let stub = "window.suara = window.suara || function () { (suara.q = suara.q || []).push(arguments) }";
    let mut reply = page.reply();
    let before = format!("<script>{stub}; {call}</script><script src=\"http");
    assert!(reply.body.contains("<script src=\"http"), "the tag");
    reply.body = reply.body.replacen("<script src=\"http", &before, 1);
    reply
}

/// The tag of a survey with rules of its own.
pub(crate) fn tag(survey: &str, when: &Value) -> String {
    format!(r#"data-survey="{survey}" data-when='{when}'"#)
}

/// A page whose survey has these rules.
pub(crate) fn page(suite: &Suite, when: &Value) -> Page {
    let survey = json!({
        "id": "nps", "version": 1, "when": when,
        "questions": [
            { "id": "score", "kind": "nps", "text": { "en": "Would you send a friend to us?" } },
            { "id": "reason", "kind": "text", "text": { "en": "Why?" } }
        ]
    });
    suite.host.put("/survey.json", Reply::new("application/json", survey.to_string()));
    Page { tag: r#"data-survey="/survey.json""#.to_owned(), ..suite.page() }
}

/// A visitor on such a page, whose triggers listen.
async fn visit(engine: Engine, when: &Value) -> (Suite, Visitor) {
    let suite = Suite::start().await;
    let visitor = engine.visitor().await;
    visitor.open(&suite.put(&page(&suite, when))).await;
    armed(&visitor).await;
    (suite, visitor)
}

/// Waits until the survey is there and its triggers listen.
pub(crate) async fn armed(visitor: &Visitor) {
    visitor.wait_for("(async () => !!window.suara && !!(await suara('status'))[0].own)()").await;
    settled(visitor).await;
}

/// Waits until the page is idle and what was about to happen had its time.
pub(crate) async fn settled(visitor: &Visitor) {
    let idle = "new Promise(done => setTimeout(() => (window.requestIdleCallback || setTimeout)(() => done(true)), 300))";
    visitor.wait_for(idle).await;
}

/// No prompt, though there was time for one.
pub(crate) async fn assert_quiet(visitor: &Visitor) {
    settled(visitor).await;
    assert_eq!(visitor.see("document.querySelectorAll('html > suara-prompt').length").await, 0);
}
