//! Elements made, filled and found by hand. A view of Leptos's for each kind of question would bring its own code for
//! building and rebuilding into the module; a step of questions is a plain loop over these.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

const SVG: &str = "http://www.w3.org/2000/svg";

/// The page's document.
pub(crate) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// A new element, described as in `input type=radio name=sort`: one text is smaller than a list of pairs. None only
/// where there is no document.
pub(crate) fn element(description: &str) -> Option<Element> {
    let mut parts = description.split(' ');
    let element = document()?.create_element(parts.next()?).ok()?;
    for part in parts {
        let (name, value) = part.split_once('=')?;
        set(&element, name, value);
    }
    Some(element)
}

/// The same with a text in it.
pub(crate) fn labelled(description: &str, text: &str) -> Option<Element> {
    let element = element(description)?;
    set(&element, "", text);
    Some(element)
}

/// A picture of one path in a square of 24, in the colour of the text around it. Its name stands elsewhere.
pub(crate) fn icon(path: &str) -> Option<Element> {
    let make = |tag| document()?.create_element_ns(Some(SVG), tag).ok();
    let (picture, line) = (make("svg")?, make("path")?);
    set(&picture, "viewBox", "0 0 24 24");
    set(&picture, "aria-hidden", "true");
    set(&line, "d", path);
    put(&picture, &[&line]);
    Some(picture)
}

/// Sets an attribute, or the text if it has no name. Writes only what changes, so that no observer or screen reader
/// hears of the same twice.
pub(crate) fn set(element: &Element, name: &str, value: &str) {
    if !name.is_empty() {
        element.set_attribute(name, value).ok();
    } else if element.text_content().is_none_or(|text| text != value) {
        element.set_text_content(Some(value));
    }
}

/// Sets or removes an attribute that has no value.
pub(crate) fn turn(element: &Element, name: &str, on: bool) {
    element.toggle_attribute_with_force(name, on).ok();
}

/// Appends children.
pub(crate) fn put(parent: &Element, children: &[&Element]) {
    for child in children {
        parent.append_child(child).ok();
    }
}

/// The first element within that a selector fits.
pub(crate) fn find(within: &Element, selector: &str) -> Option<Element> {
    within.query_selector(selector).ok()?
}

/// Moves the focus to the first element within that a selector fits.
pub(crate) fn focus(within: &Element, selector: &str) {
    if let Some(element) = find(within, selector) {
        element.unchecked_ref::<HtmlElement>().focus().ok();
    }
}
