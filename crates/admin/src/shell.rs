//! What stands around every page: the name, the language, and who is signed in.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::language::Language;
use crate::strings::Pick;
use crate::words::Words;
use crate::{api, browser, feed, route};

/// A page for whoever is signed in.
#[component]
pub(crate) fn Shell(
    /// The page's name, for the browser's tab.
    #[prop(into)]
    title: Signal<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <Frame title account=true>{children()}</Frame>
    }
}

/// A page for anyone: one card in the middle.
#[component]
pub(crate) fn Doorstep(
    /// The page's name, for the browser's tab.
    #[prop(into)]
    title: Signal<String>,
    children: Children,
) -> impl IntoView {
    let class = "card doorstep";
    view! {
        <Frame title account=false>
            <div class=move || class>{children()}</div>
        </Frame>
    }
}

#[component]
fn Frame(title: Signal<String>, account: bool, children: Children) -> impl IntoView {
    let words = Words::here();
    Effect::new(move |_| browser::describe(&format!("{} · Suara", title.get()), words.language().tag()));
    view! {
        <header class="bar">
            <div class="bar-inner">
                <a href=route::HOME class="wordmark">
                    <Mark />
                    {move || "Suara"}
                </a>
                <div class="bar-side">
                    {account.then(|| view! { <WhoIsIn /> })} <LanguageChoice />
                </div>
            </div>
        </header>
        <main id="content" tabindex="-1">
            {children()}
        </main>
    }
}

/// Three bars of a voice.
#[component]
fn Mark() -> impl IntoView {
    let bars = [(2, 9, 6), (8, 4, 16), (14, 7, 10), (20, 10, 4)];
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            {bars.map(|(x, y, height)| view! { <rect x=x y=y width=3 height=height rx="1.5" /> }).collect_view()}
        </svg>
    }
}

#[component]
fn LanguageChoice() -> impl IntoView {
    let words = Words::here();
    let button = move |language: Language| {
        view! {
            <button
                type="button"
                lang=language.tag()
                title=language.name()
                aria-label=language.name()
                aria-pressed=move || (words.language() == language).to_string()
                on:click=move |_| words.speak(language)
            >
                {language.tag().to_uppercase()}
            </button>
        }
    };
    view! {
        <div class="languages" role="group" aria-label=words.say(|s| &s.common.language)>
            {Language::ALL.map(button).collect_view()}
        </div>
    }
}

/// The account's name and the way out. Who is not signed in learns it from the page's own fetch.
#[component]
fn WhoIsIn() -> impl IntoView {
    let words = Words::here();
    let session = feed::session();
    let email = move || session.get().and_then(Result::ok).map(|account| account.email);
    let navigate = use_navigate();
    let sign_out = Action::new_local(move |(): &()| {
        let navigate = navigate.clone();
        async move {
            // Signed out already is as good as signed out now.
            if matches!(api::sign_out().await, Ok(()) | Err(api::Fault::SignedOut)) {
                navigate(route::SIGN_IN, route::forward());
            }
        }
    });
    view! {
        <span class="who" title=email data-test="account">
            {email}
        </span>
        <button type="button" class="quiet" data-test="sign-out" on:click=move |_| {
            sign_out.dispatch_local(());
        }>{words.say(|s| &s.common.sign_out)}</button>
    }
}

/// A title that follows the language.
pub(crate) fn titled(words: Words, pick: Pick) -> Signal<String> {
    Signal::derive(move || pick(words.language().strings()).to_owned())
}
