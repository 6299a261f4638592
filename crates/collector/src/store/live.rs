//! Tells those who watch a survey that it has changed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// The newest change of each survey, with whoever waits for the next.
#[derive(Default)]
pub(super) struct Live {
    surveys: Mutex<HashMap<String, watch::Sender<u64>>>,
}

impl Live {
    pub(super) fn watch(&self, survey: &str) -> watch::Receiver<u64> {
        let mut surveys = self.surveys.lock().unwrap_or_else(PoisonError::into_inner);
        surveys.entry(survey.to_owned()).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// A number that is known already wakes nobody; whether it is new.
    pub(super) fn publish(&self, survey: &str, change: u64) -> bool {
        let mut surveys = self.surveys.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = surveys.entry(survey.to_owned()).or_insert_with(|| watch::Sender::new(0));
        sender.send_if_modified(|known| {
            let is_new = change > *known;
            *known = change.max(*known);
            is_new
        })
    }
}
