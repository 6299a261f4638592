//! Which column of a file is the score, which the date, and so on.

mod field;
mod wish;

use std::fmt;

use suara_survey::{Kind, Survey};

use super::look::Look;
use super::preset::{Preset, asks_for_a_comment, asks_for_a_score, is};
pub(crate) use field::Field;
use wish::Target;
pub(crate) use wish::Wish;

/// What stands at the top of a file, and whose export it is.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) preset: Preset,
    pub(super) columns: Vec<String>,
    /// The questions' words, where they differ from the columns' names.
    pub(super) words: Vec<String>,
}

impl Head {
    fn find(&self, name: &str) -> Option<usize> {
        let exactly = |names: &[String]| names.iter().position(|column| column == name);
        exactly(&self.columns).or_else(|| exactly(&self.words))
    }

    fn all(&self, names: &[&str]) -> Vec<usize> {
        names.iter().filter_map(|name| self.columns.iter().position(|column| is(column, name))).collect()
    }

    fn word(&self, place: usize) -> &str {
        self.words.get(place).or_else(|| self.columns.get(place)).map_or("", String::as_str)
    }
}

/// The columns of each field, by their places in the file.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    head: Head,
    /// A row takes the first that is not empty.
    places: [Vec<usize>; Field::ALL.len()],
    /// The attributes of the survey's drivers, by their ids.
    pub(super) drivers: Vec<(String, usize)>,
    /// The column that says whether a row is an answer at all.
    pub(super) sieve: Option<usize>,
}

impl Mapping {
    /// What was wished for; for the rest, what is known of the tool; then what the headers suggest, and what is in the cells.
    ///
    /// # Errors
    /// A sentence, when a wished column is not there, or score or date is found nowhere.
    pub(super) fn new(head: Head, looks: &[Look], wishes: &[Wish], survey: &Survey) -> Result<Self, String> {
        let sieve = head.preset.sieve().and_then(|(name, _)| head.all(&[name]).first().copied());
        let mut mapping = Self { head, places: Default::default(), drivers: Vec::new(), sieve };
        mapping.take_wishes(wishes)?;
        let is_open = |field: &Field| !wishes.iter().any(|wish| wish.target == Target::Field(*field));
        for field in Field::ALL.into_iter().filter(is_open) {
            mapping.places[field as usize] = mapping.head.all(mapping.head.preset.columns(field));
        }
        // Before the score, which is looked for in all that is left.
        mapping.take_drivers(survey);
        for field in Field::ALL.into_iter().filter(is_open) {
            if mapping.places(field).is_empty() {
                mapping.places[field as usize] = mapping.guess(field, looks)?.into_iter().collect();
            }
        }
        match [Field::Score, Field::Date].into_iter().find(|field| mapping.places(*field).is_empty()) {
            Some(field) => Err(mapping.missing(field)),
            None => Ok(mapping),
        }
    }

    fn take_wishes(&mut self, wishes: &[Wish]) -> Result<(), String> {
        for wish in wishes.iter().filter(|wish| !wish.column.is_empty()) {
            let place = self.wished(&wish.column)?;
            match &wish.target {
                Target::Field(field) => self.places[*field as usize] = vec![place],
                Target::Driver(item) => self.drivers.push((item.clone(), place)),
            }
        }
        Ok(())
    }

    fn missing(&self, field: Field) -> String {
        let (name, columns) = (field.name(), listed(&self.head.columns));
        format!("no column looks like the {name}; say which with --map {name}=COLUMN, out of {columns}")
    }

