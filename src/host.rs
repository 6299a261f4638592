//! The one element that we add to the page: a popover on `<html>` with a shadow root, where neither the page's styles
//! nor its `inert`, `zoom` or `transform` on `<body>` reach.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use leptos::mount::mount_to;
use leptos::prelude::IntoView;
use suara_survey::PAGE_MAX_BYTES;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, Document, Event, FocusEvent, HtmlElement, ShadowRootInit, ShadowRootMode};

const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/prompt.css"));

/// The host element while it is on the page.
#[derive(Clone, Debug)]
pub struct Host {
    element: HtmlElement,
    /// What had the focus before it came to us.
    came_from: Rc<RefCell<Option<HtmlElement>>>,
}

impl Host {
    /// Puts the host on the page and mounts what `view` makes; `view` gets the means to close it. None if the browser
    /// lacks what it takes; then nothing stays behind.
    pub fn open<V: IntoView + 'static>(
        lang: &str,
        view: impl FnOnce(Rc<dyn Fn()>) -> V + 'static,
    ) -> Option<()> {
        let document = web_sys::window()?.document()?;
        let element: HtmlElement = document.create_element("suara-prompt").ok()?.unchecked_into();
        let inner = shadow(&document, &element)?;
        element.set_attribute("popover", "manual").ok()?;
        element.set_attribute("lang", lang).ok()?;
        let host = Self { element, came_from: Rc::default() };
        host.remember_focus();
        document.document_element()?.append_child(&host.element).ok()?;
        let unmount = Rc::new(RefCell::new(None));
        let close: Rc<dyn Fn()> = Rc::new({
            let (host, unmount) = (host.clone(), Rc::clone(&unmount));
            move || host.close(&mut unmount.borrow_mut().take())
        });
        *unmount.borrow_mut() = Some(mount_to(inner, move || view(close)));
        // Without popovers the style sheet still fixes the host to its corner, above the page.
        host.element.show_popover().ok();
        Some(())
    }

    /// Dropping the handle unmounts the view; the focus goes back to where it came from.
    fn close<T>(&self, unmount: &mut Option<T>) {
        let back = self.element.matches(":focus-within").unwrap_or(false);
        self.element.remove();
        drop(unmount.take());
        if let Some(element) = self.came_from.take().filter(|_| back) {
            element.focus().ok();
        }
        crate::closed();
    }

    fn remember_focus(&self) {
        let came_from = Rc::clone(&self.came_from);
        // The kind of closure that Leptos makes for its events: another kind would bring its own glue.
        let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            if let Some(element) =
                event.unchecked_ref::<FocusEvent>().related_target().map(|target| target.unchecked_into())
            {
                *came_from.borrow_mut() = Some(element);
            }
        });
        self.element.add_event_listener_with_callback("focusin", listener.as_ref().unchecked_ref()).ok();
        // The listener lives as long as the element that holds it.
        listener.forget();
    }
}

/// A shadow root with our style sheet and one `<div>` to mount into: Leptos drops views that swap when they stand
/// directly under the root.
fn shadow(document: &Document, element: &HtmlElement) -> Option<HtmlElement> {
    let root = element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?;
    // A constructed sheet is the one kind that a strict `style-src` lets through without a nonce.
    let sheet = CssStyleSheet::new().ok()?;
    sheet.replace_sync(STYLE).ok()?;
    root.set_adopted_style_sheets(&Array::of1(&sheet));
    let inner = document.create_element("div").ok()?;
    root.append_child(&inner).ok()?;
    Some(inner.unchecked_into())
}

/// Origin and path of this page. The query and the fragment may carry what is nobody's business.
pub(crate) fn page() -> Option<String> {
    let location = web_sys::window()?.location();
    let page = location.origin().ok()? + &location.pathname().ok()?;
    // An answer is worth more than an address that no receiver would take.
    if page.len() > PAGE_MAX_BYTES { location.origin().ok() } else { Some(page) }
}
