//! What is looked at: the survey, the days, and the choice of others.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::live::Live;
use crate::report::Report;
use crate::route;
use crate::scope::{Period, Scope, parse_day, write_day};
use crate::strings::Strings;
use crate::words::Words;

/// The top of the dashboard.
#[component]
pub(crate) fn Head(
    survey: String,
    /// The survey's question, once it is known.
    title: Signal<String>,
    /// Whether there are other surveys to go to.
    has_others: Signal<bool>,
    scope: Memo<Scope>,
    report: Memo<Arc<Report>>,
    live: Live,
    /// Whether there are days to choose from.
    chooses: Signal<bool>,
) -> impl IntoView {
    let words = Words::here();
    let days = move || report.read().days.map(|days| words.wording().days(days));
    let is_custom = move || chooses.get() && matches!(scope.get().period, Period::Custom { .. });
    view! {
        <div class="head">
            <div class="head-line">
                {move || has_others.get().then(|| view! {
                    <p class="back"><a href=route::HOME>{words.say(|s| &s.dashboard.all_surveys)}</a></p>
                })}
                <h1>{title}</h1>
                <p class="head-facts">
                    <code>{survey.clone()}</code>
                    <span data-test="days" title=words.say(|s| &s.dashboard.utc)>{days}</span>
                    <Connection live />
                </p>
            </div>
            {move || chooses.get().then(|| view! { <Periods scope report /> })}
            {move || is_custom().then(|| view! { <Dates survey=survey.clone() scope report /> })}
        </div>
    }
}

/// Whether new answers appear by themselves at this moment.
#[component]
fn Connection(live: Live) -> impl IntoView {
    let words = Words::here();
    let (class, hook) = (
        move || if live.connected.get() { "live" } else { "live waiting" },
        move || if live.connected.get() { "live" } else { "connecting" },
    );
    let text = move || {
        let dashboard = &words.language().strings().dashboard;
        if live.connected.get() { dashboard.live.as_str() } else { dashboard.connecting.as_str() }
    };
    view! {
        <span class=class title=words.say(|s| &s.dashboard.live_hint) data-test=hook>
            {text}
        </span>
    }
}

fn name_of(period: Period, strings: &'static Strings) -> &'static str {
    let names = &strings.period;
    match period {
        Period::All => &names.all,
        Period::Last(7) => &names.last_7,
        Period::Last(30) => &names.last_30,
        Period::Last(_) => &names.last_90,
        Period::Quarter => &names.quarter,
        Period::Year => &names.year,
        Period::Custom { .. } => &names.custom,
    }
}

/// Links, because each period has its own address.
#[component]
fn Periods(scope: Memo<Scope>, report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    // The days on the screen are where a reader's own choice starts from.
    let custom = move || {
        let (from, to) = report.read().days.unzip();
        Period::Custom { from, to }
    };
    let link = move |period: Signal<Period>| {
        let is_current = move || match (scope.get().period, period.get()) {
            (Period::Custom { .. }, Period::Custom { .. }) => true,
            (current, this) => current == this,
        };
        view! {
            <li>
                <a
                    href=move || scope.get().over(period.get()).query()
                    aria-current=move || is_current().then_some("true")
                    data-noscroll=true
                >
                    {move || name_of(period.get(), words.language().strings())}
                </a>
            </li>
        }
    };
    let ready = Period::READY.map(|period| link(Signal::stored(period)));
    view! {
        <nav class="choices periods" aria-label=words.say(|s| &s.period.label) data-test="periods">
            <ul>{ready.into_iter().collect_view()} {link(Signal::derive(custom))}</ul>
        </nav>
    }
}

/// The reader's own first and last day.
#[component]
fn Dates(survey: String, scope: Memo<Scope>, report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let (from, to) = (NodeRef::<Input>::new(), NodeRef::<Input>::new());
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let day = |field: NodeRef<Input>| field.get().and_then(|field| parse_day(&field.value()));
        let chosen = scope.get().over(Period::Custom { from: day(from), to: day(to) });
        let address = route::dashboard(&survey) + &chosen.query();
        navigate(&address, NavigateOptions { scroll: false, ..route::forward() });
    };
    let shown = move |pick: fn(
        Option<suara_insight::Day>,
        Option<suara_insight::Day>,
    ) -> Option<suara_insight::Day>| {
        let days = report.read().days.unzip();
        pick(days.0, days.1).map(write_day).unwrap_or_default()
    };
    view! {
        <form class="dates" on:submit=submit data-test="dates">
            <label>
                <span>{words.say(|s| &s.period.from)}</span>
                <input type="date" name="from" node_ref=from prop:value=move || shown(|from, _| from) />
            </label>
            <label>
                <span>{words.say(|s| &s.period.to)}</span>
                <input type="date" name="to" node_ref=to prop:value=move || shown(|_, to| to) />
            </label>
            <button type="submit" class="primary">
                {words.say(|s| &s.period.apply)}
            </button>
        </form>
    }
}
