//! A survey as it is written down.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A survey: what is asked, in which words, and how often.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Survey {
    /// 1 to 64 lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// Rises with each published change; travels with every answer.
    pub version: u32,
    /// In the order of asking; the first has kind `nps`.
    pub questions: Vec<Question>,
    /// What is said after sending. Missing: the locale's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanks: Option<Text>,
    /// How long a visitor is left alone.
    #[serde(default)]
    pub timing: Timing,
}

/// One question.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Question {
    /// Stable: answers are stored under it.
    pub id: String,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// The wording.
    pub text: Text,
    /// Another wording for promoters, passives or detractors.
    #[serde(default, skip_serializing_if = "ByClass::is_empty")]
    pub by_class: ByClass,
    /// What the low end of the scale means. Missing: the locale's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Text>,
    /// What the high end of the scale means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Text>,
}

/// The kinds of question.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// How likely to recommend, 0 to 10.
    Nps,
    /// Open text.
    Text,
}

/// Wordings that depend on the class of the score.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ByClass {
    /// For scores 9 and 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoter: Option<Text>,
    /// For scores 7 and 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passive: Option<Text>,
    /// For scores 0 to 6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detractor: Option<Text>,
}

impl ByClass {
    fn is_empty(&self) -> bool {
        self.promoter.is_none() && self.passive.is_none() && self.detractor.is_none()
    }
}

/// How long a visitor is left alone, by the three clocks.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Timing {
    /// Before this survey is shown to the same visitor again. Default: 7, 30 and 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_after_days: Option<DaysByClock>,
    /// Before any other survey of the same site is shown. Default: 1, 7 and 7 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others_after_days: Option<DaysByClock>,
}

/// Days since the survey was last seen, dismissed and answered.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DaysByClock {
    /// Since it was last seen and neither dismissed nor answered.
    pub seen: u32,
    /// Since it was last closed without an answer.
    pub dismissed: u32,
    /// Since it was last answered.
    pub answered: u32,
}

/// A text by locale, an object such as `{"en": "Why?", "id": "Mengapa?"}`; the order of writing is kept.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Text(pub Vec<(String, String)>);

// By hand, because a map type would bring more code into the prompt than these few lines.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts by locale")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut texts = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    texts.push(entry);
                }
                Ok(Text(texts))
            }
        }
        deserializer.deserialize_map(Texts)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (locale, text) in &self.0 {
            map.serialize_entry(locale, text)?;
        }
        map.end()
    }
}
