//! What an owner has set for a survey, whatever its version.

use suara_survey::wire::SurveySettings;

use crate::cases::check_rules;
use crate::config::origin;
use crate::fault::Fault;

/// More sites than one survey is ever asked on.
const ORIGINS_MAX: usize = 100;

/// Ten years.
const RETENTION_MAX_DAYS: u32 = 3650;

/// The longest time before which an answer may be called hasty: a minute.
const MIN_MAX_MS: u32 = 60_000;

/// What an owner may set.
pub(crate) fn check(settings: &SurveySettings) -> Result<(), Fault> {
    let given = settings.origins.len();
    if given > ORIGINS_MAX {
        return Err(Fault::Invalid(format!(
            "origins: has {given}, but at most {ORIGINS_MAX} are kept; leave some out"
        )));
    }
    if let Some((index, text)) =
        settings.origins.iter().enumerate().find(|(_, text)| origin(text).is_none_or(|fine| fine != **text))
    {
        let text: String = text.chars().take(100).collect();
        return Err(Fault::Invalid(format!(
            "origins[{index}]: is \"{text}\", but an origin is scheme, host and, if need be, port in lower case, such as https://shop.example"
        )));
    }
    if settings.min_ms > MIN_MAX_MS {
        let given = settings.min_ms;
        return Err(Fault::Invalid(format!(
            "min_ms: is {given}, but answers can be called hasty up to {MIN_MAX_MS} ms, or never with 0"
        )));
    }
    if let Some(days) = settings.one_per_person_days
        && !(1..=RETENTION_MAX_DAYS).contains(&days)
    {
        return Err(Fault::Invalid(format!(
            "one_per_person_days: is {days}, but a second answer is marked within 1 to {RETENTION_MAX_DAYS} days, or never without it"
        )));
    }
    check_rules(&settings.cases).map_err(Fault::Invalid)?;
    match settings.retention_days {
        Some(days) if !(1..=RETENTION_MAX_DAYS).contains(&days) => Err(Fault::Invalid(format!(
            "retention_days: is {days}, but answers are kept for 1 to {RETENTION_MAX_DAYS} days, or for ever without it"
        ))),
        _ => Ok(()),
    }
}
