//! The score over time: what may be said of it, the chart, and the same as a table.

mod chart;
mod table;

use std::sync::Arc;

use leptos::prelude::*;
use suara_insight::Grain;

use crate::report::Report;
use crate::scope::{Scope, grain_token};
use crate::strings::Pick;
use crate::telling;
use crate::words::Words;
use chart::Chart;
use table::Table;

/// The groupings on offer.
const GRAINS: [(Grain, Pick); 4] = [
    (Grain::Day, |s| &s.trend.day),
    (Grain::Week, |s| &s.trend.week),
    (Grain::Month, |s| &s.trend.month),
    (Grain::Quarter, |s| &s.trend.quarter),
];

/// The card.
#[component]
pub(crate) fn Trend(scope: Memo<Scope>, report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let told = move || telling::movement(&report.read(), words.wording());
    view! {
        <section class="card trend" aria-labelledby="trend-title">
            <div class="card-head">
                <h2 id="trend-title">{words.say(|s| &s.trend.title)}</h2>
                <Grains scope report />
            </div>
            <p class="verdict" data-test="verdict">
                <strong>{move || told().verdict}</strong>
                {move || told().detail.map(|detail| view! { <span class="detail">{detail}</span> })}
            </p>
            <Chart report />
            <Legend />
            <Table report />
        </section>
    }
}

/// Links, because each grouping has its own address.
#[component]
fn Grains(scope: Memo<Scope>, report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let link = move |(grain, title): (Grain, Pick)| {
        let current = move || (report.read().grain == grain).then_some("true");
        view! {
            <li>
                <a
                    href=move || scope.get().by(grain).query()
                    aria-current=current
                    data-noscroll=true
                    data-test=format!("by-{}", grain_token(grain))
                >
                    {words.say(title)}
                </a>
            </li>
        }
    };
    view! {
        <nav class="choices" aria-label=words.say(|s| &s.trend.by)>
            <ul>{GRAINS.map(link).into_iter().collect_view()}</ul>
        </nav>
    }
}

#[component]
fn Legend() -> impl IntoView {
    let words = Words::here();
    let entry = |class: &'static str, text: Pick| {
        view! { <li class=format!("legend-{class}")>{words.say(text)}</li> }
    };
    view! {
        <ul class="legend" aria-hidden="true">
            {entry("score", |s| &s.trend.legend_score)} {entry("interval", |s| &s.trend.legend_interval)}
            {entry("few", |s| &s.trend.legend_few)}
        </ul>
    }
}
