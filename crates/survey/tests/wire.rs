//! The wire format is a promise: these bytes must not change within version 1.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use serde_json::{Value, json};
use suara_survey::wire::{Snapshot, Stage};
use suara_survey::{Answer, AnswerId, Asking, LOCALES, Problem, READY_MADE, Score, Survey, ready_made};

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

fn check(change: impl FnOnce(&mut Snapshot)) -> Result<Answer, String> {
    let mut asking = asking();
    asking.choose(Score::new(3).unwrap(), 1_700_000_001_000);
    asking.write("  terlalu lama  ".into());
    let mut snapshot = asking.send(1_700_000_002_000).unwrap();
    change(&mut snapshot);
    Answer::check(&snapshot, &nps()).map_err(|refusal| refusal.to_string())
}

#[test]
fn a_complete_answer_has_the_frozen_bytes() {
    let mut asking = asking();
    asking.shown(1_700_000_000_000);
    asking.choose(Score::new(3).unwrap(), 1_700_000_001_000);
    asking.write("terlalu lama".into());
    let snapshot = asking.send(1_700_000_002_000).unwrap();
    let golden = include_str!("golden/snapshot.json").trim_end();
    assert_eq!(serde_json::to_string_pretty(&snapshot).unwrap(), golden);
    assert_eq!(serde_json::from_str::<Snapshot>(golden).unwrap(), snapshot);
    assert_eq!(snapshot.to_json(), serde_json::to_string(&snapshot).unwrap());
}

#[test]
fn every_character_survives_being_written() {
    let all: String = ('\0'..='\u{ff}').chain(['\u{2028}', '\u{1f600}', '\u{10ffff}']).collect();
    let mut asking = asking();
    asking.choose(Score::new(0).unwrap(), -1);
    asking.write(format!("x{all}x"));
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
    asking.shown(0);
    asking.choose(Score::new(9).unwrap(), 1);
    let last = asking.dismiss(2);
    assert_eq!((last.snapshot, last.stage), (3, Stage::Partial));
    assert_eq!(Answer::check(&last, &nps()).unwrap().score, Score::new(9));
}

#[test]
fn silence_is_a_record_too() {
    let mut asking = asking();
    let shown = asking.shown(0);
    let closed = asking.dismiss(1);
    assert_eq!((shown.stage, closed.stage), (Stage::Shown, Stage::Dismissed));
    assert_eq!(Answer::check(&closed, &nps()).unwrap().score, None);
}

#[test]
fn sending_without_a_score_is_refused() {
    let refusal = asking().send(0).unwrap_err();
    assert_eq!(refusal.problem, Problem::ScoreMissing);
}

#[test]
fn the_follow_up_speaks_to_the_class() {
    let mut asking = asking();
    assert_eq!(asking.follow_up(), None);
    let mut words = |score| {
        asking.choose(Score::new(score).unwrap(), 0);
        asking.follow_up().unwrap().to_owned()
    };
    assert!(words(10).starts_with("Senang"));
    assert!(words(8).starts_with("Terima kasih"));
    assert!(words(2).starts_with("Mohon maaf"));
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
        ("answers[0].score: is 11, but a score is a whole number from 0 to 10", |s| {
            s.answers[0].score = Some(11);
        }),
        ("answers[1].comment: has 2001 characters, but at most 2000", |s| {
            s.answers[1].comment = Some("é".repeat(2001));
        }),
        ("answers[1].question: is \"score\"", |s| s.answers[1] = s.answers[0].clone()),
        ("answers: has no score", |s| s.answers.clear()),
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
        for question in json["questions"].as_array().unwrap() {
            let locales: Vec<&String> = question["text"].as_object().unwrap().keys().collect();
            assert_eq!(locales, ["en", "id"], "{id} {question}");
        }
        assert_eq!(Survey::read(&&json).unwrap().id(), id);
    }
}

#[test]
fn every_locale_has_the_same_strings() {
    let strings = |json| serde_json::from_str::<Value>(json).unwrap().as_object().unwrap().clone();
    let english = strings(LOCALES[0].1);
    for (locale, json) in LOCALES {
        let strings = strings(json);
        assert_eq!(strings["locale"], locale);
        assert!(strings.keys().eq(english.keys()), "{locale} has other strings than English");
        assert!(
            strings.values().all(|s| !s.as_str().unwrap().trim().is_empty()),
            "{locale} has an empty string"
        );
    }
}

#[test]
fn a_wrong_survey_says_where_it_is_wrong() {
    let cases: [Case<Value>; 13] = [
        ("id: is \"Not A Name\"", |s| s["id"] = json!("Not A Name")),
        ("id: is \"\"", |s| s["id"] = json!(7)),
        ("version: is not a whole number from 1", |s| s["version"] = json!(1.5)),
        ("questions: must begin with the one question of kind nps", |s| {
            s["questions"].as_array_mut().unwrap().swap(0, 1);
        }),
        ("questions: must begin", |s| s["questions"] = json!([])),
        ("questions[0].kind: is \"stars\", but a question is of kind nps or text", |s| {
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
