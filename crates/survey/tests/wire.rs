//! The wire format is a promise: these bytes must not change within version 1.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use suara_survey::wire::{Snapshot, Stage, Strings, Survey as WireSurvey, Text};
use suara_survey::{Answer, AnswerId, Asking, LOCALES, Problem, READY_MADE, Score, Survey, ready_made};

fn nps() -> Survey {
    let json = ready_made("nps").unwrap();
    serde_json::from_str::<WireSurvey>(json).unwrap().try_into().unwrap()
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
fn a_comment_is_trimmed_and_an_empty_one_is_none() {
    assert_eq!(check(|_| ()).unwrap().comment.as_deref(), Some("terlalu lama"));
    assert_eq!(check(|s| s.answers[1].comment = Some(" \n".into())).unwrap().comment, None);
}

#[test]
fn what_does_not_fit_is_refused_with_its_path() {
    let cases: [(&str, fn(&mut Snapshot)); 11] = [
        ("id: is not a UUID", |s| s.id = "1".into()),
        ("snapshot: is 0", |s| s.snapshot = 0),
        ("snapshot: is 1001", |s| s.snapshot = 1001),
        ("survey: is other, but this is nps", |s| s.survey = "other".into()),
        ("version: is 9, but this is 1", |s| s.version = 9),
        ("page: has 2049 bytes, but at most 2048", |s| s.page = "x".repeat(2049)),
        ("locale: has 36 bytes", |s| s.locale = "x".repeat(36)),
        ("answers[0].score: is 11, but a score is a whole number from 0 to 10", |s| {
            s.answers[0].score = Some(11)
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
    assert!(refusal.starts_with("answers[1].question: does not fit the kind"), "{refusal}");
}

#[test]
fn every_ready_made_survey_is_sound_in_english_and_indonesian() {
    for (id, json) in READY_MADE {
        let wire: WireSurvey = serde_json::from_str(json).unwrap();
        for question in &wire.questions {
            let locales: Vec<&str> = question.text.0.iter().map(|(locale, _)| locale.as_str()).collect();
            assert_eq!(locales, ["en", "id"], "{id} {}", question.id);
        }
        assert_eq!(Survey::try_from(wire).unwrap().id(), id);
    }
}

#[test]
fn every_locale_has_every_string() {
    for (locale, json) in LOCALES {
        let strings: Strings = serde_json::from_str(json).unwrap_or_else(|e| panic!("{locale}: {e}"));
        let all = serde_json::to_value(strings).unwrap();
        let given: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(all, given, "{locale} has a string that the prompt does not use");
        assert!(
            all.as_object().unwrap().values().all(|s| !s.as_str().unwrap().trim().is_empty()),
            "{locale}"
        );
    }
}

#[test]
fn a_wrong_survey_says_where_it_is_wrong() {
    let cases: [(&str, fn(&mut WireSurvey)); 8] = [
        ("id: is \"Not A Name\"", |s| s.id = "Not A Name".into()),
        ("questions: must begin with the one question of kind nps", |s| s.questions.swap(0, 1)),
        ("questions: must begin", |s| s.questions.clear()),
        ("questions[1].id: is \"score\", which an earlier", |s| s.questions[1].id = "score".into()),
        ("questions[0].text: lacks \"en\"", |s| {
            s.questions[0].text = Text(vec![("id".into(), "Apa?".into())])
        }),
        ("questions[0].text: is empty", |s| s.questions[0].text.0[0].1 = " ".into()),
        ("questions[1].by_class.passive: has 501 characters", |s| {
            s.questions[1].by_class.passive = Some(Text(vec![("en".into(), "x".repeat(501))]));
        }),
        ("timing.again_after_days: is 3651 days", |s| {
            s.timing.again_after_days.as_mut().unwrap().seen = 3651
        }),
    ];
    for (expected, change) in cases {
        let mut survey: WireSurvey = serde_json::from_str(ready_made("nps").unwrap()).unwrap();
        change(&mut survey);
        let refusal = Survey::try_from(survey).unwrap_err().to_string();
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}
