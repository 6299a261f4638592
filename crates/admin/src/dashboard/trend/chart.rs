//! The trend drawn, and a reading of the period that the keyboard or a pointer is at.

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use suara_insight::chart::{Frame, Mark, Point, Slot, Trend, path_points};
use suara_insight::{Day, Grain};

use crate::dashboard::scrub;
use crate::report::{Report, Summary};
use crate::size::size_of;
use crate::strings::fill;
use crate::wording::Wording;
use crate::words::Words;

/// Height of the chart in CSS pixels, as the style sheet has it too.
const HEIGHT: f64 = 300.0;

/// Width in CSS pixels of a label under the axis, the gap to the next one included.
const LABEL_WIDTH: f64 = 66.0;

/// Width in CSS pixels of the reading, as the style sheet has it too.
const TOOLTIP_WIDTH: f64 = 184.0;

/// The chart with its reading.
#[component]
pub(super) fn Chart(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let plot = NodeRef::<Div>::new();
    let size = size_of(plot);
    let width = Signal::derive(move || size.get().width);
    let layout = Memo::new(move |_| {
        let frame =
            Frame { width: width.get(), height: HEIGHT, top: 12.0, right: 8.0, bottom: 30.0, left: 40.0 };
        Arc::new(Trend::new(&frame, &report.read().readings(), LABEL_WIDTH))
    });
    let at = RwSignal::new(None::<usize>);
    let description = move || describe(&report.read(), words.wording());
    view! {
        <div class="plot plot-trend" node_ref=plot>
            <svg role="img" width=width height=HEIGHT aria-labelledby="trend-name trend-values">
                <title id="trend-name">{words.say(|s| &s.trend.chart)}</title>
                <desc id="trend-values">{description}</desc>
                {move || ticks(&layout.read(), width.get(), words.wording())}
                {move || labels(&report.read(), &layout.read(), words.wording())}
                {move || outlines(&layout.read())}
                {move || layout.read().slots.iter().map(mark).collect_view()}
                {move || at.get().and_then(|at| layout.read().slots.get(at).map(pointed))}
            </svg>
            <Scrubber report layout at />
            <Reading report layout at width />
        </div>
    }
}

fn describe(report: &Report, wording: Wording) -> String {
    let name = |period: Option<&(Day, Summary)>| {
        period.map(|period| wording.period(report.grain, period.0)).unwrap_or_default()
    };
    let (first, last) = (name(report.periods.first()), name(report.periods.last()));
    let count = report.periods.len().to_string();
    fill(&wording.strings().trend.chart_detail, &[("count", &count), ("first", &first), ("last", &last)])
}

/// Horizontal lines with their values.
fn ticks(trend: &Trend, width: f64, wording: Wording) -> impl IntoView + use<> {
    let line = |tick: &suara_insight::chart::TickLine| {
        let class = if tick.points == 0.0 { "rule rule-zero" } else { "rule" };
        view! {
            <line class=class x1=40.0 x2=width - 8.0 y1=tick.y y2=tick.y />
            <text class="tick tick-y" x=32.0 y=tick.y + 4.0>{wording.whole(tick.points)}</text>
        }
    };
    trend.ticks.iter().map(line).collect_view()
}

/// The names of the periods that there is room for.
fn labels(report: &Report, trend: &Trend, wording: Wording) -> impl IntoView + use<> {
    let label = |(slot, (start, _)): (&Slot, &(Day, Summary))| {
        let text = wording.tick(report.grain, *start);
        view! { <text class="tick" x=slot.x y=HEIGHT - 8.0>{text}</text> }
    };
    let labelled = trend.slots.iter().zip(&report.periods).filter(|(slot, _)| slot.labelled);
    labelled.map(label).collect_view()
}

/// Bands and lines.
fn outlines(trend: &Trend) -> impl IntoView + use<> {
    let band = |points: &Vec<Point>| view! { <polygon class="band" points=path_points(points) /> };
    let line = |points: &Vec<Point>| view! { <polyline class="line" points=path_points(points) /> };
    (trend.bands.iter().map(band).collect_view(), trend.lines.iter().map(line).collect_view())
}

