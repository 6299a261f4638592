//! How large an element is, so that a chart can be laid out in real pixels and its text keeps its size.

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

/// In CSS pixels, without padding and border.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Size {
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The inner size of `element`, 0 by 0 until it is on the screen.
pub(crate) fn size_of(element: NodeRef<Div>) -> ReadSignal<Size> {
    let size = RwSignal::new(Size::default());
    let observing = StoredValue::new_local(None);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let handler = Closure::new(move |entries: js_sys::Array| {
            if let Ok(entry) = entries.get(0).dyn_into::<ResizeObserverEntry>() {
                let inner = entry.content_rect();
                size.try_set(Size { width: inner.width().floor(), height: inner.height().floor() });
            }
        });
        if let Ok(observer) = ResizeObserver::new(handler.as_ref().unchecked_ref()) {
            observer.observe(&element);
            observing.set_value(Some(Observing { observer, _handler: handler }));
        }
    });
    size.read_only()
}
