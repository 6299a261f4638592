//! A connection that waits long for a request to begin, only briefly for its head to end, and not for ever for a client
//! that reads nothing. Hyper has one timeout for the first two, which would either drop idle connections too soon or let
//! slow ones stay, and none for the third.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Whether a request is being handled right now.
#[derive(Clone, Default)]
pub(super) struct Phase(Arc<AtomicBool>);

/// A request being handled, as long as this lives.
pub(super) struct Busy(Arc<AtomicBool>);

impl Phase {
    pub(super) fn busy(&self) -> Busy {
        self.0.store(true, Ordering::Relaxed);
        Busy(Arc::clone(&self.0))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// A stream that ends when a head takes too long, or when nothing of a response is taken.
pub(super) struct Patient<S> {
    stream: S,
    phase: Phase,
    head_time: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
    stall_time: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    /// The first head is due from the start.
    pub(super) fn new(stream: S, phase: Phase, head_time: Duration, stall_time: Duration) -> Self {
        let deadline = Some(Box::pin(tokio::time::sleep(head_time)));
        Self { stream, phase, head_time, deadline, stall_time, stalled: None }
    }

    /// Any progress begins the time anew.
    fn unless_stalled<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let stall_time = self.stall_time;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall_time)));
        stalled.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let (before, this) = (buf.filled().len(), &mut *self);
        let outcome = Pin::new(&mut this.stream).poll_read(cx, buf);
        if this.phase.0.load(Ordering::Relaxed) {
            this.deadline = None;
            return outcome;
        }
        if outcome.is_pending() {
            let is_late =
                this.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready());
            return if is_late { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { Poll::Pending };
        }
        if this.deadline.is_none() && buf.filled().len() > before {
            this.deadline = Some(Box::pin(tokio::time::sleep(this.head_time)));
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.unless_stalled(cx, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.unless_stalled(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_cut() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let error = Patient::new(ours, Phase::default(), LONG, SHORT).write_all(&[0; 100]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_client_that_takes_it_slowly_gets_all() {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let writing = tokio::spawn(async move {
            Patient::new(ours, Phase::default(), LONG, 4 * SHORT).write_all(&[7; 160]).await
        });
        let mut taken = Vec::new();
        while taken.len() < 160 {
            tokio::time::sleep(SHORT / 2).await;
            taken.push(theirs.read_u8().await.unwrap());
            theirs.read_buf(&mut taken).await.unwrap();
        }
        assert!(writing.await.unwrap().is_ok());
    }
}
