//! The published surveys, checked and kept in memory: every answer needs one.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::http::HeaderValue;
use sha2::{Digest, Sha256};
use suara_survey::Survey;

use crate::{Error, definition};

/// One version of a survey.
pub(crate) struct Published {
    pub(crate) survey: Survey,
    /// Its JSON in the wire format, as browsers get it.
    pub(crate) json: String,
    /// Changes with the JSON.
    pub(crate) etag: HeaderValue,
}

/// All surveys by id and version.
pub(crate) struct Surveys(HashMap<String, BTreeMap<u32, Arc<Published>>>);

impl Surveys {
    /// Checks what the store holds.
    pub(crate) fn read(definitions: Vec<String>) -> Result<Self, Error> {
        let mut surveys: HashMap<String, BTreeMap<u32, Arc<Published>>> = HashMap::new();
        for json in definitions {
            let survey = definition::read(&json).map_err(Error::StoredSurvey)?;
            let etag = etag(json.as_bytes());
            let versions = surveys.entry(survey.id().to_owned()).or_default();
            versions.insert(survey.version(), Arc::new(Published { survey, json, etag }));
        }
        Ok(Self(surveys))
    }

    /// A survey at exactly this version.
    pub(crate) fn at(&self, id: &str, version: u32) -> Option<Arc<Published>> {
        self.0.get(id)?.get(&version).cloned()
    }

    /// A survey at its newest version.
    pub(crate) fn newest(&self, id: &str) -> Option<Arc<Published>> {
        self.0.get(id)?.last_key_value().map(|(_, published)| Arc::clone(published))
    }

    /// Every survey at its newest version, by id.
    pub(crate) fn all(&self) -> Vec<Arc<Published>> {
        let mut all: Vec<_> = self.0.keys().filter_map(|id| self.newest(id)).collect();
        all.sort_by(|a, b| a.survey.id().cmp(b.survey.id()));
        all
    }
}

/// A strong validator: the first half of the SHA-256, in hexadecimal digits.
pub(crate) fn etag(bytes: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(bytes);
    let digits: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{digits}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}
