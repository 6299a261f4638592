//! Making an account, or giving it a new password, with a one-time link: the collector's, an invitation, or one of
//! `suara account reset`.

use leptos::either::Either;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use suara_survey::wire;

use crate::field::{Email, Password};
use crate::shell::{Doorstep, titled};
use crate::strings::fill;
use crate::words::Words;
use crate::{api, browser, route};

/// Fewest characters of a password, as the collector has it too.
const PASSWORD_MIN_CHARS: usize = 10;

/// The form, or what to do when the link came without its token.
#[component]
pub(crate) fn Setup() -> impl IntoView {
    let words = Words::here();
    let token = browser::fragment();
    view! {
        <Doorstep title=titled(words, |s| &s.setup.title)>
            {if token.is_empty() {
                Either::Left(view! { <NoToken /> })
            } else {
                Either::Right(view! { <Form token /> })
            }}
            <p class="hint">
                <a href=route::SIGN_IN>{words.say(|s| &s.setup.to_sign_in)}</a>
            </p>
        </Doorstep>
    }
}

#[component]
fn NoToken() -> impl IntoView {
    let words = Words::here();
    view! {
        <h1>{words.say(|s| &s.setup.no_token_title)}</h1>
        <p>{words.say(|s| &s.setup.no_token_text)}</p>
    }
}

#[component]
fn Form(token: String) -> impl IntoView {
    let words = Words::here();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let short = RwSignal::new(None);
    let navigate = use_navigate();
    let attempt = Action::new_local(move |setup: &wire::Setup| {
        let (setup, navigate) = (setup.clone(), navigate.clone());
        async move {
            api::set_up(&setup).await?;
            navigate(route::HOME, route::in_place());
            Ok::<(), api::Fault>(())
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let length = password.get().chars().count();
        short.set((length < PASSWORD_MIN_CHARS).then_some(length));
        if short.get().is_none() {
            attempt.dispatch_local(wire::Setup {
                token: token.clone(),
                email: email.get(),
                password: password.get(),
            });
        }
    };
    let refusal = move || {
        let strings = words.language().strings();
        let too_short =
            short.get().map(|length| fill(&strings.setup.short, &[("length", &length.to_string())]));
        too_short.or_else(|| attempt.value().get()?.err().map(|fault| fault.sentence(strings)))
    };
    view! {
        <h1>{words.say(|s| &s.setup.title)}</h1>
        <p class="lead">{words.say(|s| &s.setup.intro)}</p>
        <form on:submit=submit data-test="setup">
            <Email value=email hint=|s| &s.setup.email_hint />
            <Password value=password autocomplete="new-password" hint=|s| &s.setup.password_hint />
            <p class="refusal" role="alert" data-test="refusal">
                {refusal}
            </p>
            <button type="submit" class="primary wide" disabled=attempt.pending()>
                {words.say(|s| &s.setup.submit)}
            </button>
        </form>
    }
}
