//! 256 random bits that open a door, and the hash by which they are known here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::store::TokenSha;

/// A token; it implements no `Debug`, so no log shows it.
pub(crate) struct Secret([u8; 32]);

impl Secret {
    /// A new one, or `None` when the system gives no random bytes.
    pub(crate) fn random() -> Option<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok().map(|()| Self(bytes))
    }

    /// Reads what [`Secret::text`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// For a cookie or the part of an address behind `#`.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is kept of it. With 256 random bits behind it a plain hash needs neither salt nor slowness, and comparing
    /// hashes tells nothing about the token.
    pub(crate) fn sha(&self) -> TokenSha {
        Sha256::digest(self.0).into()
    }
}
