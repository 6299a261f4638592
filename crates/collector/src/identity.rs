//! Who gives an answer, where the owner's backend has signed that: what a token proves, and the pseudonym that is kept of
//! a person. Neither a token nor the owner's name for somebody is ever kept or logged.

mod token;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use suara_survey::{AnswerMark, AnswerMarks};

use token::{Claims, claims};

/// In front of each secret, so that whoever finds one knows what it opens.
const PREFIX: &str = "suid_";

/// As many as the digest has.
const KEY_BYTES: usize = 32;

/// Longest name of a person, in bytes: an id of any system, or an address.
pub(crate) const SUB_MAX_BYTES: usize = 256;

/// How far the clocks of the owner's backend and of the collector may be apart.
const LEEWAY_MS: i64 = 60_000;

/// The key of an installation that makes pseudonyms.
pub(crate) type PersonKey = [u8; KEY_BYTES];

/// What is kept of a person.
pub(crate) type Person = [u8; 16];

/// What the collector knows of identities. Its `Debug` says nothing of it, so no log shows it.
#[derive(Clone, Default)]
pub(crate) struct Identity {
    /// Two at most; with none a token means nothing.
    pub(crate) secrets: Vec<String>,
    /// There as soon as there was a secret.
    pub(crate) key: Option<PersonKey>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

/// When an answer was given, as far as that can be believed, and when it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) at_ms: i64,
    pub(crate) received_ms: i64,
}

impl Identity {
    /// Who a token proves to answer `survey`, and how that marks the answer.
    pub(crate) fn judge(&self, token: &str, survey: &str, times: Times) -> (Option<Person>, AnswerMarks) {
        let Some(key) = self.key.filter(|_| !self.secrets.is_empty()) else {
            return (None, AnswerMarks::NONE);
        };
        let marked = |mark| AnswerMarks::NONE.with(mark);
        let Some(claims) = claims(token, &self.secrets).filter(|claims| claims.is_for(survey)) else {
            return (None, marked(AnswerMark::IdentityForged));
        };
        let person = Some(person(&key, &claims.sub));
        if holds(&claims, times.received_ms) {
            (person, AnswerMarks::NONE)
        } else if holds(&claims, times.at_ms) {
            (person, marked(AnswerMark::IdentityLate))
        } else {
            (None, marked(AnswerMark::IdentityExpired))
        }
    }
}

/// Whether a token holds at a time.
fn holds(claims: &Claims, at_ms: i64) -> bool {
    // A number far beyond every time stays one.
    let ms = |seconds: f64| (seconds * 1000.0) as i64;
    at_ms < ms(claims.exp).saturating_add(LEEWAY_MS)
        && claims.nbf.is_none_or(|nbf| at_ms >= ms(nbf).saturating_sub(LEEWAY_MS))
}

/// The pseudonym of the person whom the owner's backend calls `sub`.
pub(crate) fn person(key: &PersonKey, sub: &str) -> Person {
    let mut person = Person::default();
    // A key of this length is one; HMAC takes any.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(sub.as_bytes());
        person.copy_from_slice(&mac.finalize().into_bytes()[..16]);
    }
    person
}

/// A new secret, or `None` when the system gives no random bytes.
pub(crate) fn new_secret() -> Option<String> {
    Some(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(new_key()?)))
}

