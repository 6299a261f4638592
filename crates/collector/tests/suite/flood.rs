//! Many and greedy clients: each network gets its share and no more, and the others notice nothing.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use suara_collector::{Connections, Limit, Limits, Proxies};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::harness::{Reply, Site, new_id, snapshot};

const POST: reqwest::Method = reqwest::Method::POST;

fn by_address(limit: Limit) -> Limits {
    Limits { address: limit, ..Limits::default() }
}

fn trust(network: &str) -> Proxies {
    Proxies::parse(&[network.to_owned()]).unwrap()
}

/// Sends an answer as a proxy would pass it on.
async fn passed_on(site: &Site, forwarded_for: &str) -> u16 {
    let request = site.request(POST, "/n/1/a").header("x-forwarded-for", forwarded_for);
    Reply::of(request.body(snapshot(new_id(), 1, 9, "").to_string())).await.status
}

#[tokio::test]
async fn who_sends_too_much_is_told_when_to_come_back_and_the_page_may_read_it() {
    let each = [
        Limits { address: Limit::new(1, 3), ..Limits::default() },
        Limits { survey: Limit::new(1, 3), ..Limits::default() },
        Limits { all: Limit::new(1, 3), ..Limits::default() },
    ];
    for limits in each {
        let site = Site::with(|config| config.limits = limits).await;
        let send = async || {
            let request = site.request(POST, "/n/1/a").header("origin", "https://shop.example");
            Reply::of(request.body(snapshot(new_id(), 1, 9, "").to_string())).await
        };
        for _ in 0..3 {
            assert_eq!(send().await.status, 200, "{limits:?}");
        }
        let reply = send().await;
        assert_eq!((reply.status, reply.header("retry-after")), (429, "1"), "{limits:?}");
        assert_eq!(reply.header("access-control-allow-origin"), "https://shop.example");
        assert_eq!(reply.header("access-control-expose-headers"), "retry-after");
    }
}

#[tokio::test]
async fn a_forged_x_forwarded_for_changes_nothing() {
    let site = Site::with(|config| config.limits = by_address(Limit::new(1, 3))).await;
    let mut taken = 0;
    for n in 0..20 {
        taken += u32::from(passed_on(&site, &format!("203.0.{n}.1")).await == 200);
    }
    assert!((3..=4).contains(&taken), "{taken} without a proxy");
    let site = Site::with(|config| {
        config.limits = by_address(Limit::new(1, 3));
        config.proxies = trust("127.0.0.1");
    })
    .await;
    let mut taken = 0;
    for n in 0..20 {
        taken += u32::from(passed_on(&site, &format!("203.0.{n}.1, 198.51.100.7")).await == 200);
    }
    assert!((3..=4).contains(&taken), "{taken} behind a proxy");
    for n in 0..20 {
        assert_eq!(passed_on(&site, &format!("198.51.100.7, 203.0.{n}.1")).await, 200, "the proxy says so");
    }
}

