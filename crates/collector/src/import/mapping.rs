//! Which column of a file is the score, which the date, and so on.

use std::fmt;
use std::str::FromStr;

/// What an answer takes from a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Field {
    Score,
    Date,
    Comment,
    Id,
    Stage,
    Locale,
    Page,
}

impl Field {
    pub(super) const ALL: [Self; 7] =
        [Self::Score, Self::Date, Self::Comment, Self::Id, Self::Stage, Self::Locale, Self::Page];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Date => "date",
            Self::Comment => "comment",
            Self::Id => "id",
            Self::Stage => "stage",
            Self::Locale => "locale",
            Self::Page => "page",
        }
    }

    /// Headers that mean it, in lower case with `_` between words; the surest first.
    fn guesses(self) -> &'static [&'static str] {
        match self {
            Self::Score => &["score", "nps", "nps_score", "rating", "likelihood_to_recommend", "how_likely"],
            Self::Date => &[
                "at",
                "date",
                "submitted_at",
                "submitted",
                "responded_at",
                "response_date",
                "completed_at",
                "created_at",
                "date_created",
                "created",
                "submit_date",
                "timestamp",
                "time",
                "end_date",
            ],
            Self::Comment => &[
                "comment",
                "comments",
                "reason",
                "feedback",
                "verbatim",
                "nps_comment",
                "open_text",
                "why",
                "message",
                "text",
            ],
            Self::Id => {
                &["id", "response_id", "answer_id", "submission_id", "respondent_id", "uuid", "token"]
            }
            Self::Stage => &["stage"],
            Self::Locale => &["locale", "language", "lang"],
            Self::Page => &["page", "page_url", "url"],
        }
    }
}

/// One `--map FIELD=COLUMN`; an empty column leaves the field out.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    field: Field,
    column: String,
}

impl FromStr for Wish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Field::ALL.map(Field::name).join(", ");
        let (name, column) = text.split_once('=').ok_or_else(|| "write FIELD=COLUMN".to_owned())?;
        let field = Field::ALL.into_iter().find(|field| field.name() == name);
        let field = field.ok_or_else(|| format!("there is no field \"{name}\"; choose from {}", names()))?;
        Ok(Self { field, column: column.to_owned() })
    }
}

/// The column of each field, by its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    columns: Vec<String>,
    places: [Option<usize>; Field::ALL.len()],
}

impl Mapping {
    /// What was wished for; for the rest, what the headers suggest.
    ///
    /// # Errors
    /// A sentence, when a wished column is not there, or score or date is found nowhere.
    pub(super) fn new(columns: Vec<String>, wishes: &[Wish]) -> Result<Self, String> {
        let mut mapping = Self { columns, places: [None; Field::ALL.len()] };
        for wish in wishes.iter().filter(|wish| !wish.column.is_empty()) {
            let place = mapping.columns.iter().position(|column| *column == wish.column);
            let place = place.ok_or_else(|| {
                format!(
                    "there is no column \"{}\"; the columns are {}",
                    wish.column,
                    listed(&mapping.columns)
                )
            })?;
            mapping.places[wish.field as usize] = Some(place);
        }
        for field in Field::ALL.into_iter().filter(|field| !wishes.iter().any(|wish| wish.field == *field)) {
            mapping.places[field as usize] = mapping.guess(field);
        }
        for field in [Field::Score, Field::Date] {
            if mapping.place(field).is_none() {
                let columns = listed(&mapping.columns);
                let name = field.name();
                return Err(format!(
                    "no column looks like the {name}; say which with --map {name}=COLUMN, out of {columns}"
                ));
            }
        }
        Ok(mapping)
    }

    /// Where the field stands.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.places[field as usize]
    }

    fn guess(&self, field: Field) -> Option<usize> {
        let plain = |column: &String| column.trim().to_lowercase().replace([' ', '-', '.'], "_");
        let columns: Vec<String> = self.columns.iter().map(plain).collect();
        let is_free = |place: &usize| !self.places.contains(&Some(*place));
        let mut guesses = field.guesses().iter();
        guesses.find_map(|guess| columns.iter().position(|column| column == guess).filter(is_free))
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for field in Field::ALL {
            if let Some(place) = self.place(field) {
                writeln!(f, "  {:<8} from column \"{}\"", field.name(), self.columns[place])?;
            }
        }
        let is_left = |place: &usize| !self.places.contains(&Some(*place));
        let left: Vec<String> =
            (0..self.columns.len()).filter(is_left).map(|place| self.columns[place].clone()).collect();
        if left.is_empty() { Ok(()) } else { writeln!(f, "  left out {}", listed(&left)) }
    }
}

fn listed(columns: &[String]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(columns: &[&str], wishes: &[&str]) -> Result<Mapping, String> {
        let wishes: Vec<Wish> = wishes.iter().map(|wish| wish.parse().unwrap()).collect();
        Mapping::new(columns.iter().map(|&column| column.to_owned()).collect(), &wishes)
    }

    #[test]
    fn headers_are_recognised_whatever_their_case_and_spaces() {
        let mapping = mapping(&["Response ID", "Submitted At", "NPS", "Feedback", "Age"], &[]).unwrap();
        assert_eq!(mapping.place(Field::Id), Some(0));
        assert_eq!(mapping.place(Field::Date), Some(1));
        assert_eq!(mapping.place(Field::Score), Some(2));
        assert_eq!(mapping.place(Field::Comment), Some(3));
        assert!(mapping.to_string().ends_with("left out \"Age\"\n"));
    }

    #[test]
    fn a_wish_beats_a_guess_and_an_empty_one_leaves_the_field_out() {
        let mapping = mapping(&["score", "date", "real", "comment"], &["score=real", "comment="]).unwrap();
        assert_eq!(mapping.place(Field::Score), Some(2));
        assert_eq!(mapping.place(Field::Comment), None);
    }

    #[test]
    fn what_is_missing_is_named_with_the_columns_there_are() {
        let error = mapping(&["date", "q1"], &[]).unwrap_err();
        assert!(error.contains("--map score=COLUMN") && error.contains("\"q1\""), "{error}");
        let error = mapping(&["date", "q1"], &["score=q2"]).unwrap_err();
        assert!(error.contains("\"q2\"") && error.contains("\"date\", \"q1\""), "{error}");
    }
}
