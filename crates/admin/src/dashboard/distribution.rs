//! How many answers gave each score from 0 to 10.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use suara_insight::chart::{Bar, Frame, bars};
use suara_survey::{Class, Score};

use crate::report::Report;
use crate::size::{Size, size_of};
use crate::strings::{Pick, fill};
use crate::words::Words;

/// The classes under the axis: first and last score, name of the colours, title.
const GROUPS: [(usize, usize, &str, Pick); 3] = [
    (0, 6, "detractor", |s| &s.mix.detractors),
    (7, 8, "passive", |s| &s.mix.passives),
    (9, 10, "promoter", |s| &s.mix.promoters),
];

/// The card.
#[component]
pub(crate) fn Distribution(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let plot = NodeRef::<Div>::new();
    let size = size_of(plot);
    let counts = move || report.read().histogram.counts();
    let layout = move || {
        let Size { width, height } = size.get();
        let frame = Frame { width, height, top: 24.0, right: 0.0, bottom: 48.0, left: 0.0 };
        bars(&frame, &counts().map(|count| count as f64))
    };
    let description = move || {
        let wording = words.wording();
        let entry = |(score, count): (usize, u64)| {
            let values = [("score", &*score.to_string()), ("count", &*wording.count(count))];
            fill(&wording.strings().distribution.entry, &values)
        };
        counts().into_iter().enumerate().map(entry).collect::<Vec<_>>().join("; ")
    };
    view! {
        <section class="card distribution" aria-labelledby="distribution-title">
            <h2 id="distribution-title">{words.say(|s| &s.distribution.title)}</h2>
            <div class="plot plot-distribution" node_ref=plot>
                <svg role="img" width=move || size.get().width height=move || size.get().height aria-labelledby="distribution-name distribution-values">
                    <title id="distribution-name">{words.say(|s| &s.distribution.chart)}</title>
                    <desc id="distribution-values" data-test="distribution">{description}</desc>
                    {move || groups(words, size.get().height, &layout())}
                    {move || columns(words, size.get().height, &layout(), counts())}
                </svg>
            </div>
        </section>
    }
}

/// A bar for each score, its count above and the score below.
fn columns(words: Words, height: f64, bars: &[Bar], counts: [u64; 11]) -> impl IntoView + use<> {
    let wording = words.wording();
    let column = |(score, (bar, count)): (u8, (Bar, u64))| {
        let x = bar.x + bar.width / 2.0;
        view! {
            <rect class=class_of(score) x=bar.x y=bar.y width=bar.width height=bar.height rx="2" />
            <text class="count" x=x y=bar.y - 6.0>{wording.count(count)}</text>
            <text class="tick" x=x y=height - 30.0>{score.to_string()}</text>
        }
    };
    (0..).zip(bars.iter().copied().zip(counts)).map(column).collect_view()
}

/// A line under the scores of each class, with its name.
fn groups(words: Words, height: f64, bars: &[Bar]) -> impl IntoView + use<> {
    let group = |(first, last, name, title): (usize, usize, &str, Pick)| {
        let (first, last) = (bars.get(first)?, bars.get(last)?);
        let (x, end) = (first.x, last.x + last.width);
        Some(view! {
            <rect class=format!("fill-{name}") x=x y=height - 22.0 width=end - x height=3 rx="1.5" />
            <text class="group" x=f64::midpoint(x, end) y=height - 5.0>{words.say(title)}</text>
        })
    };
    GROUPS.map(group).into_iter().flatten().collect_view()
}

fn class_of(score: u8) -> &'static str {
    match Score::new(score).map(Score::class) {
        Some(Class::Promoter) => "fill-promoter",
        Some(Class::Passive) => "fill-passive",
        _ => "fill-detractor",
    }
}
