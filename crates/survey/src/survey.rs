//! A survey that has been checked: what the prompt shows and what answers are checked against.

mod question;
mod read;
mod text;

pub(crate) use question::{Condition, Rule};
pub use question::{Item, Kind, Question};
pub use text::Text;

use crate::Waits;

/// A survey whose names, questions, texts and waits are all as they should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Survey {
    id: String,
    version: u32,
    questions: Vec<Question>,
    thanks: Option<Text>,
    endings: Vec<Ending>,
    fields: Vec<String>,
    own: Waits,
    others: Waits,
    later_ms: i64,
    times: u32,
}

/// What a visitor sees at the end of a branch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ending {
    /// Rules lead to it by this name.
    pub id: String,
    /// The thanks.
    pub text: Text,
    /// An address, and the words that lead there.
    pub link: Option<(String, Text)>,
    /// An address that is gone to once the answer is kept.
    pub redirect: Option<String>,
}

/// The surveys that come with Suara, as (id, JSON in the wire format).
pub const READY_MADE: [(&str, &str); 4] = [
    ("nps", include_str!("../surveys/nps.json")),
    ("nps-internet", include_str!("../surveys/nps-internet.json")),
    ("csat-support", include_str!("../surveys/csat-support.json")),
    ("ces-task", include_str!("../surveys/ces-task.json")),
];

/// The JSON of a ready-made survey.
///
/// ```
/// assert!(suara_survey::ready_made("nps").is_some());
/// assert_eq!(suara_survey::ready_made("npx"), None);
/// ```
pub fn ready_made(id: &str) -> Option<&'static str> {
    READY_MADE.iter().find(|(name, _)| *name == id).map(|(_, json)| *json)
}

impl Survey {
    /// The id, under which the collector keeps it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version that this definition is.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// All questions, at least one.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Where the step ends that a question stands on: the index of the next step's first question.
    pub(crate) fn step_end(&self, question: usize) -> usize {
        let after = &self.questions[question + 1..];
        question + 1 + after.iter().take_while(|question| question.together).count()
    }

    /// The question under this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The 0-10 question, if this survey asks it.
    pub fn score_question(&self) -> Option<&Question> {
        self.of_kind(Kind::Nps)
    }

    /// The first open question, if there is one.
    pub fn follow_up(&self) -> Option<&Question> {
        self.of_kind(Kind::Text)
    }

    fn of_kind(&self, kind: Kind) -> Option<&Question> {
        self.questions.iter().find(|question| question.kind == kind)
    }

    /// The locale that a visitor who wants `locale` reads the survey in.
    pub fn locale(&self, locale: &str) -> String {
        self.questions[0].text.pick(locale).map_or_else(String::new, |(locale, _)| locale.clone())
    }

    /// What is said after sending, if the survey has words of its own.
    pub fn thanks(&self, locale: &str) -> Option<&str> {
        self.thanks.as_ref().map(|text| text.get(locale))
    }

    /// The endings that rules lead to.
    pub fn endings(&self) -> &[Ending] {
        &self.endings
    }

    /// The names of the fields that may travel with an answer.
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// How long this survey leaves a visitor alone.
    pub fn own_waits(&self) -> Waits {
        self.own
    }

    /// How long other surveys leave a visitor alone after this one.
    pub fn others_waits(&self) -> Waits {
        self.others
    }

    /// How long "maybe later" is; 0 where that is not offered.
    pub fn later_ms(&self) -> i64 {
        self.later_ms
    }

    /// How often it is shown in one browser at most; 0 for no limit.
    pub fn times(&self) -> u32 {
        self.times
    }
}
