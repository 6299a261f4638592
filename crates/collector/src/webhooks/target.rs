//! Where a webhook may lead: to public addresses by TLS, and to networks that the operator names. Whoever may set a
//! webhook must not reach through it what only this machine reaches.
//!
//! For each connection a name is resolved once, every address that it has is looked at, and the connection goes to one of
//! exactly these: a name server that says something else the next time is not asked.

#[cfg(test)]
mod tests;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use futures_util::future::BoxFuture;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::Url;

use crate::Error;

/// The longest address that is kept; servers agree on about 2,000 bytes.
const URL_MAX_BYTES: usize = 2048;

/// What only this machine or its network reaches, and what is no single host: the registries of special-purpose
/// addresses (RFC 6890), and the address under which one provider's machines find theirs.
const NOT_PUBLIC: [(Ipv4Addr, u8); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Of the addresses that are given out at all (2000::/3), those that carry or stand for others: Teredo and its like, the
/// documentation, 6to4. What maps or translates an IPv4 address lies outside of it.
const NOT_PUBLIC_6: [(Ipv6Addr, u8); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// What webhooks may reach beyond public addresses.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Networks that the operator names.
    pub networks: Vec<IpNet>,
    /// Also without TLS, but only this machine itself, where it is one of the networks. For tests.
    pub plain_on_loopback: bool,
}

impl Reach {
    /// Reads addresses and networks, such as `10.1.2.3` and `10.1.0.0/16`.
    ///
    /// # Errors
    /// [`Error::WebhookNetwork`] for what is neither.
    pub fn parse(list: &[String]) -> Result<Self, Error> {
        let network = |text: &String| {
            let trimmed = text.trim();
            let network = trimmed.parse().or_else(|_| trimmed.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| Error::WebhookNetwork(text.clone()))
        };
        let networks = list.iter().map(network).collect::<Result<_, _>>()?;
        Ok(Self { networks, plain_on_loopback: false })
    }

    /// Whether a webhook may lead to this address.
    fn allows(&self, address: IpAddr) -> bool {
        is_public(address) || self.networks.iter().any(|network| network.contains(&address))
    }
}

/// Says which addresses a name has.
pub(super) trait Resolve: Send + Sync {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
}

/// The system's own way.
pub(super) struct System;

impl Resolve for System {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}

/// Checks an address as far as that goes without asking anyone.
///
/// # Errors
/// A sentence that follows `url: `.
pub(crate) fn check(text: &str, reach: &Reach) -> Result<Url, String> {
    if text.len() > URL_MAX_BYTES {
        return Err(format!("has {} bytes, but at most {URL_MAX_BYTES} are kept; shorten it", text.len()));
    }
    let url = Url::parse(text)
        .map_err(|_| "is no address; write one such as https://hooks.shop.example/suara".to_owned())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a name or password; put a secret into the path, or check the signature".to_owned());
    }
    let literal = literal(&url);
    let is_own = literal.is_some_and(|address| address.is_loopback() && reach.plain_on_loopback);
    if url.scheme() != "https" && !(url.scheme() == "http" && is_own) {
        return Err("does not begin with https://; answers hold customers' words, so they travel encrypted"
            .to_owned());
    }
    match literal {
        Some(address) if !reach.allows(address) => Err(not_allowed()),
        _ => Ok(url),
    }
}

/// The addresses of a host and port to connect to, all of them allowed. An address in place of a name is looked at by
/// [`check`].
///
/// # Errors
/// A sentence for the log of deliveries.
pub(super) async fn resolve(
    (host, port): (&str, u16),
    reach: &Reach,
    resolver: &dyn Resolve,
) -> Result<Vec<SocketAddr>, String> {
    let found = resolver.resolve(host, port).await;
    let addresses = found.map_err(|_| "the name of the host is not known".to_owned())?;
    // One that is not allowed among others that are is a trap.
    if addresses.iter().any(|address| !reach.allows(address.ip())) {
        return Err(not_allowed());
    }
    if addresses.is_empty() { Err("the name of the host has no address".to_owned()) } else { Ok(addresses) }
}

fn not_allowed() -> String {
    "leads to an address that is not public; name its network with --webhook-network if that is meant"
        .to_owned()
}

/// The address that stands there in place of a name, however it is written.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC
            .iter()
            .any(|(network, length)| Ipv4Net::new(*network, *length).is_ok_and(|net| net.contains(&address))),
        IpAddr::V6(address) => {
            address.segments()[0] >> 13 == 1
                && !NOT_PUBLIC_6.iter().any(|(network, length)| {
                    Ipv6Net::new(*network, *length).is_ok_and(|net| net.contains(&address))
                })
        }
    }
}
