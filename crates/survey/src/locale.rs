//! The locales that the prompt speaks by itself. A survey may be written in more.

/// Every locale, as (tag, JSON of [`crate::wire::Strings`]); English first, as the last resort.
pub const LOCALES: [(&str, &str); 2] =
    [("en", include_str!("../locales/en.json")), ("id", include_str!("../locales/id.json"))];

/// The best of our locales for a wanted tag such as `id-ID`: the tag itself, its language, or English.
///
/// ```
/// use suara_survey::negotiate;
/// assert_eq!(negotiate("id-ID"), "id");
/// assert_eq!(negotiate("IN"), "id"); // the old code for Indonesian, which Java and Android still send
/// assert_eq!(negotiate("fr"), "en");
/// ```
pub fn negotiate(wanted: &str) -> &'static str {
    entry(wanted).0
}

/// The prompt's own words for a wanted locale, as JSON.
pub fn strings_json(wanted: &str) -> &'static str {
    entry(wanted).1
}

fn entry(wanted: &str) -> (&'static str, &'static str) {
    let language = wanted.split(['-', '_']).next().unwrap_or_default();
    let language = if language.eq_ignore_ascii_case("in") { "id" } else { language };
    let mut locales = LOCALES.iter();
    *locales.find(|(tag, _)| tag.eq_ignore_ascii_case(language)).unwrap_or(&LOCALES[0])
}
