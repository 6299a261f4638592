//! The component that an app written with Leptos mounts, in a browser.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use leptos::mount::mount_to;
use leptos::prelude::*;
use suara::{Ask, Place, clock};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// A survey that no test has asked before.
fn survey(id: &str) -> String {
    let text = r#"{"en":"Would you come back?","id":"Apakah Anda akan kembali?"}"#;
    let no_waits = r#"{"seen":0,"dismissed":0,"answered":0}"#;
    format!(
        r#"{{"id":"{id}","version":1,"questions":[{{"id":"score","kind":"nps","text":{text}}}],
        "timing":{{"again_after_days":{no_waits},"others_after_days":{no_waits}}}}}"#
    )
}

fn page() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

fn fresh_section() -> HtmlElement {
    let section = page().create_element("section").unwrap();
    page().body().unwrap().append_child(&section).unwrap();
    section.unchecked_into()
}

/// Waits up to five seconds.
async fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    for _ in 0..100 {
        if let Some(found) = found() {
            return found;
        }
        clock::sleep_ms(50).await;
    }
    panic!("waited for {what}")
}

fn question_under(root: &Element) -> Option<String> {
    root.query_selector("suara-prompt").ok()??.shadow_root()?.query_selector("legend").ok()??.text_content()
}

#[wasm_bindgen_test]
async fn it_asks_where_it_stands_in_the_visitors_language_and_goes_with_the_app() {
    let section = fresh_section();
    let is_there = RwSignal::new(true);
    let handle = mount_to(section.clone(), move || {
        view! {
            <Show when=move || is_there.get()>
                <Ask survey=survey("here") endpoint="/nowhere" locale="id-ID" place=Place::Here />
            </Show>
        }
    });
    let question = until("the question", || question_under(&section)).await;
    assert_eq!(question, "Apakah Anda akan kembali?");
    is_there.set(false);
    let gone = || page().query_selector("suara-prompt").unwrap().is_none().then_some(());
    until("the end of the question", gone).await;
    drop(handle);
}

#[wasm_bindgen_test]
async fn a_survey_that_is_wrong_shows_nothing() {
    let section = fresh_section();
    let handle = mount_to(section.clone(), || {
        view! { <Ask survey="{}" endpoint="/nowhere" place=Place::Here /> }
    });
    clock::sleep_ms(300).await;
    assert!(section.query_selector("suara-prompt").unwrap().is_none());
    drop(handle);
}
