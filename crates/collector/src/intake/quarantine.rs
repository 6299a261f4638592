//! Where refused answers go: into a table of their own, before their sender is told. A refusal is final, so what could not be
//! kept there is not refused: its sender is to come again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use suara_survey::wire::Ground;
use tokio::sync::oneshot;

use crate::app::App;
use crate::fault::Fault;
use crate::metrics::Count;
use crate::store::Refused;

/// Refused answers that wait for their commit: at 32 KiB each, 8 MiB. Those beyond are to come again.
const WAITING_MAX: usize = 256;

/// How long a sender waits for it before it is to come again: somewhat less than a handler may take.
const TIME: Duration = Duration::from_secs(4);

/// What has been refused and is not written yet. Whoever's turn it is writes what has gathered since the turn before, so
/// that a flood of nonsense costs the writer of answers one commit at a time.
#[derive(Default)]
pub(crate) struct Quarantine {
    waiting: Mutex<Vec<(Refused, oneshot::Sender<()>)>>,
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

    /// Tells when it is written; `None` if there is no room for it.
    fn take_in(&self, refused: Refused) -> Option<oneshot::Receiver<()>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            return None;
        }
        let (told, written) = oneshot::channel();
        waiting.push((refused, told));
        Some(written)
    }

    fn gathered(&self) -> Vec<(Refused, oneshot::Sender<()>)> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What the sender of something refused is told: the fault, once what was refused is kept.
pub(super) async fn refuse(app: &App, refused: Refused, fault: Fault) -> Fault {
    let is_kept = async {
        let written = app.quarantine.take_in(refused)?;
        write(app).await;
        written.await.ok()
    };
    // Whoever gives up waiting leaves it to the next one's turn.
    if let Ok(Some(())) = tokio::time::timeout(TIME, is_kept).await {
        return fault;
    }
    app.quarantine.skipped.one_more();
    Fault::Unavailable
}

async fn write(app: &App) {
    let _turn = app.quarantine.turn.lock().await;
    let (refused, told): (Vec<_>, Vec<_>) = app.quarantine.gathered().into_iter().unzip();
    if refused.is_empty() {
        return;
    }
    let grounds: Vec<Ground> = refused.iter().map(|refused| refused.ground).collect();
    // The writer logs why if it fails; whoever is not told takes it that way.
    if app.store.detain(refused).await.is_ok() {
        grounds.iter().for_each(|ground| app.quarantine.kept[*ground as usize].one_more());
        for told in told {
            // Who gave up waiting comes again.
            let _ = told.send(());
        }
    }
}
