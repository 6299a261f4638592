//! Every case of the golden file through the adapter of `suara stats`, natively and compiled to WebAssembly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test's helpers are tests.

#[path = "../../collector/src/stats/cases.rs"]
mod cases;

use serde_json::{Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const GOLDEN: &str = include_str!("../../../tests/fixtures/nps_golden.json");

const GROUPS: [&str; 4] = ["single", "raw_scores", "two_sample", "trend"];

/// Values of the file that are wrong in its fifth or sixth decimal: it took the Dirichlet quantiles from an 800-point
/// Gauss-Legendre rule in the quantile of T, which has not converged where a class is empty (with 800 points the
/// file's values come out to the last digit). These replace them, from the same integral in 30-digit arithmetic.
const CORRECTED: [(&str, f64); 5] = [
    ("single s04.intervals.dirichlet_jeffreys[0]", 0.529_655_515_305_619),
    ("single s04.intervals.dirichlet_uniform[0]", 0.388_213_049_404_270),
    ("single s05.intervals.dirichlet_jeffreys[0]", -0.183_894_485_566_488),
    ("single s05.intervals.dirichlet_jeffreys[1]", 0.183_894_485_566_488),
    ("single s08.intervals.dirichlet_jeffreys[1]", 0.976_324_342_556_668),
];

fn golden() -> Value {
    serde_json::from_str(GOLDEN).expect("the golden file is JSON")
}

/// Whether a number is the expected one: to 1e-6, or to a relative 1e-4 where a probability is smaller than that.
fn agrees(found: f64, expected: f64) -> bool {
    let tolerance = if expected > 0.0 && expected < 1e-6 { expected * 1e-4 } else { 1e-6 };
    (found - expected).abs() <= tolerance
}

/// Walks every expected value and collects those that differ or are missing.
fn differences(path: &str, expected: &Value, found: Option<&Value>, into: &mut Vec<String>) {
    let same = match (expected, found) {
        (Value::Object(fields), Some(Value::Object(_))) => {
            for (name, value) in fields {
                differences(&format!("{path}.{name}"), value, found.and_then(|it| it.get(name)), into);
            }
            true
        }
        (Value::Array(items), Some(Value::Array(others))) => {
            for (index, value) in items.iter().enumerate() {
                differences(&format!("{path}[{index}]"), value, others.get(index), into);
            }
            items.len() == others.len()
        }
        (Value::Number(a), Some(Value::Number(b))) => {
            let corrected = CORRECTED.iter().find(|(wrong, _)| *wrong == path).map(|&(_, value)| value);
            agrees(b.as_f64().unwrap(), corrected.unwrap_or(a.as_f64().unwrap()))
        }
        (expected, Some(found)) => expected == found,
        (_, None) => false,
    };
    if !same {
        into.push(format!("{path}: expected {expected}, found {}", found.unwrap_or(&json!("nothing"))));
    }
}

#[test]
fn every_golden_value_of_every_known_group_is_met() {
    let (golden, computed) = (golden(), cases::compute(&golden()));
    let mut wrong = Vec::new();
    for group in GROUPS {
        let expected = golden[group].as_array().unwrap();
        assert!(!expected.is_empty());
        for (index, case) in expected.iter().enumerate() {
            let path = format!("{group} {}", case["id"].as_str().unwrap());
            differences(&path, &case["expect"], computed[group][index].get("result"), &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_missing_or_wrong_value_would_be_noticed() {
    let expected = json!({"a": 1.0, "b": [0.5, null], "p": 2e-9});
    for found in [
        json!({"b": [0.5, null], "p": 2e-9}),
        json!({"a": 1.000002, "b": [0.5, null], "p": 2e-9}),
        json!({"a": 1.0, "b": [0.5], "p": 2e-9}),
        json!({"a": 1.0, "b": [0.5, 0.0], "p": 2e-9}),
        json!({"a": 1.0, "b": [0.5, null], "p": 2.001e-9}),
        json!({"a": null, "b": [0.5, null], "p": 2e-9}),
    ] {
        let mut wrong = Vec::new();
        differences("", &expected, Some(&found), &mut wrong);
        assert!(!wrong.is_empty(), "{found}");
    }
}

#[test]
fn corrected_values_stand_in_the_file_and_differ_from_it_by_less_than_its_fourth_decimal() {
    for (path, correct) in CORRECTED {
        let (case, rest) = path.trim_start_matches("single ").split_once('.').unwrap();
        let cases = golden()["single"].as_array().unwrap().clone();
        let found = cases.iter().find(|it| it["id"] == case).unwrap();
        let pointer = format!("/expect/{}", rest.replace(['.', '['], "/").replace(']', ""));
        let in_file = found.pointer(&pointer).unwrap().as_f64().unwrap();
        assert!(!agrees(correct, in_file) && (correct - in_file).abs() < 2e-5, "{path}");
    }
}

#[test]
fn cases_keep_their_id_note_and_input_and_lose_what_was_expected() {
    let (golden, computed) = (golden(), cases::compute(&golden()));
    for key in ["id", "note", "input"] {
        assert_eq!(golden["single"][0][key], computed["single"][0][key]);
    }
    assert!(!computed.to_string().contains("\"expect\""));
}

#[test]
fn groups_that_are_not_known_are_named_and_meta_is_not_one() {
    let unknown = cases::compute(&golden())["unknown_groups"].clone();
    let names: Vec<&str> = unknown.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(names.contains(&"paired") && names.contains(&"retention"));
    assert!(!names.contains(&"meta") && GROUPS.iter().all(|group| !names.contains(group)));
}

#[test]
fn a_bad_case_is_answered_by_a_sentence_and_the_others_are_computed() {
    let computed = cases::compute(&json!({"single": [
        {"id": "percent", "input": {"promoters": 5, "passives": 3, "detractors": 2, "level": 95}},
        {"id": "negative", "input": {"promoters": -5, "passives": 3, "detractors": 2, "level": 0.95}},
        {"id": "word", "input": {"promoters": "five", "passives": 3, "detractors": 2, "level": 0.95}},
        {"id": "nobody", "input": {"promoters": 0, "passives": 0, "detractors": 0, "level": 0.95}},
        {"id": "no level", "input": {"promoters": 5, "passives": 3, "detractors": 2}},
        {"id": "good", "input": {"promoters": 5, "passives": 3, "detractors": 2, "level": 0.95}},
        7,
    ]}));
    let errors = |index: usize| computed["single"][index]["error"].as_str().unwrap_or_default().to_owned();
    assert_eq!(errors(0), "level is 95; it must lie between 0 and 1; write 95 % as 0.95");
    assert!(errors(1).starts_with("promoters is -5; it must be a number from 0"));
    assert!(errors(2).starts_with("promoters is \"five\"; it must be a number from 0"));
    assert!(errors(3).starts_with("promoters, passives and detractors are all 0"));
    assert!(errors(4).starts_with("level is missing"));
    assert_eq!(computed["single"][5]["result"]["nps"], json!(0.3));
    assert!(errors(6).starts_with("a case is 7; it must be an object"));
}

#[test]
fn what_is_undefined_comes_out_as_null() {
    let none = json!({"promoters": 0, "passives": 0, "detractors": 0});
    let all = json!({"promoters": 4, "passives": 0, "detractors": 0});
    let computed = cases::compute(&json!({
        "single": [{"input": {"promoters": 1, "passives": 0, "detractors": 0, "level": 0.95}}],
        "raw_scores": [{"input": {"scores": [null, "9", 11, true]}}],
        "two_sample": [{"input": {"a": all, "b": all, "level": 0.999}}],
        "trend": [{"input": {"periods": [all, none]}}, {"input": {"periods": []}}, {"input": {"periods": [all, all]}}],
    }));
    assert_eq!(computed["single"][0]["result"]["intervals"]["t_mean"], Value::Null);
    assert_eq!(computed["raw_scores"][0]["result"]["rejected"], json!(4));
    assert_eq!(computed["raw_scores"][0]["result"]["median"], Value::Null);
    assert_eq!(computed["two_sample"][0]["result"]["z_wald"], Value::Null);
    assert_eq!(computed["trend"][0]["result"]["nps"], json!([1.0, null]));
    assert_eq!(computed["trend"][1]["result"]["overall_nps"], Value::Null);
    assert_eq!(computed["trend"][2]["result"]["kendall_tau"], Value::Null);
}

#[test]
fn a_document_that_holds_no_groups_is_answered_by_a_sentence() {
    assert!(cases::compute(&json!([1])).to_string().contains("it must be an object"));
    assert!(cases::compute(&json!({"single": 3})).to_string().contains("it must be a list"));
}
