//! Which encoding a file is in, and the file as UTF-8. Spreadsheets write UTF-16 and Windows-1252 without a word about it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes that are looked at and decoded at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// The encoding of a whole file.
pub(super) fn encoding(path: &Path) -> io::Result<&'static Encoding> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE_BYTES];
    let mut count = fill(&mut file, &mut piece)?;
    if let Some((encoding, _)) = Encoding::for_bom(&piece[..count]) {
        return Ok(encoding);
    }
    if let Some(encoding) = wide(&piece[..count]) {
        return Ok(encoding);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let mut utf8 = Utf8::default();
    while count > 0 {
        detector.feed(&piece[..count], false);
        utf8.feed(&piece[..count]);
        count = fill(&mut file, &mut piece)?;
    }
    detector.feed(&[], true);
    match utf8.is_likely() {
        true => Ok(UTF_8),
        false => Ok(detector.guess(None, Utf8Detection::Deny)),
    }
}

fn fill(file: &mut File, piece: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while count < piece.len() {
        match file.read(&mut piece[count..])? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}

/// UTF-16 without a mark: of a table, most characters are ASCII, so every other byte is zero.
fn wide(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    match (even, odd) {
        _ if half < 4 => None,
        (0, odd) if odd * 2 > half => Some(UTF_16LE),
        (even, 0) if even * 2 > half => Some(UTF_16BE),
        _ => None,
    }
}

/// How much speaks for UTF-8 and how much against it.
#[derive(Default)]
struct Utf8 {
    /// Bytes that may be the first ones of a longer character.
    rest: Vec<u8>,
    good: u64,
    bad: u64,
}

impl Utf8 {
    fn feed(&mut self, piece: &[u8]) {
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        let mut left = &bytes[..];
        loop {
            let (text, error) = match std::str::from_utf8(left) {
                Ok(text) => (text, None),
                Err(error) => {
                    (std::str::from_utf8(&left[..error.valid_up_to()]).unwrap_or_default(), Some(error))
                }
            };
            self.good += text.bytes().filter(|byte| *byte >= 0xc2).count() as u64;
            left = &left[text.len()..];
            match error.map(|error| error.error_len()) {
                None => return,
                Some(None) => return self.rest = left.to_vec(),
                Some(Some(length)) => {
                    self.bad += 1;
                    left = &left[length..];
                }
            }
        }
    }

    /// A few broken characters in a file of UTF-8 cost their rows, not the file.
    fn is_likely(&self) -> bool {
        let bad = self.bad + u64::from(!self.rest.is_empty());
        bad == 0 || self.good > 10 * bad
    }
}

/// A file as UTF-8, without its mark. Of a file that is in UTF-8 already, broken characters pass, so that their row can be
/// named.
pub(super) struct Decoded<R> {
    source: R,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    is_begun: bool,
    is_over: bool,
    /// Bytes read so far, for whoever shows progress.
    read: Arc<AtomicU64>,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(source: R, encoding: &'static Encoding, read: Arc<AtomicU64>) -> Self {
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        let (raw, ready) = (vec![0; PIECE_BYTES], Vec::new());
        Self { source, decoder, raw, ready, given: 0, is_begun: false, is_over: false, read }
    }

    fn refill(&mut self) -> io::Result<()> {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let count = self.source.read(&mut self.raw)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        self.is_over = count == 0;
        (self.given, self.ready) = (0, Vec::new());
        let Some(decoder) = &mut self.decoder else {
            let mark = if is_first && self.raw[..count].starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            self.ready.extend_from_slice(&self.raw[mark..count]);
            return Ok(());
        };
        let room = decoder.max_utf8_buffer_length(count).unwrap_or(PIECE_BYTES * 4);
        self.ready.resize(room, 0);
        let (_, _, written, _) = decoder.decode_to_utf8(&self.raw[..count], &mut self.ready, self.is_over);
        self.ready.truncate(written);
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if self.is_over {
                return Ok(0);
            }
            self.refill()?;
        }
        let count = buf.len().min(self.ready.len() - self.given);
        buf[..count].copy_from_slice(&self.ready[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "score,date,comment\n9,2024-01-31,naïve café – “fine” Ærø\n3,2024-01-31,größer über\n";

    fn read(bytes: &[u8]) -> (&'static str, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        let encoding = encoding(&path).unwrap();
        let mut text = Vec::new();
        Decoded::new(File::open(&path).unwrap(), encoding, Arc::default()).read_to_end(&mut text).unwrap();
        (encoding.name(), String::from_utf8_lossy(&text).into_owned())
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn a_file_reads_the_same_in_whatever_encoding_it_is() {
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(TEXT);
        for (name, bytes) in [
            ("UTF-8", TEXT.as_bytes().to_vec()),
            ("UTF-8", format!("\u{feff}{TEXT}").into_bytes()),
            ("UTF-16LE", utf16(&format!("\u{feff}{TEXT}"), u16::to_le_bytes)),
            ("UTF-16BE", utf16(&format!("\u{feff}{TEXT}"), u16::to_be_bytes)),
            ("UTF-16LE", utf16(TEXT, u16::to_le_bytes)),
            ("UTF-16BE", utf16(TEXT, u16::to_be_bytes)),
            ("windows-1252", windows.into_owned()),
        ] {
            assert_eq!(read(&bytes), (name, TEXT.to_owned()));
        }
    }

    #[test]
    fn what_begins_as_ascii_may_be_anything_further_down() {
        let ascii = "9,2024-01-31,fine\n".repeat(20_000);
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode("9,2024-01-31,café déjà vu, très bien\n");
        let (name, text) = read(&[ascii.as_bytes(), &windows].concat());
        assert!(name == "windows-1252" && text.ends_with("café déjà vu, très bien\n"), "{name}");
        let (name, _) = read(&[ascii.as_bytes(), "é".repeat(40_001).as_bytes()].concat());
        assert_eq!(name, "UTF-8", "also where a piece ends within a character");
    }

    #[test]
    fn a_broken_character_in_utf8_costs_its_row_only() {
        let text =
            ["größer über café naïve été".as_bytes(), b" \xe9 ", "déjà vu äöü ñ ß".as_bytes()].concat();
        assert_eq!(read(&text).0, "UTF-8");
    }
}
