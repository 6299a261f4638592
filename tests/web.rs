//! The prompt's components in a browser, each mounted into a fresh section or asked for by `suara::ask`. Whole
//! journeys, with a collector, are in `tests/e2e`.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::cell::RefCell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use suara::{Destination, Face, Order, Outbox, Prompt, Sent, Step, Words, clock};
use suara_survey::wire::{Snapshot, Stage};
use suara_survey::{AnswerId, Asking, Clock, Fate, LOCALES, Mark, Parcel, Survey, Waits, ready_made};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit, ShadowRoot,
};

wasm_bindgen_test_configure!(run_in_browser);

type Steps = Rc<RefCell<Vec<(Step, Snapshot)>>>;

/// A mounted prompt, its steps so far and the signal of its face.
struct Mounted {
    section: HtmlElement,
    steps: Steps,
    closed: Rc<RefCell<bool>>,
    face: RwSignal<Face>,
}

fn fresh_section() -> HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let section = document.create_element("section").unwrap();
    document.body().unwrap().append_child(&section).unwrap();
    section.unchecked_into()
}

fn nps() -> Survey {
    let json: serde_json::Value = serde_json::from_str(ready_made("nps").unwrap()).unwrap();
    Survey::read(&&json).unwrap()
}

fn open_prompt(locale: &str) -> Mounted {
    let section = fresh_section();
    let (steps, closed) = (Steps::default(), Rc::new(RefCell::new(false)));
    let face = RwSignal::new(Face::default());
    let strings = LOCALES.iter().find(|(tag, _)| *tag == locale).unwrap().1;
    let words = Words::new(strings).unwrap();
    let asking = Asking::new(nps(), AnswerId::from_parts(0, [1; 10]), locale.to_owned(), String::new());
    let on_step = {
        let steps = Rc::clone(&steps);
        Rc::new(move |step, snapshot| steps.borrow_mut().push((step, snapshot)))
    };
    let on_close = {
        let closed = Rc::clone(&closed);
        Rc::new(move || *closed.borrow_mut() = true)
    };
    mount_to(section.clone(), move || view! { <Prompt asking words face on_step on_close /> }).forget();
    Mounted { section, steps, closed, face }
}

impl Mounted {
    fn find<T: JsCast>(&self, selector: &str) -> T {
        self.section.query_selector(selector).unwrap().unwrap().unchecked_into()
    }

    fn text(&self, selector: &str) -> String {
        self.find::<Element>(selector).text_content().unwrap()
    }

    fn stage(&self) -> String {
        self.find::<Element>(".card").get_attribute("data-stage").unwrap()
    }

    async fn choose(&self, score: u8) {
        self.find::<HtmlInputElement>(&format!("input[value='{score}']")).click();
        leptos::task::tick().await;
    }

    async fn write(&self, comment: &str) {
        let field: HtmlInputElement = self.find("textarea");
        field.set_value(comment);
        let bubbling = EventInit::new();
        bubbling.set_bubbles(true);
        field.dispatch_event(&Event::new_with_event_init_dict("input", &bubbling).unwrap()).unwrap();
        leptos::task::tick().await;
    }

    async fn send(&self) {
        self.find::<HtmlElement>(".send").click();
        leptos::task::tick().await;
    }

    fn last(&self) -> (Step, Snapshot) {
        self.steps.borrow().last().unwrap().clone()
    }
}

#[wasm_bindgen_test]
async fn the_scale_is_eleven_radios_named_by_their_number_in_a_group_named_by_the_question() {
    let prompt = open_prompt("en");
    let radios = prompt.section.query_selector_all("fieldset label input[type=radio][name=score]").unwrap();
    assert_eq!(radios.length(), 11);
    assert_eq!(prompt.text(".tile:last-child"), "10");
    assert!(prompt.text("legend").starts_with("How likely are you to recommend"));
    assert_eq!(prompt.text("#suara-ends"), "0 – Not at all likely10 – Extremely likely");
    assert_eq!(prompt.last().1.stage, Stage::Shown);
}

