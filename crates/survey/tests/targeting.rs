//! The table of cases that the loader is tested with too, and what an owner is told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use serde_json::{Value, json};
use suara_survey::targeting::{Event, Moment, Visit, When, instant_ms};

fn table() -> Value {
    serde_json::from_str(include_str!("../../../tests/fixtures/targeting.json")).unwrap()
}

/// As `String` of JavaScript would write it.
fn pairs(json: &Value) -> Vec<(String, String)> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let members = json.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.clone(), plain(value))).collect()
}

fn texts(json: &Value) -> Vec<String> {
    json.as_array()
        .map(|all| all.iter().map(|one| one.as_str().unwrap().to_owned()).collect())
        .unwrap_or_default()
}

fn count(json: &Value) -> u32 {
    json.as_u64().map_or(0, |number| u32::try_from(number).unwrap())
}

fn visit(usual: &Value, case: &Value) -> Visit {
    let fact = |name: &str| case["visit"].get(name).unwrap_or(&usual[name]);
    let text = |name: &str| fact(name).as_str().unwrap().to_owned();
    Visit {
        url: text("url"),
        present: texts(fact("present")),
        views: count(fact("views")),
        first_days_ago: count(fact("first_days_ago")),
        attributes: pairs(fact("attributes")),
        device: text("device"),
        language: text("language"),
        now_ms: instant_ms(&text("now")).unwrap(),
        draw: count(fact("draw")),
    }
}

fn moment(json: &Value) -> Moment {
    let event = |event: &Value| Event {
        name: event["name"].as_str().unwrap().to_owned(),
        props: pairs(&event["props"]),
    };
    Moment {
        loaded_ms: count(&json["loaded_ms"]),
        visible_ms: count(&json["visible_ms"]),
        scrolled_percent: count(&json["scrolled_percent"]),
        exit: json["exit"] == true,
        clicked: texts(&json["clicked"]),
        event: json.get("event").map(event),
        since_ms: count(&json["since_ms"]),
    }
}

#[test]
fn a_visit_fits_as_the_table_says() {
    let table = table();
    let cases = table["cases"].as_array().unwrap();
    for case in cases {
        let rows = When::read(&&case["when"]).unwrap().rows(&visit(&table["visit"], case));
        let fails: Vec<&str> = rows.iter().filter(|row| !row.holds).map(|row| row.rule).collect();
        assert_eq!(fails, texts(&case["fails"]), "{}", case["name"]);
    }
    assert!(cases.len() >= 60, "{}", cases.len());
}

#[test]
fn a_moment_is_the_one_as_the_table_says() {
    let table = table();
    for case in table["moments"].as_array().unwrap() {
        let triggers = When::read(&&case["when"]).unwrap().triggers;
        assert_eq!(triggers.fired(&moment(&case["moment"])), case["fires"] == true, "{}", case["name"]);
    }
}

#[test]
fn every_rule_is_tried_in_both_ways() {
    let table = table();
    let cases = table["cases"].as_array().unwrap();
    for rule in [
        "url",
        "present",
        "views",
        "not_first_visit",
        "tenure_days",
        "attributes",
        "device",
        "language",
        "from",
        "until",
        "sample_percent",
    ] {
        let of_rule = |fails: bool| {
            cases.iter().any(|case| {
                case["when"].get(rule).is_some()
                    && texts(&case["fails"]).iter().any(|name| name == rule) == fails
            })
        };
        assert!(of_rule(true) && of_rule(false), "{rule}");
    }
}

#[test]
fn a_wrong_rule_says_where_it_is_wrong_and_what_is_allowed() {
    let cases = [
        (json!([]), "when: is not an object"),
        (json!({"url": "/a"}), "when.url: is not a list"),
        (json!({"url": [{}]}), "when.url[0]: must have exactly one of is, contains"),
        (
            json!({"url": [{"contains": "/a"}, {"is": "/a", "glob": "*"}]}),
            "when.url[1]: must have exactly one",
        ),
        (
            json!({"url": [{"is": "/cart"}]}),
            "when.url[0].is: is \"/cart\", but it is compared with the whole address",
        ),
        (json!({"url": [{"starts": "/cart"}]}), "when.url[0].starts: is \"/cart\""),
        (json!({"url": [{"glob": "/cart/*"}]}), "when.url[0].glob: is \"/cart/*\""),
        (json!({"url": [{"contains": "#top"}]}), "when.url[0].contains: is \"#top\", but what follows #"),
        (json!({"url": [{"contains": " "}]}), "when.url[0].contains: is not a part of an address"),
        (json!({"url": [{"contains": "/a", "not": "yes"}]}), "when.url[0].not: is neither true nor false"),
        (json!({"present": 1}), "when.present: is not a CSS selector"),
        (json!({"views": 0}), "when.views: is 0, but a whole number from 1 to 1000000"),
        (json!({"views": 1.5}), "when.views: is 1.5, but"),
        (json!({"views": "many"}), "when.views: is not a number, but"),
        (json!({"tenure_days": 3651}), "when.tenure_days: is 3651, but a whole number from 0 to 3650"),
        (json!({"attributes": {"plan": {}}}), "when.attributes.plan: is not a text, a number"),
        (json!({"attributes": {"plan": []}}), "when.attributes.plan: is not a text, a number"),
        (json!({"attributes": ["plan"]}), "when.attributes: is not an object"),
        (
            json!({"device": ["mobile"]}),
            "when.device[0]: is \"mobile\", but a device is phone, tablet or desktop",
        ),
        (json!({"device": "phone"}), "when.device: is not a list"),
        (
            json!({"language": ["id", "english!"]}),
            "when.language[1]: is \"english!\", but a language is a tag",
        ),
        (json!({"from": "2026-03-10T09:00:00"}), "when.from: is \"2026-03-10T09:00:00\", but write a date"),
        (json!({"until": "tomorrow"}), "when.until: is \"tomorrow\", but write a date"),
        (json!({"from": "2026-03-10", "until": "2026-03-10"}), "when.until: is not after when.from"),
        (json!({"sample_percent": 101}), "when.sample_percent: is 101, but a whole number from 0 to 100"),
        (json!({"delay_ms": -1}), "when.delay_ms: is -1, but"),
        (json!({"scroll_percent": 120}), "when.scroll_percent: is 120, but"),
        (json!({"exit": 1}), "when.exit: is neither true nor false"),
        (json!({"event": {"where": {}}}), "when.event.name: is missing"),
        (
            json!({"event": {"name": "bought", "where": {"total": null}}}),
            "when.event.where.total: is not a text",
        ),
    ];
    for (when, expected) in cases {
        let flaw = When::read(&&when).unwrap_err().to_string();
        assert!(flaw.starts_with(expected), "{flaw}");
    }
}

#[test]
fn dates_that_do_not_exist_are_none() {
    for text in [
        "",
        "2026",
        "2026-13-01",
        "2026-02-29",
        "2100-02-29",
        "2026-3-1",
        "2026-03-10T24:00:00Z",
        "2026-03-10T1:00Z",
        "2026-03-10T10:00:00+7",
        "2026-03-10T10:00:00.Z",
        "2026-03-10 10:00:00Z",
        "٢٠٢٦-٠٣-١٠",
        "2026-03-10Z",
        "2026-03-10T10:00:00Z ",
    ] {
        assert_eq!(instant_ms(text), None, "{text}");
    }
    assert_eq!(instant_ms("2000-02-29T23:59:59.25-01:30"), Some(951_874_199_250));
    assert_eq!(instant_ms("1969-12-31T23:59Z"), Some(-60_000));
}
