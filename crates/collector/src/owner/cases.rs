//! Cases: who follows up which answer, and how that goes. Analysts see what visitors wrote, so cases are theirs;
//! figures hold no words and are for viewers, too.

use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::Deserialize;
use suara_survey::AnswerId;
use suara_survey::wire::{Case, CaseChange, CaseFigures, CaseFile, CaseNote, CaseStatus, Cases, Role};

use crate::account::{Signed, read};
use crate::app::App;
use crate::cases::{changed, figures};
use crate::clock::now_ms;
use crate::fault::Fault;
use crate::store::cases::{CaseAct, CaseFilter, CaseRow};
use crate::store::hooks::Notice;
use crate::store::{Act, What};

/// Cases on one page when nothing is asked for, and at most.
const CASES: u32 = 50;
const CASES_MAX: u32 = 200;

/// A note, in characters: as long as a visitor's comment.
const NOTE_MAX_CHARS: usize = 2000;

/// What is said when somebody else was faster.
const STALE: Fault = Fault::Stale(
    "somebody else has changed this case in the meantime; load it again, then repeat the change",
);

/// Which cases.
#[derive(Debug, Deserialize)]
pub(crate) struct CaseQuery {
    status: Option<CaseStatus>,
    assignee: Option<String>,
    /// `unresolved` or `overdue`.
    only: Option<String>,
    /// The id of the last case of the page before.
    after: Option<String>,
    limit: Option<u32>,
}

/// Of which time.
#[derive(Debug, Deserialize)]
pub(crate) struct Period {
    from_ms: Option<i64>,
    to_ms: Option<i64>,
}

/// Some cases of a survey, the one due first at the top.
pub(crate) async fn list(
    State(app): State<App>,
    Path(survey): Path<String>,
    query: Result<Query<CaseQuery>, QueryRejection>,
) -> Result<Json<Cases>, Fault> {
    super::check(&app, &survey)?;
    let Query(query) =
        query.map_err(|error| Fault::Malformed(format!("{}; see docs/cases.md", error.body_text())))?;
    let limit = query.limit.unwrap_or(CASES);
    if !(1..=CASES_MAX).contains(&limit) {
        return Err(Fault::Invalid(format!(
            "limit: is {limit}, but 1 to {CASES_MAX} cases are sent at a time"
        )));
    }
    let after = match query.after {
        Some(id) => {
            let last = case(&app, &survey, &id).await?;
            Some((last.due_ms, last.id.as_bytes().to_vec()))
        }
        None => None,
    };
    let (unresolved, due_before_ms) = match query.only.as_deref() {
        None => (false, None),
        Some("unresolved") => (true, None),
        Some("overdue") => (true, Some(now_ms())),
        Some(_) => return Err(Fault::Invalid("only: must be unresolved or overdue".to_owned())),
    };
    let (status, assignee) = (query.status, query.assignee);
    let filter = CaseFilter { status, assignee, unresolved, due_before_ms, after, limit };
    let cases = app.store.cases(&survey, filter).await?.into_iter().map(shown).collect();
    Ok(Json(Cases { cases }))
}

