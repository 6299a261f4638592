//! Where refused answers go: into a table of their own, before their sender is told. It may fail, and be full, without
//! anybody noticing but the operator; a refusal stays what it is.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use suara_survey::wire::Ground;

use crate::app::App;
use crate::metrics::Count;
use crate::store::Refused;

/// Refused answers that wait for their commit: at 32 KiB each, 8 MiB. Those beyond are only counted.
const WAITING_MAX: usize = 256;

/// How long a sender waits for it: a refusal that comes late is worse than one that is not kept.
const TIME: Duration = Duration::from_secs(1);

/// What has been refused and is not written yet. Whoever's turn it is writes what has gathered since the turn before, so
/// that a flood of nonsense costs the writer of answers one commit at a time.
#[derive(Default)]
pub(crate) struct Quarantine {
    waiting: Mutex<Vec<Refused>>,
    turn: tokio::sync::Mutex<()>,
    kept: [Count; Ground::NAMES.len()],
    skipped: Count,
}

impl Quarantine {
    /// How many were kept, by ground, and how many could not be.
    pub(crate) fn counts(&self) -> Vec<(String, f64)> {
        let kept = Ground::NAMES.iter().zip(&self.kept);
        let kept = kept.map(|((name, _), count)| (format!("{{ground=\"{name}\"}}"), count.get() as f64));
        kept.chain([("{ground=\"not_kept\"}".to_owned(), self.skipped.get() as f64)]).collect()
    }

    fn take_in(&self, refused: Refused) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING_MAX { waiting.push(refused) } else { self.skipped.one_more() }
    }

    fn gathered(&self) -> Vec<Refused> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keeps what was refused, if that goes.
pub(super) async fn keep(app: &App, refused: Refused) {
    app.quarantine.take_in(refused);
    // Who gives up waiting leaves it to the next one's turn.
    drop(tokio::time::timeout(TIME, write(app)).await);
}

async fn write(app: &App) {
    let _turn = app.quarantine.turn.lock().await;
    let gathered = app.quarantine.gathered();
    if gathered.is_empty() {
        return;
    }
    let grounds: Vec<Ground> = gathered.iter().map(|refused| refused.ground).collect();
    match app.store.detain(gathered).await {
        Ok(()) => grounds.iter().for_each(|ground| app.quarantine.kept[*ground as usize].one_more()),
        // The writer has logged why.
        Err(_) => grounds.iter().for_each(|_| app.quarantine.skipped.one_more()),
    }
}
