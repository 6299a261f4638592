//! A connection that waits long for a request to begin and only briefly for its head to end. Hyper has one timeout for
//! both, which would either drop idle connections too soon or let slow ones stay.

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

/// A stream that ends when a head takes too long.
pub(super) struct Patient<S> {
    stream: S,
    phase: Phase,
    head_time: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    /// The first head is due from the start.
    pub(super) fn new(stream: S, phase: Phase, head_time: Duration) -> Self {
        Self { stream, phase, head_time, deadline: Some(Box::pin(tokio::time::sleep(head_time))) }
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
        Pin::new(&mut self.stream).poll_write(cx, buf)
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
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
