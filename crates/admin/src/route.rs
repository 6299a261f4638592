//! The addresses of the admin view, whole: neither the router nor a link puts anything before them.

use leptos_router::NavigateOptions;

/// Where the admin view lives.
pub(crate) const BASE: &str = "/admin";

/// The list of surveys.
pub(crate) const HOME: &str = "/admin/";

/// Signing in, without a way back.
pub(crate) const SIGN_IN: &str = "/admin/sign-in";

/// The dashboard of a survey.
pub(crate) fn dashboard(survey: &str) -> String {
    format!("/admin/s/{}", encoded(survey))
}

/// Signing in, and back to the address `from` afterwards.
pub(crate) fn sign_in_and_back(from: &str) -> String {
    if from == HOME || from == BASE {
        SIGN_IN.to_owned()
    } else {
        format!("{SIGN_IN}?next={}", encoded(from))
    }
}

/// Where to go after signing in. An address outside the admin view is refused, so that a link cannot lead astray.
pub(crate) fn after_sign_in(next: Option<&str>) -> &str {
    next.filter(|next| next.starts_with(HOME)).unwrap_or(HOME)
}

/// What the owner of a site pastes into its pages; `origin` is where the collector is.
pub(crate) fn tag(origin: &str, survey: &str) -> String {
    format!(r#"<script src="{origin}/suara.js" data-survey="{}" async></script>"#, encoded(survey))
}

/// A step to an address of this module, which the back button undoes.
pub(crate) fn forward() -> NavigateOptions {
    NavigateOptions { resolve: false, ..NavigateOptions::default() }
}

/// The same in place of the page that one is on.
pub(crate) fn in_place() -> NavigateOptions {
    NavigateOptions { replace: true, ..forward() }
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
        let address = "/admin/s/nps?period=30d";
        assert_eq!(sign_in_and_back(address), "/admin/sign-in?next=%2Fadmin%2Fs%2Fnps%3Fperiod%3D30d");
        assert_eq!(sign_in_and_back("/admin/"), "/admin/sign-in");
        assert_eq!(sign_in_and_back("/admin"), "/admin/sign-in");
    }

    #[test]
    fn only_an_address_of_the_admin_view_is_a_way_back() {
        assert_eq!(after_sign_in(Some("/admin/s/nps?period=30d")), "/admin/s/nps?period=30d");
        for astray in ["//evil.example", "https://evil.example", "/\\evil.example", "/administrator", "/", ""]
        {
            assert_eq!(after_sign_in(Some(astray)), HOME, "{astray}");
        }
        assert_eq!(after_sign_in(None), HOME);
    }

    #[test]
    fn the_tag_can_be_pasted_as_it_is() {
        let tag = tag("https://voice.example", "nps");
        assert_eq!(tag, r#"<script src="https://voice.example/suara.js" data-survey="nps" async></script>"#);
    }

    #[test]
    fn a_survey_id_cannot_break_out_of_its_place() {
        assert_eq!(dashboard("a/b?c é"), "/admin/s/a%2Fb%3Fc%20%C3%A9");
    }
}
