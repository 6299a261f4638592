//! The cookies of the admin view: only the collector's own pages send them back, and no script can read them.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{Accounts, Secret};
use crate::store::TokenSha;

/// A cookie, by its name. With TLS, the prefix makes browsers refuse one that another host or path has set.
pub(super) struct Cookie {
    secure: &'static str,
    plain: &'static str,
}

/// Who is signed in.
pub(super) const SESSION: Cookie = Cookie { secure: "__Host-suara", plain: "suara" };

/// A browser that somebody has signed in with; it opens nothing.
pub(super) const DEVICE: Cookie = Cookie { secure: "__Host-suara-device", plain: "suara-device" };

impl Accounts {
    /// The header that sets a cookie for so long.
    pub(super) fn cookie(&self, cookie: &Cookie, value: &str, max_age_ms: i64) -> HeaderValue {
        let (name, secure) = (self.name(cookie), if self.secure { "; Secure" } else { "" });
        let age_s = max_age_ms / 1000;
        let cookie = format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}");
        HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""))
    }

    /// The secret in a cookie that a browser has sent, hashed.
    pub(super) fn shown(&self, cookie: &Cookie, headers: &HeaderMap) -> Option<TokenSha> {
        let name = self.name(cookie);
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|cookies| cookies.to_str().ok());
        let mut pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, text) = pairs.find(|(given, _)| *given == name)?;
        Secret::parse(text).map(|secret| secret.sha())
    }

    const fn name(&self, cookie: &Cookie) -> &'static str {
        if self.secure { cookie.secure } else { cookie.plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_tls_the_cookies_are_bound_to_the_host() {
        let accounts = Accounts::new(None, true);
        let cookie = accounts.cookie(&SESSION, "x", 60_000);
        assert_eq!(cookie, "__Host-suara=x; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
        let cookie = accounts.cookie(&DEVICE, "x", 60_000);
        assert_eq!(cookie, "__Host-suara-device=x; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
    }
}
