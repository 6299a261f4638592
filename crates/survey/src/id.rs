//! The id of an answer: a UUIDv7 (RFC 9562, section 5.7) made on the visitor's side, before anything is sent.

use std::fmt;
use std::str::FromStr;

use crate::Problem;

/// A UUIDv7. Its time is when the question was shown; its 74 random bits identify the answer, never the visitor.
///
/// ```
/// let id = suara_survey::AnswerId::from_parts(1_700_000_000_000, [7; 10]);
/// assert_eq!(id.to_string(), "018bcfe5-6800-7707-8707-070707070707");
/// assert_eq!(id.to_string().parse(), Ok(id));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AnswerId([u8; 16]);

impl AnswerId {
    /// Puts an id together from milliseconds since 1970 (negative counts as 0) and ten random bytes.
    pub fn from_parts(unix_ms: i64, random: [u8; 10]) -> Self {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&unix_ms.max(0).to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = 0x70 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        Self(bytes)
    }

    /// The id that these sixteen bytes are, or `None` if they are no UUIDv7.
    ///
    /// ```
    /// use suara_survey::AnswerId;
    /// let id = AnswerId::from_parts(1_700_000_000_000, [7; 10]);
    /// assert_eq!(AnswerId::from_bytes(*id.as_bytes()), Some(id));
    /// assert_eq!(AnswerId::from_bytes([0; 16]), None);
    /// ```
    pub const fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        if bytes[6] >> 4 == 7 && bytes[8] >> 6 == 2 { Some(Self(bytes)) } else { None }
    }

    /// The usual 36 characters, in lower case; the same as by `Display`.
    pub fn hyphenated(&self) -> String {
        let mut text = String::new();
        for (at, byte) in self.0.into_iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
        text
    }

    /// When it was made, by the clock of who made it, in milliseconds since 1970.
    pub fn unix_ms(&self) -> i64 {
        self.0[..6].iter().fold(0, |ms, byte| ms << 8 | i64::from(*byte))
    }

    /// The sixteen bytes, most significant first: sorting them sorts by time.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for AnswerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hyphenated())
    }
}

impl FromStr for AnswerId {
    type Err = Problem;

    /// Reads the usual 36 characters, in either case.
    ///
    /// # Errors
    /// [`Problem::NotAnId`] for anything but a UUID of version 7 and the RFC's variant.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.as_bytes();
        if text.len() != 36 {
            return Err(Problem::NotAnId);
        }
        let mut bytes = [0; 16];
        let mut digits = 0;
        for (at, &c) in text.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if c != b'-' {
                    return Err(Problem::NotAnId);
                }
                continue;
            }
            let digit = (c as char).to_digit(16).ok_or(Problem::NotAnId)?;
            bytes[digits / 2] = bytes[digits / 2] << 4 | digit as u8;
            digits += 1;
        }
        Self::from_bytes(bytes).ok_or(Problem::NotAnId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_being_written_and_read() {
        for seed in 0..=255 {
            let id = AnswerId::from_parts(i64::from(seed) << 38, [seed; 10]);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn ids_sort_by_time() {
        assert!(AnswerId::from_parts(1, [255; 10]) < AnswerId::from_parts(2, [0; 10]));
    }

    #[test]
    fn other_versions_and_shapes_are_refused() {
        for text in [
            "",
            "018bcfe5-6800-4707-8707-070707070707",
            "018bcfe5-6800-7707-0707-070707070707",
            "018bcfe5x6800-7707-8707-070707070707",
            "018bcfe5-6800-7707-8707-07070707070g",
            "018bcfe568007707870707070707070700000",
        ] {
            assert_eq!(text.parse::<AnswerId>(), Err(Problem::NotAnId), "{text}");
        }
    }
}
