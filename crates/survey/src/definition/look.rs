//! Display, theme and addresses: what the prompt takes the default for when it does not know it.

use crate::reader::{Reader, quoted};
use crate::{Colour, Flaw, Json, Text};

const KINDS: [&str; 5] = ["corner", "modal", "bar", "tab", "inline"];
const POSITIONS: [&str; 6] = ["bottom-end", "bottom", "bottom-start", "top-start", "top", "top-end"];
/// As round as anyone wants a corner.
const RADIUS_MAX_PX: u32 = 32;

pub(super) fn check(json: &impl Json) -> Result<(), Flaw> {
    if let Some(display) = json.member("display") {
        let at = Reader { json: &display, path: "display" };
        at.one_of("kind", &KINDS)?;
        at.one_of("position", &POSITIONS)?;
        at.selector("target")?;
        if let Some(label) = display.member("label") {
            Text::read(&label).map_err(|problem| Flaw::new("display.label", problem.to_string()))?;
        }
        let is_inline = display.member_text("kind").as_deref() == Some("inline");
        if is_inline && display.member("target").is_none() {
            return Err(Flaw::new(
                "display.target",
                "is missing; give the selector of the element in which the survey stands",
            ));
        }
    }
    match json.member("theme") {
        Some(theme) => check_theme(&Reader { json: &theme, path: "theme" }),
        None => Ok(()),
    }
}

fn check_theme<J: Json>(at: &Reader<J>) -> Result<(), Flaw> {
    at.one_of("mode", &["auto", "light", "dark"])?;
    at.one_of("font", &["system", "page"])?;
    at.count("radius_px", 0, RADIUS_MAX_PX)?;
    if at.json.member("accent").is_some() {
        let accent = at.json.member_text("accent").unwrap_or_default();
        let flaw = || {
            Flaw::value(
                "theme.accent",
                quoted(&accent),
                "a colour is # and six hexadecimal digits, such as #0a7d55",
            )
        };
        Colour::read(&accent).ok_or_else(flaw)?;
    }
    if at.json.member("logo").is_some() {
        let logo = at.json.member_text("logo").unwrap_or_default();
        let is_address = ["https://", "http://", "/"].iter().any(|start| logo.starts_with(start));
        if !is_address {
            return Err(Flaw::value(
                "theme.logo",
                quoted(&logo),
                "an address begins with https://, http:// or /",
            ));
        }
    }
    Ok(())
}
