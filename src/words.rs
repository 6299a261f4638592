//! The prompt's own words in the visitor's locale.

use suara_survey::Json;
use suara_survey::lean::{digits, split};

use crate::json::{self, Parsed};

/// The strings of one locale.
#[derive(Clone, Debug)]
pub struct Words(Parsed);

impl Words {
    /// Words from the text of a locale file; none if it is not JSON.
    pub fn new(file: &str) -> Option<Self> {
        json::parse(file).map(Self)
    }

    /// The string under this name, `locale` being the tag of the locale itself. Empty for a name that the file lacks;
    /// a test holds all files to the same names.
    pub fn get(&self, name: &str) -> String {
        self.0.member_text(name).unwrap_or_default()
    }

    /// The same with numbers in their places, each of which is named once.
    pub fn with(&self, name: &str, numbers: &[(&str, usize)]) -> String {
        let mut text = self.get(name);
        for (place, number) in numbers {
            if let Some((before, after)) = split(&text, place) {
                text = [before, &digits(*number as i64), after].concat();
            }
        }
        text
    }
}
