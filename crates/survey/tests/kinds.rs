//! Every kind of question, the way through a survey, and what a receiver takes of it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use serde_json::{Value, json};
use suara_survey::wire::{Snapshot, Stage};
use suara_survey::{Answer, AnswerId, Asking, LINE_MAX_CHARS, Problem, Survey};

fn survey_json() -> Value {
    serde_json::from_str(include_str!("kinds.json")).unwrap()
}

fn survey() -> Survey {
    Survey::read(&&survey_json()).unwrap()
}

fn asking() -> Asking {
    let id = AnswerId::from_parts(1_700_000_000_000, [7; 10]);
    let mut asking = Asking::new(survey(), id, "en".into(), "https://shop.example/".into());
    asking.set_fields(vec![("plan".into(), "pro".into()), ("secret".into(), "x".into())]);
    asking
}

/// The way of someone who is content, to the end.
fn content() -> Asking {
    let mut asking = asking();
    for parts in [
        &[(0, "", "9")][..],
        &[(1, "price", "1"), (1, "other", "1"), (1, "other_text", " the coffee ")],
        &[(3, "network", "4"), (3, "billing", "na")],
        &[(4, "", "7"), (5, "", "5")],
        &[(6, "", "1")],
    ] {
        for (question, name, value) in parts {
            asking.set(*question, name, value);
        }
        asking.next().unwrap();
    }
    asking
}

fn check(change: impl FnOnce(&mut Snapshot)) -> Result<Answer, String> {
    let mut snapshot = content().snapshot(1_700_000_009_000);
    change(&mut snapshot);
    Answer::check(&snapshot, &survey()).map_err(|refusal| refusal.to_string())
}

#[test]
fn every_kind_travels_in_frozen_bytes() {
    let snapshot = content().snapshot(1_700_000_009_000);
    let golden = include_str!("golden/kinds.json").trim_end();
    assert_eq!(serde_json::to_string_pretty(&snapshot).unwrap(), golden);
    assert_eq!(serde_json::from_str::<Snapshot>(golden).unwrap(), snapshot);
    assert_eq!(snapshot.to_json(), serde_json::to_string(&snapshot).unwrap());
}

#[test]
fn a_receiver_takes_what_an_asking_gives() {
    let answer = check(|_| ()).unwrap();
    assert_eq!(answer.stage, Stage::Complete);
    assert_eq!(answer.answers.len(), 6);
    assert_eq!(answer.answers[1].other.as_deref(), Some("the coffee"));
    assert_eq!(answer.fields, [("plan".to_owned(), "pro".to_owned())], "only what the survey lists");
}

#[test]
fn a_detractor_goes_another_way_and_comes_back_by_the_same() {
    let mut asking = asking();
    assert!(!asking.back(), "nothing is before the first step");
    asking.set(0, "", "2");
    assert_eq!(asking.next(), Ok(true));
    assert_eq!(asking.step(), 2..3);
    assert_eq!(asking.next(), Err((2, Problem::Missing)));
    asking.set(2, "", "Late");
    asking.set(2, "sort", "complaint");
    assert_eq!(asking.next(), Ok(true));
    assert_eq!(asking.step(), 3..4);
    assert!(asking.back() && asking.back());
    assert_eq!(asking.step(), 0..1);
    asking.set(0, "", "10");
    asking.next().unwrap();
    let left = asking.dismiss(0);
    assert_eq!(asking.step(), 1..2);
    assert_eq!(left.answers.len(), 1, "what stands on the way not taken does not travel");
}

#[test]
fn a_question_that_stands_together_opens_when_the_one_before_is_answered() {
    let mut asking = asking();
    for _ in 0..3 {
        asking.set(0, "", "9");
        asking.next().unwrap();
    }
    assert_eq!(asking.step(), 4..6);
    assert!(asking.is_open(4) && !asking.is_open(5));
    asking.set(4, "", "6");
    assert!(asking.is_open(5));
}

#[test]
fn progress_counts_the_longest_way_and_is_silent_where_it_is_short() {
    let mut asking = asking();
    assert_eq!(asking.progress(), Some((1, 6)));
    asking.set(0, "", "9");
    asking.next().unwrap();
    assert_eq!(asking.progress(), Some((2, 6)));
    let mut short = survey_json();
    short["questions"].as_array_mut().unwrap().truncate(1);
    short["questions"][0].as_object_mut().unwrap().remove("next");
    let short = Survey::read(&&short).unwrap();
    let asking = Asking::new(short, AnswerId::from_parts(0, [0; 10]), "en".into(), String::new());
    assert_eq!(asking.progress(), None);
}

