//! How far those who were asked came; silence is an answer too.

use std::sync::Arc;

use leptos::prelude::*;
use suara_insight::Funnel as Counts;
use suara_insight::chart::Scale;

use crate::report::Report;
use crate::strings::Pick;
use crate::words::Words;

/// A step: its hook for tests, its name, its count, and how it is drawn.
struct Step {
    hook: &'static str,
    title: Pick,
    count: fn(&Counts) -> u64,
    class: &'static str,
}

/// Those who came further stand lower; those who left stand where they left.
const STEPS: [Step; 5] = [
    Step { hook: "shown", title: |s| &s.funnel.shown, count: |it| it.shown, class: "step" },
    Step { hook: "ignored", title: |s| &s.funnel.ignored, count: Counts::ignored, class: "step left" },
    Step { hook: "dismissed", title: |s| &s.funnel.dismissed, count: |it| it.dismissed, class: "step left" },
    Step { hook: "scored", title: |s| &s.funnel.scored, count: |it| it.scored, class: "step" },
    Step { hook: "sent", title: |s| &s.funnel.sent, count: |it| it.sent, class: "step" },
];

/// The card.
#[component]
pub(crate) fn Funnel(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let nobody_silent = move || {
        let funnel = &report.read().funnel;
        funnel.shown > 0 && funnel.shown == funnel.scored
    };
    view! {
        <section class="card silence" aria-labelledby="funnel-title">
            <h2 id="funnel-title">{words.say(|s| &s.funnel.title)}</h2>
            <dl class="funnel">
                {STEPS.map(|step| view! { <Line report step /> }).into_iter().collect_view()}
            </dl>
            <p class="hint" data-test="no-silence">{move || nobody_silent().then(words.say(|s| &s.funnel.no_silence))}</p>
        </section>
    }
}

#[component]
fn Line(report: Memo<Arc<Report>>, step: Step) -> impl IntoView {
    const SCALE: Scale = Scale { values: (0.0, 1.0), pixels: (0.0, 100.0) };
    let words = Words::here();
    let count = move || (step.count)(&report.read().funnel);
    let share = move || report.read().funnel.share(count());
    let percent = move || share().map(|share| words.wording().share(share));
    view! {
        <div class=step.class>
            <dt>{words.say(step.title)}</dt>
            <dd>
                <span class="count" data-test=step.hook>{move || words.wording().count(count())}</span>
                <span class="share">{percent}</span>
            </dd>
            <dd class="step-bar" aria-hidden="true">
                <svg viewBox="0 0 100 4" preserveAspectRatio="none">
                    <rect x=0 y=0 height=4 width=move || SCALE.at(share().unwrap_or(0.0)) />
                </svg>
            </dd>
        </div>
    }
}
