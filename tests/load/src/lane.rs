//! One connection that stays open, and one request after the other over it.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Post;

/// How a post ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// 200 with a receipt that names the id, and the snapshot number in it.
    Acknowledged(u32),
    /// Any other status; whether it came with `Retry-After`.
    Refused(u16, bool),
}

/// A connection.
#[derive(Debug)]
pub struct Lane {
    stream: TcpStream,
    post: Post,
    reply: Vec<u8>,
}

impl Lane {
    /// Connects.
    ///
    /// # Errors
    /// As connecting does.
    pub async fn open(port: u16) -> io::Result<Self> {
        Self::over(TcpStream::connect(("127.0.0.1", port)).await?)
    }

    /// Over a connection that is there.
    ///
    /// # Errors
    /// Where the system refuses to send small packets at once.
    pub fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, post: Post::default(), reply: Vec::with_capacity(1024) })
    }

    /// Posts a snapshot of the answer with this number, and waits for the whole reply.
    ///
    /// # Errors
    /// When the connection ends.
    pub async fn post(&mut self, number: u64, snapshot: u32) -> io::Result<Outcome> {
        let request = self.post.of(number, snapshot);
        self.stream.write_all(request).await?;
        self.outcome(number).await
    }

    /// The same with a chosen score.
    ///
    /// # Errors
    /// When the connection ends.
    pub async fn post_scored(&mut self, number: u64, snapshot: u32, score: u8) -> io::Result<Outcome> {
        let request = self.post.scored(number, snapshot, score);
        self.stream.write_all(request).await?;
        self.outcome(number).await
    }

    async fn outcome(&mut self, number: u64) -> io::Result<Outcome> {
        self.reply.clear();
        loop {
            if self.stream.read_buf(&mut self.reply).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(outcome) = read(&self.reply, number) {
                return Ok(outcome);
            }
        }
    }
}

/// What a reply says, once it is whole.
fn read(reply: &[u8], number: u64) -> Option<Outcome> {
    let end = find(reply, b"\r\n\r\n")?;
    let (head, body) = (&reply[..end], &reply[end + 4..]);
    let length = value(head, b"content-length: ").unwrap_or_default() as usize;
    if body.len() < length {
        return None;
    }
    let status: u16 = value(head, b"HTTP/1.1 ").unwrap_or_default() as u16;
    let snapshot = body.strip_prefix(b"{\"id\":\"").and_then(|rest| {
        (rest.get(..36)? == crate::id(number).to_string().as_bytes())
            .then(|| value(rest, b"\"snapshot\":"))?
    });
    match snapshot {
        Some(snapshot) if status == 200 => Some(Outcome::Acknowledged(snapshot as u32)),
        _ => Some(Outcome::Refused(status, find(head, b"retry-after: ").is_some())),
    }
}

/// The number behind a name. Names are in lower case, as hyper writes them.
fn value(text: &[u8], name: &[u8]) -> Option<u64> {
    let digits = &text[find(text, name)? + name.len()..];
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