#[test]
fn an_answer_is_heard_in_later_questions() {
    let mut asking = content();
    assert_eq!(asking.wording(1), "You said 9. What do you like?");
    assert_eq!(asking.wording(4), "Easy, pro?");
    assert_eq!(asking.piped("{{liked}}; {{nothing|none}}; {{open"), "The price,  the coffee ; none; ");
    asking.set_fields(Vec::new());
    assert_eq!(asking.wording(4), "Easy, dear customer?");
}

#[test]
fn a_branch_ends_in_its_own_words() {
    assert_eq!(content().ending().unwrap().link.as_ref().unwrap().0, "https://shop.example/");
    let mut asking = asking();
    asking.set(0, "", "9");
    assert!(asking.leads_on());
    for _ in 0..4 {
        assert_eq!(asking.next(), Ok(true));
    }
    asking.set(6, "", "0");
    assert_eq!(asking.next(), Ok(true));
    assert_eq!(asking.step(), 8..9);
    asking.set(8, "email", "ani@example.org");
    assert_eq!(asking.next(), Err((8, Problem::NoConsent)), "an address is not dropped in silence");
    asking.set(8, "ok", "1");
    asking.set(8, "email", "nobody");
    assert_eq!(asking.next(), Err((8, Problem::NotAnEmail("nobody".into()))));
    asking.set(8, "email", "ani@example.org");
    assert_eq!(asking.next(), Ok(false));
    assert_eq!(asking.ending(), None);
    let snapshot = asking.snapshot(0);
    assert_eq!(
        Answer::check(&snapshot, &survey()).unwrap().answers.last().unwrap().email.as_deref(),
        Some("ani@example.org")
    );
}

