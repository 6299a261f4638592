//! The course of one asking: shown, answered step by step, sent or closed; and the snapshot that each step makes. The
//! prompt binds it to controls and delivers what it returns.
//!
//! Whatever a visitor gives is a part of an answer as a string, just as a control has it: the score `8` is part `""`, the
//! rating of a driver is the part of its name. So one [`Asking::set`] serves every kind of question.

mod given;
mod path;

use std::borrow::Borrow;

use crate::lean::cut;
use crate::wire::{self, Snapshot, Stage};
use crate::{AnswerId, Class, Ending, Kind, LINE_MAX_CHARS, Question, Score, Survey};

/// The question that a control stands for that nobody sees: what is given to it springs the trap.
pub const NO_QUESTION: usize = usize::MAX;

/// One visitor being asked one survey, which it owns or, where an answer is only checked, borrows.
#[derive(Clone, Debug)]
pub struct Asking<S = Survey> {
    survey: S,
    id: AnswerId,
    locale: String,
    page: String,
    fields: Vec<(String, String)>,
    identity: Option<String>,
    snapshot: u32,
    parts: Vec<Part>,
    /// Where each step so far begins; the last is the current one.
    path: Vec<usize>,
    /// Where the way has ended: the number of questions, plus one and the index of an ending.
    end: Option<usize>,
    dismissed: bool,
}

#[derive(Clone, Debug)]
struct Part {
    question: usize,
    name: String,
    value: String,
}

impl<S: Borrow<Survey>> Asking<S> {
    /// A new asking of `survey`, in `locale`, on `page` (origin and path).
    pub fn new(survey: S, id: AnswerId, locale: String, page: String) -> Self {
        Self {
            survey,
            id,
            locale,
            page,
            fields: Vec::new(),
            identity: None,
            snapshot: 0,
            parts: Vec::new(),
            path: vec![0],
            end: None,
            dismissed: false,
        }
    }

    /// What the page says of itself or of the visitor; only fields that the survey lists are kept, and no
    /// more of them than a receiver takes.
    pub fn set_fields(&mut self, mut fields: Vec<(String, String)>) {
        fields.retain(|(name, _)| self.survey().fields().contains(name));
        for (_, value) in &mut fields {
            // One that is too long would have the whole answer refused.
            value.truncate(cut(value, LINE_MAX_CHARS).len());
        }
        self.fields = fields;
    }

    /// Who the visitor is, signed by the owner's backend.
    pub fn set_identity(&mut self, token: Option<String>) {
        self.identity = token;
    }

    /// The survey being asked.
    pub fn survey(&self) -> &Survey {
        self.survey.borrow()
    }

    /// The id of the answer.
    pub fn id(&self) -> AnswerId {
        self.id
    }

    /// The locale that the visitor reads.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// How far the visitor has come.
    pub fn stage(&self) -> Stage {
        if self.end.is_some() {
            Stage::Complete
        } else if self.path_questions().any(|question| self.is_answered(question)) {
            Stage::Partial
        } else if self.dismissed {
            Stage::Dismissed
        } else {
            Stage::Shown
        }
    }

    /// The 0-10 score, once it is given.
    pub fn score(&self) -> Option<Score> {
        let question = self.survey().questions().iter().position(|question| question.kind == Kind::Nps)?;
        given::number(self.value(question, "")).and_then(Score::new)
    }

    /// The class of the score.
    pub fn class(&self) -> Option<Class> {
        self.score().map(Score::class)
    }

    /// A part of the answer to a question; empty where nothing was given.
    pub fn value(&self, question: usize, name: &str) -> &str {
        let part = self.parts.iter().find(|part| part.question == question && part.name == name);
        part.map_or("", |part| &part.value)
    }

    /// Gives a part of the answer to a question; an empty value takes it back.
    pub fn set(&mut self, question: usize, name: &str, value: &str) {
        self.parts.retain(|part| part.question != question || part.name != name);
        if !value.is_empty() {
            self.parts.push(Part { question, name: name.to_owned(), value: value.to_owned() });
        }
    }

    /// The wording of a question: in the visitor's locale, for the class of the score, with earlier answers in it.
    pub fn wording(&self, question: usize) -> String {
        self.piped(self.question(question).wording(&self.locale, self.class()))
    }

    /// Where the way has ended, once it has; none for the survey's plain thanks.
    pub fn ending(&self) -> Option<&Ending> {
        self.survey().endings().get(self.end?.checked_sub(self.survey().questions().len() + 1)?)
    }

    /// All that is known so far, under the next number.
    pub fn snapshot(&mut self, now_ms: i64) -> Snapshot {
        self.snapshot += 1;
        Snapshot {
            v: wire::VERSION,
            id: self.id.hyphenated(),
            snapshot: self.snapshot,
            survey: self.survey().id().to_owned(),
            version: self.survey().version(),
            stage: self.stage(),
            at_ms: now_ms,
            locale: self.locale.clone(),
            page: self.page.clone(),
            fields: self.fields.clone(),
            answers: self.path_questions().filter_map(|question| self.given(question)).collect(),
            identity: self.identity.clone(),
            trap: !self.value(NO_QUESTION, "").is_empty(),
        }
    }

    /// It was closed. What was answered counts all the same; without any answer, silence is recorded.
    pub fn dismiss(&mut self, now_ms: i64) -> Snapshot {
        self.dismissed = true;
        self.snapshot(now_ms)
    }

    fn question(&self, index: usize) -> &Question {
        &self.survey().questions()[index]
    }
}
