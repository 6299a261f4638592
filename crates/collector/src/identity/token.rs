//! A JSON Web Token (RFC 7519), signed with HMAC and SHA-256 and nothing else. Libraries for it bring along the signatures
//! that are not wanted here, RSA and curves, which would be more code than all of this.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::Sha256;
use suara_survey::IDENTITY_MAX_BYTES;

use super::SUB_MAX_BYTES;

/// What a token says.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    /// Seconds since 1970.
    pub(super) exp: f64,
    #[serde(default)]
    pub(super) nbf: Option<f64>,
    #[serde(default)]
    aud: Option<Audience>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Claims {
    /// Whether it may be shown to this survey.
    pub(super) fn is_for(&self, survey: &str) -> bool {
        match &self.aud {
            None => true,
            Some(Audience::One(audience)) => audience == survey,
            Some(Audience::Several(audiences)) => audiences.iter().any(|audience| audience == survey),
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Names what a receiver must understand, and nothing of it is understood here.
    crit: Option<IgnoredAny>,
}

/// The claims of a token that one of the secrets has signed. Whatever is wrong with it, there are none.
pub(super) fn claims(token: &str, secrets: &[String]) -> Option<Claims> {
    if token.len() > IDENTITY_MAX_BYTES {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = part(header)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if header.alg != "HS256" || header.crit.is_some() {
        return None;
    }
    // Compared in constant time.
    let is_signed = |secret: &String| {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok();
        mac.is_some_and(|mac| mac.chain_update(signed).verify_slice(&signature).is_ok())
    };
    if !secrets.iter().any(is_signed) {
        return None;
    }
    part(claims).filter(|claims: &Claims| (1..=SUB_MAX_BYTES).contains(&claims.sub.len()))
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// RFC 7515, appendix A.1. Its claims have no `sub`, so only its signature is proven here.
    const HEADER: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    const CLAIMS: &str =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    fn mac(key: &[u8], text: &str) -> Vec<u8> {
        Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes().to_vec()
    }

    fn token(header: &str, secret: &str) -> String {
        signed(header, r#"{"sub":"ana","exp":1e12}"#, secret)
    }

    /// A token as any library makes it.
    pub(in crate::identity) fn signed(header: &str, claims: &str, secret: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac(secret.as_bytes(), &signed)))
    }

    fn is_taken(token: &str) -> bool {
        claims(token, &["secret".to_owned()]).is_some()
    }

    #[test]
    fn the_published_signature_comes_out() {
        let key = URL_SAFE_NO_PAD.decode(KEY).unwrap();
        let made = mac(&key, &format!("{HEADER}.{CLAIMS}"));
        assert_eq!(URL_SAFE_NO_PAD.encode(made), SIGNATURE);
        assert_eq!(part::<Header>(HEADER).unwrap().alg, "HS256");
    }

    #[test]
    fn only_this_one_signature_is_one() {
        assert!(is_taken(&token(r#"{"alg":"HS256"}"#, "secret")));
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"None"}"#,
            r#"{"alg":"hs256"}"#,
            r#"{"alg":"HS512"}"#,
            r#"{"alg":"RS256"}"#,
            r#"{"alg":["HS256"]}"#,
            r#"{"alg":"HS256","alg":"none"}"#,
            r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            "{}",
            "",
        ] {
            assert!(!is_taken(&token(header, "secret")), "{header}");
        }
        assert!(!is_taken(&token(r#"{"alg":"HS256"}"#, "Secret")));
    }

    #[test]
    fn a_token_that_is_changed_cut_or_unsigned_is_none() {
        let good = token(r#"{"alg":"HS256"}"#, "secret");
        let none = token(r#"{"alg":"none"}"#, "secret");
        let unsigned = &none[..=none.rfind('.').unwrap()];
        for bad in ["", ".", "..", "...", unsigned, &good[..good.rfind('.').unwrap()], &format!("{good}.")] {
            assert!(!is_taken(bad), "{bad}");
        }
        for place in 0..good.len() {
            let mut changed = good.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert!(!is_taken(str::from_utf8(&changed).unwrap()), "{place}");
            assert!(!is_taken(&good[..place]), "{place}");
        }
        let long = format!(r#"{{"alg":"HS256","kid":"{}"}}"#, "x".repeat(IDENTITY_MAX_BYTES));
        assert!(!is_taken(&token(&long, "secret")));
    }
}
