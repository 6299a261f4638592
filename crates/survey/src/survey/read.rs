//! The survey's reader: what each member must be, and where it stands.

use super::question::{Condition, Rule};
use super::{Ending, Item, Kind, Question, Survey, Text};
use crate::refusal::Place;
use crate::{Class, DAY_MS, Json, Problem, Refusal, Waits};

/// Boxed: an error that is as small as a pointer keeps every `?` here small, and with it the prompt.
type Read<T> = Result<T, Box<Refusal>>;

/// Where in the survey something is read, to be named if it is wrong.
#[derive(Clone, Copy)]
struct Spot([Option<Place>; 2]);

impl Spot {
    const TOP: Self = Self([None, None]);

    fn at(list: &'static str, index: usize) -> Self {
        Self([Some((list, index)), None])
    }

    fn within(self, list: &'static str, index: usize) -> Self {
        Self([self.0[0], Some((list, index))])
    }

    #[cold]
    #[inline(never)]
    fn wrong<T>(self, field: &'static str, problem: Problem) -> Read<T> {
        Err(Box::new(Refusal::within(self.0, field, problem)))
    }

    /// A text that must be there.
    fn text(self, json: &impl Json, member: &str, field: &'static str) -> Read<Text> {
        match json.member(member).ok_or(Problem::NotTexts).and_then(|text| Text::read(&text)) {
            Ok(text) => Ok(text),
            Err(problem) => self.wrong(field, problem),
        }
    }

    /// A text that may be missing.
    fn optional(self, json: &impl Json, member: &'static str) -> Read<Option<Text>> {
        json.member(member).map(|_| self.text(json, member, member)).transpose()
    }

    /// Names stand in paths and file names, so they are kept to what needs no escaping anywhere.
    fn name(self, json: &impl Json) -> Read<String> {
        let name = json.member_text("id").unwrap_or_default();
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
        if (1..=64).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(name)
        } else {
            self.wrong("id", Problem::BadName(name))
        }
    }

    /// Where a visitor may be led: never to a script.
    fn address(self, json: &impl Json, member: &str, field: &'static str) -> Read<String> {
        let address = json.member_text(member).unwrap_or_default();
        let allowed = ["https://", "http://", "/"].iter().any(|start| address.starts_with(start));
        if allowed { Ok(address) } else { self.wrong(field, Problem::NotAnAddress(address)) }
    }
}

/// More questions than this nobody answers, and more choices than this nobody reads.
const LIST_MAX: usize = 50;

impl Survey {
    /// Reads a survey in the wire format, as far as asking it needs. Members that it does not know are ignored.
    ///
    /// # Errors
    /// The first thing that is wrong, with its path.
    pub fn read(json: &impl Json) -> Result<Self, Refusal> {
        Self::read_boxed(json).map_err(|refusal| *refusal)
    }

    fn read_boxed(json: &impl Json) -> Read<Self> {
        let top = Spot::TOP;
        let id = top.name(json)?;
        let Some(version) = json.member_count("version").filter(|version| *version > 0) else {
            return top.wrong("version", Problem::NotAVersion);
        };
        let questions = list(json, "questions");
        let endings = list(json, "endings");
        if questions.is_empty() || questions.len() > LIST_MAX {
            return top.wrong("questions", Problem::NotAList(questions.len()));
        }
        let mut survey = Self {
            id,
            version,
            questions: Vec::with_capacity(questions.len()),
            thanks: top.optional(json, "thanks")?,
            endings: Vec::with_capacity(endings.len()),
            fields: list(json, "fields").iter().filter_map(Json::text).collect(),
            own: waits(json, "again_after_days", "timing.again_after_days", Waits::OWN)?,
            others: waits(json, "others_after_days", "timing.others_after_days", Waits::OTHERS)?,
            later_ms: timing(json, "later_days").map_or(0, |days| i64::from(days) * DAY_MS),
            times: timing(json, "times").unwrap_or_default(),
        };
        for (index, json) in endings.iter().enumerate() {
            survey.endings.push(Ending::read(json, Spot::at("endings", index))?);
        }
        let mut leads = false;
        for (index, json) in questions.iter().enumerate() {
            let mut question = Question::read(json, survey.questions.last(), Spot::at("questions", index))?;
            // What a rule may lead past cannot stand beside the rule's question, unless the survey says so.
            question.together &= !leads || json.member("together").is_some();
            leads = json.member("next").is_some();
            survey.take(question)?;
        }
        for (index, json) in questions.iter().enumerate() {
            survey.questions[index].next = survey.rules(json, index)?;
        }
        Ok(survey)
    }

    fn take(&mut self, question: Question) -> Read<()> {
        let spot = Spot::at("questions", self.questions.len());
        for other in &self.questions {
            if other.id == question.id {
                return spot.wrong("id", Problem::Twice(question.id));
            }
            if question.kind == Kind::Nps && other.kind == Kind::Nps {
                return spot.wrong("kind", Problem::NpsTwice);
            }
        }
        self.questions.push(question);
        Ok(())
    }

