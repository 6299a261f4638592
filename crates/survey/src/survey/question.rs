//! One question, and where its answer leads.

use super::Text;
use crate::Class;

/// One question of a checked survey.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// Answers are stored under it.
    pub id: String,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// How a `csat` question looks: `faces`, `stars` or `numbers`; empty where it was not said.
    pub look: String,
    /// What the lowest value means, if the survey has words of its own.
    pub low: Option<Text>,
    /// What the highest value means, if the survey has words of its own.
    pub high: Option<Text>,
    /// The choices of a `choice` or `choices` question, the attributes of a `drivers` question.
    pub items: Vec<Item>,
    /// Another choice may be given in the visitor's own words.
    pub other: bool,
    /// It cannot be skipped.
    pub required: bool,
    /// It stands on the step of the question before, and appears once that one is answered.
    pub together: bool,
    /// The visitor may say which kind of comment a `text` is: criticism, suggestion or complaint.
    pub sorted: bool,
    pub(crate) text: Text,
    pub(crate) by_class: [Option<Text>; 3],
    pub(crate) next: Vec<Rule>,
}

/// One of several choices or attributes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// Answers are stored under it.
    pub id: String,
    /// What the visitor reads.
    pub text: Text,
}

/// Where to go when a condition holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    /// The index of a question; the number of questions for the end; from there on, endings.
    pub(crate) go: usize,
}

/// What an answer may be asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Condition {
    Always,
    Class(Class),
    Between(u8, u8),
    Choice(String),
    Answered(bool),
}

/// The kinds of question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// How likely to recommend, 0 to 10; `nps` on the wire.
    Nps,
    /// How satisfied, 1 to 5; `csat` on the wire.
    Csat,
    /// How easy it was, 1 to 7; `ces` on the wire.
    Ces,
    /// Thumb down 0 or up 1; `thumbs` on the wire.
    Thumbs,
    /// One of several; `choice` on the wire.
    Choice,
    /// Any of several; `choices` on the wire.
    Choices,
    /// Open text; `text` on the wire.
    Text,
    /// Several attributes, each 1 to 5 or not applicable; `drivers` on the wire.
    Drivers,
    /// An e-mail address and the permission to write to it; `contact` on the wire.
    Contact,
}

impl Kind {
    /// All kinds, by their names on the wire.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("nps", Self::Nps),
        ("csat", Self::Csat),
        ("ces", Self::Ces),
        ("thumbs", Self::Thumbs),
        ("choice", Self::Choice),
        ("choices", Self::Choices),
        ("text", Self::Text),
        ("drivers", Self::Drivers),
        ("contact", Self::Contact),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// The lowest and the highest value, for kinds that are rated on a scale; of each attribute, for drivers.
    ///
    /// ```
    /// use suara_survey::Kind;
    /// assert_eq!(Kind::Nps.scale(), Some((0, 10)));
    /// assert_eq!(Kind::Text.scale(), None);
    /// ```
    pub const fn scale(self) -> Option<(u8, u8)> {
        match self {
            Self::Nps => Some((0, 10)),
            Self::Csat | Self::Drivers => Some((1, 5)),
            Self::Ces => Some((1, 7)),
            Self::Thumbs => Some((0, 1)),
            _ => None,
        }
    }
}

impl Question {
    /// The wording for a visitor who reads `locale` and gave a score of `class`, if any was given yet.
    pub fn wording(&self, locale: &str, class: Option<Class>) -> &str {
        let own = class.and_then(|class| self.by_class[class as usize].as_ref());
        own.unwrap_or(&self.text).get(locale)
    }

    /// The choice or attribute under this id.
    pub(crate) fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }
}
