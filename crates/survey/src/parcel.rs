//! When a snapshot that did not arrive is tried again, and when it is given up. Time and chance come from outside.

use crate::lean::{digits, split};
use crate::{DAY_MS, Json, wire};

/// One snapshot on its way.
pub type Parcel = wire::Parcel;

/// First step of the back-off. Two seconds outlast a flickering connection.
const BASE_MS: i64 = 2_000;
/// Longest step of the back-off: a visitor who stays should not wait longer for the next try.
const CAP_MS: i64 = 15 * 60_000;
/// Longest `Retry-After` that is believed.
const RETRY_AFTER_MAX_MS: i64 = DAY_MS;
/// How long an answer waits before it is given up and counted as lost.
const KEEP_MAX_MS: i64 = 30 * DAY_MS;

/// What came back from a receiver.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reply {
    /// The HTTP status, 0 when there was none.
    pub status: u16,
    /// The receipt, if the body was one.
    pub receipt: Option<wire::Receipt>,
    /// How long the receiver asked to be left alone, in milliseconds.
    pub retry_after_ms: Option<i64>,
}

/// What becomes of a parcel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// The receiver has it: forget it.
    Delivered,
    /// Try again, not before [`Parcel::not_before_ms`].
    Keep,
    /// It will never be taken: put it aside, and [`Parcel::note`] of its loss in its place.
    Dead,
}

impl Parcel {
    /// A parcel that was never tried.
    pub fn new(snapshot: &wire::Snapshot, url: String, receipt: bool) -> Self {
        Self {
            id: snapshot.id.clone(),
            snapshot: snapshot.snapshot,
            url,
            body: snapshot.to_json(),
            receipt,
            since_ms: snapshot.at_ms,
            tries: 0,
            not_before_ms: 0,
        }
    }

    /// Reads a parcel as this browser kept it; none if something else stands there.
    pub fn read(json: &impl Json) -> Option<Self> {
        Some(Self {
            id: json.member_text("id")?,
            snapshot: json.member_count("snapshot")?,
            url: json.member_text("url")?,
            body: json.member_text("body")?,
            receipt: json.member("receipt")?.boolean()?,
            since_ms: json.member_whole("since_ms")?,
            tries: json.member_count("tries")?,
            not_before_ms: json.member_whole("not_before_ms")?,
        })
    }

    /// Takes a reply into account. `chance` is a random number in 0..1.
    ///
    /// A network error, 408, 425, 429, 5xx and a success without our receipt are tried again with full jitter (Brooker,
    /// "Exponential Backoff and Jitter"), never sooner than `Retry-After`; 401, 403, 404 and 410 once a day; any other
    /// 4xx never. After 30 days it is dead.
    pub fn after(&mut self, reply: &Reply, now_ms: i64, chance: f64) -> Fate {
        if self.is_confirmed_by(reply) {
            return Fate::Delivered;
        }
        let wait_ms = match reply.status {
            401 | 403 | 404 | 410 => DAY_MS,
            status if is_final(status) => return Fate::Dead,
            _ => self.backoff_ms(chance),
        };
        if now_ms - self.since_ms > KEEP_MAX_MS {
            return Fate::Dead;
        }
        let asked_ms = reply.retry_after_ms.unwrap_or(0).clamp(0, RETRY_AFTER_MAX_MS);
        let asked_ms = asked_ms + (asked_ms as f64 * 0.25 * chance) as i64;
        self.tries += 1;
        self.not_before_ms = now_ms + wait_ms.max(asked_ms);
        Fate::Keep
    }

    /// The note that takes the place of this parcel, which `reply` was the end of. None for silence, and for such a note
    /// itself: that a note was lost is told nobody.
    pub fn note(&self, reply: &Reply, now_ms: i64) -> Option<Self> {
        // Within a text, the quotation marks would have a stroke before them.
        let silent = ["\"stage\":\"shown\"", "\"stage\":\"dismissed\""]
            .iter()
            .any(|stage| split(&self.body, stage).is_some());
        if self.snapshot == 0 || silent {
            return None;
        }
        let status = digits(reply.status.into());
        let loss = wire::Loss {
            v: wire::VERSION,
            lost: self.id.clone(),
            survey: self.survey()?.to_owned(),
            reason: if is_final(reply.status) {
                ["refused ", &status].concat()
            } else {
                "expired".to_owned()
            },
            at_ms: now_ms,
        };
        let body = loss.to_json();
        Some(Self { snapshot: 0, body, since_ms: now_ms, tries: 0, not_before_ms: now_ms, ..self.clone() })
    }

    /// The survey stands in the body, in the order in which this crate writes it: before anything that a visitor wrote.
    fn survey(&self) -> Option<&str> {
        let (_, rest) = split(&self.body, "\"survey\":\"")?;
        Some(rest.split_once('"')?.0)
    }

    /// A 2xx alone is no proof: captive portals and proxies send it too. The receipt must name this id and a snapshot
    /// at least as high.
    fn is_confirmed_by(&self, reply: &Reply) -> bool {
        let receipt = reply.receipt.as_ref();
        (200..300).contains(&reply.status)
            && (!self.receipt || receipt.is_some_and(|r| r.id == self.id && r.snapshot >= self.snapshot))
    }

    fn backoff_ms(&self, chance: f64) -> i64 {
        let step = BASE_MS.saturating_mul(1 << self.tries.min(20)).min(CAP_MS);
        (step as f64 * chance) as i64
    }
}

/// Whether a refusal will be the same each time.
const fn is_final(status: u16) -> bool {
    matches!(status, 400..=499) && !matches!(status, 401 | 403 | 404 | 408 | 410 | 425 | 429)
}

impl wire::Receipt {
    /// Reads a receipt; none for any other body.
    pub fn read(json: &impl Json) -> Option<Self> {
        Some(Self { id: json.member_text("id")?, snapshot: json.member_count("snapshot")? })
    }
}
