//! From the cells of a row to a record, checked like an answer that came by HTTP.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use sha2::{Digest, Sha256};
use suara_survey::wire::{self, Given, Snapshot, Stage};
use suara_survey::{Answer, AnswerId, AnswerMarks, DAY_MS, Kind, Score, Survey};

use super::mapping::{Field, Mapping};
use super::preset::{Preset, is_finished, is_unfinished};
use super::when::{self, Dates};
use crate::store::Record;

/// Makes records of rows.
pub(super) struct Maker<'a> {
    survey: &'a Survey,
    mapping: &'a Mapping,
    dates: &'a Dates,
    now_ms: i64,
    /// How often each content has come: rows without an id may well be equal, and are still different answers. Some
    /// 24 bytes a row.
    occurrences: HashMap<u64, u32>,
    /// Where several rows may be one answer: the time and number of its latest.
    latest: HashMap<AnswerId, (i64, u32)>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(survey: &'a Survey, (mapping, dates): (&'a Mapping, &'a Dates), now_ms: i64) -> Self {
        Self { survey, mapping, dates, now_ms, occurrences: HashMap::new(), latest: HashMap::new() }
    }

    /// The record that a row is; none where the tool itself says that the row is no answer, or an earlier part of one;
    /// or why it is refused.
    pub(super) fn record(&mut self, cells: &[String]) -> Result<Option<Record>, String> {
        if !self.is_answer(cells) {
            return Ok(None);
        }
        let at_ms = self.at_ms(cells)?;
        let (stage, score) = self.course(cells)?;
        let comment = Some(self.cell(cells, Field::Comment)).filter(|text| !text.is_empty());
        let id = self.id(cells, at_ms);
        let Some(number) = self.number(id, (stage, at_ms)) else { return Ok(None) };
        let ratings = if stage == Stage::Shown { Vec::new() } else { self.ratings(cells)? };
        // The wordings are not part of it: a later version may know them better and must find the same answer.
        let mut content = format!("{}\n{stage:?}\n{at_ms}\n{score:?}\n{comment:?}", self.survey.id());
        if !ratings.is_empty() {
            content.push_str(&format!("\n{ratings:?}"));
        }
        let snapshot = Snapshot {
            v: wire::VERSION,
            id: id.to_string(),
            snapshot: number,
            survey: self.survey.id().to_owned(),
            version: self.survey.version(),
            stage,
            at_ms,
            locale: self.cell(cells, Field::Locale).to_owned(),
            page: page(self.cell(cells, Field::Page)).to_owned(),
            fields: Vec::new(),
            answers: self.given((score, comment), ratings),
            identity: None,
            trap: false,
        };
        let answer = Answer::check(&snapshot, self.survey).map_err(|refusal| refusal.to_string())?;
        // What was left out of the score elsewhere is left out here.
        let marks = AnswerMarks::named(self.cell(cells, Field::Marks));
        Ok(Some(Record { marks, ..Record::new(snapshot, answer, content.as_bytes(), self.now_ms) }))
    }

    fn is_answer(&self, cells: &[String]) -> bool {
        let cell = self.mapping.sieve.and_then(|place| cells.get(place));
        let passes = self.mapping.preset().sieve().map(|(_, passes)| passes);
        cell.zip(passes).is_none_or(|(cell, passes)| passes(cell))
    }

    /// Rises with what a tool may still add to an answer, so that a later export brings it along and an earlier one takes
    /// nothing away. Several rows of one answer come in whatever order; each holds all that the earlier ones do.
    fn number(&mut self, id: AnswerId, (stage, at_ms): (Stage, i64)) -> Option<u32> {
        let least = match (self.mapping.preset(), stage) {
            (Preset::Generic, _) | (_, Stage::Shown | Stage::Dismissed) => 1,
            (_, Stage::Partial) => 100,
            (_, Stage::Complete) => 500,
        };
        if !self.mapping.preset().grows() {
            return Some(least);
        }
        let number = match self.latest.get(&id) {
            Some((latest_ms, _)) if *latest_ms >= at_ms => return None,
            Some((_, number)) => least.max(number + 1),
            None => least,
        };
        self.latest.insert(id, (at_ms, number));
        Some(number)
    }

    /// How far it went, and the score. Who came not to the end and gave no score was shown the question, no more.
    fn course(&self, cells: &[String]) -> Result<(Stage, Option<u8>), String> {
        let (stage, text) = (self.cell(cells, Field::Stage), self.cell(cells, Field::Score));
        let stage = match stage {
            unfinished if is_unfinished(unfinished) && text.is_empty() => Stage::Shown,
            stage => self::stage(stage)?,
        };
        Ok((stage, score(text, stage)?))
    }

    fn at_ms(&self, cells: &[String]) -> Result<i64, String> {
        let text = self.cell(cells, Field::Date);
        let at_ms = self.dates.parse(text).ok_or_else(|| {
            format!("date is \"{}\", which is not a date; write {}", short(text), when::FORMS)
        })?;
        if at_ms > self.now_ms + DAY_MS {
            return Err(format!("date is \"{}\", which is yet to come; correct it", short(text)));
        }
        Ok(at_ms)
    }

    /// The same row gives the same id each time, so that a file that is imported again changes nothing.
    fn id(&mut self, cells: &[String], at_ms: i64) -> AnswerId {
        let given = self.cell(cells, Field::Id);
        if let Ok(id) = given.parse() {
            return id;
        }
        let mut digest = Sha256::new();
        digest.update(self.survey.id());
        if given.is_empty() {
            let mut content = DefaultHasher::new();
            cells.hash(&mut content);
            let occurrence = self.occurrences.entry(content.finish()).or_insert(0);
            *occurrence += 1;
            digest.update(format!("\0row\0{}\0{occurrence}", cells.join("\0")));
        } else {
            digest.update(format!("\0id\0{given}"));
        }
        let mut random = [0; 10];
        random.copy_from_slice(&digest.finalize()[..10]);
        // Where a tool's answer may grow its time may change, and it stays the same answer.
        let grows = self.mapping.preset() != Preset::Generic && !given.is_empty();
        AnswerId::from_parts(if grows { 0 } else { at_ms }, random)
    }

    /// The ratings of the survey's drivers; `None` where one does not apply.
    fn ratings(&self, cells: &[String]) -> Result<Vec<(String, Option<u8>)>, String> {
        let mut ratings = Vec::new();
        for (item, place) in &self.mapping.drivers {
            let cell = cells.get(*place).map_or("", String::as_str);
            match rating(cell) {
                _ if cell.is_empty() => {}
                Some(rating) => ratings.push((item.clone(), rating)),
                None => {
                    return Err(format!(
                        "{item} is \"{}\", but a rating is a whole number from 1 to 5, or n/a; correct it",
                        short(cell)
                    ));
                }
            }
        }
        Ok(ratings)
    }

    /// In which words it was asked elsewhere, the file does not say.
    fn given(
        &self,
        (score, comment): (Option<u8>, Option<&str>),
        ratings: Vec<(String, Option<u8>)>,
    ) -> Vec<Given> {
        let of =
            |question: &suara_survey::Question| Given { question: question.id.clone(), ..Given::default() };
        let score = self
            .survey
            .score_question()
            .zip(score)
            .map(|(question, score)| Given { score: Some(score), ..of(question) });
        let comment = self
            .survey
            .follow_up()
            .zip(comment)
            .map(|(question, text)| Given { comment: Some(text.to_owned()), ..of(question) });
        let drivers = self.survey.questions().iter().find(|question| question.kind == Kind::Drivers);
        let drivers =
            drivers.filter(|_| !ratings.is_empty()).map(|question| Given { ratings, ..of(question) });
        score.into_iter().chain(comment).chain(drivers).collect()
    }

    fn cell<'c>(&self, cells: &'c [String], field: Field) -> &'c str {
        let mut found = self.mapping.places(field).iter().filter_map(|place| cells.get(*place));
        found.find(|cell| !cell.is_empty()).map_or("", String::as_str)
    }
}

