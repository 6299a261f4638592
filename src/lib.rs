//! The prompt: asks a visitor how likely they are to recommend, why, and brings the answer home.
//!
//! It binds [`suara_survey::Asking`] to controls in a shadow root and keeps what that returns in an outbox until a
//! receiver has it. It decides nothing about surveys, scores or waits, and touches the page nowhere outside its host
//! element.

pub mod clock;
mod deliver;
mod host;
mod idb;
mod json;
mod listen;
mod outbox;
mod prompt;
mod scale;
mod words;

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::RwSignal;
use suara_survey::{AnswerId, Asking, Clock, Mark, Survey, may_ask};

pub use deliver::deliver;
pub use host::Host;
pub use outbox::{Destination, Outbox};
pub use prompt::{Face, OnStep, Prompt, PromptProps, Sent, Step};
pub use words::Words;

/// What the loader passes on from the tag.
#[derive(Clone, Debug)]
pub struct Order {
    /// The survey, as JSON in the wire format.
    pub survey: String,
    /// The prompt's own words, as the JSON of a locale file.
    pub words: String,
    /// The name by which the page knows the survey; marks are kept under it.
    pub name: String,
    /// The locale that the visitor reads, as a BCP 47 tag.
    pub locale: String,
    /// Where answers go.
    pub destination: Destination,
    /// Ask whatever the clocks say, because the visitor asked to be asked.
    pub again: bool,
}

thread_local! {
    static OPEN: Cell<bool> = const { Cell::new(false) };
}

/// Asks, if the survey is sound, the clocks allow it and nothing is being asked already. Anything else shows nothing.
pub async fn ask(order: Order) {
    if OPEN.replace(true) {
        return;
    }
    if show(order).await.is_none() {
        OPEN.set(false);
    }
}

async fn show(order: Order) -> Option<()> {
    let survey = Survey::read(&json::parse(&order.survey)?).ok()?;
    let outbox = Outbox::open().await;
    let marks = outbox.marks().await;
    if !order.again && may_ask(&order.name, &marks, clock::now_ms()).is_err() {
        return None;
    }
    let mut mark = Mark::never(&order.name, survey.own_waits(), survey.others_waits());
    if let Some(old) = marks.into_iter().find(|old| old.survey == order.name) {
        (mark.seen, mark.dismissed, mark.answered) = (old.seen, old.dismissed, old.answered);
    }
    mark.set(Clock::Seen, clock::now_ms());
    let id = AnswerId::from_parts(clock::now_ms(), clock::random_bytes());
    let words = Words::new(&order.words)?;
    let locale = survey.locale(&order.locale);
    let asking = Asking::new(survey, id, locale, host::page()?);
    let courier = deliver::Courier::new(outbox, order.destination, mark);
    Host::open(&words.get("locale"), |on_close| {
        let (courier, face) = (Rc::new(courier), RwSignal::new(Face::default()));
        let on_step: OnStep =
            Rc::new(move |step, snapshot| clock::spawn(Rc::clone(&courier).take(step, snapshot, face)));
        Prompt(PromptProps { asking, words, face, on_step, on_close })
    })
}

/// The host element is gone: another survey may be asked.
pub(crate) fn closed() {
    OPEN.set(false);
}