/// A dot, an upright bar, or both.
fn mark(slot: &Slot) -> impl IntoView + use<> {
    let x = slot.x;
    let bar = match slot.mark {
        Mark::Bar { high, low } => Some(("whisker few", high, low)),
        Mark::Dot { high, low, alone: true, .. } => Some(("whisker", high, low)),
        Mark::Dot { .. } | Mark::Nothing => None,
    };
    let dot = match slot.mark {
        Mark::Dot { y, radius, .. } => Some(view! { <circle class="dot" cx=x cy=y r=radius /> }),
        Mark::Bar { .. } | Mark::Nothing => None,
    };
    let bar = bar.map(|(class, high, low)| view! { <line class=class x1=x x2=x y1=high y2=low /> });
    (bar, dot)
}

/// Where the reading stands.
fn pointed(slot: &Slot) -> impl IntoView + use<> {
    view! { <line class="pointed" x1=slot.x x2=slot.x y1=12.0 y2=HEIGHT - 30.0 /> }
}

/// Lies over the chart and takes the pointer and the keyboard; to a screen reader it is a slider over the periods.
#[component]
fn Scrubber(
    report: Memo<Arc<Report>>,
    layout: Memo<Arc<Trend>>,
    at: RwSignal<Option<usize>>,
) -> impl IntoView {
    let words = Words::here();
    let last = move || report.read().periods.len().saturating_sub(1);
    let now = move || at.get().unwrap_or_else(last);
    let told = move || {
        let (report, wording) = (report.read(), words.wording());
        report.periods.get(now()).map(|&(start, summary)| {
            format!("{}. {}", wording.period(report.grain, start), crate::telling::summary(&summary, wording))
        })
    };
    let point = move |event: PointerEvent| at.set(layout.read().slot_at(f64::from(event.offset_x())));
    let press = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            at.set(None);
        } else if let Some(next) = scrub::step(at.get(), &event.key(), report.read().periods.len()) {
            event.prevent_default();
            at.set(Some(next));
        }
    };
    view! {
        <div
            class="scrubber"
            role="slider"
            tabindex="0"
            aria-label=words.say(|s| &s.trend.scrub)
            aria-valuemin="0"
            aria-valuemax=move || last().to_string()
            aria-valuenow=move || now().to_string()
            aria-valuetext=told
            data-test="scrubber"
            on:pointermove=point
            on:pointerdown=point
            on:pointerleave=move |_| at.set(None)
            on:focus=move |_| at.set(Some(now()))
            on:blur=move |_| at.set(None)
            on:keydown=press
        ></div>
    }
}

/// The exact values of one period.
#[component]
fn Reading(
    report: Memo<Arc<Report>>,
    layout: Memo<Arc<Trend>>,
    at: RwSignal<Option<usize>>,
    width: Signal<f64>,
) -> impl IntoView {
    let words = Words::here();
    let lines = move |grain: Grain, (start, summary): (Day, Summary)| {
        let wording = words.wording();
        let interval = summary.interval.map(|interval| wording.interval(interval));
        view! {
            <strong>{wording.period(grain, start)}</strong>
            <span class="reading-score">{summary.nps.map(|nps| wording.points(nps))}</span>
            <span>{interval}</span>
            <span>{wording.answers(summary.tally.n())}</span>
        }
    };
    move || {
        let at = at.get()?;
        let (report, layout) = (report.read(), layout.read());
        let (slot, period) = (layout.slots.get(at)?, report.periods.get(at)?);
        let x = scrub::tooltip_x(slot.x, width.get(), TOOLTIP_WIDTH);
        Some(view! {
            <div class="reading" aria-hidden="true" data-test="reading" style:left=format!("{x:.0}px")>
                {lines(report.grain, *period)}
            </div>
        })
    }
}
