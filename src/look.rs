//! How a survey wants to look: where it stands, and its theme. What it says that is not known here is as if it were not
//! said; the owner's check names it.

use suara_survey::lean::digits;
use suara_survey::{Colour, Json, Palette, Surface};
use wasm_bindgen::JsValue;

use crate::dom::document;
use crate::json::Parsed;
use crate::words::Words;

/// The looks of one asking.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// What the button at the edge says that opens the prompt; empty if it stands open from the start.
    pub tab: String,
    /// The address of a logo.
    pub logo: Option<String>,
    /// The name of the words that announce the question.
    pub arrived: &'static str,
    /// `corner`, `modal`, `bar`, `tab` or `inline`.
    pub(crate) kind: String,
    /// One of six places, such as `bottom-end`.
    pub(crate) position: String,
    /// The element that an inline prompt stands in, or a selector of it.
    pub(crate) target: Option<JsValue>,
    /// The style sheet.
    pub(crate) sheet: String,
}

impl Look {
    /// The look that a survey describes; what the page's order says wins.
    pub(crate) fn read(survey: &Parsed, order: &Parsed, words: &Words, locale: &str) -> Self {
        let member = |name| [order, survey].iter().find_map(|json| json.member("display")?.member(name));
        let text = |name, default: &str| {
            member(name).and_then(|value: Parsed| value.text()).unwrap_or(default.to_owned())
        };
        let kind = text("kind", "corner");
        let tab = match kind.as_str() {
            "tab" => member("label").and_then(|label| {
                label.text().or_else(|| label.member_text(locale)).or_else(|| label.member_text("en"))
            }),
            _ => Some(String::new()),
        };
        let theme = survey.member("theme");
        Self {
            tab: tab.unwrap_or_else(|| words.get("open_tab")),
            logo: theme.as_ref().and_then(|theme| theme.member_text("logo")).filter(|url| is_address(url)),
            arrived: if kind == "inline" || kind == "modal" { "arrived_here" } else { "arrived" },
            position: text("position", "bottom-end"),
            target: member("target").map(|target| target.0),
            sheet: themed(&order.member_text("sheet").unwrap_or_default(), theme.as_ref()),
            kind,
        }
    }
}

fn is_address(url: &str) -> bool {
    ["https://", "http://", "/"].iter().any(|start| url.starts_with(start))
}

/// The style sheet of a mode and with what else a theme declares. `plain` is what `style/sheet.rs` makes: the rules, the
/// colours for light, the colours for dark, a line each.
fn themed(plain: &str, theme: Option<&Parsed>) -> String {
    let text = |name| theme.and_then(|theme| theme.member_text(name)).unwrap_or_default();
    let accent = Colour::read(&text("accent"));
    let mut more = String::new();
    if let Some(radius) = theme.and_then(|theme| theme.member_count("radius_px")) {
        for (name, most) in [("l", 32), ("s", 8)] {
            more += &["--suara-radius-", name, ":", &digits(radius.min(most).into()), "px;"].concat();
        }
    }
    if text("font") == "page" {
        more += &["--suara-font:", &page_font().unwrap_or_default(), ";"].concat();
    }
    let palette = |surface| {
        let palette = accent.map_or_else(String::new, |accent| Palette::new(accent, surface).declarations());
        [".box{", &palette, &more, "}"].concat()
    };
    let mut lines = plain.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (rules, light, dark) = (line(), line(), line());
    let light = [rules, light, &palette(Surface::Light)].concat();
    // The dark tokens are colours only; the font and the corners are among the light ones.
    let (open, close) = match text("mode").as_str() {
        "light" => return light,
        "dark" => ("", ""),
        _ => ("@media(prefers-color-scheme:dark){", "}"),
    };
    [&light, open, dark, &palette(Surface::Dark), close].concat()
}

/// The font family of the page's text.
fn page_font() -> Option<String> {
    let body = document()?.body()?;
    let style = web_sys::window()?.get_computed_style(&body).ok()??;
    style.get_property_value("font-family").ok()
}
