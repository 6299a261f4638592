//! All records of a survey, one column a field, and what is counted from them: distributions, tallies by period, and
//! how many of those asked said anything. Not the statistics of those counts, and not how the columns travel.

mod funnel;

use suara_survey::Score;
use suara_survey::wire::{self, Stage};

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
/// })?;
/// assert_eq!(columns.all().tally(), Tally::new(1.0, 0.0, 1.0)?);
/// # Ok::<(), suara_insight::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Columns {
    at_ms: Vec<i64>,
    stage: Vec<Stage>,
    score: Vec<Option<Score>>,
}

impl Columns {
    /// Every record.
    pub fn all(&self) -> Records<'_> {
        Records { at_ms: &self.at_ms, stage: &self.stage, score: &self.score }
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
    /// })?;
    /// assert_eq!(columns.within(Day(0), Day(0)).len(), 2);
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn within(&self, first: Day, last: Day) -> Records<'_> {
        let (from_ms, to_ms) = (i64::from(first.0) * DAY_MS, (i64::from(last.0) + 1) * DAY_MS);
        let from = self.at_ms.partition_point(|&at_ms| at_ms < from_ms);
        let to = self.at_ms.partition_point(|&at_ms| at_ms < to_ms).max(from);
        Records { at_ms: &self.at_ms[from..to], stage: &self.stage[from..to], score: &self.score[from..to] }
    }

    /// The same records, oldest first.
    fn oldest_first(self) -> Self {
        if self.at_ms.is_sorted() {
            return self;
        }
        let mut order: Vec<usize> = (0..self.at_ms.len()).collect();
        order.sort_by_key(|&row| self.at_ms[row]);
        Self {
            at_ms: order.iter().map(|&row| self.at_ms[row]).collect(),
            stage: order.iter().map(|&row| self.stage[row]).collect(),
            score: order.iter().map(|&row| self.score[row]).collect(),
        }
    }
}

impl TryFrom<wire::Columns> for Columns {
    type Error = Error;

    /// Columns as they travel.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`] for columns of different lengths, [`Error::Score`] for a score above 10.
    fn try_from(wire: wire::Columns) -> Result<Self, Error> {
        let lengths = [wire.at_ms.len(), wire.stage.len(), wire.score.len()];
        if lengths != [lengths[0]; 3] {
            return Err(Error::Columns { lengths });
        }
        let checked = |value: u8| Score::new(value).ok_or(Error::Score { value });
        let score =
            wire.score.into_iter().map(|score| score.map(checked).transpose()).collect::<Result<_, _>>()?;
        Ok(Self { at_ms: wire.at_ms, stage: wire.stage, score }.oldest_first())
    }
}

/// Some of the records, next to each other in time.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    at_ms: &'a [i64],
    stage: &'a [Stage],
    score: &'a [Option<Score>],
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
        Self { at_ms: &self.at_ms[from..to], stage: &self.stage[from..to], score: &self.score[from..to] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(records: &[(i64, Option<u8>)]) -> Columns {
        let at_ms = records.iter().map(|record| record.0 * DAY_MS).collect();
        let score = records.iter().map(|record| record.1).collect();
        let wire = wire::Columns { at_ms, stage: vec![Stage::Complete; records.len()], score };
        Columns::try_from(wire).unwrap()
    }

    #[test]
    fn columns_of_different_lengths_are_refused() {
        let wire = wire::Columns { at_ms: vec![1, 2], stage: vec![Stage::Shown], score: vec![None] };
        assert_eq!(Columns::try_from(wire), Err(Error::Columns { lengths: [2, 1, 1] }));
    }

    #[test]
    fn a_score_above_ten_is_refused() {
        let wire = wire::Columns { at_ms: vec![1], stage: vec![Stage::Complete], score: vec![Some(11)] };
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
