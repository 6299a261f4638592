//! The course of one asking: shown, a score chosen, a comment written, sent or closed; and the snapshot that each step
//! makes. The prompt binds it to controls and delivers what it returns.

use crate::wire::{self, Given, Snapshot, Stage};
use crate::{Answer, AnswerId, Class, Kind, Problem, Refusal, Score, Survey};

/// One visitor being asked one survey.
#[derive(Clone, Debug)]
pub struct Asking {
    survey: Survey,
    id: AnswerId,
    locale: String,
    page: String,
    stage: Stage,
    snapshot: u32,
    score: Option<Score>,
    comment: String,
}

impl Asking {
    /// A new asking of `survey`, in `locale`, on `page` (origin and path).
    pub fn new(survey: Survey, id: AnswerId, locale: String, page: String) -> Self {
        Self {
            survey,
            id,
            locale,
            page,
            stage: Stage::Shown,
            snapshot: 0,
            score: None,
            comment: String::new(),
        }
    }

    /// The survey being asked.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// The locale that the visitor reads.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// The class of the chosen score.
    pub fn class(&self) -> Option<Class> {
        self.score.map(Score::class)
    }

    /// How far the visitor has come.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The open question in the words for the chosen score, if the survey has one and a score is chosen.
    pub fn follow_up(&self) -> Option<&str> {
        let class = self.class()?;
        self.survey.follow_up().map(|question| question.wording(&self.locale, Some(class)))
    }

    /// The question is on the screen.
    pub fn shown(&mut self, now_ms: i64) -> Snapshot {
        self.take(now_ms)
    }

    /// A score was chosen, or changed.
    pub fn choose(&mut self, score: Score, now_ms: i64) -> Snapshot {
        self.score = Some(score);
        self.stage = Stage::Partial;
        self.take(now_ms)
    }

    /// The comment so far; it goes along with the next snapshot.
    pub fn write(&mut self, comment: String) {
        self.comment = comment;
    }

    /// Send was pressed.
    ///
    /// # Errors
    /// [`Problem::ScoreMissing`] before a score is chosen, or what the receiver would refuse.
    pub fn send(&mut self, now_ms: i64) -> Result<Snapshot, Refusal> {
        if self.score.is_none() {
            return Err(Refusal::new("answers", Problem::ScoreMissing));
        }
        self.stage = Stage::Complete;
        let snapshot = self.take(now_ms);
        Answer::check(&snapshot, &self.survey).map(|_| snapshot)
    }

    /// It was closed. A chosen score counts all the same, with the comment so far; without one, silence is recorded.
    pub fn dismiss(&mut self, now_ms: i64) -> Snapshot {
        if self.score.is_none() {
            self.stage = Stage::Dismissed;
        }
        self.take(now_ms)
    }

    fn take(&mut self, now_ms: i64) -> Snapshot {
        self.snapshot += 1;
        Snapshot {
            v: wire::VERSION,
            id: self.id.to_string(),
            snapshot: self.snapshot,
            survey: self.survey.id().to_owned(),
            version: self.survey.version(),
            stage: self.stage,
            at_ms: now_ms,
            locale: self.locale.clone(),
            page: self.page.clone(),
            answers: self.survey.questions().iter().filter_map(|question| self.given(question)).collect(),
        }
    }

    fn given(&self, question: &crate::Question) -> Option<Given> {
        let comment = self.comment.trim_ascii();
        let (score, comment) = match question.kind {
            Kind::Nps => (Some(self.score?.get()), None),
            Kind::Text if comment.is_empty() => return None,
            Kind::Text => (None, Some(comment.to_owned())),
        };
        let text = question.wording(&self.locale, self.class()).to_owned();
        Some(Given { question: question.id.clone(), text, score, comment })
    }
}
