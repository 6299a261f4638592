//! Names in braces, wherever a text may have them: each must be a question that comes before, or a field.

use crate::{Flaw, Json, Survey};

pub(super) fn check(json: &impl Json, survey: &Survey) -> Result<(), Flaw> {
    let all = survey.questions().len();
    let list = |name| json.member(name).and_then(|list| list.items()).unwrap_or_default();
    for (index, question) in list("questions").iter().enumerate() {
        check_texts(question, &format!("questions[{index}]"), &["text", "low", "high"], survey, index)?;
        if let Some(by_class) = question.member("by_class") {
            let path = format!("questions[{index}].by_class");
            check_texts(&by_class, &path, &["promoter", "passive", "detractor"], survey, index)?;
        }
    }
    for (index, ending) in list("endings").iter().enumerate() {
        check_texts(ending, &format!("endings[{index}]"), &["text"], survey, all)?;
    }
    check_texts(json, "", &["thanks"], survey, all)
}

fn check_texts(
    json: &impl Json,
    path: &str,
    names: &[&str],
    survey: &Survey,
    before: usize,
) -> Result<(), Flaw> {
    for name in names {
        for (locale, text) in json.member(name).and_then(|texts| texts.members()).unwrap_or_default() {
            let dot = if path.is_empty() { "" } else { "." };
            let sentence = wrong(&text.text().unwrap_or_default(), survey, before);
            if let Some(sentence) = sentence {
                return Err(Flaw::new(format!("{path}{dot}{name}.{locale}"), sentence));
            }
        }
    }
    Ok(())
}

/// What is wrong with the first name in braces that is.
fn wrong(text: &str, survey: &Survey, before: usize) -> Option<String> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((place, after)) = after.split_once("}}") else {
            return Some("has {{ without }}; close it".to_owned());
        };
        let name = place.split('|').next().unwrap_or_default().trim_ascii();
        let known = match name.strip_prefix("field.") {
            Some(field) => survey.fields().iter().any(|known| known == field),
            None => survey.questions()[..before].iter().any(|question| question.id == name),
        };
        if !known {
            return Some(format!(
                "names {{{{{name}}}}}, but that is neither an earlier question nor, as field.name, a field of the survey"
            ));
        }
        rest = after;
    }
    None
}
