//! Which page stands at which address.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::{ParamSegment, StaticSegment};

use crate::browser;
use crate::page::{Dashboard, Missing, Setup, SignIn, Surveys};
use crate::route::BASE;
use crate::words::Words;

/// The whole admin view.
#[component]
pub(crate) fn App() -> impl IntoView {
    let words = Words::provide();
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        browser::focus_content();
    };
    view! {
        <Router base=BASE>
            <a class="skip" href="#content" on:click=skip>
                {words.say(|s| &s.common.skip)}
            </a>
            <FocusFollowsPage />
            <Routes fallback=Missing>
                <Route path=StaticSegment("") view=Surveys />
                <Route path=StaticSegment("setup") view=Setup />
                <Route path=StaticSegment("sign-in") view=SignIn />
                <Route path=(StaticSegment("s"), ParamSegment("id")) view=Dashboard />
            </Routes>
        </Router>
    }
}

/// Moves the keyboard, and so a screen reader, to the content of each new page; not to that of the first one, where
/// the browser has its own say.
#[component]
fn FocusFollowsPage() -> impl IntoView {
    let path = use_location().pathname;
    Effect::watch(move || path.get(), |_, _, _| request_animation_frame(browser::focus_content), false);
}
