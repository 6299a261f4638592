//! A receiver of webhooks.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::harness::within;

/// What a receiver has heard.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    head: String,
    body: String,
}

impl Heard {
    pub(crate) fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        let line = self
            .head
            .lines()
            .find_map(|line| line.to_lowercase().starts_with(&start).then(|| line[start.len()..].to_owned()));
        line.unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether one of the signatures is made with this secret.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        let signed =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        mac.update(signed.as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').any(|signature| signature == wanted)
    }
}

/// A receiver that answers with a status, and keeps what it hears.
pub(crate) struct Receiver {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    status: Arc<Mutex<String>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (heard, status) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new("200 X".to_owned())));
        let (all, answer) = (Arc::clone(&heard), Arc::clone(&status));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (all, answer) = (Arc::clone(&all), Arc::clone(&answer));
                tokio::spawn(async move {
                    let mut bytes = Vec::new();
                    let request = loop {
                        let mut part = [0; 4096];
                        let count = stream.read(&mut part).await.unwrap();
                        bytes.extend_from_slice(&part[..count]);
                        if let Some(request) = whole(&bytes) {
                            break request;
                        }
                    };
                    all.lock().unwrap().push(request);
                    let status = answer.lock().unwrap().clone();
                    if status.is_empty() {
                        return std::future::pending().await;
                    }
                    let answer =
                        format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                });
            }
        });
        Self { url, heard, status }
    }

    pub(crate) fn answer(&self, status: u16) {
        *self.status.lock().unwrap() = format!("{status} X");
    }

    /// The same with a time after which it may be tried again.
    pub(crate) fn ask_for(&self, status: u16, retry_after: &str) {
        *self.status.lock().unwrap() = format!("{status} X\r\nretry-after: {retry_after}");
    }

    /// From now on it takes everything and answers nothing.
    pub(crate) fn hang(&self) {
        self.status.lock().unwrap().clear();
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// Waits until it has heard so much.
    pub(crate) async fn hears(&self, count: usize) -> Vec<Heard> {
        within(15, async || Some(self.heard()).filter(|heard| heard.len() >= count)).await
    }
}

fn whole(bytes: &[u8]) -> Option<Heard> {
    let text = String::from_utf8(bytes.to_vec()).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (body.len() >= length.unwrap_or(0)).then(|| Heard { head: head.to_owned(), body: body.to_owned() })
}
