//! JSON as someone else has parsed it: the browser in the prompt, serde_json in the collector. Reading through this
//! keeps every parser out of the prompt, where one would weigh as much as all of Leptos, and lets a wrong survey be
//! named by its path. What the prompt writes is written here too, for the same reason.

use crate::lean;

/// One value of a JSON document.
pub trait Json: Sized {
    /// The member of an object; none if it is missing or null.
    fn member(&self, name: &str) -> Option<Self>;
    /// The members of an object, in the order of writing.
    fn members(&self) -> Option<Vec<(String, Self)>>;
    /// The items of an array.
    fn items(&self) -> Option<Vec<Self>>;
    /// The text of a string.
    fn text(&self) -> Option<String>;
    /// A number.
    fn number(&self) -> Option<f64>;
    /// True or false.
    fn boolean(&self) -> Option<bool>;

    /// A member that is a string.
    fn member_text(&self, name: &str) -> Option<String> {
        self.member(name)?.text()
    }

    /// A member that is a whole number as far as a double holds one, up to 2^53.
    fn member_whole(&self, name: &str) -> Option<i64> {
        const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
        let number = self.member(name)?.number()?;
        (number.trunc() == number && number.abs() <= WHOLE_MAX).then_some(number as i64)
    }

    /// A member that is a whole number from 0 to 4,294,967,295.
    fn member_count(&self, name: &str) -> Option<u32> {
        u32::try_from(self.member_whole(name)?).ok()
    }
}

/// Writes one JSON object, member by member.
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    pub(crate) fn optional(self, name: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    pub(crate) fn text(self, name: &str, text: &str) -> Self {
        let mut object = self.name(name);
        object.0.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => object.0.extend(['\\', c]),
                '\n' => object.0.push_str("\\n"),
                '\0'..' ' => {
                    object.0.push_str(if (c as u8) < 16 { "\\u000" } else { "\\u001" });
                    object.0.push(char::from(b"0123456789abcdef"[usize::from(c as u8 & 15)]));
                }
                _ => object.0.push(c),
            }
        }
        object.0.push('"');
        object
    }

    pub(crate) fn whole(self, name: &str, number: i64) -> Self {
        self.raw(name, &lean::digits(number))
    }

    /// A value that is JSON already.
    pub(crate) fn raw(self, name: &str, json: &str) -> Self {
        let mut object = self.name(name);
        object.0.push_str(json);
        object
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(mut self, name: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self
    }
}

#[cfg(feature = "serde_json")]
impl Json for &serde_json::Value {
    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| !value.is_null())
    }

    fn members(&self) -> Option<Vec<(String, Self)>> {
        Some(self.as_object()?.iter().map(|(name, value)| (name.clone(), value)).collect())
    }

    fn items(&self) -> Option<Vec<Self>> {
        Some(self.as_array()?.iter().collect())
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }
}
