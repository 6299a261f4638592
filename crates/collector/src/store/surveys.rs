//! What can be done about surveys, and what is known of them, whichever backend keeps them.

use suara_survey::wire::SurveyState;

use crate::identity::Identity;

/// Changes of surveys are counted under a name that no survey has, so whoever watches it hears of them all.
pub(crate) const SURVEYS: &str = "";

/// Everything that is known of all surveys but their answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    pub(crate) versions: Vec<VersionRow>,
    pub(crate) states: Vec<StateRow>,
    pub(crate) drafts: Vec<DraftRow>,
    /// Whether somebody is told of what happens.
    pub(crate) has_hooks: bool,
    pub(crate) identity: Identity,
}

/// One published version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct VersionRow {
    pub(crate) definition: String,
    pub(crate) published_ms: Option<i64>,
}

/// What holds for all versions of a survey.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct StateRow {
    pub(crate) survey: String,
    pub(crate) state: String,
    /// JSON.
    pub(crate) settings: String,
}

/// What the next version will be, so far.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct DraftRow {
    pub(crate) survey: String,
    pub(crate) definition: String,
    pub(crate) changed_ms: i64,
}

/// Something done about a survey.
#[derive(Clone, Debug)]
pub(crate) struct SurveyAct {
    pub(crate) survey: String,
    pub(crate) edit: Edit,
}

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// Keeps a draft, in place of the one from `base_ms`; without that, of any.
    Draft { definition: String, base_ms: Option<i64> },
    /// Drops the draft; a survey that was never published goes with it.
    DropDraft,
    /// Makes the draft from `draft_ms` the version whose definition this is; it must be the next.
    Publish { version: u32, definition: String, draft_ms: i64 },
    /// Changes what becomes of a published survey.
    State(SurveyState),
    /// Keeps other settings, as JSON.
    Settings(String),
}

/// How a state is written in the database.
pub(crate) const fn state_name(state: SurveyState) -> &'static str {
    match state {
        SurveyState::Draft => "draft",
        SurveyState::Live => "live",
        SurveyState::Paused => "paused",
        SurveyState::Archived => "archived",
    }
}

/// Reads what [`state_name`] wrote.
pub(crate) fn state_of(name: &str) -> Option<SurveyState> {
    use SurveyState::{Archived, Draft, Live, Paused};
    [Draft, Live, Paused, Archived].into_iter().find(|state| state_name(*state) == name)
}
