//! Whether a survey has as many answers as it wants. Every visitor who is to be asked wants to know it, and counting reads the
//! whole survey, so it is counted again only when enough has changed for the outcome to be another one.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::store::{Store, StoreError};

/// How long a count counts: until then it is not noticed that answers were erased.
const TIME: Duration = Duration::from_secs(60);

/// The last count of each survey that has a limit.
#[derive(Default)]
pub(crate) struct Quotas(Mutex<HashMap<String, Counted>>);

#[derive(Clone, Copy)]
struct Counted {
    complete: u64,
    /// The survey's change when it was counted, or an earlier one.
    change: u64,
    at: Instant,
}

impl Counted {
    /// Whether the survey is full, if that can be told without counting: no change completes more than one answer.
    fn is_full(self, limit: u64, change: u64) -> Option<bool> {
        if self.at.elapsed() >= TIME {
            return None;
        }
        let completed_max = self.complete.saturating_add(change.saturating_sub(self.change));
        if self.complete < limit && completed_max >= limit { None } else { Some(self.complete >= limit) }
    }
}

impl Quotas {
    /// Whether a survey has `limit` complete answers. Nobody counts while somebody else does.
    pub(super) async fn is_full(&self, store: &Store, survey: &str, limit: u64) -> Result<bool, StoreError> {
        // Before it is counted, so that what comes meanwhile is taken to be new.
        let change = *store.watch(survey).borrow();
        let mut counts = self.0.lock().await;
        let known = counts.get(survey).and_then(|counted| counted.is_full(limit, change));
        if let Some(is_full) = known {
            return Ok(is_full);
        }
        let complete = store.complete(survey).await?;
        counts.insert(survey.to_owned(), Counted { complete, change, at: Instant::now() });
        Ok(complete >= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_counted_again_only_when_the_outcome_may_be_another_one() {
        let now = Instant::now();
        let long_ago = now.checked_sub(TIME).unwrap();
        for (complete, at, change, is_full) in [
            (90, now, 100, Some(false)),
            (90, now, 109, Some(false)),
            // Ten changes may have been ten answers.
            (90, now, 110, None),
            (100, now, 100, Some(true)),
            (100, now, 150, Some(true)),
            (100, long_ago, 100, None),
            (90, long_ago, 100, None),
        ] {
            let counted = Counted { complete, change: 100, at };
            assert_eq!(counted.is_full(100, change), is_full, "{complete} at 100, now {change}");
        }
    }
}
