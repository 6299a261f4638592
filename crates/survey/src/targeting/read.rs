//! Reading `when`, with every refusal an owner may need.

use super::address::Shape;
use super::trigger::EventRule;
use super::{AddressRule, Triggers, When, instant_ms};
use crate::reader::{Reader, quoted};
use crate::{Flaw, Json};

/// A day; a visitor who stays longer on one page is not there.
const MS_MAX: u32 = 86_400_000;
/// Ten years.
const DAYS_MAX: u32 = 3650;
/// More than a browser's history holds of one site.
const VIEWS_MAX: u32 = 1_000_000;
/// More rules than this nobody can read.
const RULES_MAX: usize = 50;

impl When {
    /// Reads the member `when` of a survey, or the attribute `data-when` of the tag. Unknown members are ignored.
    ///
    /// # Errors
    /// The first [`Flaw`], with its path.
    pub fn read(json: &impl Json) -> Result<Self, Flaw> {
        if json.members().is_none() {
            return Err(Flaw::new("when", "is not an object; write {} to ask everybody"));
        }
        let at = Reader { json, path: "when" };
        Ok(Self {
            url: rules(json)?,
            present: at.selector("present")?,
            views: at.count("views", 1, VIEWS_MAX)?,
            not_first_visit: at.flag("not_first_visit")?,
            tenure_days: at.count("tenure_days", 0, DAYS_MAX)?,
            attributes: at.pairs("attributes")?,
            device: at.listed("device", |name| ["phone", "tablet", "desktop"].contains(&name), DEVICES)?,
            language: at.listed("language", is_tag, LANGUAGES)?,
            from_ms: instant(&at, "from")?,
            until_ms: instant(&at, "until")?,
            sample_percent: at.count("sample_percent", 0, 100)?,
            triggers: triggers(&at)?,
        })
        .and_then(When::sensible)
    }

    fn sensible(self) -> Result<Self, Flaw> {
        match (self.from_ms, self.until_ms) {
            (Some(from), Some(until)) if from >= until => Err(Flaw::new(
                "when.until",
                "is not after when.from, so that nobody would ever be asked; move one",
            )),
            _ => Ok(self),
        }
    }
}

const DEVICES: &str = "a device is phone, tablet or desktop";
const LANGUAGES: &str = "a language is a tag such as id or pt-BR";

fn triggers<J: Json>(at: &Reader<J>) -> Result<Triggers, Flaw> {
    let event = at.json.member("event").map(|event| {
        let at = Reader { json: &event, path: "when.event" };
        let name = at.text("name", "the name of an event")?;
        let name = name
            .ok_or_else(|| Flaw::new("when.event.name", "is missing; give the name that the page tracks"))?;
        Ok(EventRule { name, wanted: at.pairs("where")? })
    });
    Ok(Triggers {
        delay_ms: at.count("delay_ms", 0, MS_MAX)?,
        dwell_ms: at.count("dwell_ms", 0, MS_MAX)?,
        scroll_percent: at.count("scroll_percent", 0, 100)?,
        exit: at.flag("exit")?,
        click: at.selector("click")?,
        event: event.transpose()?,
    })
}

fn rules(json: &impl Json) -> Result<Vec<AddressRule>, Flaw> {
    let Some(list) = json.member("url") else { return Ok(Vec::new()) };
    let list = list.items().filter(|list| list.len() <= RULES_MAX);
    let list = list.ok_or_else(|| {
        Flaw::new("when.url", "is not a list of at most 50 rules such as {\"contains\": \"/shop/\"}")
    })?;
    list.iter().enumerate().map(|(index, json)| rule(json, &format!("when.url[{index}]"))).collect()
}

fn rule(json: &impl Json, path: &str) -> Result<AddressRule, Flaw> {
    let at = Reader { json, path };
    let mut given = Shape::NAMES.iter().filter(|(name, _)| json.member(name).is_some());
    let (Some((name, shape)), None) = (given.next(), given.next()) else {
        return Err(Flaw::new(path, "must have exactly one of is, contains, starts, ends and glob"));
    };
    let pattern = at.text(name, "a part of an address")?.unwrap_or_default();
    let is_whole = ["http://", "https://"].iter().any(|scheme| pattern.starts_with(scheme));
    let begins =
        matches!(shape, Shape::Is | Shape::Starts) || *shape == Shape::Glob && !pattern.starts_with('*');
    if begins && !is_whole {
        let allowed = "it is compared with the whole address; begin with https://, or use contains";
        return Err(Flaw::value(format!("{path}.{name}"), quoted(&pattern), allowed));
    }
    if pattern.contains('#') {
        let allowed = "what follows # is left out of the comparison; leave it out here too";
        return Err(Flaw::value(format!("{path}.{name}"), quoted(&pattern), allowed));
    }
    Ok(AddressRule { shape: *shape, pattern, not: at.flag("not")? })
}

/// A language tag as far as it can be told without the registry: letters, then parts of one to eight letters and digits.
fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=8).contains(&language.len())
        && language.bytes().all(|c| c.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric()))
}

fn instant<J: Json>(at: &Reader<J>, member: &str) -> Result<Option<i64>, Flaw> {
    let Some(json) = at.json.member(member) else { return Ok(None) };
    let text = json.text().unwrap_or_default();
    let allowed = "write a date such as 2026-03-10, or a date-time with Z or an offset, such as 2026-03-10T09:00:00+07:00";
    instant_ms(&text).ok_or_else(|| Flaw::value(at.path(member), quoted(&text), allowed)).map(Some)
}
