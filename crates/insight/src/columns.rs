//! All records of a survey, one column a field, and what is counted from them: distributions, tallies by period, and
//! how many of those asked said anything. Not the statistics of those counts, and not how the columns travel.

mod funnel;

use std::borrow::Cow;

use suara_survey::wire::{self, Stage};
use suara_survey::{AnswerMarks, Score};

use crate::{Day, Error, Grain, Histogram, Tally};

pub use funnel::Funnel;

/// Milliseconds in a day of UTC.
const DAY_MS: i64 = 86_400_000;

/// The records of one survey, silence included, oldest first.
///
/// ```
/// use suara_insight::{Columns, Tally};
/// use suara_survey::wire::{self, Stage};
/// let columns = Columns::try_from(wire::Columns {
///     at_ms: vec![1_000, 2_000, 3_000],
///     stage: vec![Stage::Complete, Stage::Dismissed, Stage::Partial],
///     score: vec![Some(9), None, Some(4)],
///     marks: Vec::new(),
/// })?;
/// assert_eq!(columns.all().tally(), Tally::new(1.0, 0.0, 1.0)?);
/// # Ok::<(), suara_insight::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Columns {
    at_ms: Vec<i64>,
    stage: Vec<Stage>,
    score: Vec<Option<Score>>,
    /// Empty where nothing is odd about any.
    marks: Vec<AnswerMarks>,
}

impl Columns {
    /// Every record.
    pub fn all(&self) -> Records<'_> {
        Records { at_ms: &self.at_ms, stage: &self.stage, score: &self.score, marks: &self.marks }
    }

    /// Those records with which nothing speaks against counting them ([`AnswerMarks::leave_out`]).
    ///
    /// ```
    /// use suara_insight::Columns;
    /// use suara_survey::wire::{self, Stage};
    /// let columns = Columns::try_from(wire::Columns {
    ///     at_ms: vec![1, 2, 3],
    ///     stage: vec![Stage::Complete; 3],
    ///     score: vec![Some(9), Some(0), Some(0)],
    ///     marks: vec![0, 1, 4],
    /// })?;
    /// assert_eq!((columns.all().left_out(), columns.counted().all().len()), (2, 1));
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn counted(&self) -> Cow<'_, Self> {
        if !self.marks.iter().any(|marks| marks.leave_out()) {
            return Cow::Borrowed(self);
        }
        let rows: Vec<usize> = (0..self.marks.len()).filter(|&row| !self.marks[row].leave_out()).collect();
        Cow::Owned(self.of(&rows))
    }

    /// The records from the first moment of `first` to the last of `last`, in UTC. None if `last` comes before `first`.
    ///
    /// ```
    /// use suara_insight::{Columns, Day};
    /// use suara_survey::wire::{self, Stage};
    /// let columns = Columns::try_from(wire::Columns {
    ///     at_ms: vec![-1, 0, 86_399_999, 86_400_000],
    ///     stage: vec![Stage::Complete; 4],
    ///     score: vec![Some(1); 4],
    ///     marks: Vec::new(),
    /// })?;
    /// assert_eq!(columns.within(Day(0), Day(0)).len(), 2);
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn within(&self, first: Day, last: Day) -> Records<'_> {
        let (from_ms, to_ms) = (i64::from(first.0) * DAY_MS, (i64::from(last.0) + 1) * DAY_MS);
        let from = self.at_ms.partition_point(|&at_ms| at_ms < from_ms);
        let to = self.at_ms.partition_point(|&at_ms| at_ms < to_ms).max(from);
        self.all().rows(from, to)
    }

    /// These rows, in this order.
    fn of(&self, rows: &[usize]) -> Self {
        Self {
            at_ms: rows.iter().map(|&row| self.at_ms[row]).collect(),
            stage: rows.iter().map(|&row| self.stage[row]).collect(),
            score: rows.iter().map(|&row| self.score[row]).collect(),
            marks: rows.iter().filter_map(|&row| self.marks.get(row).copied()).collect(),
        }
    }

    /// The same records, oldest first.
    fn oldest_first(self) -> Self {
        if self.at_ms.is_sorted() {
            return self;
        }
        let mut order: Vec<usize> = (0..self.at_ms.len()).collect();
        order.sort_by_key(|&row| self.at_ms[row]);
        self.of(&order)
    }
}

