//! How wide an element is, so that a chart can be laid out in real pixels and its text keeps its size.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{ResizeObserver, ResizeObserverEntry};

/// An observer that lasts as long as the component that made it.
struct Observing {
    observer: ResizeObserver,
    _handler: Closure<dyn FnMut(js_sys::Array)>,
}

impl Drop for Observing {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The inner width of `element` in CSS pixels, 0 until it is on the screen.
pub(crate) fn width_of(element: NodeRef<Div>) -> ReadSignal<f64> {
    let width = RwSignal::new(0.0);
    let observing = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let handler = Closure::new(move |entries: js_sys::Array| {
            if let Ok(entry) = entries.get(0).dyn_into::<ResizeObserverEntry>() {
                width.try_set(entry.content_rect().width().floor());
            }
        });
        if let Ok(observer) = ResizeObserver::new(handler.as_ref().unchecked_ref()) {
            observer.observe(&element);
            observing.set_value(Some(Observing { observer, _handler: handler }));
        }
    });
    width.read_only()
}