#[wasm_bindgen_test]
async fn a_choice_shows_the_question_for_its_class_and_keeps_what_was_written() {
    let prompt = open_prompt("id");
    assert_eq!(prompt.stage(), "score");
    prompt.choose(10).await;
    assert_eq!(prompt.stage(), "why");
    assert!(prompt.text(".why label").starts_with("Senang mendengarnya"));
    prompt.write("cepat").await;
    prompt.choose(2).await;
    assert!(prompt.text(".why label").starts_with("Mohon maaf"));
    assert_eq!(prompt.find::<HtmlInputElement>("textarea").value(), "cepat");
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.stage, snapshot.answers[0].score), (Step::Chosen, Stage::Partial, Some(2)));
}

#[wasm_bindgen_test]
async fn send_without_a_score_says_what_is_missing_and_sends_nothing() {
    let prompt = open_prompt("en");
    prompt.send().await;
    assert_eq!(prompt.stage(), "missing");
    assert_eq!(prompt.text("[role=status]"), "Please choose a number from 0 to 10.");
    assert_eq!(prompt.steps.borrow().len(), 1, "only `shown`");
    prompt.choose(7).await;
    assert_eq!(prompt.text("[role=status]"), "");
}

#[wasm_bindgen_test]
async fn thanks_come_when_the_answer_is_kept_and_say_what_became_of_it() {
    let prompt = open_prompt("en");
    prompt.choose(9).await;
    prompt.write("  quick  ").await;
    prompt.send().await;
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.stage), (Step::Sent, Stage::Complete));
    assert_eq!(snapshot.answers[1].comment.as_deref(), Some("quick"));
    assert_eq!(prompt.stage(), "why", "not before it is kept");
    for (sent, says) in [
        (Sent::Sending, ""),
        (Sent::Delivered, "Your answer has arrived."),
        (Sent::Saved, "Your answer is saved"),
    ] {
        prompt.face.update(|face| face.sent = sent);
        leptos::task::tick().await;
        assert_eq!(prompt.stage(), "thanks");
        assert!(prompt.text("[role=status]").starts_with(says), "{sent:?}");
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_is_neither_kept_nor_delivered_can_be_sent_again() {
    let prompt = open_prompt("en");
    prompt.choose(9).await;
    prompt.send().await;
    prompt.face.update(|face| face.sent = Sent::Unsaved);
    leptos::task::tick().await;
    assert_eq!(prompt.stage(), "unsaved");
    prompt.send().await;
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.snapshot), (Step::Sent, 4));
}

#[wasm_bindgen_test]
async fn escape_closes_and_silence_is_recorded() {
    let prompt = open_prompt("en");
    let escape = KeyboardEventInit::new();
    escape.set_key("Escape");
    escape.set_bubbles(true);
    let escape = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &escape).unwrap();
    prompt.find::<Element>("legend").dispatch_event(&escape).unwrap();
    assert!(*prompt.closed.borrow());
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.stage), (Step::Left, Stage::Dismissed));
}

#[wasm_bindgen_test]
async fn the_arrival_is_announced_once_in_a_status_that_was_already_there() {
    let prompt = open_prompt("en");
    assert_eq!(prompt.text("[role=status]"), "");
    clock::sleep_ms(1200).await;
    assert!(prompt.text("[role=status]").starts_with("There is a short feedback question"));
}

fn asked() -> Option<Element> {
    web_sys::window().unwrap().document().unwrap().query_selector("suara-prompt").unwrap()
}

fn order(name: &str, again: bool) -> Order {
    Order {
        survey: ready_made("nps").unwrap().to_owned(),
        words: LOCALES[0].1.to_owned(),
        name: name.to_owned(),
        locale: "en".to_owned(),
        destination: Destination { url: "/nowhere".to_owned(), receipt: true },
        again,
    }
}

fn press_close() {
    let root: ShadowRoot = asked().unwrap().shadow_root().unwrap();
    root.query_selector(".close").unwrap().unwrap().unchecked_into::<HtmlElement>().click();
}

