//! Honest posts while thousands of connections are slow or half open, and when those are cut.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::{CONNECTIONS, collector, compare, row};

/// Connections that send nothing, half a head, or half a body.
const SLOW: usize = 2_000;

/// Honest connections beside them.
const HONEST: usize = 8;

/// Within this they are all gone.
const CUT_WITHIN: Duration = Duration::from_secs(15);

/// How long honest posts are measured, as long as the slow ones are there.
const WHILE_SLOW: Duration = Duration::from_secs(4);

pub(crate) async fn measure() {
    allow_open_files();
    let data = tempfile::tempdir().unwrap();
    let (serving, receiver) = collector(data.path());
    // What comes first pays for what is not in memory yet.
    receiver.round(CONNECTIONS, Duration::from_secs(1)).await;
    let mut quiet = receiver.round(HONEST, WHILE_SLOW).await;
    let mut slow = Vec::new();
    for number in 0..SLOW {
        slow.push(tokio::spawn(open(serving.port, number)));
    }
    let mut beside = receiver.round(HONEST, WHILE_SLOW).await;
    let (mut last, mut uncut) = (Duration::ZERO, 0);
    for connection in slow {
        match connection.await.unwrap() {
            Some(after) => last = last.max(after),
            None => uncut += 1,
        }
    }
    crate::head();
    row("suara serve, nobody else", HONEST, &mut quiet);
    row("suara serve, 2000 slow ones beside", HONEST, &mut beside);
    println!();
    crate::say(
        "p99 of the quiet by p99 beside slow ones",
        quiet.within_ms(0.99) / beside.within_ms(0.99),
        0.5,
    );
    println!("{SLOW} slow connections: {uncut} not cut, the last after {:.1} s", last.as_secs_f64());
    assert!(uncut == 0 && last < CUT_WITHIN);
    serving.kill();
    compare(data.path(), &receiver).await;
}

/// Opens a slow connection and waits until it is cut; gives after how long.
async fn open(port: u16, number: usize) -> Option<Duration> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("127.{}.0.1:0", 10 + number % 4).parse().unwrap()).unwrap();
    let mut stream = socket.connect(([127, 0, 0, 1], port).into()).await.unwrap();
    let began = Instant::now();
    let start: &[u8] = match number % 3 {
        0 => b"",
        1 => b"POST /n/1/a HTTP/1.1\r\nhost: x\r\nx-slow: ",
        _ => b"POST /n/1/a HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\n{",
    };
    stream.write_all(start).await.unwrap();
    let mut reply = Vec::new();
    let end = tokio::time::timeout(CUT_WITHIN * 2, stream.read_to_end(&mut reply)).await;
    end.is_ok().then(|| began.elapsed())
}

/// Each connection is an open file.
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}
