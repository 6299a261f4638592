//! What an owner is told about a definition that the prompt would take, but not as it was meant.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use serde_json::{Value, json};
use suara_survey::wire::{Given, Snapshot};
use suara_survey::{Answer, COMMENT_MAX_CHARS, Survey, check_definition};

/// What the flaw says, and what is done to a sound survey to earn it.
type Case = (&'static str, fn(&mut Value));

/// A survey that uses everything.
fn full() -> Value {
    json!({
        "id": "full", "version": 3, "max_answers": 500,
        "questions": [
            { "id": "score", "kind": "nps", "text": { "en": "Recommend us, {{field.plan|dear customer}}?" }, "low": { "en": "no" } },
            { "id": "why", "kind": "text", "sorted": true, "text": { "en": "Why {{score}}?" }, "by_class": { "promoter": { "en": "So {{score}}?" } } },
            { "id": "face", "kind": "csat", "look": "stars", "text": { "en": "How satisfied?" },
              "next": [{ "if": { "class": "detractor" }, "go": "where" }, { "if": { "from": 1, "to": 2 }, "go": "where" }, { "go": "end" }] },
            { "id": "where", "kind": "choice", "other": true, "text": { "en": "Where?" }, "choices": [{ "id": "web", "text": { "en": "Web" } }],
              "next": [{ "if": { "choice": "other" }, "go": "end:bye" }, { "if": { "answered": false }, "go": "end" }] },
            { "id": "parts", "kind": "drivers", "required": true, "together": false, "text": { "en": "And?" }, "items": [{ "id": "price", "text": { "en": "Price" } }] }
        ],
        "endings": [{ "id": "bye", "text": { "en": "Bye, {{where}}" }, "redirect": "/thanks" }],
        "thanks": { "en": "Thanks for {{ score | all }}" },
        "fields": ["plan"],
        "display": { "kind": "inline", "position": "top-end", "target": "#here", "label": { "en": "Say it" } },
        "theme": { "mode": "dark", "accent": "#0a7d55", "radius_px": 8, "logo": "/logo.svg", "font": "page" },
        "timing": { "later_days": 2, "times": 3, "again_after_days": { "seen": 0, "dismissed": 0, "answered": "never" } },
        "when": { "url": [{ "glob": "https://*.example/*" }], "views": 2, "event": { "name": "bought" } }
    })
}

#[test]
fn a_survey_that_uses_everything_is_taken() {
    let json = full();
    assert_eq!(check_definition(&&json).unwrap(), Survey::read(&&json).unwrap());
}

#[test]
fn what_would_not_do_what_was_meant_is_named() {
    let cases: [Case; 34] = [
        ("id: is \"\"", |s| s["id"] = json!("")),
        ("max_answers: is 0, but a whole number from 1", |s| s["max_answers"] = json!(0)),
        ("timing.later_days: is 0, but a whole number from 1 to 3650", |s| {
            s["timing"]["later_days"] = json!(0);
        }),
        ("timing.times: is 1001, but", |s| s["timing"]["times"] = json!(1001)),
        ("timing.again_after_days: ", |s| s["timing"]["again_after_days"]["seen"] = json!("always")),
        ("when.views: is 0", |s| s["when"]["views"] = json!(0)),
        ("fields: is not a list", |s| s["fields"] = json!("plan")),
        ("fields[1]: is \"Plan\", but a field is a name", |s| s["fields"] = json!(["plan", "Plan"])),
        ("fields[1]: is \"plan\", but it stands there already", |s| s["fields"] = json!(["plan", "plan"])),
        ("fields: has 21 names, but at most 20", |s| {
            s["fields"] = (0..21).map(|n| json!(format!("f{n}"))).collect();
        }),
        ("display.kind: is \"popup\", but one of corner, modal, bar, tab, inline", |s| {
            s["display"]["kind"] = json!("popup");
        }),
        ("display.position: is \"left\", but one of", |s| s["display"]["position"] = json!("left")),
        ("display.target: is missing", |s| {
            s["display"].as_object_mut().unwrap().remove("target");
        }),
        ("display.label: lacks \"en\"", |s| s["display"]["label"] = json!({"id": "Saran"})),
        ("theme.mode: is \"night\", but one of auto, light, dark", |s| s["theme"]["mode"] = json!("night")),
        ("theme.accent: is \"green\", but a colour is #", |s| s["theme"]["accent"] = json!("green")),
        ("theme.radius_px: is 33, but a whole number from 0 to 32", |s| s["theme"]["radius_px"] = json!(33)),
        ("theme.logo: is \"javascript:alert(1)\", but an address begins", |s| {
            s["theme"]["logo"] = json!("javascript:alert(1)");
        }),
        ("theme.font: is \"serif\", but one of system, page", |s| s["theme"]["font"] = json!("serif")),
        ("questions[0].text.en: names {{field.name}}, but", |s| {
            s["questions"][0]["text"]["en"] = json!("{{field.name}}?");
        }),
        ("questions[0].text.en: names {{score}}, but", |s| {
            s["questions"][0]["text"]["en"] = json!("{{score}}?");
        }),
        ("questions[1].by_class.promoter.en: names {{face}}", |s| {
            s["questions"][1]["by_class"]["promoter"]["en"] = json!("{{face}}?");
        }),
        ("questions[1].text.en: has {{ without }}", |s| {
            s["questions"][1]["text"]["en"] = json!("Why {{score?");
        }),
        ("endings[0].text.en: names {{nobody}}", |s| s["endings"][0]["text"]["en"] = json!("{{nobody}}")),
        ("questions[0].required: is neither true nor false", |s| {
            s["questions"][0]["required"] = json!("yes");
        }),
        ("questions[0].sorted: is for text, but the question is of kind nps", |s| {
            s["questions"][0]["sorted"] = json!(true);
        }),
        ("questions[1].look: is for csat", |s| s["questions"][1]["look"] = json!("stars")),
        ("questions[2].look: is \"hearts\", but one of faces, stars, numbers", |s| {
            s["questions"][2]["look"] = json!("hearts");
        }),
        ("questions[0].by_class: needs a question of kind nps before", |s| {
            s["questions"][0]["by_class"] = json!({ "promoter": { "en": "a" } });
        }),
        ("questions[2].next[1].if.to: is 6, but a whole number from 1 to 5", |s| {
            s["questions"][2]["next"][1]["if"]["to"] = json!(6);
        }),
        ("questions[2].next[1].if.to: is below from", |s| {
            s["questions"][2]["next"][1]["if"] = json!({"from": 3, "to": 2});
        }),
        ("questions[3].next[0].if.from: is for a scale, but the question is of kind choice", |s| {
            s["questions"][3]["next"][0]["if"] = json!({ "from": 1 });
        }),
        (
            "questions[0].next[0].go: is \"why\", but it stands on the same step; write \"together\": false",
            |s| {
                s["questions"][0]["next"] = json!([{ "go": "why" }]);
                s["questions"][1]["together"] = json!(true);
            },
        ),
        ("questions[3].next[0].if.choice: is \"shop\", but the question has no such choice", |s| {
            s["questions"][3]["next"][0]["if"]["choice"] = json!("shop");
        }),
    ];
    for (expected, change) in cases {
        let mut survey = full();
        change(&mut survey);
        let flaw = check_definition(&&survey).unwrap_err().to_string();
        assert!(flaw.starts_with(expected), "{flaw}");
    }
}

#[test]
fn no_definition_makes_the_check_panic() {
    let mut dice = Dice(1);
    let refused = (0..4000).filter(|_| check_definition(&&dice.spoilt(full())).is_err()).count();
    assert!(refused > 1000, "{refused} of 4000: the test does not spoil enough");
}

#[test]
fn no_snapshot_makes_a_receiver_panic_and_what_is_taken_keeps_to_the_limits() {
    let json: Value = serde_json::from_str(include_str!("golden/kinds.json")).unwrap();
    let survey = Survey::read(&&kinds_json()).unwrap();
    let mut dice = Dice(7);
    let (mut read, mut taken) = (0, 0);
    for _ in 0..6000 {
        let spoilt = dice.spoilt(json.clone());
        let Ok(snapshot) = serde_json::from_value::<Snapshot>(spoilt) else { continue };
        read += 1;
        let Ok(answer) = Answer::check(&snapshot, &survey) else { continue };
        taken += 1;
        let known = |given: &Given| survey.question(&given.question).is_some();
        assert!(answer.answers.iter().all(known), "{snapshot:?}");
        assert!(answer.comment.is_none_or(|comment| comment.chars().count() <= COMMENT_MAX_CHARS));
    }
    assert!(read > 300 && taken > 100, "{taken} of {read} were taken: the test says little");
}

/// A small generator with a fixed seed, so that each run is the same (Marsaglia, "Xorshift RNGs").
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    /// With something odd in up to three places.
    fn spoilt(&mut self, mut json: Value) -> Value {
        for _ in 0..=self.roll(3) {
            self.spoil(&mut json);
        }
        json
    }

    fn spoil(&mut self, json: &mut Value) {
        let count = match json {
            Value::Object(members) => members.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if count == 0 || self.roll(8) == 0 {
            let long = "é".repeat(3000);
            let odd = [
                json!(null),
                json!(-1),
                json!(3),
                json!(1e300),
                json!("{{"),
                json!(long),
                json!([]),
                json!({}),
                json!([[]]),
                json!(true),
                json!("end:"),
                json!("score"),
            ];
            *json = odd[self.roll(odd.len())].clone();
            return;
        }
        let place = self.roll(count);
        let inner = match json {
            Value::Object(members) => members.values_mut().nth(place),
            Value::Array(items) => items.get_mut(place),
            _ => None,
        };
        self.spoil(inner.unwrap());
    }
}

/// The survey that the golden answer of every kind answers.
fn kinds_json() -> Value {
    serde_json::from_str(include_str!("kinds.json")).unwrap()
}
