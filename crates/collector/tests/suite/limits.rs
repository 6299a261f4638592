//! Slow and endless clients are cut off; patient ones are not.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Cookie, Site, new_id, snapshot};

/// Sends `start`, then a byte a second; gives what came back and after how long the connection ended.
async fn drip(site: &Site, start: &str) -> (String, Duration) {
    let stream = TcpStream::connect(site.address).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    writer.write_all(start.as_bytes()).await.unwrap();
    let began = Instant::now();
    let dripping = tokio::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let mut reply = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), reader.read_to_end(&mut reply)).await;
    dripping.abort();
    assert!(ended.is_ok(), "still open after 20 s");
    (String::from_utf8_lossy(&reply).into_owned(), began.elapsed())
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_after_five_seconds() {
    let site = Site::start().await;
    for start in ["", "GET / HTTP/1.1\r\nhost: x\r\nx-slow: "] {
        let (reply, after) = drip(&site, start).await;
        assert_eq!(reply, "", "{start}");
        assert!(Duration::from_secs(4) < after && after < Duration::from_secs(9), "{start}: {after:?}");
    }
}

#[tokio::test]
async fn a_second_head_that_never_ends_is_cut_too() {
    let site = Site::start().await;
    let start = "GET /n/1/q/nps HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nx-slow: ";
    let (reply, after) = drip(&site, start).await;
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(after < Duration::from_secs(9), "{after:?}");
}

#[tokio::test]
async fn a_body_that_never_ends_is_cut_after_ten_seconds() {
    let site = Site::start().await;
    let (reply, after) =
        drip(&site, "POST /n/1/a HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n{").await;
    assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
    assert!(Duration::from_secs(9) < after && after < Duration::from_secs(14), "{after:?}");
}

#[tokio::test]
async fn a_silent_connection_is_cut_and_an_idle_one_is_kept_for_a_while() {
    let site = Site::start().await;
    let mut silent = TcpStream::connect(site.address).await.unwrap();
    let mut idle = TcpStream::connect(site.address).await.unwrap();
    let ask = b"GET /n/1/q/nps HTTP/1.1\r\nhost: x\r\n\r\n";
    idle.write_all(ask).await.unwrap();
    read_response(&mut idle).await;
    let ended = tokio::time::timeout(Duration::from_secs(9), silent.read(&mut [0])).await;
    assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
    let ended = tokio::time::timeout(Duration::from_secs(3), idle.read(&mut [0])).await;
    assert!(ended.is_err(), "{ended:?}");
    idle.write_all(ask).await.unwrap();
    assert!(read_response(&mut idle).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_body_of_unknown_length_is_cut_at_its_limit() {
    let site = Site::start().await;
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000)).repeat(3);
    let (reply, _) = drip(
        &site,
        &format!("POST /n/1/a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n"),
    )
    .await;
    assert!(reply.starts_with("HTTP/1.1 413"), "{reply}");
}

#[tokio::test]
async fn it_ends_at_once_although_an_admin_view_listens() {
    let site = Site::start().await;
    let Cookie(cookie) = site.owner().await;
    let live = site.request(reqwest::Method::GET, "/api/1/surveys/nps/live").header("cookie", cookie);
    let _live = live.send().await.unwrap();
    assert_eq!(site.answer(&snapshot(new_id(), 1, 9, "")).await.status, 200);
    let began = Instant::now();
    site.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

async fn read_response(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        text += &String::from_utf8_lossy(&buffer[..count]);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
            if body.len() >= length.parse().unwrap() {
                return text;
            }
        }
        assert!(count > 0, "{text}");
    }
}
