//! A survey that has been checked: what the prompt shows and what answers are checked against.

use crate::{Class, Json, Problem, Refusal, Waits};

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

/// The kinds of question.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// How likely to recommend, 0 to 10; `nps` on the wire.
    Nps,
    /// Open text; `text` on the wire.
    Text,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        match name {
            "nps" => Some(Self::Nps),
            "text" => Some(Self::Text),
            _ => None,
        }
    }
}

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

    /// The locale that a visitor who wants `locale` reads the survey in.
    pub fn locale(&self, locale: &str) -> String {
        self.questions[0].text.pick(locale).map_or_else(String::new, |(locale, _)| locale.clone())
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
        self.pick(locale).map_or("", |(_, text)| text)
    }

    fn pick(&self, locale: &str) -> Option<&(String, String)> {
        let language = locale.split('-').next().unwrap_or_default();
        [locale, language, "en"].iter().find_map(|wanted| self.exactly(wanted))
    }

    fn exactly(&self, locale: &str) -> Option<&(String, String)> {
        self.0.iter().find(|(name, _)| name == locale)
    }

    /// Reads an object such as `{"en": "Why?", "id": "Mengapa?"}`.
    fn read(json: &impl Json) -> Result<Self, Problem> {
        /// A question longer than this does not fit a phone; 500 characters are some 80 words.
        const TEXT_MAX_CHARS: usize = 500;
        let mut texts = Vec::new();
        for (locale, words) in json.members().ok_or(Problem::NotTexts)? {
            let words = words.text().ok_or(Problem::NotTexts)?;
            let given = words.chars().count();
            if words.trim_ascii().is_empty() {
                return Err(Problem::Empty);
            }
            if given > TEXT_MAX_CHARS {
                return Err(Problem::TooLong { given, limit: TEXT_MAX_CHARS, unit: "characters" });
            }
            texts.push((locale, words));
        }
        let texts = Self(texts);
        if texts.exactly("en").is_some() { Ok(texts) } else { Err(Problem::NoEnglish) }
    }
}

/// The survey's reader: what each member must be, and where it stands.
impl Survey {
    /// Reads a survey in the wire format. Members that it does not know are ignored.
    ///
    /// # Errors
    /// The first thing that is wrong, with its path.
    pub fn read(json: &impl Json) -> Result<Self, Refusal> {
        let id = name(json, "id").map_err(|problem| Refusal::new("id", problem))?;
        let version = json.member_count("version").filter(|version| *version > 0);
        let version = version.ok_or_else(|| Refusal::new("version", Problem::NotAVersion))?;
        let items = json.member("questions").and_then(|questions| questions.items()).unwrap_or_default();
        let mut questions: Vec<Question> = Vec::with_capacity(items.len());
        for item in &items {
            let index = questions.len();
            let question = Question::read(item, index)?;
            if (question.kind == Kind::Nps) != (index == 0) {
                return Err(Refusal::new("questions", Problem::NpsFirst));
            }
            if questions.iter().any(|earlier| earlier.id == question.id) {
                return Err(Refusal::at("questions", index, "id", Problem::Twice(question.id)));
            }
            questions.push(question);
        }
        if questions.is_empty() {
            return Err(Refusal::new("questions", Problem::NpsFirst));
        }
        let thanks = optional(json, "thanks").map_err(|problem| Refusal::new("thanks", problem))?;
        let waits =
            |member, path, default| match json.member("timing").and_then(|timing| timing.member(member)) {
                Some(days) => Waits::read(&days).map_err(|problem| Refusal::new(path, problem)),
                None => Ok(default),
            };
        let own = waits("again_after_days", "timing.again_after_days", Waits::OWN)?;
        let others = waits("others_after_days", "timing.others_after_days", Waits::OTHERS)?;
        Ok(Self { id, version, questions, thanks, own, others })
    }
}

impl Question {
    fn read(json: &impl Json, index: usize) -> Result<Self, Refusal> {
        let at = |field, problem| Refusal::at("questions", index, field, problem);
        let kind = json.member_text("kind").unwrap_or_default();
        let text = json.member("text").ok_or_else(|| at("text", Problem::NotTexts))?;
        let by_class = json.member("by_class");
        let of_class = |class| match &by_class {
            Some(by_class) => optional(by_class, class).map_err(|problem| at(class, problem)),
            None => Ok(None),
        };
        Ok(Self {
            id: name(json, "id").map_err(|problem| at("id", problem))?,
            kind: Kind::named(&kind).ok_or_else(|| at("kind", Problem::UnknownKind(kind)))?,
            text: Text::read(&text).map_err(|problem| at("text", problem))?,
            by_class: [of_class("promoter")?, of_class("passive")?, of_class("detractor")?],
            low: optional(json, "low").map_err(|problem| at("low", problem))?,
            high: optional(json, "high").map_err(|problem| at("high", problem))?,
        })
    }
}

fn optional(json: &impl Json, member: &str) -> Result<Option<Text>, Problem> {
    json.member(member).map(|text| Text::read(&text)).transpose()
}

/// Names stand in paths and file names, so they are kept to what needs no escaping anywhere.
fn name(json: &impl Json, member: &str) -> Result<String, Problem> {
    let name = json.member_text(member).unwrap_or_default();
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
        Ok(name)
    } else {
        Err(Problem::BadName(name))
    }
}