/// A new key, or `None` when the system gives no random bytes.
pub(crate) fn new_key() -> Option<PersonKey> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).ok().map(|()| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "suid_a-secret-of-a-test-and-of-nothing-else";
    const KEY: PersonKey = [7; 32];
    const NOW_S: i64 = 1_700_000_000;

    fn identity(secrets: &[&str]) -> Identity {
        Identity { secrets: secrets.iter().map(|&secret| secret.to_owned()).collect(), key: Some(KEY) }
    }

    fn signed(claims: &str, secret: &str) -> String {
        token::tests::signed(r#"{"alg":"HS256","typ":"JWT"}"#, claims, secret)
    }

    fn judged(claims: &str, at_s: i64) -> (Option<Person>, Vec<&'static str>) {
        let times = Times { at_ms: at_s * 1000, received_ms: NOW_S * 1000 };
        let (person, marks) = identity(&[SECRET]).judge(&signed(claims, SECRET), "nps", times);
        (person, marks.names().collect())
    }

    #[test]
    fn a_token_that_holds_names_a_person_by_a_pseudonym_of_this_installation() {
        let (found, marks) = judged(&format!(r#"{{"sub":"ana","exp":{}}}"#, NOW_S + 1), NOW_S);
        assert_eq!((found, marks), (Some(person(&KEY, "ana")), Vec::new()));
        assert_ne!(person(&KEY, "ana"), person(&KEY, "budi"));
        assert_ne!(person(&KEY, "ana"), person(&[8; 32], "ana"), "another installation knows another person");
    }

    #[test]
    fn a_token_that_ran_out_counts_if_it_held_when_the_answer_was_given() {
        let claims = |exp_s: i64| format!(r#"{{"sub":"ana","exp":{exp_s}}}"#);
        let ana = Some(person(&KEY, "ana"));
        let leeway_s = LEEWAY_MS / 1000;
        assert_eq!(judged(&claims(NOW_S - leeway_s + 1), NOW_S), (ana, vec![]), "clocks differ");
        assert_eq!(judged(&claims(NOW_S - leeway_s), NOW_S), (None, vec!["identity_expired"]));
        assert_eq!(judged(&claims(NOW_S - 1000), NOW_S - 1000), (ana, vec!["identity_late"]));
        assert_eq!(judged(&claims(NOW_S - 1000), NOW_S - 500), (None, vec!["identity_expired"]));
    }

    #[test]
    fn a_token_of_the_future_holds_only_from_then_on() {
        let claims = |nbf_s: i64| format!(r#"{{"sub":"ana","exp":1e12,"nbf":{nbf_s},"iat":0}}"#);
        assert_eq!(judged(&claims(NOW_S + 30), NOW_S).1, Vec::<&str>::new());
        assert_eq!(judged(&claims(NOW_S + 90), NOW_S), (None, vec!["identity_expired"]));
    }

    #[test]
    fn a_token_for_another_survey_or_without_a_name_or_an_end_proves_nothing() {
        let exp = NOW_S + 10;
        let long = "x".repeat(SUB_MAX_BYTES + 1);
        for (claims, is_fine) in [
            (format!(r#"{{"sub":"ana","exp":{exp},"aud":"nps"}}"#), true),
            (format!(r#"{{"sub":"ana","exp":{exp},"aud":["csat","nps"]}}"#), true),
            (format!(r#"{{"sub":"{}","exp":{exp}}}"#, &long[1..]), true),
            (format!(r#"{{"sub":"ana","exp":{exp},"aud":"csat"}}"#), false),
            (format!(r#"{{"sub":"ana","exp":{exp},"aud":[]}}"#), false),
            (format!(r#"{{"sub":"ana","exp":{exp},"aud":7}}"#), false),
            (format!(r#"{{"sub":"{long}","exp":{exp}}}"#), false),
            (format!(r#"{{"sub":"","exp":{exp}}}"#), false),
            (format!(r#"{{"sub":7,"exp":{exp}}}"#), false),
            (format!(r#"{{"exp":{exp}}}"#), false),
            (r#"{"sub":"ana"}"#.to_owned(), false),
            (r#"{"sub":"ana","exp":"1e12"}"#.to_owned(), false),
            ("[]".to_owned(), false),
            (String::new(), false),
        ] {
            let (found, marks) = judged(&claims, NOW_S);
            assert_eq!(found.is_some(), is_fine, "{claims}");
            assert_eq!(marks, if is_fine { vec![] } else { vec!["identity_forged"] }, "{claims}");
        }
    }

    #[test]
    fn without_a_secret_a_token_means_nothing_and_with_two_either_signs() {
        let token = signed(&format!(r#"{{"sub":"ana","exp":{}}}"#, NOW_S + 10), SECRET);
        let times = Times { at_ms: NOW_S * 1000, received_ms: NOW_S * 1000 };
        let judge = |secrets: &[&str]| identity(secrets).judge(&token, "nps", times);
        assert_eq!(judge(&[]), (None, AnswerMarks::NONE));
        assert_eq!(Identity::default().judge(&token, "nps", times), (None, AnswerMarks::NONE));
        assert!(judge(&["another", SECRET]).0.is_some() && judge(&[SECRET, "another"]).0.is_some());
        assert!(judge(&["another"]).1.has(AnswerMark::IdentityForged));
    }

    #[test]
    fn no_two_secrets_are_alike_and_each_is_long_enough_for_every_library() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert!(one != other && one.starts_with(PREFIX) && one.len() == PREFIX.len() + 43, "{one}");
    }
}