/// The score in a cell: `9`, `9.0` of a data frame, `10 - Extremely likely`, `Not at all likely - 0`. Only one whole number
/// may stand there, and nothing that would make it another one.
pub(super) fn score_in(text: &str) -> Option<u8> {
    number_in(text).filter(|number| *number <= Score::MAX)
}

fn number_in(text: &str) -> Option<u8> {
    let text = text.strip_suffix(".0").unwrap_or(text);
    let start = text.find(|sign: char| sign.is_ascii_digit())?;
    let digits = text[start..].find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len() - start);
    let (before, after) = (&text[..start], &text[start + digits..]);
    let is_another = before.ends_with(['-', '+', '.', ',', '\u{2212}', '/'])
        || after.starts_with(['.', ',', '/', '%', ':', 'e'])
        || after.contains(|sign: char| sign.is_ascii_digit());
    if is_another { None } else { text[start..start + digits].parse().ok() }
}

/// `Some(None)`: does not apply.
fn rating(text: &str) -> Option<Option<u8>> {
    if ["n/a", "na", "not applicable", "tidak berlaku", "-"].contains(&text.to_lowercase().as_str()) {
        return Some(None);
    }
    number_in(text).filter(|number| (1..=5).contains(number)).map(Some)
}

/// Origin and path only, as the prompt sends it: queries hold whatever.
fn page(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

fn score(text: &str, stage: Stage) -> Result<Option<u8>, String> {
    let limit = Score::MAX;
    match score_in(text) {
        _ if text.is_empty() && matches!(stage, Stage::Shown | Stage::Dismissed) => Ok(None),
        _ if text.is_empty() => Err(format!(
            "score is empty, but an answer needs a whole number from 0 to {limit}; add it or leave the row out"
        )),
        Some(score) => Ok(Some(score)),
        None => Err(format!(
            "score is \"{}\", but a score is a whole number from 0 to {limit}; correct it",
            short(text)
        )),
    }
}

fn stage(text: &str) -> Result<Stage, String> {
    match text {
        "" => Ok(Stage::Complete),
        "dismissed" => Ok(Stage::Dismissed),
        "shown" => Ok(Stage::Shown),
        text if is_finished(text) => Ok(Stage::Complete),
        text if is_unfinished(text) => Ok(Stage::Partial),
        other => Err(format!(
            "stage is \"{}\", but a stage is shown, dismissed, partial or complete; correct it",
            short(other)
        )),
    }
}

/// A bad value is quoted, but not a whole letter.
fn short(text: &str) -> String {
    const SHORT_CHARS: usize = 40;
    match text.char_indices().nth(SHORT_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
