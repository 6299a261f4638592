//! For apps that are written with Leptos themselves: a component that asks for as long as it is mounted. When to mount
//! it is up to the app; the clocks are kept here, the rules of `when` are not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use js_sys::{Object, Reflect};
use leptos::html;
use leptos::prelude::*;
use suara_survey::{LOCALES, Survey};
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::{clock, json};

/// The style sheet that an order carries: what the loader fetches beside the module.
pub const SHEET: &str = include_str!(concat!(env!("OUT_DIR"), "/prompt.css"));

/// Where the question stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Place {
    /// Where the survey's `display` says: without one, in a corner above the page.
    #[default]
    AsTheSurveySays,
    /// In the page, where the component is.
    Here,
}

/// Asks one survey, if the clocks allow it, and delivers what earlier visits left waiting. Unmounting it closes the
/// question, which then counts neither as answered nor as dismissed. Whatever fails shows nothing.
#[component]
pub fn Ask(
    /// The survey, as JSON.
    #[prop(into)]
    survey: String,
    /// Where answers go: the collector's `/n/1/a`, or an endpoint that writes receipts.
    #[prop(into)]
    endpoint: String,
    /// The language to ask in, as a BCP 47 tag.
    #[prop(into, default = "en".to_owned())]
    locale: String,
    /// Who the visitor is: a token that the app's backend has signed, or empty. It goes along with the answer.
    #[prop(into, optional)]
    identity: String,
    /// Where the question stands.
    #[prop(optional)]
    place: Place,
) -> impl IntoView {
    let stay = Arc::new(Stay::default());
    on_cleanup({
        let stay = Arc::clone(&stay);
        move || stay.end()
    });
    let ask = move |target: Option<Element>| {
        clock::spawn(async move {
            crate::deliver().await;
            stay.ask(survey, &locale, (&endpoint, &identity), target).await;
        });
    };
    if place == Place::AsTheSurveySays {
        ask(None);
        return None;
    }
    let here = NodeRef::<html::Div>::new();
    here.on_load(move |element| ask(Some(element.into())));
    Some(view! { <div node_ref=here></div> })
}

/// Whether the component is still there, and whether what is open is its own.
#[derive(Debug, Default)]
struct Stay {
    is_over: AtomicBool,
    is_shown: AtomicBool,
}

impl Stay {
    async fn ask(
        &self,
        survey: String,
        wanted: &str,
        (endpoint, identity): (&str, &str),
        target: Option<Element>,
    ) -> Option<()> {
        let read = Survey::read(&json::parse(&survey)?).ok()?;
        let locale = read.locale(wanted);
        let order = order(read.id(), &locale, endpoint, target);
        if !identity.is_empty() && !is_unfollowed() {
            Reflect::set(&order, &"identity".into(), &identity.into()).ok();
        }
        if self.is_over.load(Ordering::Relaxed) {
            return None;
        }
        let refused = crate::ask(survey, words(&locale).to_owned(), order).await;
        self.is_shown.store(refused.is_empty(), Ordering::Relaxed);
        // It may have been unmounted while the question was on its way.
        if self.is_over.load(Ordering::Relaxed) {
            self.end();
        }
        Some(())
    }

    fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        if self.is_shown.swap(false, Ordering::Relaxed) {
            crate::hide();
        }
    }
}

/// The prompt's own words in the language of a locale; else in English.
fn words(locale: &str) -> &'static str {
    let language = locale.split('-').next().unwrap_or_default();
    LOCALES.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language)).unwrap_or(&LOCALES[0]).1
}

/// Who asks not to be followed is asked all the same, but who they are does not go along.
fn is_unfollowed() -> bool {
    let says = |name: &str| {
        let navigator = web_sys::window().map(|window| window.navigator());
        navigator.and_then(|navigator| Reflect::get(&navigator, &name.into()).ok())
    };
    says("globalPrivacyControl").is_some_and(|says| says.is_truthy())
        || says("doNotTrack").is_some_and(|says| says.as_string().as_deref() == Some("1"))
}

/// What the loader would say.
fn order(name: &str, locale: &str, endpoint: &str, target: Option<Element>) -> JsValue {
    let order = object(&[
        ("name", name.into()),
        ("locale", locale.into()),
        ("url", endpoint.into()),
        ("receipt", true.into()),
        ("sheet", SHEET.into()),
    ]);
    if let Some(target) = target {
        let display = object(&[("kind", "inline".into()), ("target", target.into())]);
        Reflect::set(&order, &"display".into(), &display).ok();
    }
    order
}

fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a plain object does not fail.
        Reflect::set(&object, &(*name).into(), value).ok();
    }
    object.into()
}
