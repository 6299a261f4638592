//! The prompt's components in a browser, each mounted into a fresh section or asked for by `suara::ask`. Whole
//! journeys, with a collector, are in `tests/e2e`.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::cell::RefCell;
use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use suara::{Look, Outbox, Prompt, SHEET, Sent, Step, Tell, Words, clock};
use suara_survey::wire::{Snapshot, Stage};
use suara_survey::{AnswerId, Asking, Clock, Fate, LOCALES, Mark, Parcel, Survey, Waits, ready_made};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit, ShadowRoot,
};

wasm_bindgen_test_configure!(run_in_browser);

type Steps = Rc<RefCell<Vec<(Step, Snapshot)>>>;

/// A mounted prompt, its steps so far and how to tell it what became of them.
struct Mounted {
    section: HtmlElement,
    steps: Steps,
    closed: Rc<RefCell<bool>>,
    tell: Rc<RefCell<Option<Tell>>>,
}

fn fresh_section() -> HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let section = document.create_element("section").unwrap();
    document.body().unwrap().append_child(&section).unwrap();
    section.unchecked_into()
}

fn survey(json: &str) -> Survey {
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    Survey::read(&&json).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn open_prompt(locale: &str) -> Mounted {
    open_survey(ready_made("nps").unwrap(), locale)
}

/// A survey of these questions, in English.
fn ask_of(questions: &str) -> Mounted {
    open_survey(&format!(r#"{{"id":"trial","version":1,"questions":[{questions}]}}"#), "en")
}

fn open_survey(json: &str, locale: &str) -> Mounted {
    let section = fresh_section();
    let (steps, closed) = (Steps::default(), Rc::new(RefCell::new(false)));
    let tell = Rc::new(RefCell::new(None));
    let strings = LOCALES.iter().find(|(tag, _)| *tag == locale).unwrap().1;
    let words = Words::new(strings).unwrap();
    let asking =
        Asking::new(survey(json), AnswerId::from_parts(0, [1; 10]), locale.to_owned(), String::new());
    let on_step = {
        let (steps, tell) = (Rc::clone(&steps), Rc::clone(&tell));
        Rc::new(move |step, snapshot, teller| {
            steps.borrow_mut().push((step, snapshot));
            tell.replace(Some(teller));
        })
    };
    let on_close = {
        let closed = Rc::clone(&closed);
        Rc::new(move || *closed.borrow_mut() = true)
    };
    let mut look = Look::default();
    look.arrived = "arrived";
    mount_to(section.clone(), move || view! { <Prompt asking words look on_step on_close /> }).forget();
    Mounted { section, steps, closed, tell }
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

    async fn press(&self, selector: &str) {
        self.find::<HtmlElement>(selector).click();
        leptos::task::tick().await;
    }

    fn is_shown(&self, selector: &str) -> bool {
        self.find::<HtmlElement>(selector).closest("[hidden]").unwrap().is_none()
    }

    async fn write(&self, comment: &str) {
        self.write_into("textarea", comment).await;
    }

    async fn write_into(&self, selector: &str, comment: &str) {
        let field: HtmlInputElement = self.find(selector);
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
    let radios = prompt.section.query_selector_all("fieldset label input[type=radio][name='0']").unwrap();
    assert_eq!(radios.length(), 11);
    assert_eq!(prompt.text(".tile:last-child"), "10");
    assert!(prompt.text("legend").starts_with("How likely are you to recommend"));
    assert_eq!(prompt.text("#ends-0"), "0 – Not at all likely10 – Extremely likely");
    assert_eq!(prompt.last().1.stage, Stage::Shown);
}

#[wasm_bindgen_test]
async fn a_choice_shows_the_question_for_its_class_and_keeps_what_was_written() {
    let prompt = open_prompt("id");
    assert_eq!(prompt.stage(), "score");
    prompt.choose(10).await;
    assert_eq!(prompt.stage(), "why");
    assert!(prompt.text(".text label").starts_with("Senang mendengarnya"));
    prompt.write("cepat").await;
    prompt.choose(2).await;
    assert!(prompt.text(".text label").starts_with("Mohon maaf"));
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
        (Sent::Kept, ""),
        (Sent::Delivered, "Your answer has arrived."),
        (Sent::Saved, "Your answer is saved"),
    ] {
        prompt.tell.borrow().as_ref().unwrap()(sent);
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
    prompt.tell.borrow().as_ref().unwrap()(Sent::Unsaved);
    leptos::task::tick().await;
    assert_eq!(prompt.stage(), "unsaved");
    prompt.send().await;
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.snapshot), (Step::Sent, 4));
}

const CHOICES: &str = r#"{"id":"liked","kind":"choices","other":true,"text":{"en":"What?"},
    "choices":[{"id":"price","text":{"en":"Price"}}]}"#;

#[wasm_bindgen_test]
async fn the_button_says_send_where_the_answers_given_lead_to_the_end() {
    let prompt = ask_of(
        r#"{"id":"score","kind":"nps","text":{"en":"Recommend?"},"high":{"en":"{{field.plan|all}}"},
            "next":[{"if":{"class":"detractor"},"go":"why"},{"go":"end"}]},
           {"id":"why","kind":"text","text":{"en":"Why?"}}"#,
    );
    assert_eq!(prompt.text("#ends-0"), "0 – Not at all likely10 – all");
    prompt.choose(9).await;
    assert_eq!(prompt.text(".send"), "Send");
    prompt.choose(2).await;
    assert_eq!(prompt.text(".send"), "Next");
}

