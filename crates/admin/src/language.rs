//! The languages of the admin view and which of them a reader gets.

use std::sync::OnceLock;

use crate::strings::Strings;

/// A language that the admin view speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Language {
    English,
    Indonesian,
}

impl Language {
    /// In the order in which they are offered.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Indonesian];

    /// The first language that is spoken here among the wishes, strongest first; English without any.
    pub(crate) fn negotiate<'a>(wishes: impl IntoIterator<Item = &'a str>) -> Self {
        wishes.into_iter().find_map(Self::from_tag).unwrap_or(Self::English)
    }

    /// For a tag such as `id-ID`; `in` is the old tag for Indonesian.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "id" | "in" => Some(Self::Indonesian),
            _ => None,
        }
    }

    /// As HTML's `lang` has it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Indonesian => "id",
        }
    }

    /// Its own name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Indonesian => "Bahasa Indonesia",
        }
    }

    /// Its texts, read once.
    pub(crate) fn strings(self) -> &'static Strings {
        static ENGLISH: OnceLock<Strings> = OnceLock::new();
        static INDONESIAN: OnceLock<Strings> = OnceLock::new();
        let (strings, json) = match self {
            Self::English => (&ENGLISH, include_str!("../locales/en.json")),
            Self::Indonesian => (&INDONESIAN, include_str!("../locales/id.json")),
        };
        // A test reads both files, so the default never comes to use.
        strings.get_or_init(|| Strings::take_from(&mut serde_json::from_str(json).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strings::Texts;

    fn texts(json: &str) -> Texts {
        serde_json::from_str(json).unwrap()
    }

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<_> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_placeholders() {
        let (english, indonesian) =
            (texts(include_str!("../locales/en.json")), texts(include_str!("../locales/id.json")));
        assert_eq!(english.keys().collect::<Vec<_>>(), indonesian.keys().collect::<Vec<_>>());
        for (group, texts) in &english {
            assert_eq!(
                texts.keys().collect::<Vec<_>>(),
                indonesian[group].keys().collect::<Vec<_>>(),
                "{group}"
            );
            for (key, text) in texts {
                assert_eq!(placeholders(text), placeholders(&indonesian[group][key]), "{group}.{key}");
            }
        }
    }

    #[test]
    fn every_text_of_a_file_is_in_use_and_none_is_missing() {
        let english = texts(include_str!("../locales/en.json"));
        let mut left = english.clone();
        let count: usize = english.values().map(|group| group.len()).sum();
        let used = format!("{:?}", Strings::take_from(&mut left)).matches(": \"").count();
        assert!(left.values().all(|group| group.is_empty()), "{left:?}");
        assert_eq!(used, count);
    }

    #[test]
    fn every_language_has_twelve_months() {
        for language in Language::ALL {
            assert_eq!(language.strings().format.months.split(' ').count(), 12, "{language:?}");
        }
    }

    #[test]
    fn the_strongest_wish_that_is_spoken_here_wins() {
        assert_eq!(Language::negotiate(["fr-FR", "id-ID", "en"]), Language::Indonesian);
        assert_eq!(Language::negotiate(["in"]), Language::Indonesian);
        assert_eq!(Language::negotiate(["fr", ""]), Language::English);
        assert_eq!(Language::negotiate([]), Language::English);
    }
}
