//! One kind of event listener for all events. Each kind of Leptos's own brings its code into the module; with one, the
//! compiler also sees that nothing is ever delegated and drops that half.

use std::borrow::Cow;

use leptos::tachys::html::event::{self, EventDescriptor, On};
use web_sys::Event;

/// An event by its name.
#[derive(Clone, Copy, Debug)]
pub struct Named(&'static str);

impl EventDescriptor for Named {
    type EventType = Event;
    const BUBBLES: bool = false;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.0)
    }

    fn event_delegation_key(&self) -> Cow<'static, str> {
        self.name()
    }
}

/// Listens for the event of this name on an element: `<button {..on("click", …)}>`.
pub fn on(name: &'static str, handler: impl FnMut(Event) + 'static) -> On<Named, Box<dyn FnMut(Event)>> {
    event::on(Named(name), Box::new(handler))
}
