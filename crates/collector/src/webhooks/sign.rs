//! Signatures by Standard Webhooks 1.0 (standardwebhooks.com): the receiver knows that it was us, and when.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// In front of each secret, so that whoever finds one knows what it opens.
const PREFIX: &str = "whsec_";

/// Between 24 and 64 bytes are asked for; the digest has 32.
const KEY_BYTES: usize = 32;

/// A new secret, or `None` when the system gives no random bytes.
pub(crate) fn new_secret() -> Option<String> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).ok().map(|()| format!("{PREFIX}{}", STANDARD.encode(key)))
}

/// One signature for each secret, as the header takes them. A secret that is none signs nothing.
pub(super) fn signatures(secrets: &[&str], (id, at_s): (&str, i64), body: &str) -> String {
    let signed = format!("{id}.{at_s}.{body}");
    let signatures: Vec<_> = secrets.iter().filter_map(|secret| sign(secret, &signed)).collect();
    signatures.join(" ")
}

fn sign(secret: &str, text: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(text.as_bytes());
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_comes_out() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let message = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330);
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let body = r#"{"test": 2432232314}"#;
        assert_eq!(signatures(&[secret], message, body), signature);
        let both = signatures(&["whsec_AAAA", secret], message, body);
        assert!(both.starts_with("v1,") && both.ends_with(&format!(" {signature}")), "{both}");
        for (message, body) in [
            (("msg_p5jXN8AQM9LWM0D4loKWxJej", 1_614_265_330), body),
            (("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_331), body),
            (message, r#"{"test": 2432232315}"#),
        ] {
            assert_ne!(signatures(&[secret], message, body), signature);
        }
    }

    #[test]
    fn no_two_secrets_are_alike() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert!(one != other && one.starts_with(PREFIX) && sign(&one, "x").is_some());
        assert_eq!(sign("whsec_?", "x"), None);
        assert_eq!(sign("AAAA", "x"), None);
    }
}
