//! Who is told of what, and what is still to be told, whichever backend keeps it.

use serde_json::{Value, json};
use suara_survey::AnswerId;

use super::Record;
use super::cases::{CaseRow, Opening};

/// Something that hooks are told of. Its id is the same however often it is told, and however often it is queued.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub(crate) survey: String,
    pub(crate) id: String,
    pub(crate) event: &'static str,
    pub(crate) answer: Option<AnswerId>,
    /// JSON.
    pub(crate) data: String,
    pub(crate) at_ms: i64,
}

impl Notice {
    /// An answer was sent.
    pub(crate) fn completed(record: &Record) -> Self {
        let mut data = about(record);
        data["locale"] = json!(record.locale);
        data["answers"] = serde_json::from_str(&record.given).unwrap_or_default();
        data["fields"] = record
            .fields
            .as_deref()
            .and_then(|fields| serde_json::from_str(fields).ok())
            .unwrap_or(json!({}));
        Self::of_answer("answer.completed", "ac", record, &data)
    }

    /// An answer has opened a case.
    pub(crate) fn opened(record: &Record, opening: &Opening) -> Self {
        let mut data = about(record);
        data["case"] = json!(record.id.to_string());
        data["reason"] = json!(opening.reason);
        data["due_ms"] = json!(opening.due_ms);
        Self::of_answer("case.opened", "co", record, &data)
    }

    /// A case was resolved, or opened again.
    pub(crate) fn of_case(survey: &str, case: &CaseRow, event: &'static str, at_ms: i64) -> Self {
        let data = json!({
            "survey": survey, "case": case.id.to_string(), "reason": case.reason, "status": case.status,
            "assignee": case.assignee, "opened_ms": case.opened_ms, "due_ms": case.due_ms,
            "resolved_ms": case.resolved_ms,
        });
        let id = format!("cc_{}_{}", case.id, case.revision);
        Self { survey: survey.to_owned(), id, event, answer: Some(case.id), data: data.to_string(), at_ms }
    }

    /// A survey has a new version.
    pub(crate) fn published(survey: &str, version: u32, at_ms: i64) -> Self {
        let data = json!({ "survey": survey, "version": version }).to_string();
        let id = format!("sp_{survey}_{version}");
        Self { survey: survey.to_owned(), id, event: "survey.published", answer: None, data, at_ms }
    }

    fn of_answer(event: &'static str, kind: &str, record: &Record, data: &Value) -> Self {
        let id = format!("{kind}_{}", record.id);
        let (survey, at_ms) = (record.survey.clone(), record.received_ms);
        Self { survey, id, event, answer: Some(record.id), data: data.to_string(), at_ms }
    }
}

fn about(record: &Record) -> Value {
    json!({
        "survey": record.survey, "version": record.version, "answer": record.id.to_string(), "at_ms": record.at_ms,
        "score": record.score.map(suara_survey::Score::get), "comment": record.comment, "page": record.page,
        "marks": record.marks.names().collect::<Vec<_>>(),
    })
}

/// Somebody who is told. It implements no `Debug`, so no log shows its secret.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct HookRow {
    pub(crate) id: String,
    pub(crate) url: String,
    /// Empty for all.
    pub(crate) survey: String,
    /// Each between two commas.
    pub(crate) events: String,
    pub(crate) format: String,
    pub(crate) secret: String,
    pub(crate) old_secret: Option<String>,
    pub(crate) old_until_ms: Option<i64>,
    pub(crate) is_on: i64,
    pub(crate) created_ms: i64,
}

/// Something done about a hook.
#[derive(Clone)]
pub(crate) enum HookAct {
    /// Keeps it, new or changed.
    Keep(HookRow),
    /// Removes it, with everything that it was or is to be told.
    Remove(String),
    /// Tells it something, whatever it asked for.
    Tell { hook: String, notice: Notice },
    /// Tells it again what it was told, or was not.
    Resend { hook: String, survey: String, id: String },
}

impl std::fmt::Debug for HookAct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HookAct")
    }
}

/// Takes what is due for this long.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) hook: String,
    /// Whose it is meanwhile; no other claim has this name.
    pub(crate) lease: String,
    pub(crate) now_ms: i64,
    pub(crate) until_ms: i64,
    pub(crate) limit: i64,
}

/// Something to tell now.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct Due {
    pub(crate) survey: String,
    pub(crate) id: String,
    pub(crate) hook: String,
    pub(crate) event: String,
    pub(crate) data: String,
    pub(crate) at_ms: i64,
    pub(crate) attempts: i64,
    pub(crate) url: String,
    pub(crate) format: String,
    pub(crate) secret: String,
    pub(crate) old_secret: Option<String>,
    pub(crate) old_until_ms: Option<i64>,
}

/// What came of telling it.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    pub(crate) survey: String,
    pub(crate) id: String,
    pub(crate) hook: String,
    pub(crate) lease: String,
    /// `delivered`, `waiting` or `dead`.
    pub(crate) state: &'static str,
    pub(crate) next_ms: i64,
    pub(crate) status: Option<i64>,
    pub(crate) outcome: String,
    pub(crate) done_ms: i64,
}

/// What has been due to a hook since before a time without its turn.
#[derive(Clone, Debug)]
pub(crate) struct Overdue {
    pub(crate) hook: String,
    pub(crate) due_before_ms: i64,
    pub(crate) now_ms: i64,
}

/// What is not kept any longer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stale {
    pub(crate) delivered_before_ms: i64,
    pub(crate) dead_before_ms: i64,
}
