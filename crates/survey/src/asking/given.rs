//! What was given, for the wire and for the words of later questions.

use std::borrow::Borrow;

use super::Asking;
use crate::answer::WORDING_MAX_CHARS;
use crate::lean::{cut, digits, join, split};
use crate::wire::{Given, Sort};
use crate::{Kind, LINE_MAX_CHARS, Survey};

impl<S: Borrow<Survey>> Asking<S> {
    /// Whether a question has an answer.
    pub fn is_answered(&self, question: usize) -> bool {
        self.given(question).is_some()
    }

    /// The answer to a question as it travels, if there is one.
    pub(super) fn given(&self, question: usize) -> Option<Given> {
        let this = self.question(question);
        let value = self.value(question, "");
        let words = |name| Some(self.value(question, name).trim_ascii()).filter(|words| !words.is_empty());
        let text = words("");
        let mut given = Given { question: this.id.clone(), ..Given::default() };
        match this.kind {
            Kind::Nps => given.score = Some(number(value)?),
            Kind::Csat | Kind::Ces | Kind::Thumbs => given.rating = Some(number(value)?),
            Kind::Choice => given.choices = vec![text?.to_owned()],
            Kind::Choices => {
                let names = this.items.iter().map(|item| item.id.as_str()).chain(["other"]);
                given.choices = names.filter(|name| words(name).is_some()).map(str::to_owned).collect();
                if given.choices.is_empty() {
                    return None;
                }
            }
            Kind::Text => {
                given.comment = Some(text?.to_owned());
                given.sort = Sort::named(self.value(question, "sort"));
            }
            Kind::Drivers => {
                let rated =
                    this.items.iter().filter_map(|item| Some((item.id.clone(), number(words(&item.id)?))));
                given.ratings = rated.collect();
                if given.ratings.is_empty() {
                    return None;
                }
            }
            Kind::Contact => {
                words("ok")?;
                given.email = Some(words("email")?.to_owned());
                given.consent = true;
            }
        }
        if given.choices.iter().any(|choice| choice == "other") {
            given.other = words("other_text").map(str::to_owned);
        }
        given.text = self.wording(question);
        given.text.truncate(cut(&given.text, WORDING_MAX_CHARS).len());
        Some(given)
    }

    /// Takes an answer as it travels.
    pub(crate) fn give(&mut self, given: &Given) {
        let Some(question) = self.index_of(&given.question) else { return };
        if let Some(value) = given.score.or(given.rating) {
            self.set(question, "", &digits(value.into()));
        }
        for choice in &given.choices {
            let several = self.question(question).kind == Kind::Choices;
            let (name, value) = if several { (choice.as_str(), "1") } else { ("", choice.as_str()) };
            self.set(question, name, value);
        }
        for (name, rating) in &given.ratings {
            self.set(question, name, &rating.map_or_else(|| "na".to_owned(), |rating| digits(rating.into())));
        }
        self.set(question, "email", given.email.as_deref().unwrap_or_default());
        self.set(question, "ok", if given.consent { "1" } else { "" });
        if let Some(comment) = &given.comment {
            self.set(question, "", comment);
        }
    }

    /// Whether the way so far has come by a question.
    pub(crate) fn has_asked(&self, id: &str) -> bool {
        self.path_questions().any(|question| self.question(question).id == id)
    }

    fn index_of(&self, id: &str) -> Option<usize> {
        self.survey().questions().iter().position(|question| question.id == id)
    }

    /// A text with `{{question}}` and `{{field.name}}` replaced by what was given, `{{score|there}}` by its fallback if
    /// nothing was.
    pub fn piped(&self, text: &str) -> String {
        let mut piped = String::new();
        let mut rest = text;
        while let Some((before, place)) = split(rest, "{{") {
            let (place, after) = split(place, "}}").unwrap_or((place, ""));
            let (name, fallback) = place.split_once('|').unwrap_or((place, ""));
            let words = self.in_words(name.trim_ascii());
            piped.push_str(before);
            let words = if words.is_empty() { fallback } else { &words };
            // A comment of a page's length would leave no question to read.
            let short = cut(words, LINE_MAX_CHARS);
            piped.push_str(short);
            if short.len() < words.len() {
                piped.push('…');
            }
            rest = after;
        }
        piped.push_str(rest);
        piped
    }

    /// An earlier answer, or a field, as a reader would say it.
    fn in_words(&self, name: &str) -> String {
        if let Some(field) = name.strip_prefix("field.") {
            let field = self.fields.iter().find(|(name, _)| name == field);
            return field.map_or_else(String::new, |(_, value)| value.clone());
        }
        let Some(question) = self.index_of(name) else { return String::new() };
        let this = self.question(question);
        let value = self.value(question, "").trim_ascii();
        let has = |name: &str| {
            value == name || this.kind == Kind::Choices && !self.value(question, name).is_empty()
        };
        let chosen = this.items.iter().filter(|item| has(&item.id));
        let mut labels: Vec<&str> = chosen.map(|item| item.text.get(&self.locale)).collect();
        if this.other && has("other") {
            labels.push(self.value(question, "other_text"));
        } else if labels.is_empty() {
            labels.push(value);
        }
        join(labels, ", ")
    }
}

/// One kind of number is parsed everywhere in the prompt; each more would bring its own code.
pub(super) fn number(text: &str) -> Option<u8> {
    text.parse::<u32>().ok()?.try_into().ok()
}
