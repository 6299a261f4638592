//! What an owner can set for `serve`, checked.

use std::path::PathBuf;

use axum::http::{HeaderValue, Uri};

use crate::{Error, Limits, Place, Proxies, Reach, Server};

/// Settings of a collector.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the database lies, unless `server` names another place.
    pub data: PathBuf,
    /// A database of PostgreSQL instead.
    pub server: Option<Server>,
    /// Whose pages may send answers.
    pub origins: Origins,
    /// How browsers reach the collector, without a slash at the end; none for the address that it listens on.
    pub public_url: Option<String>,
    /// Pages to serve instead of those that the binary carries.
    pub assets: Option<PathBuf>,
    /// How much may be sent.
    pub limits: Limits,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: Proxies,
    /// How many connections may be open.
    pub connections: Connections,
    /// Where webhooks may lead.
    pub reach: Reach,
    /// What is kept how long, apart from answers.
    pub privacy: Privacy,
}

/// What is kept how long; how long answers are is a setting of each survey.
#[derive(Clone, Copy, Debug)]
pub struct Privacy {
    /// The hour of the day, UTC, from which on what is too old is deleted.
    pub purge_hour: u8,
    /// Days after which a refused answer is deleted that nobody has looked after.
    pub quarantine_days: u32,
}

impl Default for Privacy {
    fn default() -> Self {
        Self { purge_hour: 3, quarantine_days: 30 }
    }
}

/// How many connections may be open at once.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// In all; each takes some 20 kB.
    pub all: usize,
    /// From one network, proxies apart. Browsers open up to six and keep them for half a minute.
    pub network: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self { all: 10_000, network: 1_000 }
    }
}

impl Config {
    /// Data in `data`; any origin; the pages that the binary carries.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            server: None,
            origins: Origins::Any,
            public_url: None,
            assets: None,
            limits: Limits::default(),
            proxies: Proxies::default(),
            connections: Connections::default(),
            reach: Reach::default(),
            privacy: Privacy::default(),
        }
    }

    /// Where everything is kept.
    pub(crate) fn place(&self) -> Place {
        Place::new(&self.data, self.server.as_ref())
    }

    /// Whether browsers reach the collector by TLS only.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// Whose pages may send answers. This stops browsers, not programs: those say whatever origin they like.
#[derive(Clone, Debug)]
pub enum Origins {
    /// Every page.
    Any,
    /// Only pages of these origins.
    Only(Vec<HeaderValue>),
}

impl Origins {
    /// Checks a list; an empty one means any.
    ///
    /// # Errors
    /// [`Error::Origin`] for what is no origin.
    pub fn parse(list: &[String]) -> Result<Self, Error> {
        let origins = list.iter().map(|text| origin(text.trim()).ok_or_else(|| Error::Origin(text.clone())));
        let origins = origins.collect::<Result<Vec<_>, _>>()?;
        Ok(if origins.is_empty() { Self::Any } else { Self::Only(origins) })
    }

    /// Whether a page of this origin may send answers.
    pub(crate) fn allow(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::Only(origins) => origins.contains(origin),
        }
    }
}

/// Checks a public address and cuts the slash at its end.
pub(crate) fn public_url(text: &str) -> Result<String, Error> {
    let text = text.trim_end_matches('/');
    match origin(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(Error::PublicUrl(text.to_owned())),
    }
}

/// Browsers write origins in lower case and without a slash, so they are compared as they stand.
pub(crate) fn origin(text: &str) -> Option<HeaderValue> {
    let uri: Uri = text.parse().ok()?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let is_bare = uri.path_and_query().is_none_or(|path| path == "/") && !text.ends_with('/');
    let has_host = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    (is_web && is_bare && has_host).then(|| HeaderValue::from_str(&text.to_ascii_lowercase()).ok())?
}
