//! Webhooks: tells others what has happened, at least once, signed, and for about a day until they hear it.
//!
//! What is to be told stands in the database, written with what it tells of. Each collector takes some of it for a
//! minute, so several of them do not tell the same at the same time. Each webhook has a lane of its own.

mod lanes;
mod later;
mod post;
mod sign;
mod slack;
mod target;

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) use post::Courier;
pub(crate) use sign::new_secret;
pub use target::Reach;
pub(crate) use target::check;

use crate::account::Secret;
use crate::app::App;
use crate::clock::now_ms;
use crate::store::StoreError;
use crate::store::hooks::{Claim, Due, Settled, Stale};
use lanes::Lanes;
use post::{Message, Reply};

/// What may happen that a hook is told of.
pub(crate) const EVENTS: [&str; 5] =
    ["answer.completed", "case.opened", "case.resolved", "case.reopened", "survey.published"];

/// How often it is looked for something to tell.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long what is taken is held: a few times what a request may take.
const LEASE_MS: i64 = 60_000;

/// Waits between two attempts. After the last, some 25 hours after the first, it is given up.
const WAITS_MS: [i64; 7] = [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 28_800_000, 36_000_000];

/// What was delivered is kept for a month, as long as an answer may be on its way: until then, what comes again is known.
const DELIVERED_MS: i64 = 31 * 86_400_000;

/// What was given up is kept for a quarter, to be sent again.
const DEAD_MS: i64 = 92 * 86_400_000;

/// Rounds between two looks for what is not kept any longer: an hour.
const FORGET_EVERY: u32 = 3600;

/// Tells what is due, until the collector ends.
pub(crate) async fn run(app: App) {
    let mut stop = app.stop.subscribe();
    let mut lanes = Lanes::default();
    if app.store.hooks().await.is_ok_and(|hooks| !hooks.is_empty()) {
        app.courier.warn();
    }
    for round in 0_u32.. {
        if round % FORGET_EVERY == 0
            && let Err(error) = forget(&app).await
        {
            tracing::debug!(%error, "old deliveries stay for now");
        }
        lanes.open(&app).await;
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn forget(app: &App) -> Result<(), StoreError> {
    let now_ms = now_ms();
    let stale = Stale { delivered_before_ms: now_ms - DELIVERED_MS, dead_before_ms: now_ms - DEAD_MS };
    app.store.forget(stale).await.map(drop)
}

/// What came of telling a webhook some of what is due.
enum Told {
    Nothing,
    /// So much; an answer to one of it is enough, whatever it was.
    Heard(i64),
    /// Nothing was answered in time.
    Silence,
}

/// Tells a webhook some of what is due.
async fn tell(app: &App, hook: &str, limit: i64) -> Result<Told, StoreError> {
    let now_ms = now_ms();
    let Some(lease) = Secret::random().map(|secret| secret.text()) else { return Ok(Told::Nothing) };
    let claim =
        Claim { hook: hook.to_owned(), lease: lease.clone(), now_ms, until_ms: now_ms + LEASE_MS, limit };
    let due = app.store.claim(claim).await?;
    let outcomes = join_all(due.iter().map(|due| app.courier.post(&due.url, message(due, now_ms)))).await;
    let told = match outcomes.as_slice() {
        [] => return Ok(Told::Nothing),
        all if all.iter().all(post::is_silence) => Told::Silence,
        _ => Told::Heard(due.len() as i64),
    };
    let settle = due.iter().zip(outcomes).map(|(due, outcome)| settled(due, outcome, &lease)).collect();
    app.store.settle(settle).await?;
    Ok(told)
}

fn message(due: &Due, now_ms: i64) -> Message {
    let data: Value = serde_json::from_str(&due.data).unwrap_or_default();
    let body = match due.format.as_str() {
        "slack" => json!({ "text": slack::sentence(&due.event, &data) }),
        _ => {
            let at =
                Timestamp::from_millisecond(due.at_ms).map_or_else(|_| String::new(), |at| at.to_string());
            json!({ "type": due.event, "timestamp": at, "data": data })
        }
    };
    let (body, at_s) = (body.to_string(), now_ms / 1000);
    let old =
        due.old_secret.as_deref().filter(|_| due.old_until_ms.is_some_and(|until_ms| until_ms > now_ms));
    let secrets: Vec<&str> = std::iter::once(due.secret.as_str()).chain(old).collect();
    let signature = sign::signatures(&secrets, (&due.id, at_s), &body);
    let headers = vec![
        ("webhook-id", due.id.clone()),
        ("webhook-timestamp", at_s.to_string()),
        ("webhook-signature", signature),
    ];
    Message { headers, body }
}

fn settled(due: &Due, outcome: Result<Reply, String>, lease: &str) -> Settled {
    let now_ms = now_ms();
    let wait_ms = usize::try_from(due.attempts).ok().and_then(|attempts| WAITS_MS.get(attempts));
    let asked_ms = outcome.as_ref().ok().and_then(|reply| asked_ms(reply, now_ms));
    let (state, next_ms) = match (&outcome, wait_ms) {
        (Ok(Reply { status: 200..=299, .. }), _) => ("delivered", now_ms),
        (_, Some(wait_ms)) => ("waiting", now_ms + jittered(*wait_ms).max(asked_ms.unwrap_or(0))),
        (_, None) => ("dead", now_ms),
    };
    let status = outcome.as_ref().ok().map(|reply| i64::from(reply.status));
    let outcome = outcome.map_or_else(|reason| reason, |reply| said(reply.status, asked_ms).to_owned());
    let (survey, id, hook) = (due.survey.clone(), due.id.clone(), due.hook.clone());
    Settled { survey, id, hook, lease: lease.to_owned(), state, next_ms, status, outcome, done_ms: now_ms }
}

/// How long a receiver that has too much to do asks us to wait; never longer than we wait by ourselves at most.
fn asked_ms(reply: &Reply, now_ms: i64) -> Option<i64> {
    let asked = reply.retry_after.as_deref().filter(|_| matches!(reply.status, 429 | 503))?;
    Some(later::wait_ms(asked, now_ms)?.min(WAITS_MS[WAITS_MS.len() - 1]))
}

const fn said(status: u16, asked_ms: Option<i64>) -> &'static str {
    match (status, asked_ms) {
        (200..=299, _) => "taken",
        (300..=399, _) => "answered with another address, which is not followed",
        (_, Some(_)) => "refused for now, with a time to wait",
        _ => "refused",
    }
}

/// A fifth more or less, so that what failed together is not tried together.
fn jittered(wait_ms: i64) -> i64 {
    let mut random = [0];
    // Without random bytes it is the shortest wait.
    let _ = getrandom::fill(&mut random);
    wait_ms * (800 + i64::from(random[0]) * 400 / 255) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_for_about_a_day_with_longer_and_longer_waits() {
        assert!(WAITS_MS.is_sorted());
        let hours = WAITS_MS.iter().sum::<i64>() / 3_600_000;
        assert!((24..=26).contains(&hours), "{hours}");
        for wait_ms in WAITS_MS {
            let jittered: Vec<i64> = (0..100).map(|_| jittered(wait_ms)).collect();
            assert!(
                jittered.iter().all(|ms| (wait_ms * 4 / 5..=wait_ms * 6 / 5).contains(ms)),
                "{jittered:?}"
            );
            assert!(jittered.iter().any(|ms| *ms != jittered[0]), "all alike");
        }
    }
}
