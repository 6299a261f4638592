//! The module that the loader imports: two functions, version 1 of the interface between them. Nothing runs before one
//! of them is called.

use suara::clock::spawn;
use suara::{Destination, Order};
use wasm_bindgen::prelude::*;

fn main() {}

/// Asks, if the survey is sound and the clocks allow it. Never fails towards the page. Plain values, because they cross
/// from JavaScript cheaper than a struct.
#[wasm_bindgen]
pub fn ask(
    survey: String,
    words: String,
    name: String,
    locale: String,
    url: String,
    receipt: bool,
    again: bool,
) {
    spawn(suara::ask(Order {
        survey,
        words,
        name,
        locale,
        destination: Destination { url, receipt },
        again,
    }));
}

/// Delivers what an earlier page left in the outbox.
#[wasm_bindgen]
pub fn deliver() {
    spawn(suara::deliver());
}