    /// Takes the columns that are the survey's drivers by their id or their words.
    fn take_drivers(&mut self, survey: &Survey) {
        let items = survey.questions().iter().filter(|question| question.kind == Kind::Drivers);
        for item in items.flat_map(|question| &question.items) {
            let is_item = |part: &str| {
                let texts =
                    std::iter::once(item.id.as_str()).chain(item.text.wordings().map(|(_, text)| text));
                texts.map(plain).any(|text| text == plain(part))
            };
            let is_free = |place: &usize| !self.is_taken(*place);
            let place = (0..self.head.columns.len()).filter(is_free).find(|place| {
                parts(self.head.word(*place)).chain(parts(&self.head.columns[*place])).any(is_item)
            });
            if let Some(place) = place.filter(|_| !self.drivers.iter().any(|(id, _)| *id == item.id)) {
                self.drivers.push((item.id.clone(), place));
            }
        }
    }

    pub(crate) fn preset(&self) -> Preset {
        self.head.preset
    }

    /// What was taken from which columns, and the columns that were left out.
    pub(crate) fn told(&self) -> (Vec<(String, Vec<String>)>, Vec<String>) {
        let name = |place: &usize| self.head.columns[*place].clone();
        let fields = Field::ALL.into_iter().filter(|field| !self.places(*field).is_empty());
        let fields =
            fields.map(|field| (field.name().to_owned(), self.places(field).iter().map(name).collect()));
        let drivers = self.drivers.iter().map(|(item, place)| (format!("driver.{item}"), vec![name(place)]));
        let left = (0..self.head.columns.len()).filter(|place| !self.is_taken(*place));
        (fields.chain(drivers).collect(), left.map(|place| name(&place)).collect())
    }

    /// Where the field stands; a row takes the first place that is not empty.
    pub(super) fn places(&self, field: Field) -> &[usize] {
        &self.places[field as usize]
    }

    fn wished(&self, column: &str) -> Result<usize, String> {
        self.head.find(column).ok_or_else(|| {
            format!("there is no column \"{column}\"; the columns are {}", listed(&self.head.columns))
        })
    }

    fn is_taken(&self, place: usize) -> bool {
        let is_driver = self.drivers.iter().any(|(_, driver)| *driver == place);
        is_driver || self.sieve == Some(place) || self.places.iter().any(|places| places.contains(&place))
    }

    /// By the names that people give such columns; then by the words of the question.
    fn guess(&self, field: Field, looks: &[Look]) -> Result<Option<usize>, String> {
        let plain = |column: &String| column.trim().to_lowercase().replace([' ', '-', '.'], "_");
        let columns: Vec<String> = self.head.columns.iter().map(plain).collect();
        let is_free = |place: &usize| !self.is_taken(*place);
        let mut guesses = field.guesses().iter();
        let by_name =
            guesses.find_map(|guess| columns.iter().position(|column| column == guess).filter(is_free));
        match (by_name, field) {
            (Some(place), _) => Ok(Some(place)),
            (None, Field::Score) => self.score(looks),
            (None, Field::Comment) => Ok(self.comment(looks)),
            (None, _) => Ok(None),
        }
    }

    /// The one question whose cells are scores; of several, the one that asks for a recommendation.
    fn score(&self, looks: &[Look]) -> Result<Option<usize>, String> {
        let all: Vec<usize> =
            self.questions().filter(|place| looks.get(*place).is_some_and(Look::is_score)).collect();
        let asks = |place: &usize| {
            asks_for_a_score(self.head.word(*place)) && looks.get(*place).is_some_and(Look::may_be_score)
        };
        let asking: Vec<usize> = self.questions().filter(asks).collect();
        match (&asking[..], &all[..]) {
            ([one], _) => Ok(Some(*one)),
            // Only a tool's export has questions in place of names; elsewhere a lone number may be anything.
            ([], [one]) if self.head.preset != Preset::Generic => Ok(Some(*one)),
            ([], []) => Ok(None),
            ([], _) if self.head.preset == Preset::Generic => Ok(None),
            ([], several) | (several, _) => {
                let names: Vec<String> =
                    several.iter().map(|place| self.head.word(*place).to_owned()).collect();
                Err(format!(
                    "several columns could be the score; say which with --map score=COLUMN, out of {}",
                    listed(&names)
                ))
            }
        }
    }

