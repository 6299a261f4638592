//! Who is at the other end: the peer, or whoever a trusted proxy says it speaks for. Addresses are used for limits only,
//! never kept and never logged.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::Request;
use axum::http::HeaderMap;
use ipnet::IpNet;

use crate::Error;

/// The address that a request is counted under.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client(pub(crate) IpAddr);

impl Client {
    /// The client of a request; the server has put it there.
    pub(crate) fn of(request: &Request) -> IpAddr {
        request.extensions().get::<Self>().map_or(Ipv4Addr::UNSPECIFIED.into(), |client| client.0)
    }
}

/// One customer's network: whoever has one address of it has many.
pub(crate) fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4((u32::from(address) & (u32::MAX << 8)).into()),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & (u128::MAX << 72)).into()),
    }
}

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses and networks, such as `127.0.0.1` and `10.0.0.0/8`.
    ///
    /// # Errors
    /// [`Error::Proxy`] for what is neither.
    pub fn parse(list: &[String]) -> Result<Self, Error> {
        let network = |text: &String| {
            let trimmed = text.trim();
            let network = trimmed.parse().or_else(|_| trimmed.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| Error::Proxy(text.clone()))
        };
        list.iter().map(network).collect::<Result<_, _>>().map(Self)
    }

    /// Whether this is a proxy of the owner's.
    pub(crate) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The rightmost hop that is no proxy of the owner's: what stands left of it, that hop may have made up.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let mut hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        while self.trust(client) {
            match hops.next().and_then(address) {
                Some(hop) => client = hop,
                None => break,
            }
        }
        client
    }
}

/// Some proxies add the port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let socket = || hop.parse::<std::net::SocketAddr>().map(|socket| socket.ip());
    let bracketed = hop.trim_start_matches('[').trim_end_matches(']');
    bracketed.parse().or_else(|_| socket()).ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, lines: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "::1"].map(str::to_owned);
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        Proxies::parse(&proxies).unwrap().client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_the_rightmost_hop_that_is_no_proxy_of_ours_is_believed() {
        for (peer, lines, expected) in [
            ("192.0.2.1", vec!["203.0.113.9"], "192.0.2.1"),
            ("10.1.1.1", vec![], "10.1.1.1"),
            ("10.1.1.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.1.1.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("10.1.1.1", vec!["1.1.1.1, 203.0.113.9, 10.2.2.2"], "203.0.113.9"),
            ("10.1.1.1", vec!["1.1.1.1", "203.0.113.9", "10.2.2.2,10.3.3.3"], "203.0.113.9"),
            ("10.1.1.1", vec!["10.9.9.9, 10.2.2.2"], "10.9.9.9"),
            ("10.1.1.1", vec!["203.0.113.9, unknown"], "10.1.1.1"),
            ("10.1.1.1", vec!["203.0.113.9, "], "10.1.1.1"),
            ("::1", vec!["203.0.113.9:4711"], "203.0.113.9"),
            ("::1", vec!["[2001:db8::1]:4711"], "2001:db8::1"),
            ("::1", vec!["[2001:db8::1]"], "2001:db8::1"),
        ] {
            assert_eq!(client(peer, &lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_network_counts_as_one() {
        let same = |a: &str, b: &str| prefix(a.parse().unwrap()) == prefix(b.parse().unwrap());
        assert!(same("192.0.2.1", "192.0.2.254") && !same("192.0.2.1", "192.0.3.1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.9"));
        assert!(
            same("2001:db8:0:100::1", "2001:db8:0:1ff::1") && !same("2001:db8:0:100::1", "2001:db8:0:200::1")
        );
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["", "10.0.0.0/33", "proxy.example", "10.0.0"] {
            let error = Proxies::parse(&[text.to_owned()]).unwrap_err().to_string();
            assert!(error.contains(&format!("\"{text}\"")), "{error}");
        }
    }
}
