//! From the cells of a row to a record, checked like an answer that came by HTTP.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use sha2::{Digest, Sha256};
use suara_survey::wire::{self, Given, Snapshot, Stage};
use suara_survey::{Answer, AnswerId, DAY_MS, Score, Survey};

use super::mapping::{Field, Mapping};
use super::when;
use crate::store::Record;

/// Makes records of rows.
pub(super) struct Maker<'a> {
    survey: &'a Survey,
    mapping: &'a Mapping,
    now_ms: i64,
    /// How often each content has come: rows without an id may well be equal, and are still different answers. Some
    /// 24 bytes a row.
    occurrences: HashMap<u64, u32>,
}

impl<'a> Maker<'a> {
    pub(super) fn new(survey: &'a Survey, mapping: &'a Mapping, now_ms: i64) -> Self {
        Self { survey, mapping, now_ms, occurrences: HashMap::new() }
    }

    /// The record that a row is, or why it is none.
    pub(super) fn record(&mut self, cells: &[String]) -> Result<Record, String> {
        let at_ms = self.at_ms(cells)?;
        let stage = stage(self.cell(cells, Field::Stage))?;
        let score = score(self.cell(cells, Field::Score), stage)?;
        let comment = Some(self.cell(cells, Field::Comment)).filter(|text| !text.is_empty());
        let snapshot = Snapshot {
            v: wire::VERSION,
            id: self.id(cells, at_ms).to_string(),
            snapshot: 1,
            survey: self.survey.id().to_owned(),
            version: self.survey.version(),
            stage,
            at_ms,
            locale: self.cell(cells, Field::Locale).to_owned(),
            page: self.cell(cells, Field::Page).to_owned(),
            answers: self.given(score, comment),
        };
        let answer = Answer::check(&snapshot, self.survey).map_err(|refusal| refusal.to_string())?;
        // The wordings are not part of it: a later version may know them better and must find the same answer.
        let content = format!("{}\n{stage:?}\n{at_ms}\n{score:?}\n{comment:?}", snapshot.survey);
        Ok(Record::new(snapshot, answer, content.as_bytes(), self.now_ms))
    }

    fn at_ms(&self, cells: &[String]) -> Result<i64, String> {
        let text = self.cell(cells, Field::Date);
        let at_ms = when::parse(text).ok_or_else(|| {
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
        AnswerId::from_parts(at_ms, random)
    }

    /// In which words it was asked elsewhere, the file does not say.
    fn given(&self, score: Option<u8>, comment: Option<&str>) -> Vec<Given> {
        let given = |question: &suara_survey::Question, score, comment: Option<&str>| Given {
            question: question.id.clone(),
            text: String::new(),
            score,
            comment: comment.map(str::to_owned),
        };
        let score = score.map(|score| given(self.survey.score_question(), Some(score), None));
        let comment =
            self.survey.follow_up().zip(comment).map(|(question, text)| given(question, None, Some(text)));
        score.into_iter().chain(comment).collect()
    }

    fn cell<'c>(&self, cells: &'c [String], field: Field) -> &'c str {
        self.mapping.place(field).and_then(|place| cells.get(place)).map_or("", String::as_str)
    }
}

/// Spreadsheets and data frames write 9 as 9.0 once the column has a gap.
fn score(text: &str, stage: Stage) -> Result<Option<u8>, String> {
    let limit = Score::MAX;
    match text.strip_suffix(".0").unwrap_or(text).parse::<u8>() {
        _ if text.is_empty() && matches!(stage, Stage::Shown | Stage::Dismissed) => Ok(None),
        _ if text.is_empty() => Err(format!(
            "score is empty, but an answer needs a whole number from 0 to {limit}; add it or leave the row out"
        )),
        Ok(score) if score <= limit => Ok(Some(score)),
        _ => Err(format!(
            "score is \"{}\", but a score is a whole number from 0 to {limit}; correct it",
            short(text)
        )),
    }
}

fn stage(text: &str) -> Result<Stage, String> {
    match text {
        "" | "complete" => Ok(Stage::Complete),
        "partial" => Ok(Stage::Partial),
        "dismissed" => Ok(Stage::Dismissed),
        "shown" => Ok(Stage::Shown),
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
