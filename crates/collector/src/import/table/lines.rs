//! Remembers on which line each record may start, while the bytes pass by. The reader of CSV counts lines too, but skips
//! blank ones and gives the line before them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

/// A reader whose line starts can be asked for.
pub(super) struct Lines<R> {
    source: R,
    seen: Rc<RefCell<Seen>>,
}

/// What has passed by.
pub(super) struct Seen {
    /// Offset and number of each line that is not blank, oldest first.
    starts: VecDeque<(u64, u64)>,
    offset: u64,
    line: u64,
    is_at_start: bool,
    record_start: u64,
    record_max_bytes: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(source: R, record_max_bytes: u64) -> (Self, Rc<RefCell<Seen>>) {
        let seen = Seen {
            starts: VecDeque::new(),
            offset: 0,
            line: 1,
            is_at_start: true,
            record_start: 0,
            record_max_bytes,
        };
        let seen = Rc::new(RefCell::new(seen));
        (Self { source, seen: Rc::clone(&seen) }, seen)
    }
}

impl Seen {
    /// A record is read from `offset` on, where the one before it ended.
    pub(super) fn begin(&mut self, offset: u64) {
        while self.starts.front().is_some_and(|(start, _)| *start < offset) {
            self.starts.pop_front();
        }
        self.record_start = offset;
    }

    /// The line on which that record starts, once its first bytes have passed.
    pub(super) fn line(&self) -> u64 {
        self.starts.front().map_or(self.line, |(_, line)| *line)
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes {
            if self.is_at_start && !matches!(byte, b'\r' | b'\n') {
                self.starts.push_back((self.offset, self.line));
                self.is_at_start = false;
            }
            if *byte == b'\n' {
                self.line += 1;
                self.is_at_start = true;
            }
            self.offset += 1;
        }
        if self.offset - self.record_start <= self.record_max_bytes {
            return Ok(());
        }
        let (start, limit) = (self.line(), self.record_max_bytes);
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!(
                "the record on line {start} does not end within {limit} bytes; see whether a quotation mark is missing"
            ),
        ))
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buf)?;
        self.seen.borrow_mut().pass(&buf[..count])?;
        Ok(count)
    }
}
