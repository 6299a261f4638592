//! An answer on its way: cumulative snapshots out, a receipt back.

use serde::{Deserialize, Serialize};

use crate::json::Object;
use crate::lean::join;

/// All that is known of one asking so far. Each snapshot replaces the one before; the receiver keeps the highest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Snapshot {
    /// The version of this format: 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    pub v: u8,
    /// A UUIDv7, made when the question was shown.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"))
    )]
    pub id: String,
    /// Rises by one with each snapshot of this id, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub snapshot: u32,
    /// The survey's id.
    pub survey: String,
    /// The survey's version.
    pub version: u32,
    /// How far the visitor has come.
    pub stage: Stage,
    /// When this snapshot was made, by the visitor's clock, in milliseconds since 1970.
    pub at_ms: i64,
    /// The locale that the visitor read, such as `en` or `id`.
    pub locale: String,
    /// Origin and path of the page, without its query.
    pub page: String,
    /// What the page says of itself or of the visitor, as far as the survey lists it.
    #[serde(default, with = "map", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub fields: Vec<(String, String)>,
    /// What was given, one entry a question.
    #[serde(default)]
    pub answers: Vec<Given>,
    /// Who the visitor is, signed by the owner's backend: a JSON Web Token, see docs/identity.md. One that proves nothing,
    /// whatever it is, is no reason to refuse the answer.
    #[serde(
        default,
        deserialize_with = "super::identity::anything",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", length(max = 2048)))]
    pub identity: Option<String>,
    /// Something was typed into the field that people do not see.
    #[serde(default, skip_serializing_if = "is_false")]
    pub trap: bool,
}

impl Snapshot {
    /// The snapshot as JSON, the same that serde makes of it.
    pub fn to_json(&self) -> String {
        let answers: Vec<String> = self.answers.iter().map(Given::to_json).collect();
        let object = Object::new()
            .whole("v", self.v.into())
            .text("id", &self.id)
            .whole("snapshot", self.snapshot.into())
            .text("survey", &self.survey)
            .whole("version", self.version.into())
            .text("stage", self.stage.name())
            .whole("at_ms", self.at_ms)
            .text("locale", &self.locale)
            .text("page", &self.page);
        let object = if self.fields.is_empty() {
            object
        } else {
            let fields = Object::new();
            let fields = self.fields.iter().fold(fields, |fields, (name, value)| fields.text(name, value));
            object.raw("fields", &fields.end())
        };
        let object = object.raw("answers", &["[", &join(answers, ","), "]"].concat());
        let object = object.optional("identity", self.identity.as_deref());
        if self.trap { object.raw("trap", "true") } else { object }.end()
    }
}

/// How far a visitor has come. Silence is data: `shown` and `dismissed` are records too.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The question is on the screen.
    Shown,
    /// Closed without a score.
    Dismissed,
    /// A score was chosen; sending was not pressed.
    Partial,
    /// Sent.
    Complete,
}

impl Stage {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Dismissed => "dismissed",
            Self::Partial => "partial",
            Self::Complete => "complete",
        }
    }
}

/// The answer to one question, with the words in which it was asked. Which of the others is there depends on its kind.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Given {
    /// The question's id.
    pub question: String,
    /// The question as the visitor read it.
    pub text: String,
    /// 0 to 10, for a question of kind `nps`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(max = 10)))]
    pub score: Option<u8>,
    /// 1 to 5 for `csat`, 1 to 7 for `ces`, 0 or 1 for `thumbs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(max = 7)))]
    pub rating: Option<u8>,
    /// The ids of what was chosen, for `choice` (one) and `choices`; `other` for the visitor's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The visitor's own choice in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// For a question of kind `drivers`: 1 to 5 by the attribute's id, null where it does not apply.
    #[serde(default, with = "map", skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "std::collections::BTreeMap<String, Option<u8>>"))]
    pub ratings: Vec<(String, Option<u8>)>,
    /// For a question of kind `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Which kind of comment it is, as the visitor says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// For a question of kind `contact`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The visitor may be written to; always true where there is an address.
    #[serde(default, skip_serializing_if = "is_false")]
    pub consent: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Which kind of comment it is: *kritik, saran, keluhan*.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Something is not good.
    Criticism,
    /// Something could be better.
    Suggestion,
    /// Something went wrong, and an answer is expected.
    Complaint,
}

impl Sort {
    /// All sorts, by their names on the wire.
    pub const NAMES: [(&'static str, Self); 3] =
        [("criticism", Self::Criticism), ("suggestion", Self::Suggestion), ("complaint", Self::Complaint)];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, sort)| *sort)
    }

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

impl Given {
    fn to_json(&self) -> String {
        let mut object = Object::new().text("question", &self.question).text("text", &self.text);
        if let Some(score) = self.score {
            object = object.whole("score", score.into());
        }
        if let Some(rating) = self.rating {
            object = object.whole("rating", rating.into());
        }
        if !self.choices.is_empty() {
            // Ids of a checked survey need no escaping.
            object = object.raw("choices", &["[\"", &join(&self.choices, "\",\""), "\"]"].concat());
        }
        object = object.optional("other", self.other.as_deref());
        if !self.ratings.is_empty() {
            let ratings = self.ratings.iter().fold(Object::new(), |object, (name, rating)| match rating {
                Some(rating) => object.whole(name, (*rating).into()),
                None => object.raw(name, "null"),
            });
            object = object.raw("ratings", &ratings.end());
        }
        object = object.optional("comment", self.comment.as_deref());
        object = object.optional("sort", self.sort.map(Sort::name));
        object = object.optional("email", self.email.as_deref());
        if self.consent {
            object = object.raw("consent", "true");
        }
        object.end()
    }
}

/// Pairs in their own order, as a JSON object.
mod map {
    use std::fmt;
    use std::marker::PhantomData;

    use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
    use serde::ser::{Serialize, Serializer};

    pub(super) fn serialize<S: Serializer, V: Serialize>(
        pairs: &[(String, V)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
        deserializer: D,
    ) -> Result<Vec<(String, V)>, D::Error> {
        deserializer.deserialize_map(Pairs(PhantomData))
    }

    struct Pairs<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for Pairs<V> {
        type Value = Vec<(String, V)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
}

/// What became of one line of a body that had several.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Outcome {
    /// It is on disk.
    Kept(Receipt),
    /// It was refused; the others were not for that.
    Refused(LineFault),
}

/// The refusal of one line of a body that had several.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineFault {
    /// The status that it would have had by itself.
    pub status: u16,
    /// One sentence that names the bad value, the limit and the remedy.
    pub error: String,
    /// Seconds after which to send it again, where that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_s: Option<u64>,
}

/// What a receiver says once the snapshot is on disk. Only a body that names the id lets the answer leave the outbox:
/// a captive portal also says 200.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// The snapshot's id.
    pub id: String,
    /// The highest snapshot number that the receiver holds.
    pub snapshot: u32,
}
