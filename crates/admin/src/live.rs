//! Hears from the collector that something changed. What changed is for the listener to fetch.

use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{Event, EventSource};

/// How long to wait before connecting anew when the browser has given up doing so.
const AGAIN: Duration = Duration::from_secs(5);

/// A connection that lasts as long as the component that made it.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// Whether the collector is listened to at this moment.
    pub(crate) connected: ReadSignal<bool>,
}

/// The parts of an open connection.
struct Line {
    source: EventSource,
    _handlers: [Closure<dyn FnMut(Event)>; 3],
}

impl Drop for Line {
    fn drop(&mut self) {
        self.source.close();
    }
}

#[derive(Clone, Copy)]
struct Listener {
    address: StoredValue<String>,
    line: StoredValue<Option<Line>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    connected: RwSignal<bool>,
    changed: Callback<()>,
}

impl Live {
    /// Listens at `address` and calls `changed` at once, after each change, and after each break.
    pub(crate) fn listen(address: String, changed: Callback<()>) -> Self {
        let listener = Listener {
            address: StoredValue::new(address),
            line: StoredValue::new_local(None),
            timer: StoredValue::new_local(None),
            connected: RwSignal::new(false),
            changed,
        };
        listener.connect();
        on_cleanup(move || listener.hang_up());
        Self { connected: listener.connected.read_only() }
    }
}

impl Listener {
    fn connect(self) {
        let Some(source) = self.address.try_get_value().and_then(|it| EventSource::new(&it).ok()) else {
            return;
        };
        let handlers = [
            Closure::new(move |_: Event| self.opened()),
            Closure::new(move |_: Event| self.changed.run(())),
            Closure::new(move |_: Event| self.broken()),
        ];
        for (name, handler) in ["open", "changed", "error"].into_iter().zip(&handlers) {
            // Refused only for a listener that is no function.
            let _ = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
        }
        self.line.try_update_value(|line| *line = Some(Line { source, _handlers: handlers }));
    }

    fn opened(self) {
        self.connected.try_set(true);
    }

    /// The browser connects anew by itself unless it was refused; then only a new source can, and the fetch that goes
    /// with it learns why.
    fn broken(self) {
        self.connected.try_set(false);
        let closed = |line: &Option<Line>| {
            line.as_ref().is_some_and(|line| line.source.ready_state() == EventSource::CLOSED)
        };
        if self.line.try_with_value(closed).unwrap_or(false) {
            let again = move || {
                self.connect();
                self.changed.run(());
            };
            let timer = set_timeout_with_handle(again, AGAIN).ok();
            self.timer.try_update_value(|kept| *kept = timer);
        }
    }

    fn hang_up(self) {
        if let Some(Some(timer)) = self.timer.try_update_value(Option::take) {
            timer.clear();
        }
        self.line.try_update_value(Option::take);
    }
}
