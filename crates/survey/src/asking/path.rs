//! The way through a survey: steps of one or more questions, branches, back, and how far it is.

use std::borrow::Borrow;
use std::ops::Range;

use super::Asking;
use crate::{Condition, Kind, Problem, Rule, Survey};

impl<S: Borrow<Survey>> Asking<S> {
    /// The questions that stand on the current step, by index.
    pub fn step(&self) -> Range<usize> {
        self.step_from(self.path.last().copied().unwrap_or_default())
    }

    fn step_from(&self, first: usize) -> Range<usize> {
        first..self.survey().step_end(first)
    }

    /// The questions of every step so far.
    pub(super) fn path_questions(&self) -> impl Iterator<Item = usize> {
        self.path.iter().flat_map(|&first| self.step_from(first))
    }

    /// Whether a question of the current step is shown yet: all before it on the step are answered.
    pub fn is_open(&self, question: usize) -> bool {
        let first = self.step().start;
        (first..question).all(|earlier| self.is_answered(earlier))
    }

    /// Takes the step as it stands and goes to the next: true for another step, false for the end.
    ///
    /// # Errors
    /// The question that is not answered and must be, or whose answer cannot be right.
    #[expect(
        clippy::should_implement_trait,
        reason = "it goes to the next step, as the button says; nothing is iterated"
    )]
    pub fn next(&mut self) -> Result<bool, (usize, Problem)> {
        let step = self.step();
        for question in step.clone() {
            if self.is_open(question) {
                self.judge(question).map_err(|problem| (question, problem))?;
            }
        }
        let next = self.next_place(&step);
        if next < self.survey().questions().len() {
            self.path.push(next);
            return Ok(true);
        }
        self.end = Some(next);
        Ok(false)
    }

    /// Goes back one step, if there is one. What was given on the way stays, and counts again when it is reached again.
    pub fn back(&mut self) -> bool {
        let can = self.can_go_back();
        if can {
            self.path.pop();
        }
        can
    }

    /// Whether there is a step before this one.
    pub fn can_go_back(&self) -> bool {
        self.path.len() > 1 && self.end.is_none()
    }

    /// Which step this is, from 1, and of how many, if the longest way is still taken. None for up to two steps.
    pub fn progress(&self) -> Option<(usize, usize)> {
        let ahead = self.longest_ways();
        let now = self.path.len();
        (ahead[0] > 2).then(|| (now, now - 1 + ahead[self.step().start]))
    }

    /// For each question, the steps of the longest way that begins with it.
    fn longest_ways(&self) -> Vec<usize> {
        let questions = self.survey().questions();
        let mut ways = vec![0; questions.len()];
        for first in (0..questions.len()).rev() {
            let step = self.step_from(first);
            let rules = || questions[step.clone()].iter().flat_map(|question| &question.next);
            // A rule without a condition leaves no other way.
            let on = Some(step.end).filter(|_| rules().all(|rule| rule.condition != Condition::Always));
            let places = rules().map(|rule| rule.go.max(step.end)).chain(on);
            ways[first] = 1 + places.filter_map(|place| ways.get(place).copied()).max().unwrap_or_default();
        }
        ways
    }

    /// Whether another step follows, as far as this one is answered.
    pub fn leads_on(&self) -> bool {
        self.next_place(&self.step()) < self.survey().questions().len()
    }

    fn next_place(&self, step: &Range<usize>) -> usize {
        for question in step.clone() {
            let rules = &self.question(question).next;
            if let Some(rule) = rules.iter().find(|rule| self.holds(rule, question)) {
                // What stands on this step was asked: a second time, its answer would be there twice.
                return rule.go.max(step.end);
            }
        }
        step.end
    }

    fn holds(&self, rule: &Rule, question: usize) -> bool {
        let value = self.value(question, "");
        match &rule.condition {
            Condition::Always => true,
            Condition::Class(class) => self.class() == Some(*class),
            Condition::Between(from, to) => {
                value.parse::<u32>().is_ok_and(|value| (u32::from(*from)..=u32::from(*to)).contains(&value))
            }
            Condition::Choice(choice) => value == choice || !self.value(question, choice).is_empty(),
            Condition::Answered(answered) => self.is_answered(question) == *answered,
        }
    }

    fn judge(&self, question: usize) -> Result<(), Problem> {
        let answered = self.is_answered(question);
        let this = self.question(question);
        if this.kind == Kind::Contact {
            let email = self.value(question, "email").trim_ascii();
            let agreed = !self.value(question, "ok").is_empty();
            // Either without the other is a slip.
            if !agreed && !email.is_empty() {
                return Err(Problem::NoConsent);
            }
            if agreed && !crate::answer::is_email(email) {
                return Err(Problem::NotAnEmail(email.to_owned()));
            }
        }
        if this.required && !answered { Err(Problem::Missing) } else { Ok(()) }
    }
}
