//! A lane for each webhook that has something to be told, so that a receiver that hangs keeps nobody waiting but itself. It
//! then rests as a whole, longer each time, and what waits for it does not use up its tries meanwhile.

use std::collections::HashMap;

use suara_survey::DAY_MS;
use tokio::task::JoinHandle;

use super::{Told, tell};
use crate::app::App;
use crate::clock::now_ms;
use crate::store::hooks::Overdue;

/// Told at a time to one webhook.
const AT_ONCE: i64 = 16;

/// Told at a time after a rest: a knock, to hear whether somebody is in.
const KNOCK: i64 = 1;

/// The first rest. Each further one is twice as long.
const REST_MS: i64 = 5_000;

/// The longest rest: who is well again is told what has waited within five minutes.
const REST_MAX_MS: i64 = 300_000;

/// Without an answer so often, what has waited too long is given up: one time could be a bad moment after an outage of ours.
const GIVE_UP_SILENCES: u32 = 2;

/// Longest wait for a turn: twice as long as what has its turns is tried.
const TURN_MAX_MS: i64 = 2 * DAY_MS;

/// The lanes of one collector, by webhook. There are no more of them than webhooks.
#[derive(Default)]
pub(super) struct Lanes(HashMap<String, Lane>);

#[derive(Default)]
struct Lane {
    /// Gives how often in a row there was no answer.
    work: Option<JoinHandle<u32>>,
    silences: u32,
    rests_until_ms: i64,
}

impl Lanes {
    /// Opens a lane for each webhook with something due, unless it has one or rests.
    pub(super) async fn open(&mut self, app: &App) {
        let now_ms = now_ms();
        for lane in self.0.values_mut() {
            lane.look(now_ms).await;
        }
        self.0.retain(|_, lane| lane.work.is_some() || lane.rests_until_ms + REST_MAX_MS > now_ms);
        // A store that fails has said so itself.
        let due = app.store.due_hooks(now_ms).await.unwrap_or_default();
        for hook in due {
            let lane = self.0.entry(hook.clone()).or_default();
            if lane.work.is_none() && lane.rests_until_ms <= now_ms {
                lane.work = Some(tokio::spawn(work(app.clone(), hook, lane.silences)));
            }
        }
    }
}

impl Lane {
    async fn look(&mut self, now_ms: i64) {
        if let Some(work) = self.work.take_if(|work| work.is_finished()) {
            self.silences = work.await.unwrap_or(0);
            self.rests_until_ms = now_ms + rest_ms(self.silences);
        }
    }
}

/// Tells a webhook until nothing is due, it does not answer, or the collector ends.
async fn work(app: App, hook: String, mut silences: u32) -> u32 {
    let stop = app.stop.subscribe();
    while !*stop.borrow() {
        let limit = if silences == 0 { AT_ONCE } else { KNOCK };
        match tell(&app, &hook, limit).await {
            Ok(Told::Heard(count)) if count == limit => silences = 0,
            Ok(Told::Heard(_)) => return 0,
            Ok(Told::Silence) => return silent(&app, hook, silences + 1).await,
            Ok(Told::Nothing) | Err(_) => return silences,
        }
    }
    silences
}

async fn silent(app: &App, hook: String, silences: u32) -> u32 {
    tracing::warn!(hook, silences, "a webhook's receiver does not answer; it is left alone for a while");
    if silences >= GIVE_UP_SILENCES {
        let now_ms = now_ms();
        let overdue = Overdue { hook, due_before_ms: now_ms - TURN_MAX_MS, now_ms };
        // A store that fails has said so itself, and there is a next time.
        drop(app.store.give_up(overdue).await);
    }
    silences
}

const fn rest_ms(silences: u32) -> i64 {
    let Some(doublings) = silences.checked_sub(1) else { return 0 };
    let rest_ms = REST_MS << if doublings < 10 { doublings } else { 10 };
    if rest_ms < REST_MAX_MS { rest_ms } else { REST_MAX_MS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rest_is_twice_as_long_as_the_one_before_up_to_five_minutes() {
        let rests: Vec<i64> = (0..9).map(rest_ms).collect();
        let seconds: Vec<i64> = rests.iter().map(|rest_ms| rest_ms / 1000).collect();
        assert_eq!(seconds, [0, 5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(rest_ms(u32::MAX), REST_MAX_MS);
    }
}