    /// The first question behind the score that asks for reasons and whose cells are no numbers.
    fn comment(&self, looks: &[Look]) -> Option<usize> {
        let score = self.places(Field::Score).first().copied().unwrap_or(0);
        let is_text = |place: &usize| looks.get(*place).is_none_or(|look| !look.is_score());
        self.questions()
            .filter(|place| *place > score)
            .filter(is_text)
            .find(|place| asks_for_a_comment(self.head.word(*place)))
    }

    fn questions(&self) -> impl Iterator<Item = usize> {
        let may_be = |place: &usize| {
            !self.is_taken(*place) && self.head.preset.may_be_a_question(&self.head.columns[*place])
        };
        (0..self.head.columns.len()).filter(may_be)
    }

    fn named(&self, place: usize) -> String {
        let (column, word) = (&self.head.columns[place], self.head.word(place));
        if word == column { format!("\"{column}\"") } else { format!("\"{column}\" ({word})") }
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for field in Field::ALL.into_iter().filter(|field| !self.places(*field).is_empty()) {
            let columns: Vec<String> = self.places(field).iter().map(|place| self.named(*place)).collect();
            writeln!(f, "  {:<8} from column {}", field.name(), columns.join(", else "))?;
        }
        for (item, place) in &self.drivers {
            writeln!(f, "  {item:<8} rated in column {}", self.named(*place))?;
        }
        let (_, left) = self.told();
        if left.is_empty() { Ok(()) } else { writeln!(f, "  left out {}", listed(&left)) }
    }
}

/// What may name an attribute in a column's head: all of it, what stands in brackets, or what stands at its end.
fn parts(head: &str) -> impl Iterator<Item = &str> {
    let bracket = head.rsplit_once('[').map(|(_, end)| end.trim_end_matches(']'));
    let ends = [" - ", ".", ": "].into_iter().filter_map(|mark| head.rsplit_once(mark)).map(|(_, end)| end);
    std::iter::once(head).chain(bracket).chain(ends)
}

/// Letters and digits only, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn listed(columns: &[String]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(columns: &[&str], wishes: &[&str]) -> Result<Mapping, String> {
        let wishes: Vec<Wish> = wishes.iter().map(|wish| wish.parse().unwrap()).collect();
        let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        let head = Head { preset: Preset::of(&columns), words: columns.clone(), columns };
        Mapping::new(head, &[], &wishes, &crate::definition::read(suara_survey::READY_MADE[0].1).unwrap())
    }

    #[test]
    fn headers_are_recognised_whatever_their_case_and_spaces() {
        let mapping = mapping(&["Response ID", "Submitted At", "NPS", "Feedback", "Age"], &[]).unwrap();
        assert_eq!(mapping.places(Field::Id), [0]);
        assert_eq!(mapping.places(Field::Date), [1]);
        assert_eq!(mapping.places(Field::Score), [2]);
        assert_eq!(mapping.places(Field::Comment), [3]);
        assert!(mapping.to_string().ends_with("left out \"Age\"\n"));
    }

    #[test]
    fn a_wish_beats_a_guess_and_an_empty_one_leaves_the_field_out() {
        let mapping = mapping(&["score", "date", "real", "comment"], &["score=real", "comment="]).unwrap();
        assert_eq!(mapping.places(Field::Score), [2]);
        assert_eq!(mapping.places(Field::Comment), [0_usize; 0]);
    }

    #[test]
    fn what_is_missing_is_named_with_the_columns_there_are() {
        let error = mapping(&["date", "q1"], &[]).unwrap_err();
        assert!(error.contains("--map score=COLUMN") && error.contains("\"q1\""), "{error}");
        let error = mapping(&["date", "q1"], &["score=q2"]).unwrap_err();
        assert!(error.contains("\"q2\"") && error.contains("\"date\", \"q1\""), "{error}");
    }
}
