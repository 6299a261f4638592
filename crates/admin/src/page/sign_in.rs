//! Signing in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use suara_survey::wire::Credentials;

use crate::api::{self, Fault};
use crate::field::{Email, Password};
use crate::route;
use crate::shell::{Doorstep, titled};
use crate::words::Words;

/// Asks for email and password, then leads back to where the reader came from.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let words = Words::here();
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (query, navigate) = (use_query_map(), use_navigate());
    let attempt = Action::new_local(move |credentials: &Credentials| {
        let (credentials, navigate) = (credentials.clone(), navigate.clone());
        async move {
            api::sign_in(&credentials).await?;
            let next = query.get_untracked().get("next");
            navigate(route::after_sign_in(next.as_deref()), route::in_place());
            Ok(())
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        attempt.dispatch_local(Credentials { email: email.get(), password: password.get() });
    };
    let refusal = move || match attempt.value().get()? {
        Ok(()) => None,
        Err(Fault::SignedOut) => Some(words.language().strings().sign_in.refused.clone()),
        Err(fault) => Some(fault.sentence(words.language().strings())),
    };
    view! {
        <Doorstep title=titled(words, |s| &s.sign_in.title)>
            <h1>{words.say(|s| &s.sign_in.title)}</h1>
            <p class="lead">{words.say(|s| &s.sign_in.intro)}</p>
            <form on:submit=submit data-test="sign-in">
                <Email value=email />
                <Password value=password autocomplete="current-password" />
                <p class="refusal" role="alert" data-test="refusal">
                    {refusal}
                </p>
                <button type="submit" class="primary wide" disabled=attempt.pending()>
                    {words.say(|s| &s.sign_in.submit)}
                </button>
            </form>
            <p class="hint">{words.say(|s| &s.sign_in.first_time)}</p>
        </Doorstep>
    }
}
