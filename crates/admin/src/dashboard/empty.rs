//! Before the first answer: the tag to paste, and where to try it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::browser;
use crate::report::Report;
use crate::words::Words;

/// The card.
#[component]
pub(crate) fn Empty(
    /// What the owner pastes.
    tag: String,
    report: Memo<Arc<Report>>,
) -> impl IntoView {
    let words = Words::here();
    let asked = move || {
        let (funnel, wording) = (report.read().funnel, words.wording());
        (funnel.shown > 0)
            .then(|| format!("{}: {}", wording.strings().funnel.shown, wording.count(funnel.shown)))
    };
    view! {
        <section class="card empty" data-test="empty" aria-labelledby="empty-title">
            <Ripples />
            <h2 id="empty-title">{words.say(|s| &s.empty.title)}</h2>
            <p>{words.say(|s| &s.empty.text)}</p>
            <div class="tag">
                <code data-test="tag" tabindex="0" role="region" aria-label=words.say(|s| &s.empty.tag)>
                    {tag.clone()}
                </code>
                <Copy text=tag />
            </div>
            <p class="hint">{asked}</p>
            <p>
                <a href="/" rel="external">
                    {words.say(|s| &s.empty.demo)}
                </a>
            </p>
        </section>
    }
}

/// A voice before it is heard.
#[component]
fn Ripples() -> impl IntoView {
    let ring = |radius: i32| view! { <circle cx=48 cy=48 r=radius /> };
    view! {
        <svg class="ripples" viewBox="0 0 96 96" aria-hidden="true">
            {[6, 20, 34, 47].map(ring).collect_view()}
        </svg>
    }
}

#[component]
fn Copy(text: String) -> impl IntoView {
    let words = Words::here();
    let copy = Action::new_local(move |(): &()| browser::copy(text.clone()));
    let said = move || {
        let common = &words.language().strings().common;
        copy.value()
            .get()
            .map(|copied| if copied { common.copied.as_str() } else { common.copy_failed.as_str() })
    };
    view! {
        <button type="button" class="primary" data-test="copy" on:click=move |_| {
            copy.dispatch_local(());
        }>{words.say(|s| &s.common.copy)}</button>
        <span role="status" class="said">
            {said}
        </span>
    }
}
