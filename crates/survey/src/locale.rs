//! The locales that the prompt speaks by itself, each a file of strings that the loader fetches when it is needed. A
//! survey may be written in more.

/// Each tag with its file.
macro_rules! locales {
    ($($tag:literal),+) => {
        [$(($tag, include_str!(concat!("../locales/", $tag, ".json")))),+]
    };
}

/// Every locale, as (tag, JSON of an object of strings); English first, as the last resort.
pub const LOCALES: [(&str, &str); 12] =
    locales!["en", "id", "ar", "de", "es", "fr", "he", "hi", "ja", "ms", "pt", "zh"];
