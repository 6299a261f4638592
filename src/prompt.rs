//! The prompt itself: question, scale, follow-up, Send, thanks.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use suara_survey::wire::Snapshot;
use suara_survey::{Asking, COMMENT_MAX_CHARS, Class, Score};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use crate::clock::{now_ms, sleep_ms, spawn};
use crate::listen::on;
use crate::scale::Scale;
use crate::words::Words;

/// How far sending has come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sent {
    /// Send was not pressed yet.
    #[default]
    No,
    /// Kept, if this browser keeps anything, and on its way.
    Sending,
    /// The receiver has it.
    Delivered,
    /// Not delivered yet, but kept.
    Saved,
    /// Neither delivered nor kept.
    Unsaved,
}

/// All that the prompt's looks depend on. One small signal: each type of signal adds its own code to the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Face {
    /// The class of the chosen score, if the survey has a question that follows it.
    pub class: Option<Class>,
    /// Send was pressed without a score.
    pub missing: bool,
    /// The question was announced.
    pub announced: bool,
    /// How far sending has come.
    pub sent: Sent,
}

impl Face {
    /// What the style sheet shows and hides by.
    fn stage(self) -> &'static str {
        match (self.sent, self.class) {
            (Sent::Sending | Sent::Delivered | Sent::Saved, _) => "thanks",
            (Sent::Unsaved, _) => "unsaved",
            (Sent::No, _) if self.missing => "missing",
            (Sent::No, None) => "score",
            (Sent::No, Some(_)) => "why",
        }
    }

    /// The name of the words that the live region says.
    fn says(self) -> usize {
        match self.sent {
            Sent::No if self.missing => 2,
            Sent::No => usize::from(self.announced),
            Sent::Sending => 0,
            Sent::Delivered => 3,
            Sent::Saved => 4,
            Sent::Unsaved => 5,
        }
    }
}

/// What the live region can say, in the order of [`Face::says`].
const SAYINGS: [&str; 6] = ["", "arrived", "choose", "delivered", "saved", "unsaved"];

/// A step of the visitor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// The question is on the screen.
    Shown,
    /// A score was chosen or changed.
    Chosen,
    /// Send was pressed, for the first time or again.
    Sent,
    /// It was closed before Send.
    Left,
}

/// What to do with each step and the snapshot that it makes.
pub type OnStep = Rc<dyn Fn(Step, Snapshot)>;

/// Asks one survey of one visitor.
#[expect(clippy::needless_pass_by_value, reason = "a component owns its props")]
#[component]
pub fn Prompt(
    /// The asking, before anything was shown.
    asking: Asking,
    /// The prompt's own words.
    words: Words,
    /// How it looks now; whoever delivers sets how far sending has come.
    face: RwSignal<Face>,
    /// Called with each step.
    on_step: OnStep,
    /// Called when the view shall go.
    on_close: Rc<dyn Fn()>,
) -> impl IntoView {
    let thanks = asking.survey().thanks(asking.locale()).map_or_else(|| words.get("thanks"), str::to_owned);
    let asking = Rc::new(RefCell::new(asking));
    on_step(Step::Shown, asking.borrow_mut().shown(now_ms()));
    let leave = {
        let (asking, on_step) = (Rc::clone(&asking), Rc::clone(&on_step));
        Rc::new(move || {
            if face.get_untracked().sent == Sent::No {
                on_step(Step::Left, asking.borrow_mut().dismiss(now_ms()));
            }
            on_close();
        })
    };
    let on_close = on("click", {
        let leave = Rc::clone(&leave);
        move |_| leave()
    });
    let on_escape = on("keydown", move |event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
            leave();
        }
    });
    announce(face);
    let sayings = SAYINGS.map(|name| words.get(name));
    view! {
        <section class="card" dir="ltr" aria-label=words.get("region") data-stage=move || face.get().stage() {..on_escape}>
            <button class="close" type="button" aria-label=words.get("close") {..on_close}>
                "×"
            </button>
            <Question asking words=words.clone() face on_step />
            <h2 tabindex="-1">{thanks}</h2>
            <p class="says" role="status">{move || sayings[face.get().says()].clone()}</p>
        </section>
    }
}

