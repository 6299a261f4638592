//! Definitions, snapshots and files that are almost right: no parser panics, and what it lets pass it lets pass again.
//! Every run does the same ones; `SUARA_MUTATIONS` says how many times as many are done, beginning with the same.

use serde_json::Value;
use suara_load::{Chance, mutated, times};
use suara_survey::wire::Snapshot;
use suara_survey::{Answer, AnswerId, Asking, READY_MADE, Survey, check_definition};

use crate::harness::{file, new_id, run, snapshot};

fn length() -> u64 {
    times("SUARA_MUTATIONS", 1).into()
}

#[test]
fn a_mutated_definition_is_refused_or_can_be_asked() {
    let (mut read, mut refused) = (0, 0);
    for number in 0..8_000 * length() {
        let mut chance = Chance::new(number);
        let (_, definition) = READY_MADE[chance.below(READY_MADE.len())];
        let bytes = mutated(definition.as_bytes(), &mut chance);
        let Ok(value) = serde_json::from_slice::<Value>(&bytes) else { continue };
        drop(check_definition(&&value));
        match Survey::read(&&value) {
            Ok(survey) => {
                read += 1;
                ask(&survey, &mut chance);
            }
            Err(refusal) => {
                refused += 1;
                assert!(!refusal.to_string().is_empty());
            }
        }
    }
    assert!(
        read > 500 && refused > 100,
        "{read} read, {refused} refused: nothing behind the parser was tried"
    );
}

/// Goes through a survey as a visitor who clicks at random; whatever comes out is an answer to it.
fn ask(survey: &Survey, chance: &mut Chance) {
    let id = AnswerId::from_parts(1_700_000_000_000, [7; 10]);
    let mut asking = Asking::new(survey.clone(), id, "en".to_owned(), "https://shop.example/".to_owned());
    for _ in 0..40 {
        for question in asking.step() {
            let name = chance.one_of(&["", "other", "email", "ok", "sort", "speed"]);
            let value = chance.one_of(&["", "0", "1", "5", "9", "10", "11", "na", "words", "a@b.example"]);
            asking.set(question, name, value);
            asking.wording(question);
        }
        match chance.below(4) {
            0 => drop(asking.back()),
            _ if asking.next() == Ok(false) => break,
            _ => {}
        }
    }
    let snapshot = asking.snapshot(1_700_000_000_000);
    drop(Answer::check(&snapshot, survey));
}

#[test]
fn a_mutated_snapshot_is_refused_or_says_the_same_when_it_comes_again() {
    let surveys: Vec<Survey> = READY_MADE
        .iter()
        .map(|(_, json)| Survey::read(&&serde_json::from_str::<Value>(json).unwrap()).unwrap())
        .collect();
    let whole = snapshot(new_id(), 3, 9, "Quick \u{1f600} and \"friendly\"\n").to_string();
    let (mut taken, mut refused) = (0, 0);
    for number in 0..40_000 * length() {
        let mut chance = Chance::new(number);
        let bytes = mutated(whole.as_bytes(), &mut chance);
        let Ok(mut snapshot) = serde_json::from_slice::<Snapshot>(&bytes) else { continue };
        let survey = &surveys[chance.below(surveys.len())];
        if chance.below(8) > 0 {
            survey.id().clone_into(&mut snapshot.survey);
        }
        let Ok(answer) = Answer::check(&snapshot, survey) else {
            refused += 1;
            continue;
        };
        taken += 1;
        // What is kept is what travels on, to other collectors and to exports: it must pass the same check.
        let again = Snapshot { answers: answer.answers.clone(), ..snapshot };
        assert_eq!(Answer::check(&again, survey), Ok(answer));
    }
    assert!(taken > 500 && refused > 500, "{taken} taken, {refused} refused: one side was hardly tried");
}

#[test]
fn a_mutated_file_is_imported_in_part_or_refused_but_breaks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let files: [(&str, &[u8]); 3] = [
        ("a.csv", b"date,score,comment\n2026-01-05,9,\"Quick, and \"\"friendly\"\"\"\n2026-01-06T10:00:00Z,3,Slow\n"),
        ("a.csv", b"date;score;comment\r\n05.01.2026;10;gut\r\n06.01.2026;0;\"a\nb\"\r\n"),
        ("a.ndjson", b"{\"date\":\"2026-01-05\",\"score\":9,\"comment\":\"x\"}\n{\"date\":1700000000000,\"score\":\"7\"}\n"),
    ];
    for number in 0..60 * length() {
        let mut chance = Chance::new(number);
        let (name, content) = files[chance.below(files.len())];
        let path = file(folder.path(), name, &mutated(content, &mut chance));
        let (code, _, said) = run(&["import", &path, "--survey", "nps", "--data", data.to_str().unwrap()]);
        assert!((0..=2).contains(&code) && !said.contains("panicked"), "{number}: {code} {said}");
    }
    let (code, _, said) = run(&["check", "--data", data.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
}
