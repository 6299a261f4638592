//! The prompt: asks a visitor the questions of one survey, and brings the answer home.
//!
//! It binds [`suara_survey::Asking`] to controls in a shadow root and keeps what that returns in an outbox until a
//! receiver has it. It decides nothing about surveys, scores or waits, and touches the page nowhere outside its host
//! element.

mod block;
pub mod clock;
mod deliver;
mod dom;
mod embed;
mod host;
mod idb;
mod json;
mod look;
mod news;
mod outbox;
mod prompt;
mod words;

use std::cell::Cell;
use std::rc::Rc;

use suara_survey::{AnswerId, Asking, Json, Mark, Survey, Waits, lean, may_ask};
use wasm_bindgen::JsValue;

pub use deliver::deliver;
pub use embed::{Ask, AskProps, Place, SHEET};
pub use host::hide;
pub use look::Look;
pub use outbox::{Destination, Outbox};
pub use prompt::{OnStep, Prompt, PromptProps, Sent, Step, Tell};
pub use words::Words;

use json::Parsed;
use news::News;
use prompt::Parts;

thread_local! {
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Asks, if the survey is sound, the clocks allow it and nothing is being asked already. Anything else shows nothing
/// and is said to the owner, in English; what is returned is empty once the prompt is shown.
///
/// `survey` is JSON in the wire format, `words` the JSON of a locale file. `order` is an object of the loader's: `name`
/// by which the page knows the survey and under which marks are kept, `locale`, `url`, `receipt`, `again` for whatever
/// the clocks say, `sheet`, which is [`SHEET`]; and perhaps `score`, `fields`, `identity` and `display`.
pub async fn ask(survey: String, words: String, order: JsValue) -> String {
    if host::is_open() || BUSY.replace(true) {
        return "a prompt is open already".to_owned();
    }
    let shown = show(&survey, &words, Parsed(order)).await;
    BUSY.set(false);
    shown.err().unwrap_or_default()
}

async fn show(survey: &str, words: &str, order: Parsed) -> Result<(), String> {
    let json = json::parse(survey).ok_or("the survey is not JSON")?;
    let survey =
        Survey::read(&json).map_err(|refusal| ["the survey is wrong at ", &refusal.path()].concat())?;
    let words = Words::new(words).ok_or("the words are not JSON")?;
    let text = |name| order.member_text(name).unwrap_or_default();
    let is = |name| order.member(name).and_then(|value| value.boolean()).unwrap_or_default();
    let name = text("name");
    let outbox = Outbox::open().await;
    let marks = outbox.marks().await;
    let now_ms = clock::now_ms();
    if !is("again")
        && let Err(hold) = may_ask(&name, &marks, now_ms)
    {
        return Err(["a clock still runs: the last time of ", &hold.survey].concat());
    }
    let mut mark = marks
        .into_iter()
        .find(|old| old.survey == name)
        .unwrap_or_else(|| Mark::never(&name, Waits::OWN, Waits::OTHERS));
    (mark.own, mark.others, mark.max_times) = (survey.own_waits(), survey.others_waits(), survey.times());
    let later_ms = survey.later_ms();
    let locale = survey.locale(&text("locale"));
    let look = Look::read(&json, &order, &words, &locale);
    let id = AnswerId::from_parts(now_ms, clock::random_bytes());
    let mut asking = Asking::new(survey, id, locale, host::page().unwrap_or_default());
    prefill(&mut asking, &order);
    let destination = Destination { url: text("url"), receipt: is("receipt") };
    let courier = Rc::new(deliver::Courier::new(outbox.clone(), destination, mark, later_ms));
    let news = News::default();
    let opened = host::Host::open(&look.clone(), &words.clone(), |section, on_close| {
        let on_step: OnStep = Rc::new(move |step, snapshot, tell| {
            news.spread(step, &snapshot);
            clock::spawn(Rc::clone(&courier).take(step, snapshot, tell));
        });
        Parts { asking, words, look, on_step, on_close }.begin(section);
    });
    opened.ok_or("this browser, or the page, has no place for it")?;
    // Once the task that keeps the mark has begun, a read comes after its writing: then other tabs know.
    clock::sleep_ms(0).await;
    outbox.marks().await;
    Ok(())
}

/// What came with the page: who the visitor is, fields, and perhaps a score that was chosen in an e-mail.
fn prefill(asking: &mut Asking, order: &Parsed) {
    let fields = order.member("fields").and_then(|fields| fields.members()).unwrap_or_default();
    asking.set_identity(order.member_text("identity"));
    asking.set_fields(fields.into_iter().filter_map(|(name, value)| Some((name, value.text()?))).collect());
    let score = order.member_count("score").and_then(|score| u8::try_from(score).ok());
    if let (Some(score), Some((low, high))) = (score, asking.survey().questions()[0].kind.scale())
        && (low..=high).contains(&score)
    {
        asking.set(0, "", &lean::digits(score.into()));
    }
}

#[cfg(doctest)]
#[doc = include_str!("../docs/leptos.md")]
struct Guide;
