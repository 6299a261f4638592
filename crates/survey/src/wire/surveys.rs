//! What an owner does with surveys. A definition itself has no type here: it travels as it is written.

use serde::{Deserialize, Serialize};

use super::{CaseRules, IdentityWish};

/// What becomes of a survey.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SurveyState {
    /// Never published, so nobody is asked.
    Draft,
    /// Visitors are asked.
    #[default]
    Live,
    /// Nobody is asked for the time being. Answers on their way are still taken.
    Paused,
    /// The same, and put away.
    Archived,
}

/// A new draft, after the model of a ready-made survey or of another one.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewSurvey {
    /// The new survey's id: 1 to 64 lower-case letters, digits, - and _.
    pub id: String,
    /// The name of a ready-made survey, or the id of another one at its newest version.
    pub from: String,
}

/// What becomes of a survey from now on: live, paused or archived.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StateChange {
    /// What becomes of it.
    pub state: SurveyState,
}

/// Every version of a survey.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SurveyVersions {
    /// Oldest first.
    pub versions: Vec<SurveyVersion>,
}

/// One version of a survey, which never changes any more.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SurveyVersion {
    /// Its number.
    pub version: u32,
    /// Since when it is there, in milliseconds since 1970, UTC; none for what came with Suara.
    #[serde(default)]
    pub published_ms: Option<i64>,
}

/// A survey that comes with Suara.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadyMade {
    /// Its name.
    pub id: String,
    /// Its first question in English.
    pub question: String,
}

/// What holds for all versions of a survey.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SurveySettings {
    /// Whose pages may send answers, such as `https://shop.example`; none for every page that the collector allows.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Days after which an answer is deleted; none to keep it.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// Which answers open a case.
    #[serde(default)]
    pub cases: CaseRules,
    /// Whether an answer is to prove who gives it; see docs/identity.md.
    #[serde(default)]
    pub identity: IdentityWish,
    /// Days in which a second answer of the same person is marked; none to mark none.
    #[serde(default)]
    pub one_per_person_days: Option<u32>,
    /// An answer that is sent sooner after the question was shown, in milliseconds, is marked; 0 to mark none.
    #[serde(default = "min_ms")]
    pub min_ms: u32,
}

/// Nobody reads a question, chooses and finds Send in less.
const fn min_ms() -> u32 {
    700
}

impl Default for SurveySettings {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            retention_days: None,
            cases: CaseRules::default(),
            identity: IdentityWish::default(),
            one_per_person_days: None,
            min_ms: min_ms(),
        }
    }
}
