//! The language in use, as every component finds it: texts and numbers that follow when the reader changes it.

use leptos::prelude::*;

use crate::browser;
use crate::language::Language;
use crate::strings::Pick;
use crate::wording::Wording;

/// The language in use.
#[derive(Clone, Copy)]
pub(crate) struct Words(RwSignal<Language>);

impl Words {
    /// Puts the reader's language in reach of every component: `?lang=`, else the last choice, else the browser's.
    pub(crate) fn provide() -> Self {
        let wishes = browser::language_wishes();
        let words = Self(RwSignal::new(Language::negotiate(wishes.iter().map(String::as_str))));
        provide_context(words);
        words
    }

    /// The language that [`provide`](Self::provide) put in reach.
    pub(crate) fn here() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// The language, tracked.
    pub(crate) fn language(self) -> Language {
        self.0.get()
    }

    /// Speaks another language from now on, and remembers it.
    pub(crate) fn speak(self, language: Language) {
        browser::keep_language(language.tag());
        self.0.set(language);
    }

    /// A text that follows the language.
    pub(crate) fn say(self, pick: Pick) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || pick(self.0.get().strings())
    }

    /// Numbers and dates in the language, tracked.
    pub(crate) fn wording(self) -> Wording {
        Wording::new(self.0.get())
    }
}