#[wasm_bindgen_test]
async fn one_prompt_is_asked_at_a_time_in_a_styled_shadow_root_and_not_again_after_it_was_closed() {
    suara::ask(order("one-at-a-time", true)).await;
    suara::ask(order("one-at-a-time", true)).await;
    let document = web_sys::window().unwrap().document().unwrap();
    assert_eq!(document.query_selector_all("suara-prompt").unwrap().length(), 1);
    let host = asked().unwrap();
    assert_eq!(host.parent_element().unwrap().tag_name(), "HTML");
    let root = host.shadow_root().unwrap();
    assert_eq!(root.adopted_style_sheets().length(), 1);
    press_close();
    assert!(asked().is_none(), "nothing stays behind");
    clock::sleep_ms(200).await;
    suara::ask(order("one-at-a-time", false)).await;
    assert!(asked().is_none(), "it was dismissed a moment ago");
    suara::ask(order("one-at-a-time", true)).await;
    assert!(asked().is_some(), "asked for by the visitor");
    press_close();
}

#[wasm_bindgen_test]
async fn a_wrong_survey_shows_nothing() {
    for survey in ["", "{", "[]", "{\"id\":\"nps\"}"] {
        suara::ask(Order { survey: survey.to_owned(), ..order("wrong", true) }).await;
        assert!(asked().is_none(), "{survey}");
    }
}

#[wasm_bindgen_test]
async fn the_outbox_keeps_the_last_snapshot_of_each_answer_until_it_is_settled() {
    let outbox = Outbox::open().await;
    let mut mark = Mark::never("outbox-test", Waits::OWN, Waits::OTHERS);
    mark.set(Clock::Answered, 5);
    let mut asking = Asking::new(nps(), AnswerId::from_parts(9, [9; 10]), "en".into(), String::new());
    let parcel = |snapshot: &Snapshot| Parcel::new(snapshot, "/a \"quoted\"".to_owned(), true);
    assert!(outbox.keep(&parcel(&asking.shown(1)), &mark).await);
    let last = parcel(&asking.dismiss(2));
    assert!(outbox.keep(&last, &mark).await);
    let mine = |waiting: Vec<Parcel>| waiting.into_iter().filter(|p| p.id == last.id).collect::<Vec<_>>();
    let reopened = Outbox::open().await;
    assert_eq!(mine(reopened.waiting().await), std::slice::from_ref(&last));
    assert!(reopened.marks().await.contains(&mark), "kept in the same transaction");
    let tried = Parcel { tries: 1, not_before_ms: 7, ..last.clone() };
    reopened.settle(&tried, Fate::Keep).await;
    assert_eq!(mine(outbox.waiting().await), std::slice::from_ref(&tried));
    outbox.settle(&tried, Fate::Delivered).await;
    assert_eq!(mine(reopened.waiting().await), []);
}

fn shadow_root() -> ShadowRoot {
    let init = web_sys::ShadowRootInit::new(web_sys::ShadowRootMode::Open);
    fresh_section().attach_shadow(&init).unwrap()
}

fn swapping(done: RwSignal<bool>) -> impl IntoView {
    move || {
        if done.get() { view! { <b>{"thanks"}</b> }.into_any() } else { view! { <i>{"form"}</i> }.into_any() }
    }
}

async fn swap_in(root: &ShadowRoot, mount: HtmlElement) -> Option<Element> {
    let done = RwSignal::new(false);
    mount_to(mount, move || swapping(done)).forget();
    done.set(true);
    leptos::task::tick().await;
    root.query_selector("b").unwrap()
}

#[wasm_bindgen_test]
async fn a_view_that_swaps_inside_a_wrapper_is_shown() {
    let root = shadow_root();
    let wrapper = web_sys::window().unwrap().document().unwrap().create_element("div").unwrap();
    root.append_child(&wrapper).unwrap();
    assert!(swap_in(&root, wrapper.unchecked_into()).await.is_some());
}

/// Why the host mounts into a wrapper. When this fails, Leptos is mended and the wrapper can go.
#[wasm_bindgen_test]
async fn a_view_that_swaps_directly_under_a_shadow_root_is_lost() {
    let root = shadow_root();
    assert!(swap_in(&root, root.clone().unchecked_into()).await.is_none());
}
