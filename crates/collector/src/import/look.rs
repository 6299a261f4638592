//! What is in a file's columns, by a first look at every row: whether they hold scores, and which way round their dates are.

use serde_json::Value;

use super::row::score_in;
use super::when::{Order, evidence};

/// What one column holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    filled: u64,
    scores: u64,
    /// Dates whose day stands first, and whose month does.
    day_first: bool,
    month_first: bool,
}

impl Look {
    /// Looks at one more cell.
    pub(super) fn at(&mut self, cell: &str) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.scores += u64::from(score_in(cell).is_some());
        match evidence(cell) {
            Some(Order::DayFirst) => self.day_first = true,
            Some(Order::MonthFirst) => self.month_first = true,
            None => {}
        }
    }

    /// Half of its cells are scores: enough where the question says so, too.
    pub(super) fn may_be_score(&self) -> bool {
        self.filled > 0 && self.scores * 2 >= self.filled
    }

    /// Nearly all of its cells are scores; a few may be wrong, and are refused later.
    pub(super) fn is_score(&self) -> bool {
        self.filled > 0 && self.scores * 10 >= self.filled * 9
    }

    /// Which way round all its dates are, if some show it and none the contrary.
    pub(super) fn order(&self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }
}

/// PostHog names its columns by ids; the words stand in a list beside them.
pub(super) fn add_words(columns: &[String], cells: &[String], words: &mut [String]) {
    let list = columns.iter().position(|column| column.ends_with("$survey_questions"));
    let Some(Ok(Value::Array(questions))) =
        list.and_then(|place| cells.get(place)).map(|cell| serde_json::from_str(cell))
    else {
        return;
    };
    for (number, question) in questions.iter().enumerate() {
        let (Some(id), Some(text)) = (question["id"].as_str(), question["question"].as_str()) else {
            continue;
        };
        let old =
            if number == 0 { "$survey_response".to_owned() } else { format!("$survey_response_{number}") };
        let endings = [format!("$survey_response_{id}"), old];
        for (column, word) in columns.iter().zip(words.iter_mut()) {
            if endings.iter().any(|ending| column.ends_with(ending)) {
                text.clone_into(word);
            }
        }
    }
}
