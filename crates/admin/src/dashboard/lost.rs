//! What never arrived: how many answers are missing from everything else on the page, and why.

use leptos::prelude::*;
use suara_survey::wire;

use crate::words::Words;

/// One line; none when nothing was lost.
#[component]
pub(crate) fn Lost(lost: Signal<Vec<wire::Lost>>) -> impl IntoView {
    let words = Words::here();
    let line = move || words.wording().lost(&lost.read());
    move || line().map(|line| view! { <p class="hint" data-test="lost">{line}</p> })
}
