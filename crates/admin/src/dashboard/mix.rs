//! Promoters, passives and detractors as one divided bar and three counts.

use std::sync::Arc;

use leptos::prelude::*;
use suara_insight::Tally;
use suara_insight::chart::{Segment, stack};

use crate::report::Report;
use crate::strings::Pick;
use crate::words::Words;

/// A class: its colours' name, how it is called, its scores, and where its counts are.
struct Class {
    name: &'static str,
    title: Pick,
    scores: Pick,
    count: fn(&Tally) -> f64,
    share: fn(&Tally) -> Option<f64>,
}

/// From left to right, as on the scale.
const CLASSES: [Class; 3] = [
    Class {
        name: "detractor",
        title: |s| &s.mix.detractors,
        scores: |s| &s.mix.detractor_scores,
        count: |tally| tally.detractors,
        share: Tally::detractor_share,
    },
    Class {
        name: "passive",
        title: |s| &s.mix.passives,
        scores: |s| &s.mix.passive_scores,
        count: |tally| tally.passives,
        share: Tally::passive_share,
    },
    Class {
        name: "promoter",
        title: |s| &s.mix.promoters,
        scores: |s| &s.mix.promoter_scores,
        count: |tally| tally.promoters,
        share: Tally::promoter_share,
    },
];

/// The card.
#[component]
pub(crate) fn Mix(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    view! {
        <section class="card mix" aria-labelledby="mix-title">
            <h2 id="mix-title">{words.say(|s| &s.mix.title)}</h2>
            <Bar report />
            <dl class="classes">
                {CLASSES.map(|class| view! { <Count report class /> }).into_iter().collect_view()}
            </dl>
        </section>
    }
}

#[component]
fn Bar(report: Memo<Arc<Report>>) -> impl IntoView {
    const WIDTH: f64 = 1000.0;
    const GAP: f64 = 4.0;
    let words = Words::here();
    let parts = move || {
        let tally = report.read().headline.tally;
        let counts = CLASSES.map(|class| (class.count)(&tally));
        let bar = |(class, part): (&Class, Segment)| {
            view! { <rect class=format!("fill-{}", class.name) x=part.x y=0 width=part.width height=10 /> }
        };
        CLASSES.iter().zip(stack(WIDTH, GAP, &counts)).map(bar).collect_view()
    };
    view! {
        <div class="mix-bar">
            <svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img">
                <title>{words.say(|s| &s.mix.chart)}</title>
                {parts}
            </svg>
        </div>
    }
}

#[component]
fn Count(report: Memo<Arc<Report>>, class: Class) -> impl IntoView {
    let words = Words::here();
    let count = move || words.wording().tallied((class.count)(&report.read().headline.tally));
    let share =
        move || (class.share)(&report.read().headline.tally).map(|share| words.wording().share(share));
    view! {
        <div class=format!("class edge-{}", class.name)>
            <dt>
                {words.say(class.title)} {move || " "}
                <span class="scores">{words.say(class.scores)}</span>
            </dt>
            <dd>
                <span class="share" data-test=format!("{}-share", class.name)>{share}</span>
                <span class="count" data-test=format!("{}s", class.name)>{count}</span>
            </dd>
        </div>
    }
}