#[test]
fn what_does_not_fit_its_question_is_refused_with_its_path() {
    type Case = (&'static str, fn(&mut Snapshot));
    let cases: [Case; 14] = [
        ("answers[3].rating: is 8, but it is a whole number from 1 to 7", |s| s.answers[3].rating = Some(8)),
        ("answers[5].rating: is 2, but it is a whole number from 0 to 1", |s| s.answers[5].rating = Some(2)),
        ("answers[1].choices: has \"rent\"", |s| s.answers[1].choices.push("rent".into())),
        ("answers[1].choices: has \"price\"", |s| s.answers[1].choices.push("price".into())),
        ("answers[1].other: has 201 characters", |s| s.answers[1].other = Some("é".repeat(201))),
        ("answers[2].ratings: has \"coverage\"", |s| s.answers[2].ratings.push(("coverage".into(), None))),
        ("answers[2].ratings: is 6, but it is a whole number from 1 to 5", |s| {
            s.answers[2].ratings[0].1 = Some(6);
        }),
        ("answers[2].question: does not fit", |s| s.answers[2].rating = Some(3)),
        ("answers[3].question: does not fit", |s| s.answers[3].rating = None),
        ("answers[5].email: is \"\"", |s| s.answers[5].question = "contact".into()),
        ("fields: has \"secret\"", |s| s.fields.push(("secret".into(), "x".into()))),
        ("fields: has \"plan\"", |s| s.fields.push(("plan".into(), "x".into()))),
        ("fields: has 201 characters", |s| s.fields[0].1 = "x".repeat(201)),
        ("answers: lack \"score\"", |s| drop(s.answers.remove(0))),
    ];
    for (expected, change) in cases {
        let refusal = check(change).unwrap_err();
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}

#[test]
fn an_answer_beside_the_way_is_refused() {
    let refusal = check(|s| s.answers[5].rating = Some(0)).map(|answer| answer.stage);
    assert_eq!(refusal, Ok(Stage::Complete), "the contact question may be skipped");
    let refusal = check(|s| s.answers[0].score = Some(3)).unwrap_err();
    assert!(refusal.starts_with("answers: lack \"wrong\""), "{refusal}");
    let refusal = check(|s| {
        let mut comment = s.answers[0].clone();
        (comment.question, comment.score, comment.comment) = ("wrong".into(), None, Some("x".into()));
        s.answers.push(comment);
    });
    assert!(
        refusal
            .unwrap_err()
            .starts_with("answers[6].question: is \"wrong\", which these answers do not lead to")
    );
}

#[test]
fn a_partial_answer_needs_something_and_silence_nothing() {
    let empty = |stage| {
        check(|s| {
            s.stage = stage;
            s.answers.clear();
        })
    };
    assert!(empty(Stage::Partial).unwrap_err().starts_with("answers: are empty"));
    assert!(empty(Stage::Dismissed).is_ok());
}

#[test]
fn a_wrong_definition_says_where_it_is_wrong() {
    type Case = (&'static str, fn(&mut Value));
    let cases: [Case; 9] = [
        ("questions[1].choices[0].id: is \"\"", |s| s["questions"][1]["choices"][0]["id"] = json!(1)),
        ("questions[1].choices[1].id: is \"price\", which", |s| {
            s["questions"][1]["choices"][1]["id"] = json!("price");
        }),
        ("questions[1].choices[1].text: lacks \"en\"", |s| {
            s["questions"][1]["choices"][1]["text"] = json!({});
        }),
        ("questions[3].items: has 0 items", |s| s["questions"][3]["items"] = json!([])),
        ("questions[6].next[0].go: is \"easy\", but must name a later", |s| {
            s["questions"][6]["next"][0]["go"] = json!("easy");
        }),
        ("questions[6].next[1].go: is \"end:down\"", |s| {
            s["questions"][6]["next"][1]["go"] = json!("end:down");
        }),
        ("questions[0].next[0].if: must be one of", |s| {
            s["questions"][0]["next"][0]["if"] = json!({"class": "fan"});
        }),
        ("endings[0].link.url: is \"javascript:1\"", |s| {
            s["endings"][0]["link"]["url"] = json!("javascript:1");
        }),
        ("endings[0].text: is not an object", |s| s["endings"][0]["text"] = json!(1)),
    ];
    for (expected, change) in cases {
        let mut survey = survey_json();
        change(&mut survey);
        let refusal = Survey::read(&&survey).unwrap_err().to_string();
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}

/// A small generator of its own, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn whatever_is_pressed_in_whatever_order_gives_an_answer_that_is_taken() {
    let names = ["", "price", "people", "other", "other_text", "network", "billing", "email", "ok", "sort"];
    let values =
        ["", "0", "1", "3", "5", "7", "10", "web", "na", "complaint", "a@b.example", "words \"quoted\"\n"];
    let fits = |question: u64, name: &str, value: &str| match question {
        0 => value.parse::<u8>().is_ok(),
        4 => matches!(value, "1" | "3" | "5" | "7"),
        5 => matches!(value, "1" | "3" | "5"),
        6 => matches!(value, "0" | "1"),
        7 => matches!(value, "web"),
        3 => matches!(value, "" | "na" | "1" | "3" | "5"),
        8 => name != "email" || value.contains('@') || value.is_empty(),
        _ => true,
    };
    let mut complete = 0;
    for seed in 0..1000 {
        let mut dice = Dice(seed);
        let mut asking = asking();
        for _ in 0..200 {
            let question = dice.roll(9);
            let name = names[dice.roll(names.len() as u64) as usize];
            let value = values[dice.roll(values.len() as u64) as usize];
            match dice.roll(8) {
                0 => drop(asking.back()),
                1 | 2 => drop(asking.next()),
                _ if asking.step().contains(&(question as usize)) && fits(question, name, value) => {
                    asking.set(question as usize, name, value);
                }
                _ => (),
            }
            if asking.stage() == Stage::Complete {
                break;
            }
        }
        let snapshot = asking.snapshot(0);
        complete += usize::from(snapshot.stage == Stage::Complete);
        Answer::check(&snapshot, &survey())
            .unwrap_or_else(|refusal| panic!("seed {seed}: {refusal}: {snapshot:?}"));
        assert_eq!(serde_json::from_str::<Snapshot>(&snapshot.to_json()).unwrap(), snapshot);
    }
    assert!(complete > 200, "{complete} of 1000 came to an end: too few to tell anything");
}

#[test]
fn what_is_repeated_of_a_long_answer_is_cut_so_that_the_next_one_is_taken() {
    let text = |en: &str| json!({ "en": en });
    let survey = json!({ "id": "long", "version": 1, "fields": ["plan"], "questions": [
        { "id": "reason", "kind": "text", "text": text("Why?") },
        { "id": "more", "kind": "text", "text": text("{{reason}}! {{reason}} {{reason}} {{reason}} {{reason}} {{reason}}") },
    ]});
    let survey = Survey::read(&&survey).unwrap();
    let mut asking =
        Asking::new(survey.clone(), AnswerId::from_parts(0, [0; 10]), "hi".into(), String::new());
    asking.set_fields(vec![("plan".into(), "प".repeat(300))]);
    asking.set(0, "", &"क्यों ".repeat(260));
    asking.next().unwrap();
    asking.set(1, "", "बस");
    assert_eq!(asking.wording(1).split('!').next().unwrap().chars().count(), LINE_MAX_CHARS + 1);
    let answer = Answer::check(&asking.snapshot(0), &survey).unwrap();
    assert_eq!(answer.answers[1].text.chars().count(), 1000);
    assert_eq!(answer.fields[0].1.chars().count(), LINE_MAX_CHARS);
}

/// Detractors only are asked for a reason; the score and the reason would stand together if nothing were said.
fn branch() -> Value {
    json!({ "id": "branch", "version": 1, "questions": [
        { "id": "score", "kind": "nps", "text": { "en": "Recommend?" },
          "next": [{ "if": { "class": "detractor" }, "go": "reason" }, { "go": "end" }] },
        { "id": "reason", "kind": "text", "text": { "en": "Why?" } },
    ]})
}

#[test]
fn a_question_that_a_rule_leads_to_is_asked_of_those_only_whom_the_rule_means() {
    let survey = Survey::read(&&branch()).unwrap();
    let mut asking =
        Asking::new(survey.clone(), AnswerId::from_parts(0, [0; 10]), "en".into(), String::new());
    assert_eq!(asking.step(), 0..1);
    asking.set(0, "", "9");
    assert_eq!(asking.next(), Ok(false), "promoters have nothing to explain");
    let mut asking = Asking::new(survey.clone(), asking.id(), "en".into(), String::new());
    asking.set(0, "", "3");
    assert_eq!(asking.next(), Ok(true));
    assert_eq!(asking.step(), 1..2);
    assert!(!asking.leads_on());
    asking.set(1, "", "Late");
    assert_eq!(asking.next(), Ok(false));
    assert_eq!(Answer::check(&asking.snapshot(0), &survey).unwrap().comment.as_deref(), Some("Late"));
}

#[test]
fn a_rule_that_leads_to_its_own_step_leads_on_and_nothing_is_asked_twice() {
    let mut survey = branch();
    survey["questions"][1]["together"] = json!(true);
    let survey = Survey::read(&&survey).unwrap();
    let mut asking =
        Asking::new(survey.clone(), AnswerId::from_parts(0, [0; 10]), "en".into(), String::new());
    asking.set(0, "", "3");
    asking.set(1, "", "Late");
    assert_eq!(asking.next(), Ok(false));
    let answer = Answer::check(&asking.snapshot(0), &survey).unwrap();
    assert_eq!(answer.answers.len(), 2);
}

/// A survey of scales and texts, whose steps and rules are drawn.
fn drawn(dice: &mut Dice) -> Survey {
    let count = 2 + dice.roll(5) as usize;
    let mut questions = Vec::new();
    for at in 0..count {
        let kind = ["nps", "text", "thumbs", "text"][if at == 0 { 0 } else { 1 + dice.roll(3) as usize }];
        let mut question = json!({ "id": format!("q{at}"), "kind": kind, "text": { "en": "What?" } });
        match dice.roll(3) {
            0 => question["together"] = json!(true),
            1 => question["together"] = json!(false),
            _ => (),
        }
        question["required"] = json!(dice.roll(3) == 0);
        let mut rules = Vec::new();
        for _ in 0..dice.roll(3) {
            let place = at + 1 + dice.roll((count - at) as u64) as usize;
            let go = if place < count { format!("q{place}") } else { "end".to_owned() };
            let conditions =
                [json!({ "answered": true }), json!({ "class": "detractor" }), json!({ "from": 1, "to": 5 })];
            let condition = &conditions[dice.roll(3) as usize];
            rules.push(if dice.roll(4) == 0 {
                json!({ "go": go })
            } else {
                json!({ "if": condition, "go": go })
            });
        }
        question["next"] = json!(rules);
        questions.push(question);
    }
    Survey::read(&&json!({ "id": "drawn", "version": 1, "questions": questions })).unwrap()
}

#[test]
fn wherever_the_rules_lead_the_answer_is_taken() {
    let mut complete = 0;
    for seed in 0..3000 {
        let mut dice = Dice(seed);
        let survey = drawn(&mut dice);
        let id = AnswerId::from_parts(0, [0; 10]);
        let mut asking = Asking::new(survey.clone(), id, "en".into(), String::new());
        for _ in 0..60 {
            let step = asking.step();
            match dice.roll(6) {
                0 => drop(asking.back()),
                1 | 2 => drop(asking.next()),
                _ => {
                    let question = step.start + dice.roll(step.len() as u64) as usize;
                    let value = ["", "0", "1"][dice.roll(3) as usize];
                    asking.set(question, "", value);
                }
            }
            let snapshot = asking.snapshot(0);
            Answer::check(&snapshot, &survey)
                .unwrap_or_else(|refusal| panic!("seed {seed}: {refusal}: {survey:?} {snapshot:?}"));
            if asking.stage() == Stage::Complete {
                complete += 1;
                break;
            }
        }
    }
    assert!(complete > 1000, "{complete} of 3000 came to an end: too few to tell anything");
}
