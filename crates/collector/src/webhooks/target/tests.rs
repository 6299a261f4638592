//! Where webhooks do not lead, tried with a listener that counts who comes.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::post::{Courier, Message};
use super::*;

/// A listener on loopback that answers everybody in the same way, and counts them.
struct Listener {
    address: SocketAddr,
    came: Arc<AtomicUsize>,
}

impl Listener {
    async fn start(on: &str, answer: String) -> Self {
        let listener = TcpListener::bind((on, 0)).await.unwrap();
        let (address, came) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&came);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    while let Ok(1..) = stream.read(&mut [0; 4096]).await {
                        drop(stream.write_all(answer.as_bytes()).await);
                    }
                });
            }
        });
        Self { address, came }
    }

    async fn taking() -> Self {
        Self::start(
            "127.0.0.1",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        )
        .await
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

/// A name server that says something else each time, the last thing again and again; it counts who asks.
struct Fickle {
    says: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Fickle {
    fn new(says: Vec<Vec<IpAddr>>) -> Arc<Self> {
        Arc::new(Self { says, asked: AtomicUsize::new(0) })
    }
}

impl Resolve for Fickle {
    fn resolve<'a>(&'a self, _: &'a str, port: u16) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let said = &self.says[asked.min(self.says.len() - 1)];
        let addresses = said.iter().map(|address| SocketAddr::new(*address, port)).collect();
        Box::pin(async move { Ok(addresses) })
    }
}

/// The way of a delivery, with a name server of our own.
async fn reach(url: &str, reach: &Reach, resolver: &Arc<impl Resolve + 'static>) -> Result<u16, String> {
    let courier = Courier::with(reach.clone(), Arc::clone(resolver) as _);
    courier.post(url, message()).await.map(|reply| reply.status)
}

/// The same to a name without TLS, which a listener of a test has not.
async fn status(courier: &Courier, url: &Url) -> Result<u16, String> {
    courier.send(url, message()).await.map(|reply| reply.status)
}

fn message() -> Message {
    Message { headers: Vec::new(), body: "{}".to_owned() }
}

fn loopback() -> Reach {
    Reach { networks: vec!["127.0.0.1/32".parse().unwrap()], plain_on_loopback: true }
}

/// One address in every network that is not public.
const INSIDE: [Ipv4Addr; 24] = [
    Ipv4Addr::new(0, 0, 0, 0),
    Ipv4Addr::new(0, 1, 2, 3),
    Ipv4Addr::new(10, 0, 0, 1),
    Ipv4Addr::new(10, 255, 255, 255),
    Ipv4Addr::new(100, 64, 0, 1),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(127, 0, 0, 1),
    Ipv4Addr::new(127, 255, 255, 254),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(169, 254, 0, 1),
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(172, 16, 0, 1),
    Ipv4Addr::new(172, 31, 255, 255),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(192, 0, 2, 1),
    Ipv4Addr::new(192, 88, 99, 1),
    Ipv4Addr::new(192, 168, 1, 1),
    Ipv4Addr::new(198, 18, 0, 1),
    Ipv4Addr::new(198, 51, 100, 1),
    Ipv4Addr::new(203, 0, 113, 1),
    Ipv4Addr::new(224, 0, 0, 1),
    Ipv4Addr::new(240, 0, 0, 1),
    Ipv4Addr::new(255, 255, 255, 255),
];

/// Every way in which browsers and libraries let one write an address of IPv4, and those of IPv6 that carry one.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let whole = u32::from(address);
    let (high, low) = (whole >> 16, whole & 0xffff);
    vec![
        format!("{a}.{b}.{c}.{d}"),
        format!("{a}.{b}.{c}.{d}."),
        format!("{whole}"),
        format!("0x{whole:x}"),
        format!("0{whole:o}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("{a}.0x{b:x}.0{c:o}.{d}"),
        format!("{a}.{b}.{}", whole & 0xffff),
        format!("{a}.{}", whole & 0xff_ffff),
        format!("%31{}", &format!("{a}.{b}.{c}.{d}")[1..])
            .replace("%31", &format!("%{:x}", format!("{a}").as_bytes()[0])),
        format!("[::ffff:{a}.{b}.{c}.{d}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[::{high:x}:{low:x}]"),
        format!("[64:ff9b::{high:x}:{low:x}]"),
        format!("[64:ff9b:1::{high:x}:{low:x}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
        format!("[2001:0:{high:x}:{low:x}::1]"),
    ]
}

const INSIDE_6: [&str; 16] = [
    "::",
    "::1",
    "fe80::1",
    "fe80::a9fe:a9fe",
    "febf::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "2001:db8::1",
    "2001:10::1",
    "3fff::1",
    "5f00::1",
];

const OTHERWISE: [&str; 22] = [
    "http://public.example/",
    "ftp://public.example/",
    "file:///etc/passwd",
    "gopher://public.example/",
    "data:,x",
    "javascript:alert(1)",
    "ws://public.example/",
    "https://",
    "https:///x",
    "//public.example/",
    "/x",
    "",
    "public.example",
    "https://user@public.example/",
    "https://user:pass@public.example/",
    "https://:pass@public.example/",
    "https://public.example@127.0.0.1/",
    "https://public.example:443@[::1]/",
    "https://[::1",
    "https://[fe80::1%25eth0]/",
    "https://public.example:99999/",
    "https://a b.example/",
];

#[tokio::test]
async fn three_hundred_addresses_are_not_reached() {
    let listener = Listener::taking().await;
    let (port, none) = (listener.address.port(), Reach::default());
    // Whatever is a name stands for the listener.
    let local = Fickle::new(vec![vec![Ipv4Addr::LOCALHOST.into()]]);
    let mut urls: Vec<String> = OTHERWISE.iter().map(|&url| url.to_owned()).collect();
    urls.extend(INSIDE.into_iter().flat_map(spellings).map(|host| format!("https://{host}:{port}/")));
    urls.extend(INSIDE_6.iter().map(|host| format!("https://[{host}]:{port}/")));
    urls.extend(spellings(Ipv4Addr::LOCALHOST).into_iter().map(|host| format!("http://{host}:{port}/")));
    let names = [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "evil.example",
        "127.0.0.1.nip.example",
        "ⓛocalhost",
    ];
    urls.extend(names.iter().map(|host| format!("https://{host}:{port}/")));
    assert!(urls.len() >= 300, "{}", urls.len());
    for url in &urls {
        let outcome = reach(url, &none, &local).await;
        assert!(outcome.is_err(), "{url}: {outcome:?}");
        // It was refused before anybody tried to connect.
        let reason = outcome.unwrap_err();
        assert!(!reason.contains("connection") && !reason.contains("answer within"), "{url}: {reason}");
    }
    assert_eq!(listener.came(), 0, "of {} addresses", urls.len());
}

#[tokio::test]
async fn a_permitted_one_is_reached() {
    let listener = Listener::taking().await;
    let url = format!("http://127.0.0.1:{}/", listener.address.port());
    let nobody = Fickle::new(vec![vec![]]);
    assert_eq!(reach(&url, &loopback(), &nobody).await, Ok(200));
    assert_eq!(listener.came(), 1);
    // The network alone does not let it travel in clear, and the flag alone does not open the network.
    let encrypted = Reach { plain_on_loopback: false, ..loopback() };
    assert!(reach(&url, &encrypted, &nobody).await.unwrap_err().contains("https://"));
    let closed = Reach { networks: Vec::new(), ..loopback() };
    assert!(reach(&url, &closed, &nobody).await.unwrap_err().contains("not public"));
    assert_eq!(listener.came(), 1);
}

#[tokio::test]
async fn any_name_that_has_one_address_inside_is_refused() {
    let listener = Listener::taking().await;
    let url = format!("https://evil.example:{}/", listener.address.port());
    let public: IpAddr = Ipv4Addr::new(93, 184, 215, 14).into();
    let inside = INSIDE.into_iter().map(IpAddr::from);
    let inside_6 = INSIDE_6.iter().map(|address| IpAddr::from(address.parse::<Ipv6Addr>().unwrap()));
    let mapped = INSIDE.into_iter().map(|address| IpAddr::from(address.to_ipv6_mapped()));
    for address in inside.chain(inside_6).chain(mapped) {
        for says in [vec![address], vec![public, address]] {
            let outcome = reach(&url, &Reach::default(), &Fickle::new(vec![says])).await;
            assert!(outcome.clone().unwrap_err().contains("not public"), "{address}: {outcome:?}");
        }
    }
    let nothing = reach(&url, &Reach::default(), &Fickle::new(vec![vec![]])).await;
    assert!(nothing.unwrap_err().contains("no address"));
    assert_eq!(listener.came(), 0);
}

#[test]
fn public_addresses_are_public() {
    let public = [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "93.184.215.14",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001:80b::200e",
        "2001:4860:4860::8888",
    ];
    for address in public {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}

#[tokio::test]
async fn a_name_server_that_changes_its_mind_is_not_asked_again() {
    let permitted = Listener::taking().await;
    // On the same port of another address, as an attacker would have it.
    let secret = TcpListener::bind(("127.0.0.2", permitted.address.port())).await.unwrap();
    let says = vec![vec![Ipv4Addr::new(127, 0, 0, 1).into()], vec![Ipv4Addr::new(127, 0, 0, 2).into()]];
    let fickle = Fickle::new(says);
    let url = Url::parse(&format!("http://rebind.example:{}/", permitted.address.port())).unwrap();
    let courier = Courier::with(loopback(), Arc::clone(&fickle) as _);
    assert_eq!((status(&courier, &url).await, permitted.came()), (Ok(200), 1));
    assert_eq!(fickle.asked.load(Ordering::SeqCst), 1, "asked once");
    let nobody = tokio::time::timeout(std::time::Duration::from_millis(200), secret.accept()).await;
    assert!(nobody.is_err(), "somebody came to the other address");
    // Had it said so the first time, nobody would have come at all.
    assert!(status(&courier, &url).await.unwrap_err().contains("not public"));
}

#[tokio::test]
async fn what_is_told_one_after_the_other_shares_a_connection_and_a_name_is_asked_for_with_each_new_one() {
    let keeping =
        Listener::start("127.0.0.1", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned()).await;
    let closing = Listener::taking().await;
    let local = Fickle::new(vec![vec![Ipv4Addr::LOCALHOST.into()]]);
    let courier = Courier::with(loopback(), Arc::clone(&local) as _);
    for (listener, connections) in [(&keeping, 1), (&closing, 3)] {
        let asked = local.asked.load(Ordering::SeqCst);
        let url = Url::parse(&format!("http://shop.example:{}/", listener.address.port())).unwrap();
        for _ in 0..3 {
            assert_eq!(status(&courier, &url).await, Ok(200));
        }
        assert_eq!((listener.came(), local.asked.load(Ordering::SeqCst) - asked), (connections, connections));
    }
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_long_answer_is_read_to_its_end() {
    let secret = Listener::taking().await;
    for status in
        ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let answer = format!(
            "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            secret.address.port()
        );
        let redirecting = Listener::start("127.0.0.1", answer).await;
        let url = format!("http://{}/", redirecting.address);
        let outcome = reach(&url, &loopback(), &Arc::new(System)).await.unwrap();
        assert!((300..400).contains(&outcome), "{outcome}");
        assert_eq!((redirecting.came(), secret.came()), (1, 0), "{status}");
    }
    // It says that a gigabyte comes, and sends less: whoever waited for all of it would hang until the time is over.
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n{}", "x".repeat(200_000));
    let long = Listener::start("127.0.0.1", long).await;
    assert_eq!(reach(&format!("http://{}/", long.address), &loopback(), &Arc::new(System)).await, Ok(200));
}
