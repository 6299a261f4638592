//! What is left out of the numbers because something is odd about it: how much, and the way to count it all the same.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::Report;
use crate::scope::{Marked as Choice, Scope};
use crate::words::Words;

/// One line; none when nothing is marked in these days.
#[component]
pub(crate) fn Marked(scope: Memo<Scope>, report: Memo<Arc<Report>>) -> impl IntoView {
    let words = Words::here();
    let line = move || words.wording().marked(report.read().marked, scope.get().marked);
    let other = move || match scope.get().marked {
        Choice::LeftOut => Choice::Counted,
        Choice::Counted => Choice::LeftOut,
    };
    let switch = move || {
        let texts = &words.language().strings().marked;
        match scope.get().marked {
            Choice::LeftOut => texts.count.as_str(),
            Choice::Counted => texts.leave_out.as_str(),
        }
    };
    move || {
        line().map(|line| {
            view! {
                <p class="hint marked" data-test="marked">
                    {line}
                    " "
                    <a href=move || scope.get().with(other()).query() data-noscroll=true>
                        {switch}
                    </a>
                </p>
            }
        })
    }
}
