//! What std does with texts, in fewer bytes: its ways of printing a number and of finding a text in a text bring two
//! kilobytes into a module for the browser. Nothing here is meant for long texts.

/// A whole number in decimal digits.
///
/// ```
/// use suara_survey::lean::digits;
/// assert_eq!(digits(-1_500), "-1500");
/// ```
pub fn digits(number: i64) -> String {
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    // As many as the largest number has.
    let mut power = 1_000_000_000_000_000_000_u64;
    let mut rest = number.unsigned_abs();
    let mut begun = false;
    while power > 0 {
        let digit = (rest / power) as u8;
        rest %= power;
        begun |= digit > 0 || power == 1;
        if begun {
            text.push(char::from(b'0' + digit));
        }
        power /= 10;
    }
    text
}

/// What stands before the first place where a text holds `mark`, and what after it.
///
/// ```
/// use suara_survey::lean::split;
/// assert_eq!(split("a{{b}}", "{{"), Some(("a", "b}}")));
/// assert_eq!(split("a{b}", "{{"), None);
/// ```
pub fn split<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(mark.len()).position(|part| part == mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// Texts with a separator between them.
///
/// ```
/// assert_eq!(suara_survey::lean::join(["a", "b"], ", "), "a, b");
/// ```
pub fn join<T: AsRef<str>>(texts: impl IntoIterator<Item = T>, separator: &str) -> String {
    let mut joined = String::new();
    for (at, text) in texts.into_iter().enumerate() {
        if at > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text.as_ref());
    }
    joined
}

/// The first characters of a text, at most so many.
///
/// ```
/// use suara_survey::lean::cut;
/// assert_eq!(cut("é…x", 2), "é…");
/// assert_eq!(cut("why", 3), "why");
/// ```
pub fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_std() {
        for number in [i64::MIN, -10, -1, 0, 7, 10, 1_050, 1_732_600_000_123, i64::MAX] {
            assert_eq!(digits(number), number.to_string());
        }
    }

    #[test]
    fn a_mark_is_found_where_std_finds_it() {
        for text in ["", "ab", "xab", "abab", "éab", "aéb", "a"] {
            assert_eq!(split(text, "ab"), text.split_once("ab"), "{text}");
        }
    }
}
