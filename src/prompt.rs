//! The prompt itself: the questions of one step at a time, Back, Send, thanks. What it shows comes from the asking; what
//! a visitor gives goes to the asking; what that makes of it goes to whoever delivers.

mod frame;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use suara_survey::wire::{Snapshot, Stage};
use suara_survey::{Asking, Kind, Problem};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};

use crate::block::{Blocks, part_of};
use crate::clock::{now_ms, sleep_ms, spawn};
use crate::dom::{element, find, focus, labelled, put, set, turn};
use crate::look::Look;
use crate::words::Words;

/// How far sending has come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sent {
    /// Send was not pressed yet.
    #[default]
    No,
    /// On its way, kept only as long as this page stays.
    Sending,
    /// Kept in this browser, and on its way.
    Kept,
    /// The receiver has it.
    Delivered,
    /// Not delivered yet, but kept.
    Saved,
    /// Neither delivered nor kept.
    Unsaved,
    /// Refused for good.
    Lost,
}

impl Sent {
    /// The name of the words for it.
    fn word(self) -> &'static str {
        match self {
            Self::No | Self::Sending | Self::Kept => "",
            Self::Delivered => "delivered",
            Self::Saved => "saved",
            Self::Unsaved => "unsaved",
            Self::Lost => "lost",
        }
    }
}

/// A step of the visitor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// The question is on the screen, perhaps with an answer that came with the page.
    Shown,
    /// An answer was chosen or changed, or a step of the survey was done.
    Chosen,
    /// Send was pressed, for the first time or again.
    Sent,
    /// It was closed before Send.
    Left,
    /// The visitor wants to be asked later.
    Later,
    /// The page closed it before Send.
    Hidden,
}

/// Takes the news of how far sending has come back to the prompt.
pub type Tell = Rc<dyn Fn(Sent)>;

/// What to do with each step and the snapshot that it makes.
pub type OnStep = Rc<dyn Fn(Step, Snapshot, Tell)>;

/// Asks one survey of one visitor. Its looks are those of the host element's style sheet; elsewhere it is as plain as
/// the page around it.
///
/// ```no_run
/// # use std::rc::Rc;
/// # use leptos::prelude::*;
/// # use suara::{Look, Prompt, Sent, Step, Words};
/// # fn example(asking: suara_survey::Asking, words: Words) -> impl IntoView {
/// let on_step = Rc::new(|step: Step, snapshot: suara_survey::wire::Snapshot, tell: suara::Tell| {
///     // Bring the snapshot home, then:
///     if step == Step::Sent {
///         tell(Sent::Delivered);
///     }
/// });
/// view! { <Prompt asking words look=Look::default() on_step on_close=Rc::new(|| ()) /> }
/// # }
/// ```
#[component]
pub fn Prompt(
    /// The asking, before anything was shown.
    asking: Asking,
    /// The prompt's own words.
    words: Words,
    /// What the survey says of its looks.
    look: Look,
    /// Called with each step.
    on_step: OnStep,
    /// Called when the view shall go.
    on_close: Rc<dyn Fn()>,
) -> impl IntoView {
    let parts = RefCell::new(Some(Parts { asking, words, look, on_step, on_close }));
    let begin = move |section: Element| {
        if let Some(parts) = parts.take() {
            parts.begin(section);
        }
    };
    view! { <section class="card" use:begin /> }
}

/// What a prompt is made of.
pub(crate) struct Parts {
    pub(crate) asking: Asking,
    pub(crate) words: Words,
    pub(crate) look: Look,
    pub(crate) on_step: OnStep,
    pub(crate) on_close: Rc<dyn Fn()>,
}

impl Parts {
    /// Fills a section, and asks.
    pub(crate) fn begin(self, section: Element) {
        let Self { asking, words, look, on_step, on_close } = self;
        let view = View {
            section,
            asking: RefCell::new(asking),
            words,
            look,
            sent: Cell::default(),
            wrong: Cell::default(),
            on_step,
            on_close,
            listeners: RefCell::default(),
        };
        Rc::new(view).begin();
    }
}

/// The prompt while it stands.
struct View {
    section: Element,
    asking: RefCell<Asking>,
    words: Words,
    look: Look,
    sent: Cell<Sent>,
    /// The question that is not answered as it must be.
    wrong: Cell<Option<usize>>,
    on_step: OnStep,
    on_close: Rc<dyn Fn()>,
    /// The listeners for all events within; they hold the view, so they are dropped when it goes. One of its own for
    /// `change`, because the focus that another one moves has it fired at once, and a closure cannot call itself.
    listeners: RefCell<Option<[Listener; 2]>>,
}

type Listener = Closure<dyn FnMut(Event)>;

const EVENTS: [&str; 5] = ["click", "input", "change", "keydown", "suara:hide"];

