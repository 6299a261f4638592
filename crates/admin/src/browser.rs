//! The few things that the page asks of its browser directly. Where a browser refuses, nothing happens.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use suara_insight::Day;
use wasm_bindgen_futures::JsFuture;

/// Where the reader's language is kept.
const LANGUAGE_KEY: &str = "suara-admin-language";

/// Today, in UTC.
pub(crate) fn today() -> Day {
    Day::from_unix_ms(js_sys::Date::now() as i64)
}

/// Languages by strength: the address's, the kept one, the browser's.
pub(crate) fn language_wishes() -> Vec<String> {
    let query = window().location().search().unwrap_or_default();
    let asked = web_sys::UrlSearchParams::new_with_str(&query).ok().and_then(|params| params.get("lang"));
    let kept = storage().and_then(|storage| storage.get_item(LANGUAGE_KEY).ok().flatten());
    let browser = window().navigator().languages();
    let browser = (0..browser.length()).filter_map(|index| browser.get(index).as_string());
    asked.into_iter().chain(kept).chain(browser).collect()
}

/// Keeps the reader's language for the next visit.
pub(crate) fn keep_language(tag: &str) {
    if let Some(storage) = storage() {
        // Full or forbidden storage only means that the choice is not remembered.
        let _ = storage.set_item(LANGUAGE_KEY, tag);
    }
}

/// The origin of this page, such as `https://example.com`.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Path and query of this page.
pub(crate) fn address() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// What stands behind the `#` of the address.
pub(crate) fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Names the page in the browser's tab, and its language.
pub(crate) fn describe(title: &str, language: &str) {
    document().set_title(title);
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("lang", language);
    }
}

/// Moves the keyboard to the page's content, and leaves the window where it is.
pub(crate) fn focus_content() {
    let content = document().get_element_by_id("content");
    if let Some(content) = content.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = content.focus_with_options(&options);
    }
}

/// Puts a text on the clipboard; whether that was allowed.
pub(crate) async fn copy(text: String) -> bool {
    // Without a secure context the browser has no clipboard, which this property shows and its getter does not.
    let navigator = window().navigator();
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| it.is_object());
    has_clipboard && JsFuture::from(navigator.clipboard().write_text(&text)).await.is_ok()
}

/// Takes away what stood in the page while this program was loading.
pub(crate) fn remove_placeholder() {
    if let Some(placeholder) = document().get_element_by_id("placeholder") {
        placeholder.remove();
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
