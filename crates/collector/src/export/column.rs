//! Columns of a sheet beyond the score and the comment: one for whatever a survey asks, and one for each field.

use suara_survey::wire::{Given, Sort};
use suara_survey::{Kind, Question};

use crate::definition;
use crate::store::Listed;

/// One column.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Column {
    /// A rating, what was chosen, a comment, or an address.
    Answer(String),
    /// The visitor's own choice in words.
    Other(String),
    /// Which kind of comment it is.
    Sort(String),
    /// One attribute of several: 1 to 5, or `n/a`.
    Rating(String, String),
    /// What the page said of itself or of the visitor.
    Field(String),
}

/// The columns of all versions of a survey, in the order of its questions. The score, and the comment where there is
/// only one, have columns already.
pub(super) fn all(definitions: &[String], survey: &str) -> Vec<Column> {
    let versions = definitions.iter().filter_map(|json| definition::read(json).ok());
    let versions: Vec<_> = versions.filter(|version| version.id() == survey).collect();
    let mut columns = Vec::new();
    for version in &versions {
        let texts = version.questions().iter().filter(|question| question.kind == Kind::Text).count();
        for question in version.questions() {
            columns.extend(
                of(question, texts > 1)
                    .into_iter()
                    .filter(|column| !columns.contains(column))
                    .collect::<Vec<_>>(),
            );
        }
    }
    for name in versions.iter().flat_map(|version| version.fields()) {
        let column = Column::Field(name.clone());
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

fn of(question: &Question, has_other_texts: bool) -> Vec<Column> {
    let id = || question.id.clone();
    let mut columns = match question.kind {
        Kind::Nps => Vec::new(),
        Kind::Text if !has_other_texts => Vec::new(),
        Kind::Drivers => question.items.iter().map(|item| Column::Rating(id(), item.id.clone())).collect(),
        _ => vec![Column::Answer(id())],
    };
    if question.other {
        columns.push(Column::Other(id()));
    }
    if question.sorted {
        columns.push(Column::Sort(id()));
    }
    columns
}

impl Column {
    /// Its head; the word before the dot keeps it apart from the fixed ones.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Answer(question) => format!("answer.{question}"),
            Self::Other(question) => format!("answer.{question}.other"),
            Self::Sort(question) => format!("answer.{question}.sort"),
            Self::Rating(question, item) => format!("answer.{question}.{item}"),
            Self::Field(name) => format!("field.{name}"),
        }
    }

    /// Its cell; empty where nothing was given.
    pub(super) fn cell(&self, answer: &Listed) -> String {
        let given = |question: &String| answer.given.iter().find(|given| given.question == *question);
        let cell = match self {
            Self::Answer(question) => given(question).map(plain),
            Self::Other(question) => given(question).and_then(|given| given.other.clone()),
            Self::Sort(question) => {
                given(question).and_then(|given| given.sort).map(|sort| Sort::name(sort).to_owned())
            }
            Self::Rating(question, item) => given(question).and_then(|given| {
                let rating = given.ratings.iter().find(|(name, _)| name == item)?.1;
                Some(rating.map_or_else(|| "n/a".to_owned(), |rating| rating.to_string()))
            }),
            Self::Field(name) => answer.fields.get(name).cloned(),
        };
        cell.unwrap_or_default()
    }
}

/// Whichever of them was given.
fn plain(given: &Given) -> String {
    let number = given.rating.or(given.score).map(|number| number.to_string());
    let text = given.comment.clone().or_else(|| given.email.clone());
    number.or(text).unwrap_or_else(|| given.choices.join("; "))
}
