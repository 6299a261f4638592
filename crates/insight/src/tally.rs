//! Answers counted as promoters, passives and detractors, and the score that follows from the counts.
//! Not how sure one may be of it: that is [`interval`](crate::interval).

mod histogram;

use core::{
    iter::Sum,
    ops::{Add, AddAssign, Sub},
};

use crate::Error;

pub use histogram::Histogram;

/// The largest count: 2^53, up to which sums of whole numbers are exact in `f64`.
pub const MAX_COUNT: f64 = 9_007_199_254_740_992.0;

/// How many answered 9-10 (promoters), 7-8 (passives) and 0-6 (detractors).
///
/// Counts are answers; they may be fractional, as weighted counts are. Every answer is coded +1, 0 or -1, and
/// every statistic here is one of that code (Rocks 2016, The American Statistician 70:365). Fields are public
/// so that tallies can be constants; counts from outside go through [`Tally::new`].
///
/// ```
/// use suara_insight::Tally;
/// let tally = Tally::new(50.0, 30.0, 20.0)?;
/// assert_eq!(tally.n(), 100.0);
/// assert_eq!(tally.nps(), Some(0.3));
/// # Ok::<(), suara_insight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Answers of 9 or 10.
    pub promoters: f64,
    /// Answers of 7 or 8.
    pub passives: f64,
    /// Answers of 0 to 6.
    pub detractors: f64,
}

impl Tally {
    /// No answers.
    pub const EMPTY: Self = Self { promoters: 0.0, passives: 0.0, detractors: 0.0 };

    /// A tally of checked counts.
    ///
    /// # Errors
    ///
    /// [`Error::Count`] for a count that is negative, not a number, or above [`MAX_COUNT`].
    ///
    /// ```
    /// use suara_insight::Tally;
    /// assert!(Tally::new(1.0, 0.0, -1.0).is_err());
    /// ```
    pub fn new(promoters: f64, passives: f64, detractors: f64) -> Result<Self, Error> {
        for (name, value) in [("promoters", promoters), ("passives", passives), ("detractors", detractors)] {
            if !(0.0..=MAX_COUNT).contains(&value) {
                return Err(Error::Count { name, value });
            }
        }
        Ok(Self { promoters, passives, detractors })
    }

    /// The tally of a distribution of scores; the same as [`Histogram::tally`].
    ///
    /// ```
    /// use suara_insight::{Histogram, Tally};
    /// let histogram = Histogram::from_scores([10, 9, 7, 6])?;
    /// assert_eq!(Tally::from_histogram(&histogram), Tally::new(2.0, 1.0, 1.0)?);
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn from_histogram(histogram: &Histogram) -> Self {
        histogram.tally()
    }

    /// How many answers: 0 or more, fractional if the counts are.
    pub fn n(&self) -> f64 {
        // In this order swapped promoters and detractors give the same bits, and so the mirror image of every result.
        (self.promoters + self.detractors) + self.passives
    }

    /// Promoters less detractors as a share of all answers, -1 to 1; times 100 for points. `None` without answers.
    ///
    /// ```
    /// use suara_insight::Tally;
    /// assert_eq!(Tally::EMPTY.nps(), None);
    /// ```
    pub fn nps(&self) -> Option<f64> {
        self.per_answer(self.promoters - self.detractors)
    }

    /// Promoters as a share of all answers, 0 to 1. `None` without answers.
    pub fn promoter_share(&self) -> Option<f64> {
        self.per_answer(self.promoters)
    }

    /// Passives as a share of all answers, 0 to 1. `None` without answers.
    pub fn passive_share(&self) -> Option<f64> {
        self.per_answer(self.passives)
    }

    /// Detractors as a share of all answers, 0 to 1. `None` without answers.
    pub fn detractor_share(&self) -> Option<f64> {
        self.per_answer(self.detractors)
    }

    /// Variance of one coded answer, p + d - (p - d)^2: 0 (all alike) to 1 (half promoters, half detractors).
    /// `None` without answers.
    ///
    /// ```
    /// use suara_insight::Tally;
    /// assert_eq!(Tally::new(3.0, 0.0, 3.0)?.variance(), Some(1.0));
    /// assert_eq!(Tally::new(9.0, 0.0, 0.0)?.variance(), Some(0.0));
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn variance(&self) -> Option<f64> {
        let (p, q, d) = (self.promoter_share()?, self.passive_share()?, self.detractor_share()?);
        // Equal to p + d - (p - d)^2, and exactly 0 when all answers are alike.
        Some(q * (p + d) + 4.0 * p * d)
    }

    /// The unbiased variance of one coded answer, with n - 1 below the line. `None` unless n is above 1.
    pub fn variance_sample(&self) -> Option<f64> {
        let n = self.n();
        if n > 1.0 { Some(self.variance()? * n / (n - 1.0)) } else { None }
    }

    /// Standard error of the NPS, sqrt(variance / n), on the same -1..1 scale. `None` without answers.
    ///
    /// It is 0 when all answers are alike, which says nothing about certainty: use
    /// [`interval::score`](crate::interval::score) for that.
    pub fn se(&self) -> Option<f64> {
        Some((self.variance()? / self.n()).sqrt())
    }

    fn per_answer(&self, count: f64) -> Option<f64> {
        let n = self.n();
        (n > 0.0 && n.is_finite()).then(|| count / n)
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            promoters: self.promoters + other.promoters,
            passives: self.passives + other.passives,
            detractors: self.detractors + other.detractors,
        }
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            promoters: self.promoters - other.promoters,
            passives: self.passives - other.passives,
            detractors: self.detractors - other.detractors,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::EMPTY, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_or_unreadable_count_is_refused() {
        for bad in [-1.0, f64::NAN, f64::INFINITY, 1e16] {
            assert!(Tally::new(1.0, bad, 1.0).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_answers_have_no_score() {
        assert_eq!(Tally::EMPTY.nps(), None);
        assert_eq!(Tally::EMPTY.variance(), None);
        assert_eq!(Tally::EMPTY.se(), None);
    }

    #[test]
    fn answers_all_alike_have_no_variance_at_all() {
        for n in [1.0, 3.0, 7.0, 49.0, 1e9] {
            assert_eq!(Tally::new(n, 0.0, 0.0).unwrap().variance(), Some(0.0));
            assert_eq!(Tally::new(0.0, n, 0.0).unwrap().variance(), Some(0.0));
            assert_eq!(Tally::new(0.0, 0.0, n).unwrap().variance(), Some(0.0));
        }
    }

    #[test]
    fn one_answer_has_no_sample_variance() {
        assert_eq!(Tally::new(1.0, 0.0, 0.0).unwrap().variance_sample(), None);
    }

    #[test]
    fn tallies_add_up_and_take_away() {
        let (a, b) = (Tally::new(1.0, 2.0, 3.0).unwrap(), Tally::new(4.0, 5.0, 6.0).unwrap());
        assert_eq!([a, b].into_iter().sum::<Tally>() - b, a);
    }
}
