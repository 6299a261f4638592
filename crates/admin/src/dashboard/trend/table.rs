//! The trend as a table, for exact values and for readers without the chart.

use std::sync::Arc;

use leptos::prelude::*;
use suara_insight::{Day, Grain, Standing};

use crate::report::{Report, Summary};
use crate::words::Words;

/// Closed until asked for.
#[component]
pub(super) fn Table(report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let rows = move || {
        let report = report.get();
        let grain = report.grain;
        report.periods.iter().map(|&(start, summary)| view! { <Row grain start summary /> }).collect_view()
    };
    view! {
        <details class="as-table">
            <summary data-test="show-table">{words.say(|s| &s.trend.table)}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=words.say(|s| &s.trend.title)>
                <table data-test="trend-table">
                    <thead>
                        <tr>
                            <th scope="col">{words.say(|s| &s.trend.column_period)}</th>
                            <th scope="col">{words.say(|s| &s.trend.column_score)}</th>
                            <th scope="col">{words.say(|s| &s.trend.column_interval)}</th>
                            <th scope="col">{words.say(|s| &s.trend.column_answers)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

#[component]
fn Row(grain: Grain, start: Day, summary: Summary) -> impl IntoView {
    let words = Words::here();
    let dash = move || words.wording().strings().trend.not_shown.clone();
    let number = move || summary.nps.map_or_else(dash, |nps| words.wording().points(nps));
    let interval = move || summary.interval.map_or_else(dash, |interval| words.wording().interval(interval));
    view! {
        <tr>
            <th scope="row">{move || words.wording().period(grain, start)}</th>
            <td class:uncertain=summary.standing != Standing::NumberLeads>{number}</td>
            <td>{interval}</td>
            <td>{move || words.wording().tallied(summary.tally.n())}</td>
        </tr>
    }
}
