//! The list of surveys; with only one, straight to it.

use leptos::either::EitherOf4;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use suara_survey::wire::SurveySummary;

use crate::api::Fault;
use crate::notice::{Failure, Skeleton};
use crate::shell::{Shell, titled};
use crate::words::Words;
use crate::{browser, feed, route};

/// All surveys of this collector.
#[component]
pub(crate) fn Surveys() -> impl IntoView {
    let words = Words::here();
    let surveys = feed::surveys();
    let retry = Callback::new(move |()| surveys.refetch());
    let content = move || match surveys.get() {
        None => EitherOf4::A(view! { <Skeleton shapes=&["row", "row", "row"] /> }),
        Some(Ok(surveys)) if surveys.len() == 1 => EitherOf4::B(away(&route::dashboard(&surveys[0].id))),
        Some(Err(Fault::SignedOut)) => EitherOf4::B(away(&route::sign_in_and_back(&browser::address()))),
        Some(Err(fault)) => EitherOf4::C(view! { <Failure fault retry /> }),
        Some(Ok(surveys)) => EitherOf4::D(view! { <List surveys /> }),
    };
    view! {
        <Shell title=titled(words, |s| &s.surveys.title)>
            <h1>{words.say(|s| &s.surveys.title)}</h1>
            {content}
        </Shell>
    }
}

/// Leads to another page, in place of this one.
pub(crate) fn away(path: &str) -> impl IntoView + use<> {
    view! { <Redirect path=path.to_owned() options=route::in_place() /> }
}

#[component]
fn List(surveys: Vec<SurveySummary>) -> impl IntoView {
    let words = Words::here();
    let is_empty = surveys.is_empty();
    let row = move |survey: SurveySummary| {
        let href = route::dashboard(&survey.id);
        view! {
            <li>
                <a href=href class="card row-link" data-test="survey">
                    <span class="row-title">{survey.question}</span>
                    <span class="row-side">
                        <code>{survey.id}</code>
                        {move || words.wording().records(survey.records)}
                    </span>
                </a>
            </li>
        }
    };
    view! {
        {is_empty.then(|| view! { <p>{words.say(|s| &s.surveys.none_text)}</p> })}
        <ul class="rows">{surveys.into_iter().map(row).collect_view()}</ul>
    }
}