    /// Where the answer to a question leads. Only forward, so that every way has an end.
    fn rules(&self, json: &impl Json, index: usize) -> Read<Vec<Rule>> {
        let mut rules = Vec::new();
        for (place, item) in list(json, "next").iter().enumerate() {
            let spot = Spot::at("questions", index).within("next", place);
            let go = item.member_text("go").unwrap_or_default();
            let Some(go) = self.place(&go).filter(|place| *place > index) else {
                return spot.wrong("go", Problem::NoWay(go));
            };
            let condition = item.member("if").map_or(Some(Condition::Always), |json| Condition::read(&json));
            let Some(condition) = condition else { return spot.wrong("if", Problem::NotACondition) };
            rules.push(Rule { condition, go });
        }
        Ok(rules)
    }

    /// The index of a question, or what stands for an end.
    fn place(&self, go: &str) -> Option<usize> {
        if go == "end" {
            return Some(self.questions.len());
        }
        match go.strip_prefix("end:") {
            Some(id) => {
                let ending = self.endings.iter().position(|ending| ending.id == id)?;
                Some(self.questions.len() + 1 + ending)
            }
            None => self.questions.iter().position(|question| question.id == go),
        }
    }
}

impl Condition {
    fn read(json: &impl Json) -> Option<Self> {
        if let Some(class) = json.member_text("class") {
            let class = match class.as_str() {
                "promoter" => Class::Promoter,
                "passive" => Class::Passive,
                "detractor" => Class::Detractor,
                _ => return None,
            };
            return Some(Self::Class(class));
        }
        if let Some(choice) = json.member_text("choice") {
            return Some(Self::Choice(choice));
        }
        if let Some(answered) = json.member("answered") {
            return answered.boolean().map(Self::Answered);
        }
        let end = |name| json.member_count(name).and_then(|value| u8::try_from(value).ok());
        match (end("from"), end("to")) {
            (None, None) => None,
            (from, to) => Some(Self::Between(from.unwrap_or(0), to.unwrap_or(u8::MAX))),
        }
    }
}

impl Ending {
    fn read(json: &impl Json, spot: Spot) -> Read<Self> {
        let link = match json.member("link") {
            None => None,
            Some(link) => {
                Some((spot.address(&link, "url", "link.url")?, spot.text(&link, "text", "link.text")?))
            }
        };
        let redirect = json.member("redirect").map(|_| spot.address(json, "redirect", "redirect"));
        Ok(Self {
            redirect: redirect.transpose()?,
            id: spot.name(json)?,
            text: spot.text(json, "text", "text")?,
            link,
        })
    }
}

impl Question {
    fn read(json: &impl Json, before: Option<&Question>, spot: Spot) -> Read<Self> {
        let kind = json.member_text("kind").unwrap_or_default();
        let Some(kind) = Kind::named(&kind) else { return spot.wrong("kind", Problem::UnknownKind(kind)) };
        let [mut promoter, mut passive, mut detractor] = [None, None, None];
        if let Some(by_class) = json.member("by_class") {
            promoter = spot.optional(&by_class, "promoter")?;
            passive = spot.optional(&by_class, "passive")?;
            detractor = spot.optional(&by_class, "detractor")?;
        }
        let flag = |name, default| json.member(name).and_then(|flag| flag.boolean()).unwrap_or(default);
        let follows = before.is_some_and(|before| {
            kind == Kind::Text && before.kind.scale().is_some() && before.kind != Kind::Drivers
        });
        Ok(Self {
            id: spot.name(json)?,
            kind,
            look: json.member_text("look").unwrap_or_default(),
            low: spot.optional(json, "low")?,
            high: spot.optional(json, "high")?,
            items: items(json, kind, spot)?,
            other: flag("other", false),
            required: flag("required", before.is_none()),
            together: before.is_some() && flag("together", follows),
            sorted: flag("sorted", false),
            text: spot.text(json, "text", "text")?,
            by_class: [promoter, passive, detractor],
            next: Vec::new(),
        })
    }
}

/// The choices or attributes, for the kinds that need them.
fn items(json: &impl Json, kind: Kind, spot: Spot) -> Read<Vec<Item>> {
    let member = match kind {
        Kind::Choice | Kind::Choices => "choices",
        Kind::Drivers => "items",
        _ => return Ok(Vec::new()),
    };
    let list = list(json, member);
    if list.is_empty() || list.len() > LIST_MAX {
        return spot.wrong(member, Problem::NotAList(list.len()));
    }
    let mut items: Vec<Item> = Vec::with_capacity(list.len());
    for (place, json) in list.iter().enumerate() {
        let spot = spot.within(member, place);
        let id = spot.name(json)?;
        if items.iter().any(|item| item.id == id) || id == "other" {
            return spot.wrong("id", Problem::Twice(id));
        }
        items.push(Item { id, text: spot.text(json, "text", "text")? });
    }
    Ok(items)
}

fn list<J: Json>(json: &J, member: &str) -> Vec<J> {
    json.member(member).and_then(|list| list.items()).unwrap_or_default()
}

fn timing(json: &impl Json, member: &str) -> Option<u32> {
    json.member("timing")?.member_count(member)
}

fn waits(json: &impl Json, member: &str, path: &'static str, default: Waits) -> Read<Waits> {
    match json.member("timing").and_then(|timing| timing.member(member)).map(|days| Waits::read(&days)) {
        Some(Ok(waits)) => Ok(waits),
        Some(Err(problem)) => Spot::TOP.wrong(path, problem),
        None => Ok(default),
    }
}