/// One case with everything that was done and said about it.
pub(crate) async fn file(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<CaseFile>, Fault> {
    let (survey, id) = place(path)?;
    whole(&app, &survey, &id).await
}

/// Changes how far it is, who looks after it, or when it is due.
pub(crate) async fn change(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    path: Result<Path<(String, String)>, PathRejection>,
    body: Bytes,
) -> Result<Json<CaseFile>, Fault> {
    let ((survey, id), change) = (place(path)?, read::<CaseChange>(&body)?);
    let case = case(&app, &survey, &id).await?;
    if change.revision.is_some_and(|revision| revision != case.revision) {
        return Err(STALE);
    }
    if let Some(name) = change.assignee.as_deref().filter(|name| !name.is_empty()) {
        check_assignee(&app, name).await?;
    }
    let now_ms = now_ms();
    let (next, entries) = changed(&case, &change, now_ms).map_err(Fault::Invalid)?;
    let event = match next.status {
        status if status == case.status => None,
        CaseStatus::Resolved => Some("case.resolved"),
        CaseStatus::Reopened => Some("case.reopened"),
        _ => None,
    };
    let notice = event.map(|event| Notice::of_case(&survey, &next, event, now_ms));
    if !entries.is_empty() {
        act(&app, signed, CaseAct { survey: survey.clone(), case: next, entries, notice }).await?;
    }
    whole(&app, &survey, &id).await
}

/// Writes a note.
pub(crate) async fn note(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    path: Result<Path<(String, String)>, PathRejection>,
    body: Bytes,
) -> Result<Json<CaseFile>, Fault> {
    let ((survey, id), CaseNote { text }) = (place(path)?, read(&body)?);
    let text = text.trim().replace('\0', "\u{fffd}");
    let chars = text.chars().count();
    if !(1..=NOTE_MAX_CHARS).contains(&chars) {
        return Err(Fault::Invalid(format!(
            "text: has {chars} characters, but a note has 1 to {NOTE_MAX_CHARS}; shorten it or write two"
        )));
    }
    let mut case = case(&app, &survey, &id).await?;
    case.first_ms = case.first_ms.or(Some(now_ms()));
    let entries = vec![("note", text)];
    act(&app, signed, CaseAct { survey: survey.clone(), case, entries, notice: None }).await?;
    whole(&app, &survey, &id).await
}

/// How well the cases that were opened in a period are followed up.
pub(crate) async fn report(
    State(app): State<App>,
    Path(survey): Path<String>,
    query: Result<Query<Period>, QueryRejection>,
) -> Result<Json<CaseFigures>, Fault> {
    super::check(&app, &survey)?;
    let Query(Period { from_ms, to_ms }) =
        query.map_err(|error| Fault::Malformed(format!("{}; give whole numbers", error.body_text())))?;
    let (from_ms, to_ms) = (from_ms.unwrap_or(i64::MIN), to_ms.unwrap_or(i64::MAX));
    Ok(Json(figures(&app.store.spans(&survey, from_ms, to_ms).await?, now_ms())))
}

async fn act(app: &App, signed: Signed, case: CaseAct) -> Result<(), Fault> {
    let act = Act { who: signed.name, at_ms: now_ms(), what: What::Case(Box::new(case)) };
    match app.store.act(act).await? {
        true => Ok(()),
        false => Err(STALE),
    }
}

/// Whoever looks after a case must be able to read it.
async fn check_assignee(app: &App, name: &str) -> Result<(), Fault> {
    let account = app.store.account(name).await?;
    match account.is_some_and(|account| account.role >= Role::Analyst && account.email == name) {
        true => Ok(()),
        false => Err(Fault::Invalid(
            "assignee: must be the name of an account that may read answers, an analyst's or an owner's"
                .to_owned(),
        )),
    }
}

async fn case(app: &App, survey: &str, id: &str) -> Result<CaseRow, Fault> {
    let missing = || Fault::Missing("there is no case under this id; reload the list".to_owned());
    let id: AnswerId = id.parse().map_err(|_| missing())?;
    app.store.case_of(survey, id).await?.ok_or_else(missing)
}

async fn whole(app: &App, survey: &str, id: &str) -> Result<Json<CaseFile>, Fault> {
    let row = case(app, survey, id).await?;
    let entries = app.store.entries(survey, row.id).await?;
    let answer = app.store.find(survey, row.id).await?;
    let email = answer.and_then(|answer| answer.given.into_iter().find_map(|given| given.email));
    Ok(Json(CaseFile { case: shown(row), email, entries }))
}

fn shown(row: CaseRow) -> Case {
    Case {
        id: row.id.to_string(),
        reason: row.reason,
        status: row.status,
        assignee: row.assignee,
        opened_ms: row.opened_ms,
        due_ms: row.due_ms,
        first_ms: row.first_ms,
        resolved_ms: row.resolved_ms,
        reopened: u32::try_from(row.reopened).unwrap_or(u32::MAX),
        revision: row.revision,
        score: row.said.score.and_then(|score| u8::try_from(score).ok()),
        comment: row.said.comment,
        locale: row.said.locale,
        page: row.said.page,
    }
}

fn place(path: Result<Path<(String, String)>, PathRejection>) -> Result<(String, String), Fault> {
    path.map(|Path(place)| place).map_err(|_| Fault::Missing("there is no case at this address".to_owned()))
}
