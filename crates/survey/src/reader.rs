//! The members of a definition, read with the path of each, for owners. The prompt reads without paths to every value,
//! which would weigh too much there.

use crate::{Flaw, Json};

/// More than this in one list nobody can read.
const LIST_MAX: usize = 50;
/// Addresses, selectors and names.
const TEXT_MAX_BYTES: usize = 2048;

/// The members of one object, each with its path.
pub(crate) struct Reader<'a, J> {
    pub(crate) json: &'a J,
    pub(crate) path: &'a str,
}

impl<J: Json> Reader<'_, J> {
    pub(crate) fn path(&self, member: &str) -> String {
        if self.path.is_empty() { member.to_owned() } else { format!("{}.{member}", self.path) }
    }

    pub(crate) fn count(&self, member: &str, least: u32, most: u32) -> Result<Option<u32>, Flaw> {
        let Some(json) = self.json.member(member) else { return Ok(None) };
        let count = self.json.member_count(member).filter(|count| (least..=most).contains(count));
        let given = || json.number().map_or_else(|| "not a number".to_owned(), |number| number.to_string());
        let flaw = || {
            Flaw::value(
                self.path(member),
                given(),
                &format!("a whole number from {least} to {most} is needed"),
            )
        };
        count.ok_or_else(flaw).map(Some)
    }

    pub(crate) fn flag(&self, member: &str) -> Result<bool, Flaw> {
        let Some(json) = self.json.member(member) else { return Ok(false) };
        json.boolean()
            .ok_or_else(|| Flaw::new(self.path(member), "is neither true nor false; write one of them"))
    }

    pub(crate) fn text(&self, member: &str, what: &str) -> Result<Option<String>, Flaw> {
        let Some(json) = self.json.member(member) else { return Ok(None) };
        let text = json.text().filter(|text| !text.trim_ascii().is_empty() && text.len() <= TEXT_MAX_BYTES);
        let flaw = || Flaw::new(self.path(member), format!("is not {what} of 1 to {TEXT_MAX_BYTES} bytes"));
        text.ok_or_else(flaw).map(Some)
    }

    /// One of a few names.
    pub(crate) fn one_of(&self, member: &str, names: &[&str]) -> Result<(), Flaw> {
        let Some(json) = self.json.member(member) else { return Ok(()) };
        let name = json.text().unwrap_or_default();
        if names.contains(&name.as_str()) {
            return Ok(());
        }
        Err(Flaw::value(self.path(member), quoted(&name), &format!("one of {} is needed", names.join(", "))))
    }

    pub(crate) fn selector(&self, member: &str) -> Result<Option<String>, Flaw> {
        self.text(member, "a CSS selector")
    }

    pub(crate) fn listed(
        &self,
        member: &str,
        allowed: fn(&str) -> bool,
        rule: &str,
    ) -> Result<Vec<String>, Flaw> {
        let Some(json) = self.json.member(member) else { return Ok(Vec::new()) };
        let items = json.items().filter(|items| !items.is_empty() && items.len() <= LIST_MAX);
        let items = items.ok_or_else(|| {
            Flaw::new(self.path(member), format!("is not a list of 1 to {LIST_MAX}; {rule}"))
        })?;
        let read = |(index, item): (usize, &J)| {
            let text = item.text().unwrap_or_default();
            let is_allowed = allowed(&text);
            let flaw = || Flaw::value(format!("{}[{index}]", self.path(member)), quoted(&text), rule);
            if is_allowed { Ok(text) } else { Err(flaw()) }
        };
        items.iter().enumerate().map(read).collect()
    }

    /// Names, each with the values that it may have, as text.
    pub(crate) fn pairs(&self, member: &str) -> Result<Vec<(String, Vec<String>)>, Flaw> {
        let Some(json) = self.json.member(member) else { return Ok(Vec::new()) };
        let members = json.members().filter(|members| members.len() <= LIST_MAX);
        let members = members.ok_or_else(|| {
            Flaw::new(
                self.path(member),
                format!("is not an object of at most {LIST_MAX} names with a value or a list of values"),
            )
        })?;
        let mut pairs = Vec::with_capacity(members.len());
        for (name, value) in members {
            let values =
                value.items().map_or_else(|| vec![plain(&value)], |items| items.iter().map(plain).collect());
            let values: Option<Vec<String>> = values.into_iter().collect();
            let values = values.filter(|values| !values.is_empty()).ok_or_else(|| {
                let path = format!("{}.{name}", self.path(member));
                Flaw::new(path, "is not a text, a number, true, false or a list of these")
            })?;
            pairs.push((name, values));
        }
        Ok(pairs)
    }
}

/// A plain value as JavaScript's `String` writes it, for all numbers that anyone compares.
fn plain(json: &impl Json) -> Option<String> {
    let number = || json.number().map(|number| number.to_string());
    json.text().or_else(number).or_else(|| json.boolean().map(|flag| flag.to_string()))
}

pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.chars().take(80).collect::<String>())
}