/// The form: scale, follow-up in the words for the class of the score, Send.
#[component]
fn Question(
    asking: Rc<RefCell<Asking>>,
    words: Words,
    face: RwSignal<Face>,
    on_step: OnStep,
) -> impl IntoView {
    let (question, low, high, follow_ups) = texts(&asking.borrow(), &words);
    let choose = {
        let (asking, on_step) = (Rc::clone(&asking), Rc::clone(&on_step));
        move |score: Score| {
            let snapshot = asking.borrow_mut().choose(score, now_ms());
            let class = asking.borrow().survey().follow_up().map(|_| score.class());
            face.update(|face| (face.class, face.missing) = (class, false));
            on_step(Step::Chosen, snapshot);
        }
    };
    let write = on("input", {
        let asking = Rc::clone(&asking);
        move |event| asking.borrow_mut().write(event_target_value(&event))
    });
    let submit = on("submit", move |event| {
        event.prevent_default();
        match asking.borrow_mut().send(now_ms()) {
            Ok(snapshot) => {
                on_step(Step::Sent, snapshot);
                focus_thanks(&event, face);
            }
            Err(_) => face.update(|face| face.missing = true),
        }
    });
    let follow_up =
        move || face.get().class.map_or_else(String::new, |class| follow_ups[class as usize].clone());
    view! {
        <form novalidate=true {..submit}>
            <fieldset aria-describedby="suara-ends">
                <legend>{question}</legend>
                <Scale low high on_choose=choose />
            </fieldset>
            <p class="why">
                <label for="suara-comment">{follow_up}</label>
                <textarea id="suara-comment" rows="3" maxlength=COMMENT_MAX_CHARS.to_string() {..write}></textarea>
            </p>
            <button class="send" type="submit">{words.get("send")}</button>
        </form>
    }
}

/// The question, the meaning of both ends, and the follow-up for each class.
fn texts(asking: &Asking, words: &Words) -> (String, String, String, [String; 3]) {
    let (survey, locale) = (asking.survey(), asking.locale());
    let question = survey.score_question();
    let end = |own: &Option<suara_survey::Text>, ours| match own {
        Some(text) => text.get(locale).to_owned(),
        None => words.get(ours),
    };
    let follow_up = |class| match survey.follow_up() {
        Some(question) => [question.wording(locale, Some(class)), " (", &words.get("optional"), ")"].concat(),
        None => String::new(),
    };
    let follow_ups = [Class::Promoter, Class::Passive, Class::Detractor].map(follow_up);
    (
        question.wording(locale, None).to_owned(),
        end(&question.low, "low"),
        end(&question.high, "high"),
        follow_ups,
    )
}

/// Says once, politely, that there is a question: a text put into a status that was already there.
fn announce(face: RwSignal<Face>) {
    /// Screen readers need the empty status to have settled before its text comes.
    const QUIET_MS: i64 = 1000;
    spawn(async move {
        sleep_ms(QUIET_MS).await;
        face.try_update(|face| face.announced = true);
    });
}

/// The button that was pressed is about to vanish; the heading of the thanks takes the focus once it is there.
fn focus_thanks(event: &Event, face: RwSignal<Face>) {
    let form = event.target().map(|target| target.unchecked_into::<Element>());
    let heading = form.and_then(|form| form.parent_element()?.query_selector("h2").ok()?);
    let Some(heading) = heading.map(|heading| heading.unchecked_into::<HtmlElement>()) else { return };
    spawn(async move {
        // The database keeps an answer within milliseconds; what takes two seconds will not come.
        for _ in 0..40 {
            sleep_ms(50).await;
            if face.try_get_untracked().is_none_or(|face| face.sent != Sent::No) {
                heading.focus().ok();
                return;
            }
        }
    });
}
