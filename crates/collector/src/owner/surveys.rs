//! Surveys as their owner works on them: drafts, versions, states and settings. Analysts write drafts; what visitors
//! see of them, and what becomes of answers, is for owners to decide.

use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use suara_survey::wire::{
    Lost, NewSurvey, ReadyMade, StateChange, SurveySettings, SurveyState, SurveySummary, SurveyVersion,
    SurveyVersions,
};
use suara_survey::{READY_MADE, Survey, ready_made};

use crate::account::{Signed, read};
use crate::app::App;
use crate::clock::now_ms;
use crate::definition;
use crate::fault::Fault;
use crate::store::surveys::{Edit, SurveyAct};
use crate::store::{Act, What};
use crate::surveys::{Draft, Known, check_settings};

/// Surveys of one collector: all of them are held in memory, and no owner reads a list of more.
const SURVEYS_MAX: usize = 1000;

/// Versions of one survey; each is held for as long as an answer may name it.
const VERSIONS_MAX: u32 = 1000;

/// What is said when somebody else was faster.
const STALE: Fault = Fault::Stale(
    "somebody else has changed this survey in the meantime; load it again, then repeat the change",
);

/// All surveys with what becomes of them, also those that were never published.
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Vec<SurveySummary>>, Fault> {
    let counts = app.store.counts().await?;
    let losses = app.store.losses().await?;
    let lost = |id: &str| {
        let of_survey = losses.iter().filter(|(survey, ..)| survey == id);
        of_survey.map(|(_, reason, count)| Lost { reason: reason.clone(), count: *count }).collect()
    };
    let summary = |(id, known): (String, Known)| {
        let newest = known.newest().map(|published| &published.survey);
        let survey = newest.or(known.draft.as_ref().map(|draft| &draft.survey))?;
        let (records, left_out) =
            counts.iter().find(|(survey, ..)| *survey == id).map_or((0, 0), |(_, all, out)| (*all, *out));
        Some(SurveySummary {
            version: newest.map_or(0, Survey::version),
            state: known.state,
            draft_ms: known.draft.as_ref().map(|draft| draft.changed_ms),
            question: question(survey),
            records,
            left_out,
            has_score: survey.score_question().is_some(),
            lost: lost(&id),
            id,
        })
    };
    Ok(Json(app.surveys.list().into_iter().filter_map(summary).collect()))
}

/// The surveys that come with Suara.
pub(crate) async fn models() -> Json<Vec<ReadyMade>> {
    let read = |(id, json): (&str, &str)| Some((id.to_owned(), definition::read(json).ok()?));
    let models = READY_MADE.into_iter().filter_map(read);
    Json(models.map(|(id, survey)| ReadyMade { id, question: question(&survey) }).collect())
}

/// Begins a survey with a copy of another one as its draft.
pub(crate) async fn create(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    body: Bytes,
) -> Result<Response, Fault> {
    let NewSurvey { id, from } = read(&body)?;
    if app.surveys.known(&id).is_some() {
        return Err(Fault::Invalid(format!("id: is {id}, which a survey has already; choose another")));
    }
    let model = app.surveys.newest(&from).map(|published| published.json.clone());
    let model = model.or_else(|| ready_made(&from).map(str::to_owned)).ok_or_else(|| {
        let names = READY_MADE.map(|(name, _)| name).join(", ");
        let from: String = from.chars().take(64).collect();
        Fault::Invalid(format!(
            "from: is \"{from}\", but must be one of {names}, or the id of a published survey"
        ))
    })?;
    // The model calls itself otherwise; everything else is taken over.
    let model = definition::named(&model, &id).map_err(Fault::Invalid)?;
    keep(&app, signed, &id, (&model, None)).await
}

/// The draft as it is.
pub(crate) async fn draft(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let draft = known(&app, &text(id)?)?.draft;
    let draft = draft.ok_or_else(|| {
        Fault::Missing("this survey has no draft; put one, beginning with its newest version".to_owned())
    })?;
    Ok(shown(&draft))
}

/// Keeps a draft, also as the beginning of a new survey.
pub(crate) async fn put_draft(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    let json = std::str::from_utf8(&body).map_err(|_| {
        Fault::Malformed("the body is not UTF-8; send the survey as JSON in UTF-8".to_owned())
    })?;
    keep(&app, signed, &text(id)?, (json, base(&headers)?)).await
}

/// Drops a draft. What was published stays.
pub(crate) async fn drop_draft(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Fault> {
    let id = text(id)?;
    match edit(&app, signed, &id, Edit::DropDraft).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Fault::Missing("this survey has no draft to drop".to_owned())),
    }
}