impl TryFrom<wire::Columns> for Columns {
    type Error = Error;

    /// Columns as they travel.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`] and [`Error::Marks`] for columns of different lengths, [`Error::Score`] for a score above 10.
    fn try_from(wire: wire::Columns) -> Result<Self, Error> {
        let lengths = [wire.at_ms.len(), wire.stage.len(), wire.score.len()];
        if lengths != [lengths[0]; 3] {
            return Err(Error::Columns { lengths });
        }
        if ![0, lengths[0]].contains(&wire.marks.len()) {
            return Err(Error::Marks { marks: wire.marks.len(), records: lengths[0] });
        }
        let checked = |value: u8| Score::new(value).ok_or(Error::Score { value });
        let score =
            wire.score.into_iter().map(|score| score.map(checked).transpose()).collect::<Result<_, _>>()?;
        let marks = wire.marks.into_iter().map(AnswerMarks::from_bits).collect();
        Ok(Self { at_ms: wire.at_ms, stage: wire.stage, score, marks }.oldest_first())
    }
}

/// Some of the records, next to each other in time.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    at_ms: &'a [i64],
    stage: &'a [Stage],
    score: &'a [Option<Score>],
    marks: &'a [AnswerMarks],
}

impl Records<'_> {
    /// How many, silence included.
    pub fn len(&self) -> usize {
        self.at_ms.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.at_ms.is_empty()
    }

    /// How many answers among them are marked so that [`Columns::counted`] leaves them out. Silence is no answer.
    pub fn left_out(&self) -> usize {
        let said = |stage: &Stage| matches!(stage, Stage::Partial | Stage::Complete);
        self.marks.iter().zip(self.stage).filter(|(marks, stage)| marks.leave_out() && said(stage)).count()
    }

    /// How many answers gave each score.
    pub fn histogram(&self) -> Histogram {
        let mut counts = [0; 11];
        for score in self.score.iter().flatten() {
            counts[usize::from(score.get())] += 1;
        }
        Histogram::new(counts)
    }

    /// Promoters, passives and detractors.
    pub fn tally(&self) -> Tally {
        self.histogram().tally()
    }

    /// The first and the last day with a score, in UTC. `None` without scores.
    pub fn days(&self) -> Option<(Day, Day)> {
        let first = self.score.iter().position(Option::is_some)?;
        let last = self.score.iter().rposition(Option::is_some)?;
        Some((Day::from_unix_ms(self.at_ms[first]), Day::from_unix_ms(self.at_ms[last])))
    }

    /// One tally a period from the one that holds `first` to the one that holds `last`, each under its first day;
    /// periods without answers are there too. Records outside are left out.
    pub fn by_period(&self, grain: Grain, first: Day, last: Day) -> Vec<(Day, Tally)> {
        let mut row = 0;
        grain
            .periods(first, last)
            .map(|start| {
                let (from_ms, to_ms) = (i64::from(start.0) * DAY_MS, i64::from(grain.next(start).0) * DAY_MS);
                row += self.at_ms[row..].partition_point(|&at_ms| at_ms < from_ms);
                let end = row + self.at_ms[row..].partition_point(|&at_ms| at_ms < to_ms);
                let tally = self.rows(row, end).tally();
                row = end;
                (start, tally)
            })
            .collect()
    }

    /// How far those who were asked came.
    pub fn funnel(&self) -> Funnel {
        Funnel::of(self.stage, self.score)
    }

    fn rows(&self, from: usize, to: usize) -> Self {
        Self {
            at_ms: &self.at_ms[from..to],
            stage: &self.stage[from..to],
            score: &self.score[from..to],
            marks: self.marks.get(from..to).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(records: &[(i64, Option<u8>)]) -> Columns {
        let at_ms = records.iter().map(|record| record.0 * DAY_MS).collect();
        let score = records.iter().map(|record| record.1).collect();
        let wire =
            wire::Columns { at_ms, stage: vec![Stage::Complete; records.len()], score, marks: Vec::new() };
        Columns::try_from(wire).unwrap()
    }

    #[test]
    fn columns_of_different_lengths_are_refused() {
        let wire = wire::Columns { at_ms: vec![1, 2], stage: vec![Stage::Shown], ..wire::Columns::default() };
        assert_eq!(Columns::try_from(wire), Err(Error::Columns { lengths: [2, 1, 0] }));
        let wire =
            wire::Columns { at_ms: vec![1], stage: vec![Stage::Shown], score: vec![None], marks: vec![0, 0] };
        assert_eq!(Columns::try_from(wire), Err(Error::Marks { marks: 2, records: 1 }));
    }

    #[test]
    fn what_is_marked_is_counted_only_where_it_says_nothing_against_an_answer() {
        let wire = wire::Columns {
            at_ms: vec![3, 2, 1, 0],
            stage: vec![Stage::Complete; 4],
            score: vec![Some(10), Some(0), Some(9), Some(1)],
            marks: vec![16, 1 | 16, 0, 64],
        };
        let columns = Columns::try_from(wire).unwrap();
        assert_eq!((columns.all().len(), columns.all().left_out()), (4, 2));
        let counted = columns.counted();
        assert_eq!((counted.all().tally().n(), counted.all().tally().nps()), (2.0, Some(1.0)));
        assert_eq!((counted.all().left_out(), counted.counted().all().len()), (0, 2));
        let unmarked = self::columns(&[(1, Some(9)), (2, Some(0))]);
        assert!(matches!(unmarked.counted(), Cow::Borrowed(_)), "nothing is copied where nothing is marked");
    }

    #[test]
    fn a_score_above_ten_is_refused() {
        let wire = wire::Columns {
            at_ms: vec![1],
            stage: vec![Stage::Complete],
            score: vec![Some(11)],
            marks: Vec::new(),
        };
        assert_eq!(Columns::try_from(wire), Err(Error::Score { value: 11 }));
    }

    #[test]
    fn records_that_arrive_in_any_order_are_counted_in_their_period() {
        let mixed = columns(&[(40, Some(2)), (3, Some(10)), (35, None), (4, Some(9))]);
        let months = mixed.all().by_period(Grain::Month, Day(0), Day(60));
        let counts: Vec<_> = months.iter().map(|(start, tally)| (start.0, tally.n())).collect();
        assert_eq!(counts, [(0, 2.0), (31, 1.0), (59, 0.0)]);
        assert_eq!(mixed.all().days(), Some((Day(3), Day(40))));
    }

    #[test]
    fn periods_leave_out_what_lies_before_and_after_them() {
        let scores = columns(&[(1, Some(9)), (5, Some(9)), (6, Some(0)), (9, Some(9))]);
        let days = scores.all().by_period(Grain::Day, Day(5), Day(6));
        assert_eq!(days.iter().map(|(_, tally)| tally.nps()).collect::<Vec<_>>(), [Some(1.0), Some(-1.0)]);
    }

    #[test]
    fn no_records_have_no_days_and_an_empty_tally() {
        let none = Columns::default();
        assert_eq!((none.all().days(), none.all().tally()), (None, Tally::EMPTY));
        assert!(none.within(Day(5), Day(1)).is_empty());
        assert!(columns(&[(3, Some(1))]).within(Day(5), Day(1)).is_empty());
    }
}
