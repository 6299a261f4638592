//! The surveys, checked and kept in memory: every answer needs one. What holds for all versions of one is with each.

mod settings;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use axum::http::HeaderValue;
use sha2::{Digest, Sha256};
use suara_survey::Survey;
use suara_survey::wire::{SurveySettings, SurveyState};

pub(crate) use settings::check as check_settings;

use crate::identity::Identity;
use crate::store::surveys::{Catalogue, StateRow, VersionRow, state_of};
use crate::{Error, definition};

/// One version of a survey.
pub(crate) struct Published {
    pub(crate) survey: Survey,
    /// Its JSON in the wire format, as browsers get it.
    pub(crate) json: String,
    /// How many complete answers it wants; none for any number.
    pub(crate) max_answers: Option<u64>,
    /// Changes with the JSON.
    pub(crate) etag: HeaderValue,
    /// None for what came with Suara.
    pub(crate) published_ms: Option<i64>,
    /// What becomes of the survey, whatever the version.
    pub(crate) state: SurveyState,
    /// What its owner has set, whatever the version.
    pub(crate) settings: Arc<SurveySettings>,
}

/// What the next version will be, so far.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) survey: Survey,
    pub(crate) json: String,
    pub(crate) changed_ms: i64,
}

/// One survey with all its versions.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) versions: BTreeMap<u32, Arc<Published>>,
    pub(crate) draft: Option<Arc<Draft>>,
    pub(crate) state: SurveyState,
    pub(crate) settings: Arc<SurveySettings>,
}

impl Known {
    /// The newest version, if one was ever published.
    pub(crate) fn newest(&self) -> Option<&Arc<Published>> {
        self.versions.last_key_value().map(|(_, published)| published)
    }

    /// The number that the next version will have.
    pub(crate) fn next_version(&self) -> u32 {
        self.versions.last_key_value().map_or(1, |(version, _)| version.saturating_add(1))
    }
}

type Table = BTreeMap<String, Known>;

/// All surveys by id and version, as the store had them when they were last read.
pub(crate) struct Surveys {
    readings: AtomicU64,
    held: RwLock<Held>,
}

/// What one reading of the store has found.
struct Held {
    reading: u64,
    table: Arc<Table>,
    has_hooks: bool,
    identity: Arc<Identity>,
}

impl Surveys {
    /// Checks what the store holds.
    pub(crate) fn read(catalogue: Catalogue) -> Result<Self, Error> {
        let (has_hooks, identity) = (catalogue.has_hooks, Arc::new(catalogue.identity.clone()));
        let held = Held { reading: 0, table: Arc::new(table(catalogue)?), has_hooks, identity };
        Ok(Self { readings: AtomicU64::new(0), held: RwLock::new(held) })
    }

    /// The number of a reading of the store that begins now.
    pub(crate) fn begin_reading(&self) -> u64 {
        self.readings.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Takes what a reading found in place of what was held; not if one that began later was there before, which has
    /// perhaps seen what this one has not.
    pub(crate) fn replace(&self, reading: u64, catalogue: Catalogue) -> Result<(), Error> {
        let (has_hooks, identity) = (catalogue.has_hooks, Arc::new(catalogue.identity.clone()));
        let table = table(catalogue);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if reading > held.reading {
            (held.reading, held.has_hooks, held.identity) = (reading, has_hooks, identity);
            held.table = Arc::new(table?);
        }
        Ok(())
    }

    /// A survey at exactly this version.
    pub(crate) fn at(&self, id: &str, version: u32) -> Option<Arc<Published>> {
        self.now().get(id)?.versions.get(&version).cloned()
    }

    /// A survey at its newest version.
    pub(crate) fn newest(&self, id: &str) -> Option<Arc<Published>> {
        self.now().get(id)?.newest().cloned()
    }

    /// A survey with all its versions, published or not.
    pub(crate) fn known(&self, id: &str) -> Option<Known> {
        self.now().get(id).cloned()
    }

    /// Every survey that was published, at its newest version, by id.
    pub(crate) fn all(&self) -> Vec<Arc<Published>> {
        self.now().values().filter_map(|known| known.newest().cloned()).collect()
    }

    /// Every survey, published or not, by id.
    pub(crate) fn list(&self) -> Vec<(String, Known)> {
        self.now().iter().map(|(id, known)| (id.clone(), known.clone())).collect()
    }

    /// Whether anyone is told of what happens.
    pub(crate) fn has_hooks(&self) -> bool {
        self.held().has_hooks
    }

    /// With what identities are proved.
    pub(crate) fn identity(&self) -> Arc<Identity> {
        Arc::clone(&self.held().identity)
    }

    fn now(&self) -> Arc<Table> {
        Arc::clone(&self.held().table)
    }

    fn held(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn table(catalogue: Catalogue) -> Result<Table, Error> {
    let mut states = HashMap::new();
    for StateRow { survey, state, settings } in catalogue.states {
        let state = state_of(&state)
            .ok_or_else(|| Error::StoredSurvey(format!("{survey} is in a state called \"{state}\"")))?;
        let settings = serde_json::from_str::<SurveySettings>(&settings)
            .map_err(|error| Error::StoredSurvey(format!("the settings of {survey}: {error}")))?;
        states.insert(survey, (state, Arc::new(settings)));
    }
    let mut table = Table::new();
    for row in catalogue.versions {
        let published = published(row, &states)?;
        let known = table.entry(published.survey.id().to_owned()).or_default();
        known.versions.insert(published.survey.version(), Arc::new(published));
    }
    for row in catalogue.drafts {
        let survey = definition::read(&row.definition).map_err(Error::StoredSurvey)?;
        let draft = Draft { survey, json: row.definition, changed_ms: row.changed_ms };
        table.entry(row.survey).or_default().draft = Some(Arc::new(draft));
    }
    for (id, (state, settings)) in states {
        if let Some(known) = table.get_mut(&id) {
            (known.state, known.settings) = (state, settings);
        }
    }
    Ok(table)
}

fn published(
    row: VersionRow,
    states: &HashMap<String, (SurveyState, Arc<SurveySettings>)>,
) -> Result<Published, Error> {
    let json = row.definition;
    let survey = definition::read(&json).map_err(Error::StoredSurvey)?;
    if let Err(flaw) = definition::check(&json) {
        tracing::warn!(survey = survey.id(), version = survey.version(), %flaw, "a survey is asked, but not as it was meant");
    }
    let (state, settings) = states.get(survey.id()).cloned().unwrap_or_default();
    let (etag, max_answers) = (etag(json.as_bytes()), definition::max_answers(&json));
    Ok(Published { survey, json, max_answers, etag, published_ms: row.published_ms, state, settings })
}

/// A strong validator: the first half of the SHA-256, in hexadecimal digits.
pub(crate) fn etag(bytes: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(bytes);
    let digits: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{digits}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn a_reading_that_began_before_another_does_not_take_back_what_that_one_found() {
        let with = |secret: &str| Catalogue {
            identity: Identity { secrets: vec![secret.to_owned()], key: None },
            ..Catalogue::default()
        };
        let surveys = Surveys::read(with("first")).unwrap();
        let (early, late) = (surveys.begin_reading(), surveys.begin_reading());
        surveys.replace(late, with("second")).unwrap();
        surveys.replace(early, with("first")).unwrap();
        assert_eq!(surveys.identity().secrets, ["second"]);
        surveys.replace(surveys.begin_reading(), with("third")).unwrap();
        assert_eq!(surveys.identity().secrets, ["third"]);
    }
}
