//! Passwords: their limits, their Argon2id hashes, and how many are worked on at once.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::fault::Fault;

/// Shorter ones are guessed; with the back-off, ten characters of any kind hold.
const MIN_CHARS: usize = 10;

/// Longer ones are no safer, only slower to read.
pub(super) const MAX_BYTES: usize = 1024;

/// 46 MiB in one pass: what OWASP's ASVS 5.0 asks for at least; some 50 ms of one core.
const MEMORY_KIB: u32 = 46 * 1024;

/// What is tried first, of those that are long enough: in small letters, a line each.
const COMMON: &str = include_str!("common.txt");

/// Words that make no password with a few digits added, besides those of the account's own name.
const PRODUCT: &str = "suara";

/// Shorter names stand in too many passwords by chance.
const NAME_MIN_CHARS: usize = 4;

/// Hashes at work at once: 92 MiB and two cores at most, whoever knocks.
const AT_ONCE: usize = 2;

/// Hashes at work or waiting: the last one waits for a quarter of a second.
const WAITING_MAX: usize = AT_ONCE + 8;

/// Seconds after which there is room again.
const FULL_WAIT_S: u64 = 2;

/// Checked for unknown names, so that they take as long as known ones. No password has this hash.
const DUMMY: &str =
    "$argon2id$v=19$m=47104,t=1,p=1$c3VhcmEtbm8tYWNjb3VudA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Works on passwords, a few at a time.
pub(super) struct Passwords {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { working: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::new(Semaphore::new(WAITING_MAX)) }
    }
}

impl Passwords {
    /// The hash to keep, with its salt and cost in it.
    pub(super) async fn hash(&self, password: String) -> Result<String, Fault> {
        let hash =
            self.work(move || argon2()?.hash_password(password.as_bytes()).ok().map(|hash| hash.to_string()));
        hash.await?.ok_or(Fault::Unavailable)
    }

    /// Whether the password fits the hash; without a hash it does the same work and says no.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Fault> {
        self.work(move || {
            let is_known = hash.is_some();
            let hash = hash.unwrap_or_else(|| DUMMY.to_owned());
            let fits = PasswordHash::new(&hash).is_ok_and(|hash| {
                argon2().is_some_and(|argon2| argon2.verify_password(password.as_bytes(), &hash).is_ok())
            });
            fits && is_known
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let waiting =
            Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| Fault::TooMany(FULL_WAIT_S))?;
        let working = Arc::clone(&self.working).acquire_owned().await.map_err(|_| Fault::Unavailable)?;
        // The permits go into the work: it runs on, and counts, even when its request has ended.
        let work = move || {
            let _permits = (waiting, working);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Unavailable)
    }
}

/// Whether a new password of this account is long enough, not too long, and not among the first that are tried.
pub(super) fn check(password: &str, email: &str) -> Result<(), Fault> {
    let (chars, bytes) = (password.chars().count(), password.len());
    if chars < MIN_CHARS {
        return Err(Fault::Invalid(format!(
            "password: has {chars} characters, but needs at least {MIN_CHARS}; a few words make a good one"
        )));
    }
    if bytes > MAX_BYTES {
        return Err(Fault::Invalid(format!(
            "password: has {bytes} bytes, but at most {MAX_BYTES} are taken; shorten it"
        )));
    }
    if is_common(password) || is_a_name(password, email) {
        return Err(Fault::Invalid(
            "password: is among the first that are guessed; take a few words that do not belong together"
                .to_owned(),
        ));
    }
    Ok(())
}

fn is_common(password: &str) -> bool {
    static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());
    ALL.contains(password.to_lowercase().as_str())
}

/// Whether it is little more than the account's own name, or ours: without them it has no letter and is short.
fn is_a_name(password: &str, email: &str) -> bool {
    let (password, email) = (password.to_lowercase(), email.to_lowercase());
    let (local, domain) = email.split_once('@').unwrap_or((&email, ""));
    let host = domain.split('.').next().unwrap_or_default();
    let names = [email.as_str(), local, host, PRODUCT].into_iter();
    let names = names.filter(|name| name.chars().count() >= NAME_MIN_CHARS);
    let rest = names.fold(password.clone(), |rest, name| rest.replace(name, ""));
    rest != password && rest.chars().count() < MIN_CHARS && !rest.contains(char::is_alphabetic)
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, 1, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{hash}");
        assert_eq!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await, Ok(true));
        assert_eq!(passwords.verify("correct house".to_owned(), Some(hash)).await, Ok(false));
    }

    #[tokio::test]
    async fn an_unknown_name_costs_the_same_work_and_is_refused() {
        assert!(PasswordHash::new(DUMMY).is_ok());
        assert_eq!(Passwords::default().verify("anything at all".to_owned(), None).await, Ok(false));
    }

    #[tokio::test]
    async fn the_eleventh_at_once_is_sent_away() {
        let passwords = Passwords::default();
        let held: Vec<_> = (0..WAITING_MAX).map(|_| passwords.waiting.try_acquire().unwrap()).collect();
        assert_eq!(passwords.verify(String::new(), None).await, Err(Fault::TooMany(FULL_WAIT_S)));
        drop(held);
    }

    #[test]
    fn nine_characters_are_too_few_and_1025_bytes_too_many() {
        let check = |password: &str| check(password, "owner@shop.example");
        assert!(check("ninechars").is_err());
        assert!(check("ten chars!").is_ok());
        assert!(check(&"x".repeat(1024)).is_ok());
        assert!(check(&"x".repeat(1025)).is_err());
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for password in [
            "password123",
            "Password123",
            "QWERTYUIOP",
            "1234567890",
            "bismillah123",
            "carla.owner@workshop.example",
            "Carla.Owner1",
            "carla.owner-2026!",
            "suarasuara",
            "Suara-123456",
            "workshop2026",
        ] {
            assert!(check(password, "carla.owner@workshop.example").is_err(), "{password}");
        }
        for password in ["carla has four cats", "suara di pagi hari", "83920174650183", "workshop of cats"] {
            assert_eq!(check(password, "carla.owner@workshop.example"), Ok(()), "{password}");
        }
    }

    #[test]
    fn the_common_ones_are_each_written_once_as_they_are_compared() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!((300..=3000).contains(&lines.len()), "{}", lines.len());
        assert!(lines.is_sorted_by(|one, other| one < other), "sorted, none twice");
        for line in lines {
            assert!(line.chars().count() >= MIN_CHARS && line.to_lowercase() == line, "{line}");
        }
    }
}
