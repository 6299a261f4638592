//! The distribution of scores 0 to 10, and what can only be read from it: mean, spread, median.

use suara_survey::{Class, Score};

use super::Tally;
use crate::Error;

/// How many answers gave each score: index 0 holds the zeros, index 10 the tens.
///
/// ```
/// use suara_insight::Histogram;
/// let histogram = Histogram::from_scores([10, 9, 9, 7, 8, 6, 0])?;
/// assert_eq!(histogram.counts(), [1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 1]);
/// assert_eq!((histogram.mean(), histogram.median()), (Some(7.0), Some(8.0)));
/// # Ok::<(), suara_insight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Histogram([u64; 11]);

impl Histogram {
    /// From counts per score.
    pub const fn new(counts: [u64; 11]) -> Self {
        Self(counts)
    }

    /// Counts scores one by one.
    ///
    /// # Errors
    ///
    /// [`Error::Score`] at the first score above 10; nothing is clamped.
    pub fn from_scores(scores: impl IntoIterator<Item = u8>) -> Result<Self, Error> {
        let mut counts = [0; 11];
        for value in scores {
            *counts.get_mut(usize::from(value)).ok_or(Error::Score { value })? += 1;
        }
        Ok(Self(counts))
    }

    /// Answers per score, 0 to 10.
    pub const fn counts(&self) -> [u64; 11] {
        self.0
    }

    /// How many answers.
    pub fn n(&self) -> u64 {
        self.0.iter().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// The mean score, 0 to 10. `None` without answers.
    pub fn mean(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| self.weighted_sum(|score| score) / n as f64)
    }

    /// The sample standard deviation of the score, with n - 1 below the line. `None` below two answers.
    pub fn sd_sample(&self) -> Option<f64> {
        let n = self.n();
        let mean = self.mean()?;
        (n > 1).then(|| (self.weighted_sum(|score| (score - mean).powi(2)) / (n - 1) as f64).sqrt())
    }

    /// The median score; between two middle answers, their mean. `None` without answers.
    pub fn median(&self) -> Option<f64> {
        let n = self.n();
        Some((self.ordered(n.checked_sub(1)? / 2)? + self.ordered(n / 2)?) / 2.0)
    }

    /// The classes of the scores, as [`Score::class`] draws them.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::EMPTY;
        for score in (0..=Score::MAX).filter_map(Score::new) {
            let count = self.0[usize::from(score.get())] as f64;
            match score.class() {
                Class::Promoter => tally.promoters += count,
                Class::Passive => tally.passives += count,
                Class::Detractor => tally.detractors += count,
            }
        }
        tally
    }

    /// The score at a place, from 0, in the sorted answers.
    fn ordered(&self, place: u64) -> Option<f64> {
        let mut seen = 0u64;
        self.0
            .iter()
            .position(|&count| {
                seen = seen.saturating_add(count);
                seen > place
            })
            .map(|score| score as f64)
    }

    fn weighted_sum(&self, of_score: impl Fn(f64) -> f64) -> f64 {
        self.0.iter().enumerate().map(|(score, &count)| count as f64 * of_score(score as f64)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_above_ten_is_refused() {
        assert_eq!(Histogram::from_scores([3, 11, 4]), Err(Error::Score { value: 11 }));
    }

    #[test]
    fn no_scores_have_no_mean_spread_or_median() {
        let empty = Histogram::default();
        assert_eq!((empty.mean(), empty.sd_sample(), empty.median()), (None, None, None));
    }

    #[test]
    fn one_score_has_no_spread() {
        let one = Histogram::from_scores([4]).unwrap();
        assert_eq!((one.mean(), one.sd_sample(), one.median()), (Some(4.0), None, Some(4.0)));
    }

    #[test]
    fn the_median_of_an_even_count_lies_between_the_middle_two() {
        assert_eq!(Histogram::from_scores([0, 7, 10, 8]).unwrap().median(), Some(7.5));
    }

    #[test]
    fn six_is_a_detractor_seven_a_passive_nine_a_promoter() {
        let tally = Histogram::from_scores([6, 7, 8, 9]).unwrap().tally();
        assert_eq!(tally, Tally::new(1.0, 2.0, 1.0).unwrap());
    }
}