impl View {
    fn begin(self: Rc<Self>) {
        self.furnish();
        let listeners = [(); 2].map(|()| {
            let view = Rc::clone(&self);
            Listener::new(move |event: Event| view.hear(&event))
        });
        for name in EVENTS {
            let listener = &listeners[usize::from(name == "change")];
            self.section.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref()).ok();
        }
        self.listeners.replace(Some(listeners));
        if self.look.tab.is_empty() {
            self.open();
        } else {
            set(&self.section, "data-stage", "tab");
        }
    }

    /// The question comes onto the screen.
    fn open(self: &Rc<Self>) {
        self.step(Step::Shown);
        self.draw();
        let view = Rc::clone(self);
        spawn(async move {
            /// Screen readers need the empty status to have settled before its text comes.
            const QUIET_MS: i64 = 1000;
            sleep_ms(QUIET_MS).await;
            if view.asking.borrow().stage() == Stage::Shown && view.wrong.get().is_none() {
                view.say(&view.words.get(view.look.arrived));
            }
        });
    }

    /// Not while a step is drawn, when a browser may say that a field was left: that was noted already.
    fn step(self: &Rc<Self>, step: Step) {
        let Ok(mut asking) = self.asking.try_borrow_mut() else { return };
        let snapshot = if step == Step::Left { asking.dismiss(now_ms()) } else { asking.snapshot(now_ms()) };
        drop(asking);
        let view = Rc::clone(self);
        (self.on_step)(step, snapshot, Rc::new(move |sent| view.tell(sent)));
    }

    fn hear(self: &Rc<Self>, event: &Event) {
        let Some(target) = event.target().map(|target| target.unchecked_into::<Element>()) else { return };
        match event.type_().as_str() {
            "input" => self.take(target.unchecked_ref()),
            // A field is left, perhaps by a link that leads away: what was written counts.
            "change" if !is_choice(target.unchecked_ref()) => self.note(),
            "change" => (),
            "keydown" => match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
                "Escape" => self.leave(Step::Left),
                // As in a form; where a frame may not send forms, this still does. Writing that is being composed
                // has another key.
                "Enter" if target.tag_name() == "INPUT" => {
                    event.prevent_default();
                    self.send();
                }
                _ => (),
            },
            "click" => {
                let button = target.closest("button").ok().flatten();
                match button.and_then(|button| button.get_attribute("name")).as_deref() {
                    Some("close") => self.leave(Step::Left),
                    Some("later") => self.leave(Step::Later),
                    Some("send") => self.send(),
                    Some("back") => {
                        self.asking.borrow_mut().back();
                        self.turn_to();
                    }
                    Some("open") => {
                        self.open();
                        focus(&self.section, ".ask");
                    }
                    _ => (),
                }
            }
            _ => self.leave(Step::Hidden),
        }
    }

    /// A control has a new value.
    fn take(self: &Rc<Self>, control: &HtmlInputElement) {
        let is_off = control.type_() == "checkbox" && !control.checked();
        let value = if is_off { String::new() } else { control.value() };
        let name = control.name();
        let (question, part) = part_of(&name);
        self.asking.borrow_mut().set(question, part, &value);
        self.wrong.set(None);
        if is_choice(control) {
            self.note();
        }
        self.refresh();
    }

    /// What was given so far is kept. A view that goes has done so, though a browser may say that its field was left.
    fn note(self: &Rc<Self>) {
        if !self.is_over() && self.listeners.borrow().is_some() {
            self.step(Step::Chosen);
        }
    }

    /// Whether there is nothing more to send.
    fn is_over(&self) -> bool {
        !matches!(self.sent.get(), Sent::No | Sent::Unsaved)
    }

    fn send(self: &Rc<Self>) {
        if self.is_over() {
            return;
        }
        let result = self.asking.borrow_mut().next();
        let step = match result {
            Err((question, problem)) => return self.refuse(question, &problem),
            Ok(true) => Step::Chosen,
            Ok(false) => Step::Sent,
        };
        self.step(step);
        if step == Step::Chosen {
            self.turn_to();
        }
    }

    /// Another step: its first question has the focus, because the button that was pressed may be gone.
    fn turn_to(&self) {
        self.draw();
        focus(&self.section, ".ask");
    }

    /// Says what is wrong with an answer and goes there.
    fn refuse(&self, question: usize, problem: &Problem) {
        self.wrong.set(Some(question));
        self.refresh();
        let kind = self.asking.borrow().survey().questions()[question].kind;
        self.say(&self.words.get(match (problem, kind) {
            (Problem::NotAnEmail(_), _) => "email_wrong",
            (Problem::NoConsent, _) => "contact_ok_missing",
            (_, Kind::Nps) => "choose",
            (_, Kind::Text | Kind::Contact | Kind::Drivers) => "required",
            _ => "choose_one",
        }));
        if let Some(block) = find(&self.section, ".wrong") {
            focus(&block, "input,textarea");
        }
    }

    /// How far sending has come.
    fn tell(&self, sent: Sent) {
        let first = self.sent.replace(sent) == Sent::No;
        self.refresh();
        self.say(&self.words.get(sent.word()));
        if first && sent != Sent::Unsaved {
            focus(&self.section, "h2");
        }
        let asking = self.asking.borrow();
        let redirect = asking.ending().and_then(|ending| ending.redirect.as_ref());
        if let (Some(url), Sent::Kept | Sent::Delivered) = (redirect, sent)
            && let Some(window) = web_sys::window()
        {
            window.location().assign(url).ok();
        }
    }

    /// The view goes. What was answered counts; after Send there is nothing more to tell.
    fn leave(self: &Rc<Self>, step: Step) {
        let shown = self.section.get_attribute("data-stage").is_none_or(|stage| stage != "tab");
        if self.sent.get() == Sent::No && shown {
            self.step(step);
        }
        // Not dropped before the view is gone, because its going may call them.
        let listeners = self.listeners.take();
        (self.on_close)();
        drop(listeners);
    }
}

fn is_choice(control: &HtmlInputElement) -> bool {
    matches!(control.type_().as_str(), "radio" | "checkbox")
}