#[tokio::test]
async fn an_office_behind_one_address_is_not_refused() {
    let site = Site::start().await;
    // A thousand people who are asked at the same moment, and answer in two steps.
    let people = (0..50).map(async |_| {
        for _ in 0..20 {
            let id = new_id();
            for step in 1..=2 {
                assert_eq!(site.answer(&snapshot(id, step, 9, "")).await.status, 200);
            }
        }
    });
    futures_util::future::join_all(people).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn honest_people_get_through_while_others_flood() {
    let site = Site::with(|config| {
        config.limits = by_address(Limit::new(20, 40));
        config.proxies = trust("127.0.0.0/8");
    })
    .await;
    let (over, refused) = (AtomicBool::new(false), AtomicU32::new(0));
    let flood = (0..8).map(async |lane: u32| {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        for turn in 0_u32.. {
            if over.load(Ordering::Relaxed) {
                return;
            }
            // Half of them from one network, half from a hundred thousand.
            let other = lane * 12_500 + turn % 12_500;
            let network = if lane < 4 { 0 } else { other };
            let client = format!("198.{}.{}.9", network >> 8 & 255, network & 255);
            let head = format!("POST /n/1/a HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {client}\r\n");
            stream.write_all(format!("{head}content-length: 2\r\n\r\n{{}}").as_bytes()).await.unwrap();
            let status = status(&mut stream).await;
            refused.fetch_add(u32::from(status == 429), Ordering::Relaxed);
        }
    });
    let honest = async {
        let mut accepted = 0;
        for person in 0..1_000 {
            let client = format!("203.0.{}.{}", person / 4, person % 4);
            accepted += u32::from(passed_on(&site, &client).await == 200);
        }
        over.store(true, Ordering::Relaxed);
        accepted
    };
    let (accepted, _) = tokio::join!(honest, futures_util::future::join_all(flood));
    assert!(accepted >= 999, "{accepted} of 1,000 honest answers");
    let refused = refused.load(Ordering::Relaxed);
    assert!(refused > 1_000, "{refused} refusals are no flood");
}

/// Reads one response and gives its status.
async fn status(stream: &mut TcpStream) -> u16 {
    let mut text = Vec::new();
    loop {
        assert!(stream.read_buf(&mut text).await.unwrap() > 0);
        let whole = String::from_utf8_lossy(&text);
        let Some((head, body)) = whole.split_once("\r\n\r\n") else { continue };
        let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
        if body.len() >= length.parse().unwrap() {
            return head[9..12].parse().unwrap();
        }
    }
}

/// A connection from an address of this machine's own network.
async fn from(address: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_network_cannot_take_every_connection() {
    let site = Site::with(|config| config.connections = Connections { all: 8, network: 5 }).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(from("127.9.9.1", site.address).await);
    }
    let mut one_more = from("127.9.9.2", site.address).await;
    let mut reply = String::new();
    one_more.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 503") && reply.contains("retry-after: 5"), "{reply}");
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200, "another network");
    drop(open);
    let reply = crate::harness::within(5, async || {
        let mut again = from("127.9.9.2", site.address).await;
        again.write_all(b"GET /favicon.ico HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.ok()?;
        let mut reply = String::new();
        again.read_to_string(&mut reply).await.ok()?;
        reply.starts_with("HTTP/1.1 204").then_some(reply)
    });
    reply.await;
}

#[tokio::test]
async fn where_places_are_few_an_idle_connection_gives_its_own_up_soon() {
    let site = Site::with(|config| config.connections = Connections { all: 100, network: 4 }).await;
    let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut idle = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(site.address).await.unwrap();
        stream.write_all(ask).await.unwrap();
        assert_eq!(status(&mut stream).await, 200);
        idle.push(stream);
    }
    let ends = async |stream: &mut TcpStream, seconds| {
        let end = tokio::time::timeout(Duration::from_secs(seconds), stream.read(&mut [0])).await;
        matches!(end, Ok(Ok(0) | Err(_)))
    };
    assert!(ends(&mut idle[3], 9).await, "the one that came last to a full house");
    assert!(!ends(&mut idle[0], 3).await, "the one that came first");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_slow_connections_are_cut_within_fifteen_seconds_and_nobody_else_notices() {
    allow_open_files();
    let site = Site::start().await;
    let mut slow = Vec::new();
    for n in 0..2_000 {
        let mut stream = from(&format!("127.{}.0.1", 10 + n % 4), site.address).await;
        let start: &[u8] = match n % 3 {
            0 => b"",
            1 => b"POST /n/1/a HTTP/1.1\r\nhost: x\r\nx-slow: ",
            _ => b"POST /n/1/a HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\n{",
        };
        stream.write_all(start).await.unwrap();
        slow.push(stream);
    }
    let began = Instant::now();
    let cut = futures_util::future::join_all(slow.into_iter().map(async |mut stream| {
        let mut reply = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut reply)).await;
        (ended.is_ok(), began.elapsed())
    }));
    let honest = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..100 {
            let asked = Instant::now();
            assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
            slowest = slowest.max(asked.elapsed());
        }
        slowest
    };
    let (cut, slowest) = tokio::join!(cut, honest);
    let last = cut.iter().map(|(_, after)| *after).max().unwrap();
    assert!(cut.iter().all(|(ended, _)| *ended) && last < Duration::from_secs(15), "{last:?}");
    assert!(slowest < Duration::from_secs(1), "an honest answer took {slowest:?}");
}

/// Both ends of every connection are files of this process.
#[cfg(target_os = "linux")]
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}
