//! Guessing gets slower with each failure, by account and by address; the wait has an upper limit. Whoever proves already to
//! be somebody is slowed down by their own failures only, so that strangers cannot keep them waiting.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::store::TokenSha;

/// Failures without a wait: people mistype.
const FREE: u32 = 3;

/// The longest wait. One guess in 15 s is 40 in ten minutes, and short enough for an owner to sit out.
const WAIT_MAX_MS: i64 = 15_000;

/// Failures are forgotten after a quiet quarter of an hour.
const FORGET_MS: i64 = 15 * 60_000;

/// Accounts and addresses remembered at once: some 100 bytes each, so 1 MB. The longest-quiet one goes first.
const KEYS_MAX: usize = 10_000;

/// Who tries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who<'a> {
    /// Somebody at this address who says to be this account.
    Stranger(&'a str, IpAddr),
    /// Whoever holds this secret of the account's own.
    Known(TokenSha),
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Key {
    Account(String),
    Address(IpAddr),
    Known(TokenSha),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last_ms: i64,
}

#[derive(Default)]
struct Memory {
    failures: HashMap<Key, Failures>,
}

/// The memory of failed attempts.
#[derive(Default)]
pub(super) struct Backoff(Mutex<Memory>);

/// An attempt that was let through; it counts as failed until [`Backoff::succeed`].
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Attempt(Vec<Key>);

impl Backoff {
    /// Lets an attempt through, or says how many seconds it has to wait. It counts as a failure at once, so that many
    /// attempts at the same time are slowed down like many in a row.
    pub(super) fn attempt(&self, who: Who, now_ms: i64) -> Result<Attempt, u64> {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = who.keys();
        let wait_ms = keys.iter().map(|key| memory.wait_ms(key, now_ms)).max().unwrap_or(0);
        if wait_ms > 0 {
            return Err(wait_ms.unsigned_abs().div_ceil(1000));
        }
        keys.iter().for_each(|key| memory.fail(key.clone(), now_ms));
        Ok(Attempt(keys))
    }

    /// The password was right.
    pub(super) fn succeed(&self, attempt: &Attempt) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &attempt.0 {
            memory.failures.remove(key);
        }
    }
}

impl Who<'_> {
    fn keys(self) -> Vec<Key> {
        match self {
            Self::Stranger(email, address) => {
                vec![Key::Address(prefix(address)), Key::Account(email.to_owned())]
            }
            Self::Known(secret) => vec![Key::Known(secret)],
        }
    }
}

impl Memory {
    fn wait_ms(&self, key: &Key, now_ms: i64) -> i64 {
        let Some(failures) = self.failures.get(key) else { return 0 };
        let doublings = failures.count.saturating_sub(FREE);
        let wait_ms = if doublings == 0 { 0 } else { 500_i64 << doublings.min(10) };
        (failures.last_ms + wait_ms.min(WAIT_MAX_MS) - now_ms).max(0)
    }

    fn fail(&mut self, key: Key, now_ms: i64) {
        if self.failures.len() >= KEYS_MAX && !self.failures.contains_key(&key) {
            self.failures.retain(|_, failures| now_ms - failures.last_ms < FORGET_MS);
            let oldest = self.failures.iter().min_by_key(|(_, failures)| failures.last_ms);
            if let Some(oldest) =
                oldest.map(|(key, _)| key.clone()).filter(|_| self.failures.len() >= KEYS_MAX)
            {
                self.failures.remove(&oldest);
            }
        }
        let failures = self.failures.entry(key).or_insert(Failures { count: 0, last_ms: now_ms });
        let count = if now_ms - failures.last_ms >= FORGET_MS { 0 } else { failures.count };
        *failures = Failures { count: count + 1, last_ms: now_ms };
    }
}

/// One customer's network counts as one address: whoever has one IPv6 address has 2^64 of them.
fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & (u128::MAX << 64)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    /// How many of one guess a second in ten minutes are let through, from `addresses` addresses in turn.
    fn evaluated(backoff: &Backoff, addresses: u8) -> usize {
        let guesses = (0..600).filter(|second| {
            let address = address((second % i64::from(addresses)) as u8 + 10);
            backoff.attempt(Who::Stranger("owner@shop.example", address), second * 1000).is_ok()
        });
        guesses.count()
    }

    #[test]
    fn ten_minutes_of_guessing_give_at_most_fifty_tries_an_account() {
        assert!(evaluated(&Backoff::default(), 1) <= 50);
        assert!(evaluated(&Backoff::default(), 200) <= 50);
    }

    #[test]
    fn who_is_known_gets_in_while_strangers_guess_and_is_slowed_down_by_their_own_guesses() {
        let backoff = Backoff::default();
        evaluated(&backoff, 200);
        let mine =
            (0..600).filter(|second| backoff.attempt(Who::Known([1; 32]), 600_000 + second * 1000).is_ok());
        let mine = mine.count();
        assert!((1..=50).contains(&mine), "{mine}");
        assert!(backoff.attempt(Who::Known([2; 32]), 600_000).is_ok());
    }

    #[test]
    fn an_owner_at_a_new_address_waits_fifteen_seconds_at_most() {
        let backoff = Backoff::default();
        evaluated(&backoff, 200);
        let wait_s =
            backoff.attempt(Who::Stranger("owner@shop.example", address(1)), 600_000).err().unwrap_or(0);
        assert!(wait_s <= 15, "{wait_s}");
        assert!(backoff.attempt(Who::Stranger("owner@shop.example", address(1)), 616_000).is_ok());
    }

    #[test]
    fn the_memory_has_an_upper_limit() {
        let backoff = Backoff::default();
        for n in 0..KEYS_MAX + 100 {
            let email = format!("{n}@shop.example");
            let _ = backoff.attempt(Who::Stranger(&email, address((n % 250) as u8)), n as i64 * 60_000);
        }
        assert!(backoff.0.lock().unwrap().failures.len() <= KEYS_MAX);
    }
}
