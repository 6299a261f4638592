//! WCAG 2.4.11: while the prompt stands, no control of the page that gets the focus is wholly behind it.

use serde_json::json;
use suara_e2e::{Host, Reply, note};
use thirtyfour::Key;

use super::state::{STATES, State};
use super::{Bench, COLOURS, DESK, DIRECTIONS, SPOIL, WINDOWS, Window};
use crate::keyboard::tab;

/// Prompts that leave the page usable, by the names of their states. A modal one does not, by intent.
const STANDING: [&str; 4] = ["nps", "follow-up", "drivers", "bar"];
/// Small controls in four columns, in more rows than a window has.
const ROWS: usize = 18;
const CONTROLS: usize = 4 * ROWS + 3;
/// The prompt stays where it stands, whatever has the focus.
const IN_THE_WAY: &str =
    ".box[data-aside] { inset-block: auto 16px !important; max-height: calc(100dvh - 32px) !important }";

/// Whether a control of the page has the focus, once the browser has scrolled to it and drawn that.
const ON_THE_PAGE: &str = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    setTimeout(() => done(!['BODY', 'SUARA-PROMPT'].includes(document.activeElement.nodeName))))))";

/// The page of a state with many controls.
fn crowd(bench: &Bench, host: &Host, state: &State, html: &str) -> String {
    let row = "<p style='display: flex; justify-content: space-around; margin: 60px 0'><a href='#here'>a</a>
        <button type=button>b</button> <input type=checkbox aria-label=c> <a href='#more'>d</a></p>";
    let mut reply = super::page(&bench.suite, state, html);
    reply.body = reply.body.replace("More of it.", &row.repeat(ROWS));
    host.put("/crowd", Reply { ..reply })
}

/// Tab from the first control of the page to the last and back; how many had the focus, and which could not be seen.
async fn tab_through(bench: &Bench, window: Window) -> (usize, Vec<String>) {
    let (mut visited, mut hidden) = (0, Vec::new());
    bench.visitor.see("(document.activeElement.blur(), scrollTo(0, 0), 1)").await;
    for held in [None, Some(Key::Shift)] {
        for _ in 0..CONTROLS + 40 {
            tab(&bench.visitor, held.clone()).await;
            if bench.visitor.see(ON_THE_PAGE).await == true {
                visited += 1;
                hidden.extend(bench.audit(&["focusHidden"], window).await);
            }
        }
    }
    (visited, hidden)
}

async fn brought(bench: &Bench, state: &State, html: &str, window: Window) -> Host {
    bench.look(DESK, &COLOURS[0]).await;
    let host = bench.host().await;
    bench.visitor.open(&crowd(bench, &host, state, html)).await;
    for step in state.steps {
        bench.step(state, step).await;
    }
    bench.look(window, &COLOURS[0]).await;
    // Where the box goes to: a pointer that rests there does not bring it back.
    bench.visitor.session().action_chain().move_to(1, 1).perform().await.unwrap();
    host
}

fn named(name: &str) -> &'static State {
    STATES.iter().find(|state| state.name == name).unwrap()
}

#[tokio::test]
async fn a_control_of_the_page_that_has_the_focus_is_never_wholly_hidden() {
    let bench = Bench::new().await;
    let mut all = 0;
    for (state, html) in STANDING.into_iter().flat_map(|name| DIRECTIONS.map(|html| (named(name), html))) {
        for window in [WINDOWS[0], DESK] {
            let _host = brought(&bench, state, html, window).await;
            let (visited, hidden) = tab_through(&bench, window).await;
            assert!(visited >= CONTROLS, "{} {html} {window:?}: only {visited} controls", state.name);
            assert_eq!(hidden, Vec::<String>::new(), "{} {html} {window:?}", state.name);
            all += visited;
        }
    }
    note(&format!(
        "{all} times a control of the page had the focus beside an open prompt, and could be seen"
    ));
}

#[tokio::test]
async fn a_prompt_that_gives_no_way_to_the_focus_is_seen() {
    let bench = Bench::new().await;
    for window in [WINDOWS[0], DESK] {
        let _host = brought(&bench, named("nps"), DIRECTIONS[0], window).await;
        bench.visitor.run(SPOIL, json!([IN_THE_WAY])).await;
        let (_, hidden) = tab_through(&bench, window).await;
        assert!(!hidden.is_empty(), "{window:?}");
    }
}
