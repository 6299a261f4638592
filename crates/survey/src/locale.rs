//! The locales that the prompt speaks by itself, each a file of strings that the loader fetches when it is needed. A
//! survey may be written in more.

/// Every locale, as (tag, JSON of an object of strings); English first, as the last resort.
pub const LOCALES: [(&str, &str); 2] =
    [("en", include_str!("../locales/en.json")), ("id", include_str!("../locales/id.json"))];
