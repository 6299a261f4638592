//! The one element that we add to the page, with a shadow root, where neither the page's styles nor its `inert`, `zoom`
//! or `transform` on `<body>` reach; and the box within it, which is what a visitor sees.

mod watch;

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use leptos::mount::mount_to;
use leptos::prelude::*;
use suara_survey::PAGE_MAX_BYTES;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, Element, Event, HtmlElement, ShadowRootInit, ShadowRootMode};

use crate::dom::{document, element, set};
use crate::look::Look;
use crate::words::Words;
use watch::Watch;

/// The host element while it is on the page.
pub struct Host {
    element: Element,
    /// A popover, a dialog or a plain box.
    frame: HtmlElement,
    kind: String,
    /// The page's own element: it stays when we go.
    is_pages: bool,
    /// What had the focus before it came to us.
    came_from: RefCell<Option<HtmlElement>>,
    /// When anything last got the focus, by the clock of events.
    focused_ms: Cell<f64>,
    /// How often the page took it away.
    wiped: Cell<u8>,
    watch: RefCell<Option<Watch>>,
    view: RefCell<Option<Box<dyn Any>>>,
}

thread_local! {
    static OPEN: RefCell<Option<Rc<Host>>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    type Dialog;
    #[wasm_bindgen(method, catch, js_name = showModal)]
    fn show_modal(this: &Dialog) -> Result<(), JsValue>;
}

impl Host {
    /// Puts the host on the page and mounts a section in it, which `begin` fills; it also gets the means to close it.
    /// None if the browser lacks what it takes; then nothing stays behind.
    ///
    /// Not as `<Prompt />`: what Leptos does so that a view may be sent between threads would bring threads into
    /// the module.
    pub(crate) fn open(look: &Look, words: &Words, begin: impl FnOnce(Element, Rc<dyn Fn()>)) -> Option<()> {
        if is_open() {
            return None;
        }
        // What is not open makes room.
        hide();
        let host = Rc::new(Self::new(look)?);
        let frame = &host.frame;
        let (lang, dir) = (words.get("locale"), words.get("dir"));
        let attributes = [
            ("class", "box"),
            ("data-kind", &look.kind),
            ("data-at", &look.position),
            ("lang", &lang),
            ("dir", &dir),
        ];
        for (name, value) in attributes {
            set(frame, name, value);
        }
        if look.kind == "modal" {
            set(frame, "aria-label", &words.get("region"));
        }
        host.watch.replace(Some(Watch::new(&host)?));
        host.show()?;
        OPEN.set(Some(Rc::clone(&host)));
        let handle = mount_to(frame.clone(), || view! { <section class="card"></section> });
        host.view.replace(Some(Box::new(handle)));
        begin(frame.first_element_child()?, Rc::new(close));
        if look.kind == "modal" {
            crate::dom::focus(frame, ".ask");
        }
        Some(())
    }

    fn new(look: &Look) -> Option<Self> {
        let (element, is_pages) = place(look)?;
        let root = match element.shadow_root() {
            Some(root) => root,
            None => element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?,
        };
        root.set_text_content(None);
        // A constructed sheet is the one kind that a strict `style-src` lets through without a nonce.
        let sheet = CssStyleSheet::new().ok()?;
        sheet.replace_sync(&look.sheet).ok()?;
        root.set_adopted_style_sheets(&Array::of1(&sheet));
        // Leptos drops views that swap when they stand directly under the root.
        let frame = crate::dom::element(if look.kind == "modal" { "dialog" } else { "div" })?;
        root.append_child(&frame).ok()?;
        Some(Self {
            element,
            frame: frame.unchecked_into(),
            kind: look.kind.clone(),
            is_pages,
            came_from: RefCell::default(),
            focused_ms: Cell::new(f64::MIN),
            wiped: Cell::default(),
            watch: RefCell::default(),
            view: RefCell::default(),
        })
    }

    /// Onto the page and, but for an inline prompt, above all of it. None if the page lets nothing be put into it.
    fn show(&self) -> Option<()> {
        if self.kind == "inline" {
            return Some(());
        }
        document()?.document_element()?.append_child(&self.element).ok()?;
        if self.kind == "modal" {
            return self.frame.unchecked_ref::<Dialog>().show_modal().ok();
        }
        set(&self.frame, "popover", "manual");
        if self.frame.show_popover().is_err() {
            // Without popovers the style sheet still fixes the box to its corner, above the page.
            self.frame.remove_attribute("popover").ok();
        }
        Some(())
    }
}

/// Where the host stands: the page's own element, a new one within its element, or a new one at the end of the page.
fn place(look: &Look) -> Option<(Element, bool)> {
    let fresh = || element("suara-prompt");
    if look.kind != "inline" {
        return Some((fresh()?, false));
    }
    let target = look.target.clone()?;
    let target: Element = match target.as_string() {
        Some(selector) => document()?.query_selector(&selector).ok()??,
        None => target.dyn_into().ok()?,
    };
    if target.local_name() == "suara-prompt" {
        return Some((target, true));
    }
    let host = fresh()?;
    target.append_child(&host).ok()?;
    Some((host, false))
}

/// Whether something is being asked. Not by a closed tab, and not where the page has taken our element away.
pub(crate) fn is_open() -> bool {
    OPEN.with_borrow(|host| {
        let open = |host: &Rc<Host>| {
            host.element.is_connected() && crate::dom::find(&host.frame, "[data-stage=tab]").is_none()
        };
        host.as_ref().is_some_and(open)
    })
}

/// Unmounts the view and leaves nothing behind; the focus goes back to where it came from.
pub(crate) fn close() {
    let Some(host) = OPEN.take() else { return };
    let back = host.frame.matches(":focus-within").unwrap_or(false);
    host.watch.take();
    if host.is_pages {
        host.frame.remove();
    } else {
        host.element.remove();
    }
    drop(host.view.take());
    if let Some(element) = host.came_from.take().filter(|_| back) {
        element.focus().ok();
    }
}

/// Closes what is open on the page's behalf: nobody dismissed it.
pub fn hide() {
    let card = OPEN.with_borrow(|host| host.as_ref()?.frame.first_element_child());
    if let (Some(card), Ok(event)) = (card, Event::new("suara:hide")) {
        card.dispatch_event(&event).ok();
    }
}

/// Origin and path of this page. The query and the fragment may carry what is nobody's business.
pub(crate) fn page() -> Option<String> {
    let location = web_sys::window()?.location();
    let page = location.origin().ok()? + &location.pathname().ok()?;
    // An answer is worth more than an address that no receiver would take.
    if page.len() > PAGE_MAX_BYTES { location.origin().ok() } else { Some(page) }
}