#[wasm_bindgen_test]
async fn an_address_without_the_permission_to_use_it_is_not_dropped_in_silence() {
    let prompt = ask_of(r#"{"id":"mail","kind":"contact","text":{"en":"Mail?"},"required":false}"#);
    prompt.write_into("input[name='0/email']", "ani@example.org").await;
    prompt.send().await;
    assert_eq!(prompt.stage(), "missing");
    assert!(prompt.text("[role=status]").starts_with("Please also tick"));
    prompt.press("input[name='0/ok']").await;
    prompt.send().await;
    assert_eq!(prompt.last().1.answers[0].email.as_deref(), Some("ani@example.org"));
}

#[wasm_bindgen_test]
async fn what_was_written_is_kept_when_the_field_is_left() {
    let prompt = open_prompt("en");
    prompt.choose(3).await;
    prompt.write("Too lo").await;
    assert_eq!(prompt.last().1.answers.len(), 1, "not with each letter");
    let bubbling = EventInit::new();
    bubbling.set_bubbles(true);
    let change = || Event::new_with_event_init_dict("change", &bubbling).unwrap();
    prompt.find::<Element>("textarea").dispatch_event(&change()).unwrap();
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.stage), (Step::Chosen, Stage::Partial));
    assert_eq!(snapshot.answers[1].comment.as_deref(), Some("Too lo"));
    let steps = prompt.steps.borrow().len();
    prompt.find::<Element>("input[value='3']").dispatch_event(&change()).unwrap();
    assert_eq!(prompt.steps.borrow().len(), steps, "a choice was kept when it was made");
    prompt.press(".close").await;
    assert_eq!(prompt.steps.borrow().len(), steps + 1, "closing is one step");
}

#[wasm_bindgen_test]
async fn a_field_takes_no_more_than_a_receiver_does() {
    let contact = r#"{"id":"mail","kind":"contact","together":true,"text":{"en":"Mail?"}}"#;
    let prompt = ask_of(&[CHOICES, contact].join(","));
    let most = |selector: &str| prompt.find::<HtmlInputElement>(selector).max_length();
    assert_eq!((most("input[name='0/other_text']"), most("input[name='1/email']")), (200, 254));
}

#[wasm_bindgen_test]
async fn another_step_can_be_left_backwards_and_holds_what_was_chosen() {
    let prompt = ask_of(&[CHOICES, r#"{"id":"why","kind":"text","text":{"en":"Why {{liked}}?"}}"#].join(","));
    prompt.press("input[name='0/price']").await;
    prompt.press("input[name='0/other']").await;
    prompt.write_into("input[name='0/other_text']", "people").await;
    prompt.send().await;
    assert_eq!(prompt.text(".ask"), "Why Price, people? (optional)");
    prompt.press(".back").await;
    assert!(prompt.find::<HtmlInputElement>("input[name='0/price']").checked());
    prompt.send().await;
    prompt.send().await;
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.stage), (Step::Sent, Stage::Complete));
    assert_eq!(snapshot.answers[0].choices, ["price", "other"]);
    assert_eq!(snapshot.answers[0].other.as_deref(), Some("people"));
}

