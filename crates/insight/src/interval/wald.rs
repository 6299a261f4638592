//! Intervals of the form estimate plus or minus a multiple of the standard error.

use super::Interval;
use crate::{Level, Tally, special};

/// Added answers of Rocks's adjusted Wald interval, the formula to check by hand.
///
/// Source: Rocks 2016, The American Statistician 70:365.
pub const ROCKS: Tally = Tally { promoters: 0.75, passives: 1.5, detractors: 0.75 };

/// Added answers of the interval of Agresti and Min 2005, Statistics in Medicine 24:729.
pub const AGRESTI_MIN: Tally = Tally { promoters: 0.5, passives: 1.0, detractors: 0.5 };

/// Added answers of the interval of Bonett and Price 2012, Journal of Educational and Behavioral Statistics 37:479.
pub const BONETT_PRICE: Tally = Tally { promoters: 1.0, passives: 0.0, detractors: 1.0 };

/// The margin of error z sqrt(variance / n), on the -1..1 scale. `None` without answers.
pub fn wald_margin(tally: &Tally, level: Level) -> Option<f64> {
    Some(level.z() * tally.se()?)
}

/// The usual interval, NPS plus or minus the margin of error. It has no width when all answers are alike, and covers
/// as little as 10 % in place of 95 % for small or one-sided samples. `None` without answers.
///
/// ```
/// use suara_insight::{Interval, Level, Tally, interval};
/// let wald = interval::wald(&Tally::new(10.0, 0.0, 0.0)?, Level::NINETY_FIVE);
/// assert_eq!(wald, Some(Interval { low: 1.0, high: 1.0 }));
/// # Ok::<(), suara_insight::Error>(())
/// ```
pub fn wald(tally: &Tally, level: Level) -> Option<Interval> {
    around(tally, wald_margin(tally, level)?)
}

/// The Wald interval after adding a few answers: [`ROCKS`], [`AGRESTI_MIN`] or [`BONETT_PRICE`]. Its centre is the
/// NPS of the enlarged tally. `None` without answers.
///
/// ```
/// use suara_insight::{Level, Tally, interval};
/// let tally = Tally::new(50.0, 30.0, 20.0)?;
/// let adjusted = interval::adjusted_wald(&tally, interval::ROCKS, Level::NINETY_FIVE);
/// assert!(adjusted.is_some_and(|interval| (interval.low - 0.1405113018).abs() < 1e-9));
/// # Ok::<(), suara_insight::Error>(())
/// ```
pub fn adjusted_wald(tally: &Tally, added: Tally, level: Level) -> Option<Interval> {
    tally.nps()?;
    wald(&(*tally + added), level)
}

/// Goodman's simultaneous interval: z replaced by the root of the chi-square quantile with two degrees of freedom,
/// so that every contrast of the three shares is covered at once. `None` without answers.
///
/// Source: Goodman 1964, Annals of Mathematical Statistics 35:716.
pub fn goodman(tally: &Tally, level: Level) -> Option<Interval> {
    around(tally, (-2.0 * level.alpha().ln()).sqrt() * tally.se()?)
}

/// The t interval of the mean of the coded answers. `None` unless n is above 1.
pub fn t_mean(tally: &Tally, level: Level) -> Option<Interval> {
    let se = (tally.variance_sample()? / tally.n()).sqrt();
    if se == 0.0 {
        // With n barely above 1 the quantile is infinite, and infinity times 0 is not a number.
        return around(tally, 0.0);
    }
    around(tally, special::t_two_sided_quantile(level.alpha(), tally.n() - 1.0) * se)
}

fn around(tally: &Tally, margin: f64) -> Option<Interval> {
    Some(Interval::around(tally.nps()?, margin).clipped())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_has_no_t_interval() {
        assert_eq!(t_mean(&Tally::new(1.0, 0.0, 0.0).unwrap(), Level::NINETY_FIVE), None);
    }

    #[test]
    fn added_answers_alone_are_no_sample() {
        assert_eq!(adjusted_wald(&Tally::EMPTY, ROCKS, Level::NINETY_FIVE), None);
    }

    #[test]
    fn hardly_more_than_one_answer_leaves_everything_open() {
        let tally = Tally::new(0.5, 0.0, 0.5000001).unwrap();
        assert_eq!(t_mean(&tally, Level::NINETY_FIVE), Some(Interval { low: -1.0, high: 1.0 }));
    }
}
