//! A text in several locales.

use crate::{Json, Problem};

/// A text in one or more locales, English always among them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Text(Vec<(String, String)>);

impl Text {
    /// The text in `locale`, else in its language (`id` for `id-ID`), else in English.
    pub fn get(&self, locale: &str) -> &str {
        self.pick(locale).map_or("", |(_, text)| text)
    }

    pub(crate) fn pick(&self, locale: &str) -> Option<&(String, String)> {
        let language = locale.split('-').next().unwrap_or_default();
        [locale, language, "en"].iter().find_map(|wanted| self.exactly(wanted))
    }

    fn exactly(&self, locale: &str) -> Option<&(String, String)> {
        self.0.iter().find(|(name, _)| name == locale)
    }

    /// Every wording, with its locale.
    pub fn wordings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(locale, words)| (locale.as_str(), words.as_str()))
    }

    /// Reads an object such as `{"en": "Why?", "id": "Mengapa?"}`.
    pub(crate) fn read(json: &impl Json) -> Result<Self, Problem> {
        /// A question longer than this does not fit a phone; 500 characters are some 80 words.
        const TEXT_MAX_CHARS: usize = 500;
        let mut texts = Vec::new();
        for (locale, words) in json.members().ok_or(Problem::NotTexts)? {
            let words = words.text().ok_or(Problem::NotTexts)?;
            let given = words.chars().count();
            if words.trim_ascii().is_empty() {
                return Err(Problem::Empty);
            }
            if given > TEXT_MAX_CHARS {
                return Err(Problem::TooLong { given, limit: TEXT_MAX_CHARS, unit: "characters" });
            }
            texts.push((locale, words));
        }
        let texts = Self(texts);
        if texts.exactly("en").is_some() { Ok(texts) } else { Err(Problem::NoEnglish) }
    }
}
