//! A survey that has been checked: what the prompt shows and what answers are checked against.

use crate::wire;
use crate::{Class, Problem, Refusal, Waits};

/// A survey whose names, questions, texts and waits are all as they should be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Survey {
    id: String,
    version: u32,
    questions: Vec<Question>,
    thanks: Option<Text>,
    own: Waits,
    others: Waits,
}

/// One question of a checked survey.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// Answers are stored under it.
    pub id: String,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// What 0 means, if the survey has words of its own.
    pub low: Option<Text>,
    /// What 10 means, if the survey has words of its own.
    pub high: Option<Text>,
    text: Text,
    by_class: [Option<Text>; 3],
}

pub use crate::wire::Kind;

/// A text in one or more locales, English always among them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Text(Vec<(String, String)>);

/// The surveys that come with Suara, as (id, JSON in the wire format).
pub const READY_MADE: [(&str, &str); 1] = [("nps", include_str!("../surveys/nps.json"))];

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

    /// All questions; the first is the 0-10 question.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question under this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The 0-10 question.
    pub fn score_question(&self) -> &Question {
        &self.questions[0]
    }

    /// The open question that follows the score, if there is one.
    pub fn follow_up(&self) -> Option<&Question> {
        self.questions.iter().find(|question| question.kind == Kind::Text)
    }

    /// What is said after sending, if the survey has words of its own.
    pub fn thanks(&self, locale: &str) -> Option<&str> {
        self.thanks.as_ref().map(|text| text.get(locale))
    }

    /// How long this survey leaves a visitor alone.
    pub fn own_waits(&self) -> Waits {
        self.own
    }

    /// How long other surveys leave a visitor alone after this one.
    pub fn others_waits(&self) -> Waits {
        self.others
    }
}

impl Question {
    /// The wording for a visitor who reads `locale` and gave a score of `class`, if any was given yet.
    pub fn wording(&self, locale: &str, class: Option<Class>) -> &str {
        let own = class.and_then(|class| self.by_class[class as usize].as_ref());
        own.unwrap_or(&self.text).get(locale)
    }
}

impl Text {
    /// The text in `locale`, else in its language (`id` for `id-ID`), else in English.
    pub fn get(&self, locale: &str) -> &str {
        let language = locale.split('-').next().unwrap_or_default();
        [locale, language, "en"].iter().find_map(|wanted| self.exactly(wanted)).unwrap_or_default()
    }

    fn exactly(&self, locale: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == locale).map(|(_, text)| text.as_str())
    }

    fn check(text: wire::Text) -> Result<Self, Problem> {
        /// A question longer than this does not fit a phone; 500 characters are some 80 words.
        const TEXT_MAX_CHARS: usize = 500;
        let text = Self(text.0);
        for (_, words) in &text.0 {
            let given = words.chars().count();
            if words.trim().is_empty() {
                return Err(Problem::Empty);
            }
            if given > TEXT_MAX_CHARS {
                return Err(Problem::TooLong { given, limit: TEXT_MAX_CHARS, unit: "characters" });
            }
        }
        if text.exactly("en").is_some() { Ok(text) } else { Err(Problem::NoEnglish) }
    }

    fn check_at(text: Option<wire::Text>, index: usize, field: &str) -> Result<Option<Self>, Refusal> {
        text.map(Self::check).transpose().map_err(|problem| Refusal::at("questions", index, field, problem))
    }
}

impl TryFrom<wire::Survey> for Survey {
    type Error = Refusal;

    /// Checks a survey.
    ///
    /// # Errors
    /// The first thing that is wrong, with its path.
    fn try_from(survey: wire::Survey) -> Result<Self, Refusal> {
        check_name(&survey.id).map_err(|problem| Refusal::new("id", problem))?;
        let mut questions: Vec<Question> = Vec::with_capacity(survey.questions.len());
        for (index, question) in survey.questions.into_iter().enumerate() {
            if (question.kind == Kind::Nps) != (index == 0) {
                return Err(Refusal::new("questions", Problem::NpsFirst));
            }
            if questions.iter().any(|earlier| earlier.id == question.id) {
                return Err(Refusal::at("questions", index, "id", Problem::Twice(question.id)));
            }
            questions.push(check_question(question, index)?);
        }
        if questions.is_empty() {
            return Err(Refusal::new("questions", Problem::NpsFirst));
        }
        let thanks =
            survey.thanks.map(Text::check).transpose().map_err(|problem| Refusal::new("thanks", problem))?;
        let own = Waits::check(survey.timing.again_after_days, Waits::OWN)
            .map_err(|problem| Refusal::new("timing.again_after_days", problem))?;
        let others = Waits::check(survey.timing.others_after_days, Waits::OTHERS)
            .map_err(|problem| Refusal::new("timing.others_after_days", problem))?;
        Ok(Self { id: survey.id, version: survey.version, questions, thanks, own, others })
    }
}

fn check_question(question: wire::Question, index: usize) -> Result<Question, Refusal> {
    let at = |field, problem| Refusal::at("questions", index, field, problem);
    check_name(&question.id).map_err(|problem| at("id", problem))?;
    let by_class = question.by_class;
    Ok(Question {
        text: Text::check(question.text).map_err(|problem| at("text", problem))?,
        by_class: [
            Text::check_at(by_class.promoter, index, "by_class.promoter")?,
            Text::check_at(by_class.passive, index, "by_class.passive")?,
            Text::check_at(by_class.detractor, index, "by_class.detractor")?,
        ],
        low: Text::check_at(question.low, index, "low")?,
        high: Text::check_at(question.high, index, "high")?,
        id: question.id,
        kind: question.kind,
    })
}

/// Names stand in paths and file names, so they are kept to what needs no escaping anywhere.
fn check_name(name: &str) -> Result<(), Problem> {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
        Ok(())
    } else {
        Err(Problem::BadName(name.to_owned()))
    }
}
