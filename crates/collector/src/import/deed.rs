//! What the record of deeds says of an import.

use suara_survey::Survey;

use super::{Preset, Summary};

/// The survey, the tool, and how many rows. A file's name may name people, and its rows do; so neither is in it.
pub(super) fn about(survey: &Survey, preset: Preset, (summary, is_whole): (Summary, bool)) -> String {
    let Summary { taken, refused, already_there, .. } = summary;
    let (survey, tool) = (survey.id(), preset.title());
    let end = if is_whole { "" } else { "; it broke off" };
    format!("{survey}: {taken} taken, {refused} refused, {already_there} already there, from {tool}{end}")
}