/// Every version that was published.
pub(crate) async fn versions(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<SurveyVersions>, Fault> {
    let versions = known(&app, &text(id)?)?.versions;
    let version = |(version, published): (u32, std::sync::Arc<crate::surveys::Published>)| SurveyVersion {
        version,
        published_ms: published.published_ms,
    };
    Ok(Json(SurveyVersions { versions: versions.into_iter().map(version).collect() }))
}

/// One version, exactly as it was published.
pub(crate) async fn version(
    State(app): State<App>,
    path: Result<Path<(String, u32)>, PathRejection>,
) -> Result<Response, Fault> {
    let missing = || Fault::Missing("this survey has no such version; choose one from the list".to_owned());
    let Path((id, version)) = path.map_err(|_| missing())?;
    let published = app.survey_at(&id, version).await?.ok_or_else(missing)?;
    Ok(json(published.json.clone()))
}

/// Makes the draft the next version. It never changes again, and answers are checked against the version they name.
pub(crate) async fn publish(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Json<SurveyVersion>, Fault> {
    let id = text(id)?;
    let known = known(&app, &id)?;
    let draft = known.draft.as_ref();
    let draft =
        draft.ok_or_else(|| Fault::Invalid("this survey has no draft to publish; put one".to_owned()))?;
    if base(&headers)?.is_some_and(|base_ms| base_ms != draft.changed_ms) {
        return Err(STALE);
    }
    if known.state == SurveyState::Archived {
        return Err(Fault::Invalid("this survey is archived; resume it before publishing".to_owned()));
    }
    let version = known.next_version();
    if version > VERSIONS_MAX {
        return Err(Fault::Invalid(format!(
            "version: would be {version}, but a survey has at most {VERSIONS_MAX}; begin a new survey"
        )));
    }
    let definition = definition::draft(&draft.json, &id, version).map_err(Fault::Invalid)?;
    let publish = Edit::Publish { version, definition, draft_ms: draft.changed_ms };
    if !edit(&app, signed, &id, publish).await? {
        return Err(STALE);
    }
    let published = app.surveys.at(&id, version).ok_or(Fault::Unavailable)?;
    Ok(Json(SurveyVersion { version, published_ms: published.published_ms }))
}

/// Pauses, archives or resumes a survey.
pub(crate) async fn set_state(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let (id, StateChange { state }) = (text(id)?, read(&body)?);
    let known = known(&app, &id)?;
    if state == SurveyState::Draft || known.newest().is_none() {
        return Err(Fault::Invalid(
            "state: must be live, paused or archived, and only of a survey that was published; publish its draft first"
                .to_owned(),
        ));
    }
    match known.state == state || edit(&app, signed, &id, Edit::State(state)).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(STALE),
    }
}

/// What holds for all versions of a survey.
pub(crate) async fn settings(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<SurveySettings>, Fault> {
    Ok(Json((*known(&app, &text(id)?)?.settings).clone()))
}

/// Sets all of it anew; what is left out falls back to its default.
pub(crate) async fn set_settings(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    id: Result<Path<String>, PathRejection>,
    body: Bytes,
) -> Result<StatusCode, Fault> {
    let (id, settings): (_, SurveySettings) = (text(id)?, read(&body)?);
    check_settings(&settings)?;
    known(&app, &id)?;
    let json = serde_json::to_string(&settings).unwrap_or_else(|_| "{}".to_owned());
    match edit(&app, signed, &id, Edit::Settings(json)).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(STALE),
    }
}

async fn keep(
    app: &App,
    signed: Signed,
    id: &str,
    (json, base_ms): (&str, Option<i64>),
) -> Result<Response, Fault> {
    let known = app.surveys.known(id);
    if known.is_none() && app.surveys.list().len() >= SURVEYS_MAX {
        return Err(Fault::Invalid(format!(
            "there are {SURVEYS_MAX} surveys already, and no more are kept; drop a draft or reuse an archived survey"
        )));
    }
    let next = known.as_ref().map_or(1, Known::next_version);
    let definition = definition::draft(json, id, next).map_err(Fault::Invalid)?;
    if !edit(app, signed, id, Edit::Draft { definition, base_ms }).await? {
        return Err(STALE);
    }
    let draft = app.surveys.known(id).and_then(|known| known.draft).ok_or(STALE)?;
    Ok(shown(&draft))
}

/// Does it, and takes over at once what has come of it, so that whoever did it sees it.
pub(super) async fn edit(app: &App, signed: Signed, survey: &str, edit: Edit) -> Result<bool, Fault> {
    let what = What::Survey(SurveyAct { survey: survey.to_owned(), edit });
    let is_done = app.store.act(Act { who: signed.name, at_ms: now_ms(), what }).await?;
    app.read_surveys().await?;
    Ok(is_done)
}

fn known(app: &App, id: &str) -> Result<Known, Fault> {
    app.surveys.known(id).ok_or_else(|| {
        Fault::Missing("there is no survey under this id; choose one from the list".to_owned())
    })
}

fn text(id: Result<Path<String>, PathRejection>) -> Result<String, Fault> {
    id.map(|Path(id)| id).map_err(|_| Fault::Missing("there is no survey at this address".to_owned()))
}

fn question(survey: &Survey) -> String {
    survey.questions().first().map_or_else(String::new, |question| question.wording("en", None).to_owned())
}

fn shown(draft: &Draft) -> Response {
    let etag = HeaderValue::from_str(&format!("\"{}\"", draft.changed_ms));
    let etag = [(header::ETAG, etag.unwrap_or(HeaderValue::from_static("\"\"")))];
    (etag, json(draft.json.clone())).into_response()
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// From which state of a draft a change begins, by `If-Match`; none for any.
fn base(headers: &HeaderMap) -> Result<Option<i64>, Fault> {
    let Some(given) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let tag = given.to_str().ok().and_then(|tag| tag.trim_matches('"').parse().ok());
    tag.map(Some).ok_or_else(|| {
        Fault::Malformed("If-Match: is not the ETag of a draft; send the one that came with it".to_owned())
    })
}
