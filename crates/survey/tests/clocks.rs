//! The table of cases that the loader is tested with too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use suara_survey::{Clock, Mark, NEVER_MS, Waits, may_ask};

const HOUR_MS: i64 = 3_600_000;
const NOW_MS: i64 = 1_700_000_000_000;

fn waits(json: &serde_json::Value) -> Waits {
    let ms = |key: &str| match json[key].as_str() {
        Some("never") => NEVER_MS,
        _ => json[key].as_i64().unwrap() * HOUR_MS,
    };
    Waits { seen: ms("seen"), dismissed: ms("dismissed"), answered: ms("answered") }
}

fn mark(json: &serde_json::Value, own: Waits, others: Waits) -> Mark {
    let own = json.get("own_h").map_or(own, waits);
    let others = json.get("others_h").map_or(others, waits);
    let count = |key: &str| json.get(key).map_or(0, |count| u32::try_from(count.as_u64().unwrap()).unwrap());
    let at_ms = |key: &str| json.get(key).map_or(0, |hours| NOW_MS - hours.as_i64().unwrap() * HOUR_MS);
    let survey = json["survey"].as_str().unwrap();
    Mark {
        seen: at_ms("seen"),
        dismissed: at_ms("dismissed"),
        answered: at_ms("answered"),
        later: at_ms("later"),
        times: count("times"),
        max_times: count("max_times"),
        ..Mark::never(survey, own, others)
    }
}

#[test]
fn the_three_clocks_decide_as_the_table_says() {
    let table: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/clocks.json")).unwrap();
    let (own, others) = (waits(&table["waits_h"]["own"]), waits(&table["waits_h"]["others"]));
    assert_eq!((own, others), (Waits::OWN, Waits::OTHERS), "the table tests the default waits");
    for case in table["cases"].as_array().unwrap() {
        let marks: Vec<Mark> =
            case["marks"].as_array().unwrap().iter().map(|json| mark(json, own, others)).collect();
        assert_eq!(
            may_ask("nps", &marks, NOW_MS).is_ok(),
            case["ask"].as_bool().unwrap(),
            "{}",
            case["name"]
        );
    }
}

#[test]
fn a_hold_says_which_clock_and_until_when() {
    let mut mark = Mark::never("nps", Waits::OWN, Waits::OTHERS);
    mark.set(Clock::Answered, NOW_MS - HOUR_MS);
    let hold = may_ask("nps", &[mark], NOW_MS).unwrap_err();
    assert_eq!((hold.clock, hold.until_ms), (Clock::Answered, NOW_MS - HOUR_MS + Waits::OWN.answered));
}

#[test]
fn what_never_ends_says_so() {
    let own = Waits { answered: NEVER_MS, ..Waits::OWN };
    let mut mark = Mark::never("nps", own, Waits::OTHERS);
    mark.set(Clock::Answered, NOW_MS);
    let hold = may_ask("nps", &[mark.clone()], NOW_MS).unwrap_err();
    assert!(hold.clock == Clock::Answered && hold.until_ms >= NEVER_MS, "{hold:?}");
    (mark.times, mark.max_times) = (3, 3);
    let hold = may_ask("nps", &[mark], NOW_MS).unwrap_err();
    assert!(hold.clock == Clock::Times && hold.until_ms >= NEVER_MS, "{hold:?}");
}

#[test]
fn maybe_later_says_until_when() {
    let mut mark = Mark::never("nps", Waits::OWN, Waits::OTHERS);
    mark.show(NOW_MS - HOUR_MS);
    mark.set(Clock::Later, NOW_MS + HOUR_MS);
    let hold = may_ask("nps", &[mark], NOW_MS).unwrap_err();
    assert_eq!((hold.clock, hold.until_ms), (Clock::Later, NOW_MS + HOUR_MS));
}
