//! The network between a browser and the collector, as bad as a journey wants it: a TCP relay that treats posted answers
//! by a [`Fault`], passes on the rest, and writes down when which answer came by.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::fault::{Answer, Fault};
use crate::until;

/// A relay on a free port of 127.0.0.1, which it keeps while it refuses.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

/// An answer that came by.
#[derive(Clone, Debug)]
pub struct Passage {
    /// When.
    pub at: Instant,
    /// Its id.
    pub id: String,
    /// What it says, or null if it is no JSON.
    pub body: Value,
    /// Whether a fault was on.
    pub in_fault: bool,
}

#[derive(Debug)]
struct Shared {
    upstream: String,
    fault: Mutex<Option<Fault>>,
    passages: Mutex<Vec<Passage>>,
    mended: Notify,
}

impl Proxy {
    /// Starts one that passes everything on to `upstream`.
    pub async fn start(upstream: &str) -> Self {
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let shared = Arc::new(Shared {
            upstream,
            fault: Mutex::default(),
            passages: Mutex::default(),
            mended: Notify::new(),
        });
        let mut proxy = Self { port: 0, shared, listening: None };
        proxy.listen().await;
        proxy
    }

    /// Where it is, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on answers fare like this.
    pub async fn break_by(&mut self, fault: Fault) {
        let refuses = matches!(fault, Fault::Refused);
        *self.shared.fault.lock().unwrap() = Some(fault);
        if refuses && let Some(task) = self.listening.take() {
            task.abort();
            // The port is closed once the task is gone.
            task.await.ok();
        }
    }

    /// From now on all is well.
    pub async fn mend(&mut self) {
        *self.shared.fault.lock().unwrap() = None;
        self.shared.mended.notify_waiters();
        if self.listening.is_none() {
            self.listen().await;
        }
    }

    /// Every answer that came by so far.
    pub fn passages(&self) -> Vec<Passage> {
        self.shared.passages.lock().unwrap().clone()
    }

    async fn listen(&mut self) {
        let address = ("127.0.0.1", self.port);
        let listener = until("the port", async || TcpListener::bind(address).await.ok()).await;
        self.port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&self.shared);
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                // A browser that hangs up is no failure of ours.
                tokio::spawn(async move { serve(stream, &shared).await.ok() });
            }
        }));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.iter().for_each(JoinHandle::abort);
    }
}

/// One request of one connection.
async fn serve(mut client: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let at_once = matches!(*shared.fault.lock().unwrap(), Some(Fault::ResetAtOnce));
    if at_once {
        return client.set_zero_linger();
    }
    let request = Request::read(&mut client).await?;
    let fault = shared.fault.lock().unwrap().clone();
    if !request.is_answer() {
        let reply = request.pass_on(&shared.upstream).await?;
        return client.write_all(&reply).await;
    }
    let passage = request.passage(fault.is_some());
    let is_note = passage.body["lost"].is_string();
    shared.passages.lock().unwrap().push(passage);
    let fault = match fault {
        Some(Fault::AnswersOnly(fault)) => Some(*fault).filter(|_| !is_note),
        fault => fault,
    };
    let (passed_on, answer) = match fault {
        Some(Fault::Posted { passed_on, answer }) => (passed_on, answer),
        _ => (true, Answer::Own),
    };
    let own = if passed_on { request.pass_on(&shared.upstream).await? } else { Vec::new() };
    tokio::select! {
        done = treat(client, answer, own) => done,
        // What hung is cut, or browsers that talk to one server on six connections at most would wait for it.
        () = shared.mended.notified() => Ok(()),
    }
}

async fn treat(mut client: TcpStream, answer: Answer, own: Vec<u8>) -> std::io::Result<()> {
    match answer {
        Answer::Own => client.write_all(&own).await,
        Answer::Reset => client.set_zero_linger(),
        Answer::Silence => std::future::pending().await,
        Answer::Half => {
            let body = body_of(&own).len();
            client.write_all(&own[..own.len() - body / 2]).await
        }
        Answer::Slow { pause_ms } => {
            for byte in own {
                client.write_all(&[byte]).await?;
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            }
            Ok(())
        }
        Answer::Hidden => {
            let text = String::from_utf8_lossy(&own).replace("access-control-", "x-");
            client.write_all(text.as_bytes()).await
        }
        Answer::Bytes(bytes) => client.write_all(&bytes).await,
    }
}

/// A request as it came.
struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    async fn read(client: &mut TcpStream) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        loop {
            let head = bytes.len() - body_of(&bytes).len();
            if head > 0 {
                let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
                let length =
                    header(&text, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
                if bytes.len() - head >= length {
                    return Ok(Self { head: text, body: bytes.split_off(head) });
                }
            }
            if client.read_buf(&mut bytes).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn is_answer(&self) -> bool {
        self.head.starts_with("POST ")
    }

    fn passage(&self, in_fault: bool) -> Passage {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let id = body["id"].as_str().unwrap_or_default().to_owned();
        Passage { at: Instant::now(), id, body, in_fault }
    }

    /// The collector's answer, whole, on a connection of its own.
    async fn pass_on(&self, upstream: &str) -> std::io::Result<Vec<u8>> {
        let lines =
            self.head.trim_end().lines().filter(|line| !line.to_lowercase().starts_with("connection:"));
        let head = lines.collect::<Vec<_>>().join("\r\n") + "\r\nconnection: close\r\n\r\n";
        let mut server = TcpStream::connect(upstream).await?;
        server.write_all(head.as_bytes()).await?;
        server.write_all(&self.body).await?;
        let mut reply = Vec::new();
        server.read_to_end(&mut reply).await?;
        Ok(reply)
    }
}

/// What follows the empty line; everything if there is none yet.
fn body_of(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n");
    end.map_or(message, |end| &message[end + 4..])
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
