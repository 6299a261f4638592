//! The addresses within the admin view, below `/admin`.

/// Where the admin view lives; the router puts it before every path here.
pub(crate) const BASE: &str = "/admin";

/// The list of surveys.
pub(crate) const HOME: &str = "/";

/// Signing in, without a way back.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// The dashboard of a survey.
pub(crate) fn dashboard(survey: &str) -> String {
    format!("/s/{}", encoded(survey))
}

/// Signing in, and back to `from` afterwards: a whole address below the base, its query included.
pub(crate) fn sign_in_and_back(from: &str) -> String {
    let from = from.strip_prefix(BASE).unwrap_or(from);
    if from.is_empty() || from == HOME {
        SIGN_IN.to_owned()
    } else {
        format!("{SIGN_IN}?next={}", encoded(from))
    }
}

/// Where to go after signing in. An address of another site is refused, so that a link cannot lead astray.
pub(crate) fn after_sign_in(next: Option<&str>) -> &str {
    let is_ours = |next: &&str| next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    next.filter(is_ours).unwrap_or(HOME)
}

/// Percent-encodes everything but letters, digits, `-`, `_`, `.` and `~`, as one part of an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_kept_with_its_query() {
        assert_eq!(sign_in_and_back("/admin/s/nps?period=30d"), "/sign-in?next=%2Fs%2Fnps%3Fperiod%3D30d");
        assert_eq!(sign_in_and_back("/admin/"), "/sign-in");
        assert_eq!(sign_in_and_back("/admin"), "/sign-in");
    }

    #[test]
    fn only_an_address_of_this_site_is_a_way_back() {
        assert_eq!(after_sign_in(Some("/s/nps?period=30d")), "/s/nps?period=30d");
        for astray in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
            assert_eq!(after_sign_in(Some(astray)), HOME, "{astray}");
        }
        assert_eq!(after_sign_in(None), HOME);
    }

    #[test]
    fn a_survey_id_cannot_break_out_of_its_place() {
        assert_eq!(dashboard("a/b?c é"), "/s/a%2Fb%3Fc%20%C3%A9");
    }
}
