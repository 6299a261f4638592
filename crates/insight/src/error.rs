//! What a caller may have handed over that no statistic can be computed from.

use core::fmt;

/// Why a number was refused. Each message names the value, the limit and the remedy.
///
/// ```
/// let error = suara_insight::Level::new(95.0).unwrap_err();
/// assert_eq!(error.to_string(), "level is 95; it must lie between 0 and 1; write 95 % as 0.95");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A confidence level outside the open range from 0 to 1.
    Level {
        /// The level as given.
        value: f64,
    },
    /// A count of answers that is negative, not a number, or above [`MAX_COUNT`](crate::tally::MAX_COUNT).
    Count {
        /// Which count.
        name: &'static str,
        /// The count as given.
        value: f64,
    },
    /// A score above 10.
    Score {
        /// The score as given.
        value: u8,
    },
    /// Columns of different lengths.
    Columns {
        /// Of the times, the stages and the scores.
        lengths: [usize; 3],
    },
    /// Marks for some of the records only.
    Marks {
        /// How many there are.
        marks: usize,
        /// How many records.
        records: usize,
    },
    /// Days too far apart for one rolling line; see [`MAX_SPAN_DAYS`](crate::rolling::MAX_SPAN_DAYS).
    Span {
        /// Days from the first to the last answer, both included.
        days: i64,
        /// The most days that are held.
        limit: i64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level { value } => {
                write!(f, "level is {value}; it must lie between 0 and 1; write 95 % as 0.95")
            }
            Self::Count { name, value } => {
                let limit = crate::tally::MAX_COUNT;
                write!(
                    f,
                    "{name} is {value}; it must be a number from 0 to {limit}; give the count of answers"
                )
            }
            Self::Score { value } => {
                write!(f, "score is {value}; it must be 0 to 10; leave out answers without a valid score")
            }
            Self::Columns { lengths: [times, stages, scores] } => {
                write!(
                    f,
                    "columns hold {times} times, {stages} stages and {scores} scores; they must be as long as each other; load them again"
                )
            }
            Self::Marks { marks, records } => {
                write!(
                    f,
                    "there are {marks} marks for {records} records; there must be as many, or none; load them again"
                )
            }
            Self::Span { days, limit } => {
                write!(f, "answers span {days} days; at most {limit} are held; choose a shorter period")
            }
        }
    }
}

impl core::error::Error for Error {}
