//! The wire format is a promise: these bytes must not change within version 1.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use serde_json::{Value, json};
use suara_survey::wire::{Snapshot, Stage};
use suara_survey::{
    Answer, AnswerId, Asking, NO_QUESTION, Problem, READY_MADE, Score, Survey, check_definition, ready_made,
};

/// What the refusal says, and what is done to a sound value to earn it.
type Case<T> = (&'static str, fn(&mut T));

fn nps_json() -> Value {
    serde_json::from_str(ready_made("nps").unwrap()).unwrap()
}

fn nps() -> Survey {
    Survey::read(&&nps_json()).unwrap()
}

fn asking() -> Asking {
    let id = AnswerId::from_parts(1_700_000_000_000, [7; 10]);
    Asking::new(nps(), id, "id".into(), "https://toko.example/kasir".into())
}

/// The answer to the reference survey, pressed Send upon.
fn sent(asking: &mut Asking, score: &str, comment: &str, at_ms: i64) -> Snapshot {
    asking.set(0, "", score);
    asking.set(1, "", comment);
    assert_eq!(asking.next(), Ok(false));
    asking.snapshot(at_ms)
}

fn check(change: impl FnOnce(&mut Snapshot)) -> Result<Answer, String> {
    let mut asking = asking();
    let mut snapshot = sent(&mut asking, "3", "  terlalu lama  ", 1_700_000_002_000);
    change(&mut snapshot);
    Answer::check(&snapshot, &nps()).map_err(|refusal| refusal.to_string())
}

#[test]
fn a_complete_answer_has_the_frozen_bytes() {
    let mut asking = asking();
    asking.snapshot(1_700_000_000_000);
    asking.set(0, "", "3");
    asking.snapshot(1_700_000_001_000);
    let snapshot = sent(&mut asking, "3", "terlalu lama", 1_700_000_002_000);
    let golden = include_str!("golden/snapshot.json").trim_end();
    assert_eq!(serde_json::to_string_pretty(&snapshot).unwrap(), golden);
    assert_eq!(serde_json::from_str::<Snapshot>(golden).unwrap(), snapshot);
    assert_eq!(snapshot.to_json(), serde_json::to_string(&snapshot).unwrap());
}

#[test]
fn a_signed_answer_with_the_trap_sprung_has_the_frozen_bytes_and_an_older_one_none_of_it() {
    let mut asking = asking();
    asking.set_identity(Some("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmVk".into()));
    asking.set(NO_QUESTION, "", "https://spam.example");
    let snapshot = sent(&mut asking, "3", "", 1_700_000_002_000);
    let golden = include_str!("golden/marked.json").trim_end();
    assert_eq!(serde_json::to_string_pretty(&snapshot).unwrap(), golden);
    assert_eq!(serde_json::from_str::<Snapshot>(golden).unwrap(), snapshot);
    assert_eq!(snapshot.to_json(), serde_json::to_string(&snapshot).unwrap());
    assert!(Answer::check(&snapshot, &nps()).is_ok(), "neither is a reason to refuse it");
}

#[test]
fn an_identity_that_is_no_text_is_read_as_one_that_proves_nothing() {
    let read = |identity: &str| {
        let golden =
            include_str!("golden/snapshot.json").replacen('{', &format!("{{\"identity\":{identity},"), 1);
        serde_json::from_str::<Snapshot>(&golden).unwrap().identity
    };
    assert_eq!(read("null"), None);
    assert_eq!(read("\"a.b.c\"").as_deref(), Some("a.b.c"));
    for identity in ["7", "true", "[1]", "{\"a\":[{}]}", "\"\""] {
        assert_eq!(read(identity).as_deref(), Some(""), "{identity}");
    }
}

#[test]
fn every_character_survives_being_written() {
    let all: String = ('\0'..='\u{ff}').chain(['\u{2028}', '\u{1f600}', '\u{10ffff}']).collect();
    let mut asking = asking();
    asking.set(0, "", "0");
    asking.set(1, "", &format!("x{all}x"));
    let snapshot = asking.dismiss(0);
    assert_eq!(serde_json::from_str::<Snapshot>(&snapshot.to_json()).unwrap(), snapshot);
}

#[test]
fn unknown_fields_are_ignored() {
    let golden = include_str!("golden/snapshot.json").replacen('{', "{\"from_the_future\":[1],", 1);
    assert!(serde_json::from_str::<Snapshot>(&golden).is_ok());
}

#[test]
fn a_score_counts_though_the_comment_is_abandoned() {
    let mut asking = asking();
    asking.snapshot(0);
    asking.set(0, "", "9");
    asking.snapshot(1);
    let last = asking.dismiss(2);
    assert_eq!((last.snapshot, last.stage), (3, Stage::Partial));
    assert_eq!(Answer::check(&last, &nps()).unwrap().score, Score::new(9));
}

#[test]
fn silence_is_a_record_too() {
    let mut asking = asking();
    let shown = asking.snapshot(0);
    let closed = asking.dismiss(1);
    assert_eq!((shown.stage, closed.stage), (Stage::Shown, Stage::Dismissed));
    assert_eq!(Answer::check(&closed, &nps()).unwrap().score, None);
}

#[test]
fn sending_without_a_score_is_refused() {
    assert_eq!(asking().next(), Err((0, Problem::Missing)));
}

#[test]
fn the_follow_up_speaks_to_the_class() {
    let mut asking = asking();
    assert!(!asking.is_open(1), "nothing follows yet");
    let mut words = |score| {
        asking.set(0, "", score);
        assert!(asking.is_open(1));
        asking.wording(1)
    };
    assert!(words("10").starts_with("Senang"));
    assert!(words("8").starts_with("Terima kasih"));
    assert!(words("2").starts_with("Mohon maaf"));
}

#[test]
fn the_locale_that_is_read_is_the_nearest_that_the_survey_has() {
    let read: Vec<String> =
        ["id", "id-ID", "ar", "en-GB", ""].iter().map(|wanted| nps().locale(wanted)).collect();
    assert_eq!(read, ["id", "id", "en", "en", "en"]);
}

#[test]
fn a_comment_is_trimmed_and_an_empty_one_is_none() {
    assert_eq!(check(|_| ()).unwrap().comment.as_deref(), Some("terlalu lama"));
    assert_eq!(check(|s| s.answers[1].comment = Some(" \n".into())).unwrap().comment, None);
}

#[test]
fn what_does_not_fit_is_refused_with_its_path() {
    let cases: [Case<Snapshot>; 11] = [
        ("id: is not a UUID", |s| s.id = "1".into()),
        ("snapshot: is 0", |s| s.snapshot = 0),
        ("snapshot: is 1001", |s| s.snapshot = 1001),
        ("survey: is \"other\"", |s| s.survey = "other".into()),
        ("version: is 9, but this is version 1", |s| s.version = 9),
        ("page: has 2049 bytes, but at most 2048", |s| s.page = "x".repeat(2049)),
        ("locale: has 36 bytes", |s| s.locale = "x".repeat(36)),
        ("answers[0].score: is 11, but it is a whole number from 0 to 10", |s| {
            s.answers[0].score = Some(11);
        }),
        ("answers[1].comment: has 2001 characters, but at most 2000", |s| {
            s.answers[1].comment = Some("é".repeat(2001));
        }),
        ("answers[1].question: is \"score\"", |s| s.answers[1] = s.answers[0].clone()),
        ("answers: lack \"score\"", |s| s.answers.clear()),
    ];
    for (expected, change) in cases {
        let refusal = check(change).unwrap_err();
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}

#[test]
fn a_score_on_a_text_question_is_refused() {
    let refusal = check(|s| s.answers[1].score = Some(3)).unwrap_err();
    assert!(refusal.starts_with("answers[1].question: does not fit its answer"), "{refusal}");
}

#[test]
fn every_ready_made_survey_is_sound_in_english_and_indonesian() {
    for (id, json) in READY_MADE {
        let json: Value = serde_json::from_str(json).unwrap();
        let texts = texts(&json);
        assert!(!texts.is_empty(), "{id}");
        for text in texts {
            let locales: Vec<&String> = text.keys().collect();
            assert_eq!(locales, ["en", "id"], "{id} {text:?}");
        }
        assert_eq!(check_definition(&&json).unwrap().id(), id);
    }
}

/// Every object that gives a text in English, wherever it stands.
fn texts(json: &Value) -> Vec<&serde_json::Map<String, Value>> {
    match json {
        Value::Object(members) if members.contains_key("en") => vec![members],
        Value::Object(members) => members.values().flat_map(texts).collect(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn detractors_of_an_internet_service_are_asked_for_their_address_and_others_are_not() {
    let json: Value = serde_json::from_str(ready_made("nps-internet").unwrap()).unwrap();
    let survey = Survey::read(&&json).unwrap();
    let way = |score: &str| {
        let id = AnswerId::from_parts(0, [7; 10]);
        let mut asking = Asking::new(survey.clone(), id, "id".into(), String::new());
        asking.set(0, "", score);
        let mut steps = Vec::new();
        loop {
            steps.push(asking.step());
            if !asking.next().unwrap() {
                break (steps, asking.ending().map(|ending| ending.id.clone()));
            }
        }
    };
    assert_eq!(way("10"), (vec![0..2, 2..3], None));
    assert_eq!(way("8"), (vec![0..2, 2..3], None));
    assert_eq!(way("6"), (vec![0..2, 2..3, 3..4], Some("heard".to_owned())));
}

#[test]
fn a_wrong_survey_says_where_it_is_wrong() {
    let cases: [Case<Value>; 13] = [
        ("id: is \"Not A Name\"", |s| s["id"] = json!("Not A Name")),
        ("id: is \"\"", |s| s["id"] = json!(7)),
        ("version: is not a whole number from 1", |s| s["version"] = json!(1.5)),
        ("questions[1].kind: is nps again", |s| s["questions"][1]["kind"] = json!("nps")),
        ("questions: has 0 items, but takes 1 to 50", |s| s["questions"] = json!([])),
        ("questions[0].kind: is \"stars\", but a question is of one of the kinds nps, csat", |s| {
            s["questions"][0]["kind"] = json!("stars");
        }),
        ("questions[1].id: is \"score\", which an earlier", |s| s["questions"][1]["id"] = json!("score")),
        ("questions[0].text: is not an object of texts", |s| s["questions"][0]["text"] = json!("Why?")),
        ("questions[0].text: lacks \"en\"", |s| s["questions"][0]["text"] = json!({"id": "Apa?"})),
        ("questions[0].text: is empty", |s| s["questions"][0]["text"]["en"] = json!(" ")),
        ("questions[1].passive: has 501 characters", |s| {
            s["questions"][1]["by_class"]["passive"]["en"] = json!("x".repeat(501));
        }),
        ("timing.again_after_days: must give seen", |s| {
            s["timing"]["again_after_days"]["seen"] = json!(3651);
        }),
        ("timing.others_after_days: must give seen", |s| {
            s["timing"]["others_after_days"] = json!({"seen": 1});
        }),
    ];
    for (expected, change) in cases {
        let mut survey = nps_json();
        change(&mut survey);
        let refusal = Survey::read(&&survey).unwrap_err().to_string();
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}

#[test]
fn unknown_members_of_a_survey_are_ignored() {
    let mut survey = nps_json();
    survey["from_the_future"] = json!([1]);
    assert_eq!(Survey::read(&&survey).unwrap(), nps());
}
