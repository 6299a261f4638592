//! The module that the loader imports: three functions, version 2 of the interface between them. Nothing runs before
//! one of them is called.

use js_sys::Promise;
use suara::clock::{promise, spawn};
use wasm_bindgen::prelude::*;

fn main() {}

/// Asks, if the survey is sound and the clocks allow it; `suara::ask` says what `order` holds. The promise gives why
/// not, for the owner; it is empty when the prompt is shown. Never fails towards the page.
#[wasm_bindgen]
pub fn ask(survey: String, words: String, order: JsValue) -> Promise {
    promise(async move { Ok(suara::ask(survey, words, order).await.into()) })
}

/// Closes what is open on the page's behalf.
#[wasm_bindgen]
pub fn hide() {
    suara::hide();
}

/// Delivers what an earlier page left in the outbox.
#[wasm_bindgen]
pub fn deliver() {
    spawn(suara::deliver());
}
