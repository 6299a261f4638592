//! In place of the score, where a survey has no question from 0 to 10.

use leptos::prelude::*;

use crate::words::Words;

/// The card.
#[component]
pub(crate) fn Unscored() -> impl IntoView {
    let words = Words::here();
    view! {
        <section class="card notice" data-test="unscored" aria-labelledby="unscored-title">
            <h2 id="unscored-title">{words.say(|s| &s.unscored.title)}</h2>
            <p>{words.say(|s| &s.unscored.text)}</p>
        </section>
    }
}
