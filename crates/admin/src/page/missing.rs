//! No page stands at this address.

use leptos::prelude::*;

use crate::route;
use crate::shell::{Doorstep, titled};
use crate::words::Words;

/// Says so, and leads home.
#[component]
pub(crate) fn Missing() -> impl IntoView {
    let words = Words::here();
    view! {
        <Doorstep title=titled(words, |s| &s.common.missing_title)>
            <h1>{words.say(|s| &s.common.missing_title)}</h1>
            <p>{words.say(|s| &s.common.missing_text)}</p>
            <p>
                <a href=route::HOME>{words.say(|s| &s.common.home)}</a>
            </p>
        </Doorstep>
    }
}
