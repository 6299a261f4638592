//! Events of surveys in the layouts in which PostHog exports them.

use serde_json::{Value, json};

/// One event a line, as JSON.
pub(crate) fn events() -> Vec<u8> {
    all().map(|event| event.to_string()).join("\n").into_bytes()
}

/// A table with the properties of an event as JSON in one column: what its SQL editor gives.
pub(crate) fn table_with_properties() -> Vec<u8> {
    let row = |event: Value| {
        let cell = |name: &str| event[name].as_str().unwrap().to_owned();
        let properties = quoted(&event["properties"]);
        format!("{},{},{properties},{},d\n", cell("uuid"), cell("event"), cell("timestamp"))
    };
    let rows: String = all().map(row).concat();
    format!("uuid,event,properties,timestamp,distinct_id\n{rows}").into_bytes()
}

/// A table with the whole event as JSON in one column.
pub(crate) fn table_of_events() -> Vec<u8> {
    let rows: String = all().map(|event| format!("{},someone\n", quoted(&event))).concat();
    format!("event,person\n{rows}").into_bytes()
}

fn quoted(json: &Value) -> String {
    format!("\"{}\"", json.to_string().replace('"', "\"\""))
}

/// Two answers, the first in two events, of which the newer stands first; and silence.
fn all() -> [Value; 5] {
    let event = |event: &str, time: &str, properties: Value| {
        let mut properties = properties;
        properties["$survey_id"] = json!("s1");
        properties["$current_url"] = json!("https://shop.example/?token=1");
        json!({ "event": event, "uuid": time, "timestamp": time, "distinct_id": "d", "properties": properties })
    };
    let questions =
        json!([{ "id": "q-1", "question": "How likely to recommend?" }, { "id": "q-2", "question": "Why?" }]);
    let sent = |submission: &str, completed: bool, (score, comment): (u8, Option<&str>)| {
        json!({ "$survey_submission_id": submission, "$survey_completed": completed, "$survey_questions": questions,
            "$survey_response_q-1": score, "$survey_response_q-2": comment })
    };
    [
        event("survey sent", "2024-02-01T10:00:00.000Z", sent("b", true, (2, None))),
        event("survey sent", "2024-01-31T10:00:20.000Z", sent("a", true, (9, Some("ok")))),
        event("survey sent", "2024-01-31T10:00:10.000Z", sent("a", false, (9, None))),
        event("survey shown", "2024-01-31T09:59:00.000Z", json!({})),
        event("survey sent", "2024-01-31T10:00:00.000Z", sent("c", false, (9, None))),
    ]
}
