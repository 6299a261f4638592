//! What the host listens to on the page while it is shown: where the focus is, whether a keyboard covers the prompt,
//! and whether the page has taken it away. One closure for all; dropped, nothing of it is left.

use std::rc::{Rc, Weak};

use js_sys::Reflect;
use suara_survey::lean::digits;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, EventTarget, FocusEvent, HtmlElement, MutationObserver, MutationObserverInit};

use super::Host;
use crate::dom::{document, find, set};

/// A browser scrolls to what gets the focus, some smoothly: so long after that the page's scrolling is looked at.
const SCROLLS_MS: f64 = 1000.0;
/// A page that takes the prompt away more often than this means it.
const WIPES_MAX: u8 = 3;

/// The listeners of one host.
pub(super) struct Watch {
    listener: Closure<dyn FnMut(Event)>,
    heard: Vec<(EventTarget, &'static str)>,
    /// None where the page has taken observers away.
    observer: Option<MutationObserver>,
}

impl Watch {
    pub(super) fn new(host: &Rc<Host>) -> Option<Self> {
        let weak = Rc::downgrade(host);
        let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            hear(&weak, &event);
        });
        let function = listener.as_ref().unchecked_ref();
        let page: EventTarget = document()?.into();
        let mut heard: Vec<(EventTarget, &str)> =
            vec![(page.clone(), "focusin"), (page, "scroll"), (host.frame.clone().into(), "cancel")];
        // Whoever reaches for a box that went aside gets it back.
        heard.extend(["pointermove", "pointerdown"].map(|name| (host.frame.clone().into(), name)));
        // The part of the window that a keyboard leaves free.
        if let Some(free) = visual_viewport() {
            heard.push((free.unchecked_into(), "resize"));
        }
        for (target, name) in &heard {
            target.add_event_listener_with_callback(name, function).ok();
        }
        let observer = MutationObserver::new(function).ok();
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        if let Some(observer) = observer.as_ref().filter(|_| host.kind != "inline") {
            observer.observe_with_options(&*document()?.document_element()?, &options).ok();
        }
        Some(Self { listener, heard, observer })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
        for (target, name) in &self.heard {
            target.remove_event_listener_with_callback(name, self.listener.as_ref().unchecked_ref()).ok();
        }
    }
}

fn hear(host: &Weak<Host>, event: &Event) -> Option<()> {
    let host = host.upgrade()?;
    // An observer calls with a list, which has no type.
    match get(event, "type").as_string().as_deref() {
        Some("focusin") => host.focus_moved(event)?,
        Some("scroll") => host.scrolled(event)?,
        Some("pointermove" | "pointerdown") => set(&host.frame, "data-aside", ""),
        Some("cancel") => {
            event.prevent_default();
            find(&host.frame, ".close")?.unchecked_into::<HtmlElement>().click();
        }
        Some(_) => host.make_room()?,
        None if !host.element.is_connected() => {
            host.wiped.set(host.wiped.get() + 1);
            if host.wiped.get() > WIPES_MAX {
                super::hide();
            } else {
                host.show();
            }
        }
        None => (),
    }
    Some(())
}

impl Host {
    /// The browser brings into view what has the focus now; the box does not hide it there.
    fn scrolled(&self, event: &Event) -> Option<()> {
        if event.time_stamp() - self.focused_ms.get() < SCROLLS_MS {
            self.give_way(&document()?.active_element()?);
        }
        Some(())
    }

    /// Remembers where the focus came from. Where it goes to in the page, the box does not hide it.
    fn focus_moved(&self, event: &Event) -> Option<()> {
        let target: Element = event.target()?.unchecked_into();
        if target == self.element {
            let related = event.unchecked_ref::<FocusEvent>().related_target();
            if let Some(element) = related.map(|element| element.unchecked_into::<HtmlElement>()) {
                self.came_from.replace(Some(element));
            }
        }
        self.focused_ms.set(event.time_stamp());
        self.give_way(&target);
        Some(())
    }

    /// The box moves away from what has the focus: to the end of the window that is further.
    fn give_way(&self, focused: &Element) {
        let (spot, us) = (focused.get_bounding_client_rect(), self.frame.get_bounding_client_rect());
        let hidden = spot.top() >= us.top()
            && spot.bottom() <= us.bottom()
            && spot.left() >= us.left()
            && spot.right() <= us.right();
        let window = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64());
        let aside = match (*focused == self.element, hidden) {
            (true, _) => "",
            (_, false) => return,
            _ if spot.top() + spot.bottom() > window.unwrap_or_default() => "top",
            _ => "bottom",
        };
        set(&self.frame, "data-aside", aside);
    }

    /// Lifts the box above a keyboard.
    fn make_room(&self) -> Option<()> {
        let free = visual_viewport()?;
        let (height, top) = (get(&free, "height").as_f64()?, get(&free, "offsetTop").as_f64()?);
        let covered = web_sys::window()?.inner_height().ok()?.as_f64()? - height - top;
        let style = self.frame.style();
        for (name, px) in [("--free", height), ("--covered", covered.max(0.0))] {
            style.set_property(name, &[&digits(px as i64), "px"].concat()).ok();
        }
        Some(())
    }
}

fn visual_viewport() -> Option<JsValue> {
    let window = web_sys::window()?;
    Some(get(&window, "visualViewport")).filter(|free| free.is_object())
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}
