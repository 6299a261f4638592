//! The prompt's own words: every locale says everything that English says, in its own direction and plurals.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use suara_survey::LOCALES;

type Words = BTreeMap<String, String>;

/// Each locale's words by its tag.
fn all() -> impl Iterator<Item = (&'static str, Words)> {
    LOCALES.into_iter().map(|(tag, json)| (tag, serde_json::from_str(json).unwrap()))
}

fn english() -> Words {
    all().next().unwrap().1
}

/// The `{names}` in a string, sorted; anything else in braces, or half a brace, is a name that nobody fills.
fn placeholders(text: &str) -> Vec<&str> {
    let mut names: Vec<_> =
        text.split('{').skip(1).map(|rest| rest.split_once('}').map_or(rest, |it| it.0)).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_locale_has_exactly_the_strings_of_english() {
    let english = english();
    for (tag, words) in all() {
        let missing: Vec<_> = english.keys().filter(|name| !words.contains_key(*name)).collect();
        let unknown: Vec<_> = words.keys().filter(|name| !english.contains_key(*name)).collect();
        assert!(
            missing.is_empty() && unknown.is_empty(),
            "{tag} lacks {missing:?} and has {unknown:?} too many"
        );
        assert_eq!(words["locale"], tag);
    }
}

#[test]
fn every_file_is_listed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = names.map(|name| name.trim_end_matches(".json").to_owned()).collect();
    let mut listed: Vec<_> = LOCALES.iter().map(|(tag, _)| (*tag).to_owned()).collect();
    files.sort();
    listed.sort();
    assert_eq!(files, listed);
}

#[test]
fn no_string_is_empty_or_has_space_around_it() {
    for (tag, words) in all() {
        let wrong: Vec<_> =
            words.iter().filter(|(_, text)| text.is_empty() || text.trim() != *text).collect();
        assert!(wrong.is_empty(), "{tag}: {wrong:?}");
    }
}

#[test]
fn every_string_has_the_placeholders_of_english() {
    let english = english();
    for (tag, words) in all() {
        for (name, text) in &words {
            assert_eq!(placeholders(text), placeholders(&english[name]), "{tag}: {name}: {text}");
            assert_eq!(text.matches('{').count(), text.matches('}').count(), "{tag}: {name}: {text}");
        }
    }
}

#[test]
fn arabic_and_hebrew_run_from_right_to_left_and_no_other() {
    for (tag, words) in all() {
        let right_to_left = ["ar", "he"].contains(&tag);
        assert_eq!(words["dir"], if right_to_left { "rtl" } else { "ltr" }, "{tag}");
    }
}

/// The prompt writes numbers with the digits 0 to 9; a locale that mixed in others would show both side by side.
#[test]
fn digits_are_the_same_in_every_locale() {
    for (tag, words) in all() {
        for (name, text) in words {
            let others: String = text.chars().filter(|c| c.is_numeric() && !c.is_ascii_digit()).collect();
            assert!(others.is_empty(), "{tag}: {name}: {others}");
        }
    }
}

/// The plural category of 1 to 5 by CLDR 48, `cardinal`; the numbers of stars there are.
fn plural(tag: &str, number: usize) -> &'static str {
    match (tag, number) {
        ("id" | "ja" | "ms" | "zh", _) => "other",
        (_, 1) => "one",
        ("ar" | "he", 2) => "two",
        ("ar", _) => "few",
        _ => "other",
    }
}

/// Stars are the only count that is read out, and there are five: so each is written out, and no code has to choose.
#[test]
fn stars_are_counted_in_the_plural_of_the_language() {
    for (tag, words) in all() {
        let mut forms: BTreeMap<&str, String> = BTreeMap::new();
        for number in 1..=5 {
            let text = &words[&format!("star_{number}")];
            let form = text.replace(&number.to_string(), "#");
            let first = forms.entry(plural(tag, number)).or_insert_with(|| form.clone());
            assert_eq!(*first, form, "{tag}: {text}: another form for the same category");
        }
        let mut different: Vec<_> = forms.values().collect();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), forms.len(), "{tag}: two categories with one form: {forms:?}");
    }
}

/// Two answers that a visitor cannot tell apart are worse than none.
#[test]
fn what_stands_side_by_side_reads_differently() {
    let groups: [&[&str]; 7] = [
        &["face_1", "face_2", "face_3", "face_4", "face_5"],
        &["low", "high"],
        &["ces_low", "ces_high"],
        &["drivers_low", "drivers_high", "not_applicable"],
        &["thumb_up", "thumb_down"],
        &["criticism", "suggestion", "complaint"],
        &["next", "back", "send", "close", "later"],
    ];
    for (tag, words) in all() {
        for group in groups {
            let mut texts: Vec<_> = group.iter().map(|name| &words[*name]).collect();
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), group.len(), "{tag}: {group:?} are not all different");
        }
    }
}

#[test]
fn nothing_was_left_in_english() {
    // Words that both languages share.
    let same_word = ["de region", "de open_tab", "ms face_3", "es face_3", "fr suggestion"];
    let english = english();
    for (tag, words) in all().skip(1) {
        for (name, text) in words.iter().filter(|(name, _)| !["locale", "dir"].contains(&name.as_str())) {
            let key = format!("{tag} {name}");
            assert!(*text != english[name] || same_word.contains(&key.as_str()), "{key}: {text}");
        }
    }
}
