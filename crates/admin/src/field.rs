//! The fields of the sign-in and setup forms.

use leptos::prelude::*;

use crate::strings::Pick;
use crate::words::Words;

/// An email address.
#[component]
pub(crate) fn Email(value: RwSignal<String>, #[prop(optional)] hint: Option<Pick>) -> impl IntoView {
    let words = Words::here();
    view! {
        <div class="field">
            <label for="email">{words.say(|s| &s.setup.email)}</label>
            <input
                id="email"
                name="email"
                type="email"
                autocomplete="username"
                required
                maxlength="254"
                aria-describedby=hint.map(|_| "email-hint")
                bind:value=value
            />
            {hint.map(|hint| view! { <p id="email-hint" class="hint">{words.say(hint)}</p> })}
        </div>
    }
}

/// A password with a button that shows it.
#[component]
pub(crate) fn Password(
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional)] hint: Option<Pick>,
) -> impl IntoView {
    let words = Words::here();
    let shown = RwSignal::new(false);
    let toggle = move || {
        let setup = &words.language().strings().setup;
        if shown.get() { setup.hide.as_str() } else { setup.show.as_str() }
    };
    view! {
        <div class="field">
            <label for="password">{words.say(|s| &s.setup.password)}</label>
            <div class="with-button">
                <input
                    id="password"
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    aria-describedby=hint.map(|_| "password-hint")
                    bind:value=value
                />
                <button
                    type="button"
                    class="quiet"
                    aria-pressed=move || shown.get().to_string()
                    aria-controls="password"
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {toggle}
                </button>
            </div>
            {hint.map(|hint| view! { <p id="password-hint" class="hint">{words.say(hint)}</p> })}
        </div>
    }
}
