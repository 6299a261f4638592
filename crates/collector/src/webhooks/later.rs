//! When a receiver that has too much to do wants to be tried again, by its `Retry-After`.

use jiff::fmt::rfc2822;

/// How long to wait, in milliseconds, of a number of seconds or a date; `None` for what is neither. The past is now.
pub(super) fn wait_ms(retry_after: &str, now_ms: i64) -> Option<i64> {
    let text = retry_after.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than that are as good as for ever.
        return Some(text.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1000));
    }
    let at = rfc2822::parse(text).ok()?;
    Some((at.timestamp().as_millisecond() - now_ms).max(0))
}

#[cfg(test)]
mod tests {
    #[test]
    fn seconds_and_dates_are_read_and_nothing_else_is() {
        let now_ms = 784_111_777_000;
        for (text, wait_ms) in [
            ("0", Some(0)),
            ("120", Some(120_000)),
            (" 7 ", Some(7_000)),
            ("99999999999999999999", Some(i64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30_000)),
            ("Sat, 05 Nov 1994 08:49:37 GMT", Some(0)),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(super::wait_ms(text, now_ms), wait_ms, "{text:?}");
        }
    }
}
