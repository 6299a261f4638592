//! News between collectors: each says which survey it has changed, and hears what the others say.
//!
//! It is said after the commit and not with it, because PostgreSQL commits one transaction at a time that says something.
//! A collector that is killed in between says nothing; so each also looks from time to time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgNotification};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::shared;
use crate::store::live::Live;

/// The name under which it is said.
const CHANNEL: &str = "suara_changes";

/// How often it looks for what nobody said.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Between two tries to listen again.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Changes within this time are said as one.
const COALESCE: Duration = Duration::from_millis(50);

/// What this collector has changed and not said yet: the newest change of each survey.
#[derive(Default)]
pub(super) struct Unsaid {
    changes: Mutex<HashMap<String, u64>>,
    some: Notify,
}

impl Unsaid {
    pub(super) fn add(&self, survey: &str, change: u64) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.insert(survey.to_owned(), change);
        self.some.notify_one();
    }

    fn take(&self) -> HashMap<String, u64> {
        std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Says what is unsaid, as it comes.
pub(super) async fn say(pool: PgPool, unsaid: Arc<Unsaid>) {
    loop {
        unsaid.some.notified().await;
        for (survey, change) in unsaid.take() {
            let say =
                sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(format!("{change} {survey}"));
            // Whoever misses it finds it when they look.
            if let Err(error) = say.execute(&pool).await {
                tracing::warn!(%error, "other collectors were not told of a change");
            }
        }
        sleep(COALESCE).await;
    }
}

/// Hears what is said, for as long as there is a server, and again when there is one again.
pub(super) async fn listen(pool: PgPool, live: Arc<Live>) {
    loop {
        if let Err(error) = hear(&pool, &live).await {
            tracing::warn!(%error, "nothing is heard from other collectors");
        }
        sleep(AGAIN_AFTER).await;
    }
}

async fn hear(pool: &PgPool, live: &Live) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            said = listener.try_recv() => match said? {
                Some(said) => publish(&said, live),
                // The connection was lost, and with it whatever was said meanwhile.
                None => look(pool, live, None).await,
            },
            // The first tick comes at once.
            _ = looks.tick() => look(pool, live, None).await,
        }
    }
}

fn publish(said: &PgNotification, live: &Live) {
    let told =
        said.payload().split_once(' ').and_then(|(change, survey)| Some((change.parse().ok()?, survey)));
    if let Some((change, survey)) = told {
        live.publish(survey, change);
    }
}

/// Publishes whatever has changed; what nobody knew yet here may be unsaid, too.
pub(super) async fn look(pool: &PgPool, live: &Live, unsaid: Option<&Unsaid>) {
    match shared::answers::changes(pool).await {
        Ok(changes) => {
            for (survey, change) in changes {
                if live.publish(&survey, change)
                    && let Some(unsaid) = unsaid
                {
                    unsaid.add(&survey, change);
                }
            }
        }
        Err(error) => tracing::warn!(%error, "changes could not be looked for"),
    }
}
