//! The whole check of a survey, for its owner: what [`Survey::read`] looks at because asking needs it, and what the
//! prompt leaves alone or takes the default for, such as conditions, themes, and names in braces.

mod look;
mod words;

use crate::reader::{Reader, quoted};
use crate::targeting::When;
use crate::{Flaw, Json, Kind, Survey};

/// More answers than one survey of a website ever gets.
const ANSWERS_MAX: u32 = 1_000_000_000;
/// Ten years.
const DAYS_MAX: u32 = 3650;
/// More showings in one browser than that are no limit.
const TIMES_MAX: u32 = 1000;
/// A page knows more of its visitors than anyone should ask for.
const FIELDS_MAX: usize = 20;

/// Reads a survey and everything that stands beside its questions.
///
/// ```
/// let survey = serde_json::json!({
///     "id": "nps", "version": 1,
///     "questions": [{ "id": "score", "kind": "nps", "text": { "en": "Would you recommend us, {{field.name}}?" } }]
/// });
/// let flaw = suara_survey::check_definition(&&survey).unwrap_err();
/// assert_eq!(flaw.path, "questions[0].text.en");
/// ```
///
/// # Errors
/// The first [`Flaw`], with its path.
pub fn check_definition(json: &impl Json) -> Result<Survey, Flaw> {
    let survey =
        Survey::read(json).map_err(|refusal| Flaw::new(refusal.path(), refusal.problem.to_string()))?;
    let at = Reader { json, path: "" };
    at.count("max_answers", 1, ANSWERS_MAX)?;
    if let Some(timing) = json.member("timing") {
        let at = Reader { json: &timing, path: "timing" };
        at.count("later_days", 1, DAYS_MAX)?;
        at.count("times", 1, TIMES_MAX)?;
    }
    if let Some(when) = json.member("when") {
        When::read(&when)?;
    }
    fields(&at)?;
    look::check(json)?;
    let questions = json.member("questions").and_then(|questions| questions.items()).unwrap_or_default();
    for (index, question) in questions.iter().enumerate() {
        check_question(question, &survey, index)?;
    }
    words::check(json, &survey)?;
    Ok(survey)
}

fn fields<J: Json>(at: &Reader<J>) -> Result<(), Flaw> {
    let rule = "a field is a name of 1 to 64 lower-case letters, digits, - and _";
    let is_name = |name: &str| {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
        (1..=64).contains(&name.len()) && name.bytes().all(allowed)
    };
    let names = at.listed("fields", is_name, rule)?;
    if names.len() > FIELDS_MAX {
        return Err(Flaw::new(
            "fields",
            format!("has {} names, but at most {FIELDS_MAX} travel; leave some out", names.len()),
        ));
    }
    match names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        Some((index, name)) => Err(Flaw::value(
            format!("fields[{index}]"),
            quoted(name),
            "it stands there already; leave it out",
        )),
        None => Ok(()),
    }
}

fn check_question(json: &impl Json, survey: &Survey, index: usize) -> Result<(), Flaw> {
    let path = format!("questions[{index}]");
    let at = Reader { json, path: &path };
    let question = &survey.questions()[index];
    for flag in ["required", "together", "other", "sorted"] {
        at.flag(flag)?;
    }
    if question.together && index == 0 {
        return Err(Flaw::new(
            at.path("together"),
            "is true, but there is no question before the first; leave it out",
        ));
    }
    let only = |member: &str, is_fine: bool, kinds: &str| match json.member(member) {
        Some(_) if !is_fine => Err(Flaw::new(
            at.path(member),
            format!("is for {kinds}, but the question is of kind {}; leave it out", question.kind.name()),
        )),
        _ => Ok(()),
    };
    let is_choice = matches!(question.kind, Kind::Choice | Kind::Choices);
    only("other", is_choice, "choice and choices")?;
    only("choices", is_choice, "choice and choices")?;
    only("items", question.kind == Kind::Drivers, "drivers")?;
    only("sorted", question.kind == Kind::Text, "text")?;
    only("look", question.kind == Kind::Csat, "csat")?;
    let has_ends = question.kind.scale().is_some() && question.kind != Kind::Thumbs;
    only("low", has_ends, "nps, csat, ces and drivers")?;
    only("high", has_ends, "nps, csat, ces and drivers")?;
    at.one_of("look", &["faces", "stars", "numbers"])?;
    let scored = survey.questions()[..=index].iter().any(|question| question.kind == Kind::Nps);
    if json.member("by_class").is_some() && (!scored || question.kind == Kind::Nps) {
        return Err(Flaw::new(
            at.path("by_class"),
            "needs a question of kind nps before this one; leave it out or move one",
        ));
    }
    for (place, rule) in
        json.member("next").and_then(|next| next.items()).unwrap_or_default().iter().enumerate()
    {
        if question.next[place].go < survey.step_end(index) {
            return Err(Flaw::value(
                format!("{path}.next[{place}].go"),
                quoted(&rule.member_text("go").unwrap_or_default()),
                "it stands on the same step; write \"together\": false on it",
            ));
        }
        if let Some(condition) = rule.member("if") {
            let path = format!("{path}.next[{place}].if");
            check_condition(&Reader { json: &condition, path: &path }, survey, index, scored)?;
        }
    }
    Ok(())
}

/// A condition that can never hold is a slip.
fn check_condition<J: Json>(at: &Reader<J>, survey: &Survey, index: usize, scored: bool) -> Result<(), Flaw> {
    let question = &survey.questions()[index];
    if at.json.member("class").is_some() && !scored {
        return Err(Flaw::new(
            at.path("class"),
            "needs a question of kind nps here or before; use from and to",
        ));
    }
    if let Some(choice) = at.json.member_text("choice") {
        let known =
            question.items.iter().any(|item| item.id == choice) || question.other && choice == "other";
        if !known {
            return Err(Flaw::value(at.path("choice"), quoted(&choice), "the question has no such choice"));
        }
    }
    let scale = question.kind.scale().filter(|_| question.kind != Kind::Drivers);
    for end in ["from", "to"] {
        if at.json.member(end).is_none() {
            continue;
        }
        let Some((low, high)) = scale else {
            let kind = question.kind.name();
            return Err(Flaw::new(
                at.path(end),
                format!("is for a scale, but the question is of kind {kind}; use choice or answered"),
            ));
        };
        at.count(end, low.into(), high.into())?;
    }
    match (at.json.member_count("from"), at.json.member_count("to")) {
        (Some(from), Some(to)) if from > to => {
            Err(Flaw::new(at.path("to"), "is below from, so that nothing lies between; swap them"))
        }
        _ => Ok(()),
    }
}
