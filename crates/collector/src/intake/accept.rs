//! From a body to a receipt: what was sent is read, checked and kept, or refused on a named ground.

use std::sync::Arc;

use axum::http::HeaderValue;
use serde::Deserialize;
use suara_survey::wire::{self, Ground, Receipt, Snapshot};
use suara_survey::{Answer, plausible_at_ms};

use super::judge::{Judged, judge};
use super::{loss, quarantine};
use crate::app::App;
use crate::cases;
use crate::fault::Fault;
use crate::store::{Record, Refused, Verdict};
use crate::surveys::Published;

/// Said to pages that may not send.
const FOREIGN: Fault = Fault::Forbidden(
    "this page's origin is not allowed here; its owner can add it with --origin, or in the survey's settings",
);

/// What was sent, whence and when.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) body: &'a [u8],
    pub(super) origin: Option<&'a HeaderValue>,
    pub(super) at_ms: i64,
}

/// A refusal. What has a ground goes into the quarantine; what has none is to be sent again.
#[derive(Debug)]
pub(super) struct Bad {
    pub(super) ground: Option<Ground>,
    pub(super) survey: String,
    pub(super) fault: Fault,
}

impl Bad {
    pub(super) fn new(ground: Ground, survey: &str, fault: Fault) -> Self {
        Self { ground: Some(ground), survey: survey.to_owned(), fault }
    }
}

impl<E: Into<Fault>> From<E> for Bad {
    fn from(error: E) -> Self {
        Self { ground: None, survey: String::new(), fault: error.into() }
    }
}

/// Keeps what was sent, as an answer or else in the quarantine.
pub(super) async fn accept(app: &App, sent: Sent<'_>) -> Result<Receipt, Bad> {
    match receive(app, sent).await {
        Err(bad) => Err(Box::pin(refuse(app, sent, bad)).await),
        kept => kept,
    }
}

/// Puts what has a ground into the quarantine.
pub(super) async fn refuse(app: &App, sent: Sent<'_>, bad: Bad) -> Bad {
    let Some(ground) = bad.ground else { return bad };
    let refused = Refused::new((ground, &bad.fault.to_string()), &bad.survey, sent.body, sent.at_ms);
    match quarantine::refuse(app, refused, bad.fault).await {
        Fault::Unavailable => Fault::Unavailable.into(),
        fault => Bad { fault, ..bad },
    }
}

async fn receive(app: &App, sent: Sent<'_>) -> Result<Receipt, Bad> {
    let is_foreign = |origin: &HeaderValue| !app.origins.allow(origin);
    if sent.origin.is_some_and(is_foreign) {
        return Err(Bad::new(Ground::Origin, &named_survey(sent.body), FOREIGN));
    }
    let snapshot: Snapshot = match serde_json::from_slice(sent.body) {
        Ok(snapshot) => snapshot,
        // Notes are rare, so that only what is no answer is read once more.
        Err(error) => {
            let bad = |_| Bad::new(Ground::Unreadable, &named_survey(sent.body), unreadable(&error));
            let note = serde_json::from_slice(sent.body).map_err(bad)?;
            return Box::pin(loss::take(app, note, sent)).await;
        }
    };
    let published = published(app, &snapshot).await?;
    check_origin(sent.origin, &published)?;
    app.limits.survey(&snapshot.survey)?;
    keep(app, sent, (snapshot, &published)).await
}

/// The very version of the survey that a snapshot answers.
pub(super) async fn published(app: &App, snapshot: &Snapshot) -> Result<Arc<Published>, Bad> {
    if snapshot.v != wire::VERSION {
        return Err(Bad::new(Ground::Format, &snapshot.survey, other_version(snapshot.v)));
    }
    let published = app.survey_at(&snapshot.survey, snapshot.version).await?;
    published.ok_or_else(|| Bad::new(Ground::Unknown, &snapshot.survey, unknown(snapshot)))
}

/// A survey's own list of origins narrows what `--origin` allows; an empty one does not.
pub(super) fn check_origin(origin: Option<&HeaderValue>, published: &Published) -> Result<(), Bad> {
    let allowed = &published.settings.origins;
    let is_allowed = |origin: &HeaderValue| allowed.iter().any(|allowed| origin == allowed);
    match origin {
        Some(origin) if !allowed.is_empty() && !is_allowed(origin) => {
            Err(Bad::new(Ground::Origin, published.survey.id(), FOREIGN))
        }
        _ => Ok(()),
    }
}

/// Keeps a snapshot, whoever sent it.
pub(super) async fn keep(
    app: &App,
    sent: Sent<'_>,
    (snapshot, published): (Snapshot, &Published),
) -> Result<Receipt, Bad> {
    let survey = published.survey.id();
    let bad = |ground, fault| Bad::new(ground, survey, fault);
    let mut answer = Answer::check(&snapshot, &published.survey)
        .map_err(|refusal| bad(Ground::Invalid, Fault::Invalid(refusal.to_string())))?;
    let (id, number) = (answer.id, answer.snapshot);
    answer.at_ms = plausible_at_ms(answer.at_ms, sent.at_ms);
    let opens = cases::opening(&published.settings.cases, &answer, sent.at_ms);
    let is_told = app.surveys.has_hooks();
    let Judged { person, marks, once_ms } = judge(app, published, (&snapshot, &answer), sent.at_ms);
    let record = Record::new(snapshot, answer, sent.body, sent.at_ms);
    let record = Record { opens, is_told, person, marks, once_ms, ..record };
    let verdict = app.store.put(Box::new(record)).await?;
    let conflict = |sentence| Err(bad(Ground::Conflict, Fault::Invalid(sentence)));
    match verdict {
        Verdict::Stored(marks) => {
            app.marked.count(marks);
            Ok(Receipt { id: id.to_string(), snapshot: number })
        }
        Verdict::Held(held) => Ok(Receipt { id: id.to_string(), snapshot: held }),
        Verdict::OtherBytes => conflict(format!(
            "snapshot: is {number}, which this id has sent before with other content; give each snapshot its own number"
        )),
        Verdict::OtherSurvey => conflict(format!(
            "id: is {id}, which answers another survey already; make a new id for each asking"
        )),
    }
}

/// The survey that a body names, as far as that can be read.
pub(super) fn named_survey(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Named {
        survey: String,
    }
    serde_json::from_slice(body).map(|Named { survey }| survey).unwrap_or_default()
}

pub(super) fn other_version(given: u8) -> Fault {
    Fault::Invalid(format!("v: is {given}, but this receiver takes version {}", wire::VERSION))
}

pub(super) fn unknown_survey(id: &str) -> Fault {
    let id: String = id.chars().take(64).collect();
    Fault::Missing(format!("survey: there is no survey \"{id}\" here; see data-survey in the page's tag"))
}

pub(super) fn unreadable(error: &serde_json::Error) -> Fault {
    Fault::Malformed(format!("the body is not a snapshot in JSON ({error}); see docs/endpoint.md"))
}

fn unknown(snapshot: &Snapshot) -> Fault {
    Fault::Missing(format!(
        "survey: there is no version {} of \"{}\" here; load the survey again",
        snapshot.version,
        snapshot.survey.chars().take(64).collect::<String>()
    ))
}
