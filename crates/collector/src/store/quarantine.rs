//! What was refused, on its way into the quarantine and out again, whichever backend keeps it.

use sha2::{Digest, Sha256};
use suara_survey::wire::{Ground, Quarantined};

/// Rows that are kept at most: more than anybody reads.
pub(crate) const ROWS_MAX: i64 = 5_000;

/// Bytes of bodies that are kept at most: a thousand of the largest, or all rows of the usual size twenty times over.
pub(crate) const BYTES_MAX: i64 = 32 * 1024 * 1024;

/// What is left, of a hundred, when one of these is passed: so it is not cut at each new row.
pub(crate) const LEFT_PERCENT: i64 = 90;

/// Characters of a survey's name that are kept; a survey has no longer one.
const SURVEY_MAX_CHARS: usize = 64;

/// Characters of a refusal that are kept.
const ERROR_MAX_CHARS: usize = 500;

/// Something that was refused, ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) survey: String,
    pub(crate) ground: Ground,
    pub(crate) error: String,
    pub(crate) body: Vec<u8>,
    pub(crate) is_whole: bool,
    pub(crate) body_sha: [u8; 32],
    pub(crate) at_ms: i64,
}

impl Refused {
    /// What is kept of a `body` that was refused with `error`.
    pub(crate) fn new((ground, error): (Ground, &str), survey: &str, body: &[u8], at_ms: i64) -> Self {
        let body = without_identity(body);
        Self {
            survey: cut(survey, SURVEY_MAX_CHARS),
            ground,
            error: cut(error, ERROR_MAX_CHARS),
            body_sha: Sha256::digest(&body).into(),
            body,
            is_whole: ground != Ground::TooLarge,
            at_ms,
        }
    }
}

/// One out of the quarantine, with its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Detained {
    pub(crate) about: Quarantined,
    pub(crate) body: Vec<u8>,
}

/// The same without who somebody is: a token names a person, and may still open something. It is looked for in bytes,
/// because what is refused need be no JSON, or not all of it.
fn without_identity(body: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"\"identity\"";
    let (mut kept, mut rest) = (Vec::with_capacity(body.len()), body);
    while let Some(place) = rest.windows(NAME.len()).position(|window| window == NAME) {
        let (before, after) = rest.split_at(place + NAME.len());
        kept.extend_from_slice(before);
        let begins = after.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b':').count();
        let (between, value) = after.split_at(begins);
        kept.extend_from_slice(between);
        rest = match value.split_first() {
            Some((b'"', text)) => {
                kept.extend_from_slice(b"\"");
                &text[length(text)..]
            }
            _ => value,
        };
    }
    kept.extend_from_slice(rest);
    kept
}

/// How many bytes stand before the quotation mark that ends a text of JSON; all where there is none.
fn length(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let ends = |byte: &u8| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    };
    text.iter().position(ends).unwrap_or(text.len())
}

fn cut(text: &str, max_chars: usize) -> String {
    text.chars().take(max_chars).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_body_is_kept_without_the_token_in_it_whatever_else_it_is() {
        for (body, kept) in [
            (r#"{"v":9,"identity":"a.b.c","at":1}"#, r#"{"v":9,"identity":"","at":1}"#),
            (r#"{"identity" :  "a\"b\\"}"#, r#"{"identity" :  ""}"#),
            (r#"{"identity":"a.b.c"#, r#"{"identity":""#),
            (r#"{"identity":7,"a":{"identity":"x"}}"#, r#"{"identity":7,"a":{"identity":""}}"#),
            (r#"{"comment":"\"identity\":\"mine\""}"#, r#"{"comment":"\"identity\":\"mine\""}"#),
            (r#""identity""#, r#""identity""#),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8(without_identity(body.as_bytes())).unwrap(), kept);
        }
    }
}