#[wasm_bindgen_test]
async fn a_driver_that_does_not_apply_is_told_from_one_that_was_not_rated() {
    let item = |id| format!(r#"{{"id":"{id}","text":{{"en":"{id}"}}}}"#);
    let items = [item("a"), item("b"), item("c")].join(",");
    let prompt =
        ask_of(&format!(r#"{{"id":"d","kind":"drivers","text":{{"en":"How?"}},"items":[{items}]}}"#));
    prompt.press("input[name='0/a'][value='4']").await;
    prompt.press("input[name='0/b'][value=na]").await;
    let rated: Vec<_> = prompt.last().1.answers[0].ratings.clone().into_iter().collect();
    assert_eq!(rated, [("a".to_owned(), Some(4)), ("b".to_owned(), None)]);
}

#[wasm_bindgen_test]
async fn a_question_that_stands_together_with_another_appears_once_that_is_answered() {
    let prompt = open_prompt("en");
    assert!(!prompt.is_shown("textarea"));
    prompt.choose(3).await;
    assert!(prompt.is_shown("textarea"));
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
async fn a_field_that_nobody_sees_hears_or_reaches_tells_a_program_from_a_person() {
    let prompt = open_prompt("en");
    let field: HtmlInputElement = prompt.find("[aria-hidden=true] input");
    assert_eq!((field.tab_index(), field.get_attribute("autocomplete").as_deref()), (-1, Some("off")));
    prompt.choose(9).await;
    assert!(!prompt.last().1.trap);
    prompt.write_into("[aria-hidden=true] input", "https://spam.example").await;
    prompt.send().await;
    let (step, snapshot) = prompt.last();
    assert_eq!((step, snapshot.stage, snapshot.trap), (Step::Sent, Stage::Complete, true));
    assert_eq!(snapshot.answers.len(), 1, "it is no answer");
    ask_nps("out-of-sight", ",\"again\":true").await;
    let root = asked().unwrap().shadow_root().unwrap();
    let field = root.query_selector("[name=subject]").unwrap().unwrap();
    let place = field.parent_element().unwrap().get_bounding_client_rect();
    assert!(place.width() <= 1.0 && place.height() <= 1.0, "{} × {}", place.width(), place.height());
    press_close();
}

#[wasm_bindgen_test]
async fn who_the_visitor_is_goes_along_as_it_was_given() {
    let outbox = Outbox::open().await;
    for (name, more, identity) in [
        ("signed", ",\"identity\":\"a.b.c\",\"fields\":{\"identity\":\"x\"}", Some("a.b.c")),
        ("unsigned", ",\"fields\":{\"identity\":\"x\"}", None),
    ] {
        let survey = ready_made("nps").unwrap().replacen("\"nps\"", &format!("\"{name}\""), 1);
        assert_eq!(ask(&survey, name, &format!(",\"again\":true{more}")).await, "");
        clock::sleep_ms(200).await;
        let sent = outbox.waiting().await.into_iter().find(|parcel| parcel.body.contains(name)).unwrap();
        let sent: Snapshot = serde_json::from_str(&sent.body).unwrap();
        assert_eq!((sent.identity.as_deref(), sent.trap, sent.fields.len()), (identity, false, 0));
        press_close();
    }
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

async fn ask(survey: &str, name: &str, more: &str) -> String {
    let order = format!(r#"{{"name":"{name}","locale":"en","url":"/nowhere","receipt":true{more}}}"#);
    let order = js_sys::JSON::parse(&order).unwrap();
    js_sys::Reflect::set(&order, &"sheet".into(), &SHEET.into()).unwrap();
    suara::ask(survey.to_owned(), LOCALES[0].1.to_owned(), order).await
}

async fn ask_nps(name: &str, more: &str) -> String {
    ask(ready_made("nps").unwrap(), name, more).await
}

fn press_close() {
    let root: ShadowRoot = asked().unwrap().shadow_root().unwrap();
    root.query_selector(".close").unwrap().unwrap().unchecked_into::<HtmlElement>().click();
}

#[wasm_bindgen_test]
async fn one_prompt_is_asked_at_a_time_in_a_styled_shadow_root_and_not_again_after_it_was_closed() {
    ask_nps("one-at-a-time", ",\"again\":true").await;
    ask_nps("one-at-a-time", ",\"again\":true").await;
    let document = web_sys::window().unwrap().document().unwrap();
    assert_eq!(document.query_selector_all("suara-prompt").unwrap().length(), 1);
    let host = asked().unwrap();
    assert_eq!(host.parent_element().unwrap().tag_name(), "HTML");
    let root = host.shadow_root().unwrap();
    assert_eq!(root.adopted_style_sheets().length(), 1);
    press_close();
    assert!(asked().is_none(), "nothing stays behind");
    clock::sleep_ms(200).await;
    ask_nps("one-at-a-time", "").await;
    assert!(asked().is_none(), "it was dismissed a moment ago");
    ask_nps("one-at-a-time", ",\"again\":true").await;
    assert!(asked().is_some(), "asked for by the visitor");
    press_close();
}

fn is_tab() -> bool {
    let root = asked().unwrap().shadow_root().unwrap();
    root.query_selector("[data-stage=tab]").unwrap().is_some()
}

#[wasm_bindgen_test]
async fn a_closed_tab_makes_room_and_an_open_one_does_not() {
    let tab = ",\"again\":true,\"display\":{\"kind\":\"tab\"}";
    assert_eq!(ask_nps("feedback", tab).await, "");
    assert!(is_tab());
    assert_eq!(ask_nps("beside-a-tab", ",\"again\":true").await, "");
    let document = web_sys::window().unwrap().document().unwrap();
    assert_eq!(document.query_selector_all("suara-prompt").unwrap().length(), 1);
    assert!(!is_tab());
    press_close();
    assert_eq!(ask_nps("feedback", tab).await, "");
    let root = asked().unwrap().shadow_root().unwrap();
    root.query_selector("[name=open]").unwrap().unwrap().unchecked_into::<HtmlElement>().click();
    assert_ne!(ask_nps("beside-a-tab", ",\"again\":true").await, "");
    press_close();
}

#[wasm_bindgen_test]
async fn a_prompt_whose_element_the_page_took_away_holds_no_other_back() {
    let place = fresh_section();
    place.set_id("place");
    let inline = ",\"again\":true,\"display\":{\"kind\":\"inline\",\"target\":\"#place\"}";
    assert_eq!(ask_nps("unmounted", inline).await, "");
    place.remove();
    assert_eq!(ask_nps("after-it", ",\"again\":true").await, "");
    press_close();
    assert!(asked().is_none());
}

#[wasm_bindgen_test]
async fn a_modal_has_a_name() {
    assert_eq!(ask_nps("modal", ",\"again\":true,\"display\":{\"kind\":\"modal\"}").await, "");
    let root = asked().unwrap().shadow_root().unwrap();
    let dialog = root.query_selector("dialog").unwrap().unwrap();
    assert_eq!(dialog.get_attribute("aria-label").as_deref(), Some("Feedback"));
    press_close();
}

#[wasm_bindgen_test]
async fn what_another_tab_has_marked_meanwhile_stays() {
    assert_eq!(ask_nps("two-tabs", ",\"again\":true").await, "");
    let parcel = waiting_parcel("of-the-other-tab", 1);
    let other_tab = Outbox::open().await;
    let answer = |kept: Option<Mark>| {
        let mut mark = kept.unwrap();
        mark.set(Clock::Answered, 7);
        mark.show(mark.seen);
        mark
    };
    assert!(other_tab.keep(&parcel, "two-tabs", &answer).await);
    press_close();
    clock::sleep_ms(200).await;
    let mark = other_tab.marks().await.into_iter().find(|mark| mark.survey == "two-tabs").unwrap();
    assert_eq!((mark.answered, mark.times), (7, 2));
    assert!(mark.dismissed > 0, "{mark:?}");
}

#[wasm_bindgen_test]
async fn a_wrong_survey_shows_nothing() {
    for survey in ["", "{", "[]", "{\"id\":\"nps\"}"] {
        assert_ne!(ask(survey, "wrong", ",\"again\":true").await, "");
        assert!(asked().is_none(), "{survey}");
    }
}

/// In a hundred years: a round that a prompt of another test still runs leaves such a parcel alone.
const NOT_DUE: i64 = 100 * 365 * 86_400_000 + 1_700_000_000_000;

#[wasm_bindgen_test]
async fn the_outbox_keeps_the_last_snapshot_of_each_answer_until_it_is_settled() {
    let outbox = Outbox::open().await;
    let mut mark = Mark::never("outbox-test", Waits::OWN, Waits::OTHERS);
    mark.set(Clock::Answered, 5);
    let mut asking = Asking::new(
        survey(ready_made("nps").unwrap()),
        AnswerId::from_parts(9, [9; 10]),
        "en".into(),
        String::new(),
    );
    let parcel = |snapshot: &Snapshot| Parcel {
        not_before_ms: NOT_DUE,
        ..Parcel::new(snapshot, "/a \"quoted\"".to_owned(), true)
    };
    assert!(outbox.keep(&parcel(&asking.snapshot(1)), &mark.survey, &|_| mark.clone()).await);
    let last = parcel(&asking.dismiss(2));
    assert!(outbox.keep(&last, &mark.survey, &|_| mark.clone()).await);
    let mine = |waiting: Vec<Parcel>| waiting.into_iter().filter(|p| p.id == last.id).collect::<Vec<_>>();
    let reopened = Outbox::open().await;
    assert_eq!(mine(reopened.waiting().await), std::slice::from_ref(&last));
    assert!(reopened.marks().await.contains(&mark), "kept in the same transaction");
    let tried = Parcel { tries: 1, not_before_ms: NOT_DUE + 7, ..last.clone() };
    reopened.settle(&tried, Fate::Keep, None).await;
    assert_eq!(mine(outbox.waiting().await), std::slice::from_ref(&tried));
    outbox.settle(&tried, Fate::Delivered, None).await;
    assert_eq!(mine(reopened.waiting().await), []);
}

#[wasm_bindgen_test]
async fn a_snapshot_that_a_later_one_replaced_while_it_was_on_its_way_is_neither_kept_again_nor_lost() {
    let outbox = Outbox::open().await;
    let mark = Mark::never("replaced", Waits::OWN, Waits::OTHERS);
    let parcel = |snapshot| waiting_parcel("replaced", snapshot);
    let (earlier, later, note) = (parcel(1), parcel(2), parcel(0));
    outbox.keep(&earlier, &mark.survey, &|_| mark.clone()).await;
    outbox.keep(&later, &mark.survey, &|_| mark.clone()).await;
    outbox.settle(&Parcel { tries: 1, ..earlier.clone() }, Fate::Keep, None).await;
    outbox.settle(&earlier, Fate::Dead, Some(note)).await;
    let mine = |waiting: Vec<Parcel>| waiting.into_iter().filter(|p| p.id == later.id).collect::<Vec<_>>();
    assert_eq!(mine(outbox.waiting().await), std::slice::from_ref(&later));
    assert!(!outbox.has_lost(&earlier.id));
    let other = Parcel { id: "older".to_owned(), ..later.clone() };
    outbox.keep(&other, &mark.survey, &|_| mark.clone()).await;
    outbox.settle(&other, Fate::Dead, None).await;
    assert!(outbox.has_lost(&other.id) && !outbox.has_lost(&later.id), "another answer is not lost with it");
    outbox.settle(&later, Fate::Delivered, None).await;
    assert_eq!(mine(outbox.waiting().await), []);
}

/// One that nobody sends while the tests run.
fn waiting_parcel(id: &str, snapshot: u32) -> Parcel {
    Parcel {
        id: id.to_owned(),
        snapshot,
        url: "/a".to_owned(),
        body: String::new(),
        receipt: true,
        since_ms: 1,
        tries: 0,
        not_before_ms: NOT_DUE,
    }
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
