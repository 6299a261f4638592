//! What is older than it may be goes, every night, by one of the collectors on a database.

use std::time::Duration;

use suara_survey::DAY_MS;

use crate::account::Secret;
use crate::app::App;
use crate::clock::now_ms;
use crate::store::{Hold, Lease, Purge, Store, StoreError};
use crate::surveys::Surveys;

const HOUR_MS: i64 = 3_600_000;

/// After a night in which the database could not be reached.
const AGAIN: Duration = Duration::from_secs(15 * 60);

/// How long it waits for a collector that deletes and says nothing: a few times what a slow database takes for a write.
const LEASE: Duration = Duration::from_secs(20);

/// How often whoever deletes says so.
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// Deletes what is too old each day from the set hour on, until the collector ends. A collector that was down at that hour
/// does it when it starts; what one has begun and not ended, because it died, another does.
pub(crate) async fn nightly(app: App) {
    let due_ms = i64::from(app.purge_hour) * HOUR_MS;
    let mut stop = app.stop.subscribe();
    loop {
        let day = (now_ms() - due_ms).div_euclid(DAY_MS);
        let wait = match tonight(&app, day).await {
            Ok(Hold::Theirs { until_ms }) => millis(until_ms - now_ms()).min(LEASE),
            Ok(Hold::Ours | Hold::Done) => millis((day + 1) * DAY_MS + due_ms - now_ms()),
            Err(error) => {
                tracing::error!(%error, "what is too old could not be deleted; it is tried again");
                AGAIN
            }
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// At least a moment, because clocks differ.
fn millis(wait_ms: i64) -> Duration {
    Duration::from_millis(wait_ms.max(500).unsigned_abs())
}

/// Deletes, if that is left to do and nobody else does it.
async fn tonight(app: &App, day: i64) -> Result<Hold, StoreError> {
    let holder = Secret::random().map(|secret| secret.text()).ok_or(StoreError::NotCommitted)?;
    match app.store.take(lease(day, &holder)).await? {
        Hold::Ours => {}
        other => return Ok(other),
    }
    tokio::select! {
        gone = purge(&app.store, &app.surveys, app.quarantine_days) => gone?,
        // Too slow: somebody else does it now, and it is done twice at most.
        hold = until_lost(app, day, &holder) => return hold,
    };
    // Should a disk that was full by day have kept an erasure out of it.
    app.ledger.turn().await.keep(&app.store).await?;
    app.store.finish(lease(day, &holder)).await?;
    Ok(Hold::Done)
}

/// Holds it for as long as it is waited for; ends when it cannot be held.
async fn until_lost(app: &App, day: i64, holder: &str) -> Result<Hold, StoreError> {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        match app.store.take(lease(day, holder)).await? {
            Hold::Ours => {}
            other => return Ok(other),
        }
    }
}

fn lease(day: i64, holder: &str) -> Lease {
    let now_ms = now_ms();
    let until_ms = now_ms + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
    Lease { name: "retention", day, holder: holder.to_owned(), now_ms, until_ms }
}

/// Deletes what is too old now, and says how many answers that were.
pub(crate) async fn purge(store: &Store, surveys: &Surveys, quarantine_days: u32) -> Result<u64, StoreError> {
    let (at_ms, mut all) = (now_ms(), 0);
    store.purge_refused(at_ms - i64::from(quarantine_days) * DAY_MS).await?;
    for (survey, known) in surveys.list() {
        let Some(days) = known.settings.retention_days else { continue };
        let mut purge = Purge { survey, days, at_ms, so_far: 0 };
        loop {
            let some = store.purge(purge.clone()).await?;
            if some == 0 {
                break;
            }
            purge.so_far += some;
        }
        all += purge.so_far;
    }
    // Always: an erasure during the day may have left something to do.
    store.tidy().await?;
    Ok(all)
}
