//! What a page says while there is nothing to show: loading, or what went wrong and what to do.

use leptos::prelude::*;

use crate::api::Fault;
use crate::words::Words;

/// Grey shapes where the content will be, so that nothing moves when it comes.
#[component]
pub(crate) fn Skeleton(
    /// A class a shape, which gives it its place and size.
    shapes: &'static [&'static str],
) -> impl IntoView {
    let words = Words::here();
    let shape = |class: &&'static str| view! { <div class=format!("card skeleton {class}")></div> };
    view! {
        <p class="unseen" role="status" data-test="loading">
            {words.say(|s| &s.common.loading)}
        </p>
        <div class="grid" aria-hidden="true">
            {shapes.iter().map(shape).collect_view()}
        </div>
    }
}

/// What could not be loaded, and a button to try again.
#[component]
pub(crate) fn Failure(fault: Fault, retry: Callback<()>) -> impl IntoView {
    let words = Words::here();
    view! {
        <section class="card notice" role="alert" data-test="failure">
            <h2>{words.say(|s| &s.fault.title)}</h2>
            <p>{move || fault.sentence(words.language().strings())}</p>
            <button type="button" class="primary" data-test="retry" on:click=move |_| retry.run(())>
                {words.say(|s| &s.common.retry)}
            </button>
        </section>
    }
}

/// A line above content that could not be brought up to date.
#[component]
pub(crate) fn Stale(fault: Fault, retry: Callback<()>) -> impl IntoView {
    let words = Words::here();
    view! {
        <div class="stale" role="status" data-test="stale">
            <p>
                {words.say(|s| &s.fault.stale)} {move || " "}
                {move || fault.sentence(words.language().strings())}
            </p>
            <button type="button" class="quiet" on:click=move |_| retry.run(())>
                {words.say(|s| &s.common.retry)}
            </button>
        </div>
    }
}
