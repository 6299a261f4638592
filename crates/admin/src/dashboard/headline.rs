//! The score, its interval and how many answered, in the order that honesty asks for.

use std::sync::Arc;

use leptos::prelude::*;
use suara_insight::chart::Scale;
use suara_insight::{Interval, Standing};

use crate::report::Report;
use crate::telling;
use crate::words::Words;

/// The score card.
#[component]
pub(crate) fn Headline(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let summary = move || report.read().headline;
    let order = move || match summary().standing {
        Standing::NumberLeads => "card score",
        Standing::IntervalLeads => "card score few",
        Standing::IntervalOnly => "card score very-few",
        Standing::NoAnswers => "card score none",
    };
    let number = move || summary().nps.map(|nps| words.wording().points(nps));
    let interval = move || summary().interval.map(|interval| words.wording().interval(interval));
    let answers = move || words.wording().answers(summary().tally.n());
    let caution = move || telling::caution(summary().standing, words.wording());
    view! {
        <section class=order aria-labelledby="score-title">
            <h2 id="score-title">{words.say(|s| &s.dashboard.title)}</h2>
            <div class="figures">
                {move || number().map(|number| view! { <p class="number" data-test="nps">{number}</p> })}
                {move || interval().map(|interval| {
                    view! {
                        <p class="interval">
                            <span class="label">{words.say(|s| &s.score.interval_label)}</span>
                            <span class="value" data-test="interval" title=words.say(|s| &s.score.interval_hint)>
                                {interval}
                            </span>
                        </p>
                    }
                })}
            </div>
            <Gauge report />
            <p class="answers" data-test="n">{answers}</p>
            {move || caution().map(|text| view! { <p class="caution" data-test="caution">{text}</p> })}
            <NoScores report />
            <Change report />
        </section>
    }
}

/// Where the interval lies between −100 and 100.
#[component]
fn Gauge(report: Memo<Arc<Report>>) -> impl IntoView {
    const SCALE: Scale = Scale { values: (-1.0, 1.0), pixels: (0.0, 200.0) };
    const TICK_WIDTH: f64 = 1.2;
    let words = Words::here();
    let band = move |interval: Interval| {
        let (x, end) = (SCALE.at(interval.low), SCALE.at(interval.high));
        view! { <rect class="gauge-band" x=x y=1 width=(end - x).max(TICK_WIDTH) height=6 /> }
    };
    let tick = |nps: f64| {
        view! { <rect class="gauge-tick" x=SCALE.at(nps) - TICK_WIDTH / 2.0 y=0 width=TICK_WIDTH height=8 /> }
    };
    let end = move |points: f64| view! { <span>{move || words.wording().whole(points)}</span> };
    view! {
        <div class="gauge" role="img" aria-label=words.say(|s| &s.score.gauge)>
            <svg viewBox="0 0 200 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="gauge-track" x=0 y=3 width=200 height=2 />
                <rect class="gauge-zero" x=99.7 y=1 width=0.6 height=6 />
                {move || report.read().headline.interval.map(band)}
                {move || report.read().headline.nps.map(tick)}
            </svg>
            <div class="gauge-ends" aria-hidden="true">{[-100.0, 0.0, 100.0].map(end).collect_view()}</div>
        </div>
    }
}

#[component]
fn NoScores(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let is_empty = move || report.read().headline.standing == Standing::NoAnswers;
    move || {
        is_empty().then(|| {
            view! {
                <p class="caution">{words.say(|s| &s.score.none_text)}</p>
                <p>
                    <a href="?period=all">{words.say(|s| &s.score.show_all)}</a>
                </p>
            }
        })
    }
}

#[component]
fn Change(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let change = move || report.read().change;
    move || {
        change().map(|change| {
            let told = telling::change(&change, words.wording());
            view! {
                <p class="change" data-test="change">
                    <strong>{told.verdict}</strong>
                    <span class="detail">{told.detail}</span>
                </p>
            }
        })
    }
}

/// The same for a reader who listens: said again, politely, when an answer changes it.
#[component]
pub(crate) fn Spoken(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let summary = move || telling::summary(&report.read().headline, words.wording());
    view! {
        <p class="unseen" role="status" data-test="summary">
            {summary}
        </p>
    }
}
