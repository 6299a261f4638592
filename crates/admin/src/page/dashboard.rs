//! One survey: what its answers say.

use std::sync::Arc;

use leptos::either::EitherOf6;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use suara_insight::Columns;
use suara_survey::wire::{Comment, SurveySummary};

use crate::api::{self, Fault};
use crate::dashboard::{
    Comments, Distribution, Empty, Funnel, Head, Headline, Lost, Marked, Mix, Spoken, Trend, Unscored,
};
use crate::feed::{self, CommentsWanted, Latest, Records, Refresh};
use crate::live::Live;
use crate::notice::{Failure, Skeleton, Stale};
use crate::page::surveys::away;
use crate::report::Report;
use crate::scope::Scope;
use crate::shell::Shell;
use crate::{browser, route};

/// How many comments come at first, and with each wish for more.
pub(crate) const COMMENTS: usize = 10;

/// The dashboard of the survey that the address names.
#[component]
pub(crate) fn Dashboard() -> impl IntoView {
    let params = use_params_map();
    let survey = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    move || view! { <OneSurvey survey=survey.get() /> }
}

/// What the whole page shows, apart from its numbers.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Loading,
    SignedOut,
    Failed(Fault),
    /// Nobody has given a score yet.
    Waiting,
    Ready,
}

impl Stage {
    fn of(records: Option<&Latest<Records>>) -> Self {
        match records {
            None => Self::Loading,
            Some(Latest { fault: Some(Fault::SignedOut), .. }) => Self::SignedOut,
            Some(Latest { value: None, fault }) => Self::Failed(fault.clone().unwrap_or(Fault::Unreadable)),
            Some(Latest { value: Some(records), .. }) if records.columns.all().days().is_none() => {
                Self::Waiting
            }
            Some(_) => Self::Ready,
        }
    }
}

#[component]
fn OneSurvey(survey: String) -> impl IntoView {
    let query = use_query_map();
    let scope = Memo::new(move |_| Scope::parse(|name| query.read().get(name)));
    let refresh = Refresh::new();
    let records = feed::records(survey.clone(), refresh);
    let live = Live::listen(api::live_address(&survey), Callback::new(move |()| refresh.ask()));
    let retry = Callback::new(move |()| refresh.ask());
    let stage = Memo::new(move |_| Stage::of(records.read().as_ref()));
    let fault = move || records.get().and_then(|latest| latest.fault).filter(|_| stage.get() == Stage::Ready);
    let report = Memo::new(move |_| {
        let records = records.get().and_then(|latest| latest.value);
        let today = records.as_ref().map_or_else(browser::today, |records| records.today);
        let columns = records.map_or_else(|| Arc::new(Columns::default()), |records| records.columns);
        Arc::new(Report::new(&columns, scope.get(), today))
    });
    let surveys = feed::surveys();
    let id = survey.clone();
    let summary = Memo::new(move |_| summary(&surveys.get(), &id));
    let id = survey.clone();
    let title = Signal::derive(move || summary.get().map_or_else(|| id.clone(), |summary| summary.question));
    let lost = Signal::derive(move || summary.get().map(|summary| summary.lost).unwrap_or_default());
    let unscored =
        move || summary.get().is_some_and(|summary| !summary.has_score) && report.read().funnel.scored > 0;
    let has_others =
        Signal::derive(move || surveys.get().is_some_and(|all| all.is_ok_and(|all| all.len() > 1)));
    // Without an answer there is nothing to choose from.
    let chooses = Signal::derive(move || matches!(stage.get(), Stage::Loading | Stage::Ready) || unscored());
    let (id, tag) = (survey.clone(), route::tag(&browser::origin(), &survey));
    let content = move || match stage.get() {
        Stage::Loading => EitherOf6::A(view! { <Skeleton shapes=&["left", "right", "trend"] /> }),
        Stage::SignedOut => EitherOf6::B(away(&route::sign_in_and_back(&browser::address()))),
        Stage::Failed(fault) => EitherOf6::C(view! { <Failure fault retry /> }),
        Stage::Waiting if unscored() => {
            EitherOf6::F(view! { <Counts survey=id.clone() scope report refresh /> })
        }
        Stage::Waiting => EitherOf6::D(view! { <Empty tag=tag.clone() report /> }),
        Stage::Ready => EitherOf6::E(view! { <Panels survey=id.clone() scope report refresh /> }),
    };
    view! {
        <Shell title>
            <Head survey title has_others scope report live chooses />
            {move || fault().map(|fault| view! { <Stale fault retry /> })}
            <Lost lost />
            <Marked scope report />
            {content}
        </Shell>
    }
}

/// What the list says of a survey.
fn summary(surveys: &Option<Result<Vec<SurveySummary>, Fault>>, survey: &str) -> Option<SurveySummary> {
    surveys.as_ref()?.as_ref().ok()?.iter().find(|one| one.id == survey).cloned()
}

/// A survey that asks no score: how many answered, and what they wrote.
#[component]
fn Counts(survey: String, scope: Memo<Scope>, report: Memo<Arc<Report>>, refresh: Refresh) -> impl IntoView {
    let (comments, limit) = latest_comments(survey, scope, refresh);
    view! {
        <div class="grid">
            <div class="column left">
                <Unscored />
            </div>
            <div class="column right">
                <Funnel report />
            </div>
            <Comments comments limit />
        </div>
    }
}

#[component]
fn Panels(survey: String, scope: Memo<Scope>, report: Memo<Arc<Report>>, refresh: Refresh) -> impl IntoView {
    let (comments, limit) = latest_comments(survey, scope, refresh);
    let (left, right) = ("column left", "column right");
    view! {
        <Spoken report />
        <div class="grid">
            <div class=left>
                <Headline report />
                <Funnel report />
            </div>
            <div class=right>
                <Mix report />
                <Distribution report />
            </div>
            <Trend scope report />
            <Comments comments limit />
        </div>
    }
}

/// The comments of the chosen days, and how many of them are asked for.
fn latest_comments(
    survey: String,
    scope: Memo<Scope>,
    refresh: Refresh,
) -> (LocalResource<Latest<Vec<Comment>>>, RwSignal<usize>) {
    let limit = RwSignal::new(COMMENTS);
    let wanted = Memo::new(move |_| CommentsWanted {
        survey: survey.clone(),
        days: scope.get().period.days(browser::today()),
        limit: limit.get(),
    });
    (feed::comments(wanted, refresh), limit)
}
