//! The 0-10 score and the three classes that Net Promoter Score is made of.

/// A likelihood to recommend: a whole number from 0 to 10.
///
/// ```
/// use suara_survey::{Class, Score};
/// assert_eq!(Score::new(9).map(Score::class), Some(Class::Promoter));
/// assert_eq!(Score::new(11), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Score(u8);

impl Score {
    /// The highest score, and so one less than the number of choices.
    pub const MAX: u8 = 10;

    /// A score, or `None` above 10. Nothing is clamped: a wrong score is not an answer.
    pub const fn new(value: u8) -> Option<Self> {
        if value <= Self::MAX { Some(Self(value)) } else { None }
    }

    /// The number, 0 to 10.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Promoter for 9-10, passive for 7-8, detractor for 0-6 (Reichheld 2003, "The One Number You Need to Grow").
    pub const fn class(self) -> Class {
        match self.0 {
            9.. => Class::Promoter,
            7..=8 => Class::Passive,
            _ => Class::Detractor,
        }
    }
}

/// What a score makes of the person who gave it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// 9 or 10.
    Promoter,
    /// 7 or 8.
    Passive,
    /// 0 to 6.
    Detractor,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_above_ten_is_refused() {
        assert_eq!(Score::new(11), None);
        assert_eq!(Score::new(255), None);
    }

    #[test]
    fn the_classes_change_at_seven_and_at_nine() {
        let class = |value| Score::new(value).map(Score::class);
        assert_eq!(class(6), Some(Class::Detractor));
        assert_eq!(class(7), Some(Class::Passive));
        assert_eq!(class(8), Some(Class::Passive));
        assert_eq!(class(9), Some(Class::Promoter));
    }
}
