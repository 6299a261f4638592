//! The states that a visitor can meet, and how to come there: one row each.

use serde_json::{Value, json};

/// One step on the way.
#[derive(Debug)]
pub enum Do {
    /// Wait until a part of the prompt can be seen.
    See(&'static str),
    /// Click on a part of it.
    Click(&'static str),
    /// Write into a part of it.
    Type(&'static str, &'static str),
    /// Give a part of it the focus, as a keyboard does.
    Focus(&'static str),
}

/// A state of the prompt.
#[derive(Debug)]
pub struct State {
    /// What it is called in messages and in the table of roles.
    pub name: &'static str,
    /// The survey in the page.
    pub survey: fn() -> Value,
    /// What becomes of an answer.
    pub fate: Fate,
    /// The way there.
    pub steps: &'static [Do],
}

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Arrives,
    /// Nobody is there to take it, and it is kept.
    Kept,
    /// Nobody is there to take it, and the browser keeps nothing.
    Lost,
}

use Do::{Click, Focus, See, Type};
use Fate::{Arrives, Kept, Lost};

const NINE: &str = ".nps .tile:nth-child(10)";

/// Every state.
pub const STATES: &[State] = &[
    state("nps", nps, &[See(".tile")]),
    state("nps, focused", nps, &[See(".tile"), Focus("input")]),
    state("nps, nothing chosen", nps, &[See(".tile"), Click(".send"), See("[data-stage=missing] .says")]),
    state("follow-up", nps, &[See(".tile"), Click(NINE), See("textarea"), Type("textarea", "The people")]),
    state("thanks", nps, &[See(".tile"), Click(NINE), Click(".send"), See("[data-stage=thanks] .says")]),
    State {
        fate: Kept,
        ..state("saved", nps, &[See(".tile"), Click(NINE), Click(".send"), See("[data-stage=thanks] .says")])
    },
    State {
        fate: Lost,
        ..state(
            "unsaved",
            nps,
            &[See(".tile"), Click(NINE), Click(".send"), See("[data-stage=unsaved] .says")],
        )
    },
    state("faces", faces, &[See(".tile")]),
    state("faces, chosen", faces, &[See(".tile"), Click(".csat .tile:nth-child(4)")]),
    state("stars, chosen", stars, &[See(".tile"), Click(".csat .tile:nth-child(4)")]),
    state("numbers", numbers, &[See(".tile")]),
    state("effort", effort, &[See(".tile")]),
    state("thumbs, chosen", thumbs, &[See(".tile"), Click(".thumbs .tile")]),
    state("one choice, other", choice, &[See(".tile"), Click(".tile:last-child"), See(".other_text input")]),
    state("several choices", choices, &[See(".tile"), Click(".tile"), Click(".tile:nth-child(2)")]),
    state(
        "drivers",
        drivers,
        &[See(".tile"), Click(".row .tile:nth-child(3)"), Click(".row:last-child .tile:last-child")],
    ),
    state(
        "contact, wrong",
        contact,
        &[See("[type=email]"), Type("[type=email]", "nobody"), Click(".send"), See(".wrong")],
    ),
    state(
        "second step",
        steps,
        &[See(".tile"), Click(".tile"), Click(".send"), See(".back"), See(".choice")],
    ),
    state("modal", modal, &[See(".tile")]),
    state("bar", bar, &[See(".tile")]),
    state("tab", tab, &[See(".open")]),
    state("tab, opened", tab, &[See(".open"), Click(".open"), See(".tile")]),
    state("inline", inline, &[See(".tile")]),
    state(
        "inline, thanks",
        inline,
        &[See(".tile"), Click(NINE), Click(".send"), See("[data-stage=thanks] .says")],
    ),
    state(
        "an ending with a link",
        ending,
        &[See(".tile"), Click(".nps .tile"), Click(".send"), See("[data-stage=thanks] a")],
    ),
    state("kind of comment", sorted, &[See(".tile"), Click(NINE), See("textarea")]),
    state(
        "kind of comment, chosen",
        sorted,
        &[See(".tile"), Click(NINE), Click(".text .tile:nth-child(2)"), Type("textarea", "More news")],
    ),
    state("a yellow brand", branded, &[See(".tile"), Click(NINE)]),
];

const fn state(name: &'static str, survey: fn() -> Value, steps: &'static [Do]) -> State {
    State { name, survey, fate: Arrives, steps }
}

/// A survey of some questions; the first has the id that its kind is called.
#[expect(clippy::needless_pass_by_value, reason = "written where it is made")]
fn survey(questions: Value) -> Value {
    json!({ "id": "nps", "version": 1, "questions": questions })
}

/// The same, shown in some way.
fn shown(mut survey: Value, display: Value) -> Value {
    survey["display"] = display;
    survey
}

fn nps() -> Value {
    let question = both(
        "How likely are you to recommend us to a friend or colleague?",
        "ما مدى احتمال أن توصي بنا صديقًا أو زميلًا؟",
    );
    let why = both("What is the main reason for your score?", "ما السبب الرئيسي لتقييمك؟");
    let mut survey = survey(json!([
        { "id": "score", "kind": "nps", "text": question },
        { "id": "reason", "kind": "text", "text": why },
    ]));
    survey["timing"] = json!({ "later_days": 3 });
    survey
}

fn faces() -> Value {
    satisfaction("faces")
}

fn stars() -> Value {
    satisfaction("stars")
}

fn numbers() -> Value {
    satisfaction("numbers")
}

fn satisfaction(look: &str) -> Value {
    let text = both("How satisfied are you with our help?", "ما مدى رضاك عن مساعدتنا؟");
    survey(json!([{ "id": "csat", "kind": "csat", "look": look, "text": text }]))
}

fn effort() -> Value {
    let text = both("It was easy to do what I came for.", "كان من السهل إنجاز ما جئت من أجله.");
    survey(json!([{ "id": "ces", "kind": "ces", "text": text }]))
}

fn thumbs() -> Value {
    survey(
        json!([{ "id": "thumbs", "kind": "thumbs", "text": both("Did this page help?", "هل أفادتك هذه الصفحة؟") }]),
    )
}

fn options() -> Value {
    json!([
        { "id": "price", "text": both("Price", "السعر") },
        { "id": "speed", "text": both("How quickly somebody answers when something is broken", "سرعة الرد عند حدوث عطل") },
        { "id": "people", "text": both("The people", "الموظفون") },
    ])
}

fn choice() -> Value {
    let text = both("What matters most to you?", "ما الأهم بالنسبة لك؟");
    survey(json!([{ "id": "choice", "kind": "choice", "text": text, "choices": options(), "other": true }]))
}

fn choices() -> Value {
    let text = both("What matters to you?", "ما الذي يهمك؟");
    survey(json!([{ "id": "choices", "kind": "choices", "text": text, "choices": options(), "other": true }]))
}

fn drivers() -> Value {
    let text = both("How do you rate us?", "كيف تقيّمنا؟");
    survey(json!([{ "id": "drivers", "kind": "drivers", "text": text, "items": options() }]))
}

fn contact() -> Value {
    let text = both("May we come back to you?", "هل يمكننا التواصل معك؟");
    survey(json!([{ "id": "contact", "kind": "contact", "text": text }]))
}

fn steps() -> Value {
    let mut survey = numbers();
    let more = [choice(), drivers()].map(|survey| survey["questions"][0].clone());
    survey["questions"].as_array_mut().unwrap().extend(more);
    survey
}

fn modal() -> Value {
    shown(nps(), json!({ "kind": "modal" }))
}

fn bar() -> Value {
    shown(nps(), json!({ "kind": "bar" }))
}

fn tab() -> Value {
    shown(nps(), json!({ "kind": "tab", "label": both("Feedback", "ملاحظات") }))
}

fn inline() -> Value {
    shown(nps(), json!({ "kind": "inline", "target": "#here" }))
}

fn ending() -> Value {
    let mut survey = nps();
    survey["questions"][1]["next"] = json!([{ "go": "end:help" }]);
    let text = both("We would like to make this right.", "نودّ أن نصلح هذا الأمر.");
    let link =
        json!({ "url": "https://shop.example/help", "text": both("Write to our team", "راسل فريقنا") });
    survey["endings"] = json!([{ "id": "help", "text": text, "link": link }]);
    survey
}

fn sorted() -> Value {
    let mut survey = nps();
    survey["questions"][1]["sorted"] = true.into();
    survey
}

fn branded() -> Value {
    let mut survey = nps();
    survey["theme"] = json!({ "accent": "#ffd400", "radius_px": 24 });
    survey
}

/// A text in English and Arabic.
fn both(en: &str, ar: &str) -> Value {
    json!({ "en": en, "ar": ar })
}
