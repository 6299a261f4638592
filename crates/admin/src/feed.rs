//! What is fetched to be shown. The records of a survey are fetched again after each change, and kept on the screen
//! while a fetch is under way or has failed.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use suara_insight::{Columns, Day};
use suara_survey::wire::{Account, Comment, SurveySummary};

use crate::api::{self, Fault};
use crate::browser;

/// The least time between the end of a fetch and the next one, so that thousands of answers a second cost a few
/// fetches a second, and one answer is still seen well within two.
const PAUSE: Duration = Duration::from_millis(500);

/// The newest value that arrived, and why the last fetch failed if it did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Latest<T> {
    pub(crate) value: Option<T>,
    pub(crate) fault: Option<Fault>,
}

/// All records, and the day on which they were fetched.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Records {
    pub(crate) columns: Arc<Columns>,
    pub(crate) today: Day,
}

/// What the comments to fetch depend on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CommentsWanted {
    pub(crate) survey: String,
    pub(crate) days: Option<(Day, Day)>,
    pub(crate) limit: usize,
}

/// Counts the fetches; all that a fetch reads of it is that it changed.
#[derive(Clone, Copy)]
pub(crate) struct Refresh {
    count: RwSignal<u32>,
    is_busy: StoredValue<bool>,
    is_due: StoredValue<bool>,
}

impl Refresh {
    pub(crate) fn new() -> Self {
        Self { count: RwSignal::new(0), is_busy: StoredValue::new(false), is_due: StoredValue::new(false) }
    }

    /// Fetches now, or after the fetch that is under way.
    pub(crate) fn ask(self) {
        if self.is_busy.try_get_value().unwrap_or(true) {
            self.is_due.try_set_value(true);
        } else {
            self.is_busy.try_set_value(true);
            self.count.try_update(|count| *count = count.wrapping_add(1));
        }
    }

    fn started(self) {
        self.count.track();
        self.is_busy.set_value(true);
    }

    /// After a pause, because the next change may be on its way already.
    fn finished(self) {
        set_timeout(
            move || {
                self.is_busy.try_set_value(false);
                if self.is_due.try_get_value() == Some(true) {
                    self.is_due.try_set_value(false);
                    self.ask();
                }
            },
            PAUSE,
        );
    }
}

/// A fetch under way.
type Fetching<T> = Pin<Box<dyn Future<Output = T>>>;

/// Fetches again whenever what `fetch` reads changes. Boxed, because the machinery behind a resource is large and would
/// be compiled anew for each kind of fetch.
fn resource<T: 'static>(fetch: Box<dyn Fn() -> Fetching<T>>) -> LocalResource<T> {
    LocalResource::new(fetch)
}

/// Who is signed in.
pub(crate) fn session() -> LocalResource<Result<Account, Fault>> {
    resource(Box::new(|| Box::pin(api::session())))
}

/// All surveys.
pub(crate) fn surveys() -> LocalResource<Result<Vec<SurveySummary>, Fault>> {
    resource(Box::new(|| Box::pin(api::surveys())))
}

/// All records of `survey`.
pub(crate) fn records(survey: String, refresh: Refresh) -> LocalResource<Latest<Records>> {
    let kept = StoredValue::new(None);
    let mark = StoredValue::new(None);
    resource(Box::new(move || {
        refresh.started();
        let survey = survey.clone();
        Box::pin(async move {
            let fetched = api::columns(&survey, mark.try_get_value().flatten()).await;
            refresh.finished();
            let columns = fetched.map(|fetched| match fetched {
                Some((columns, new_mark)) => {
                    mark.try_set_value(new_mark);
                    Arc::new(columns)
                }
                None => kept_columns(kept),
            });
            latest(kept, columns.map(|columns| Records { columns, today: browser::today() }))
        })
    }))
}

/// The newest comments that `wanted` names.
pub(crate) fn comments(
    wanted: Memo<CommentsWanted>,
    refresh: Refresh,
) -> LocalResource<Latest<Vec<Comment>>> {
    let kept = StoredValue::new(None);
    resource(Box::new(move || {
        refresh.count.track();
        let wanted = wanted.get();
        Box::pin(async move { latest(kept, api::comments(&wanted.survey, wanted.days, wanted.limit).await) })
    }))
}

/// What was fetched; if that failed, what is kept.
fn latest<T: Clone + Send + Sync + 'static>(
    kept: StoredValue<Option<T>>,
    fetched: Result<T, Fault>,
) -> Latest<T> {
    match fetched {
        Ok(value) => {
            kept.try_set_value(Some(value.clone()));
            Latest { value: Some(value), fault: None }
        }
        Err(fault) => Latest { value: kept.try_get_value().flatten(), fault: Some(fault) },
    }
}

fn kept_columns(kept: StoredValue<Option<Records>>) -> Arc<Columns> {
    kept.try_get_value().flatten().map(|records| records.columns).unwrap_or_default()
}
