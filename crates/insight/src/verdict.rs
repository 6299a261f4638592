//! What may be said of a number or a movement, given how many answered. The words for it are the viewer's.

use crate::{Difference, Tally, Trend};

/// Below this many answers only the interval is shown: the score interval is then wider than 80 points for an
/// average mix, so that any single number would mislead.
pub const NUMBER_FROM_N: f64 = 10.0;

/// Below this many answers the interval leads and the number is grey: the interval is then wider than 50 points for
/// an average mix.
pub const NUMBER_LEADS_FROM_N: f64 = 30.0;

/// Below this many answers a period, on average, nothing is said of a movement: the false alarm rates of the tests
/// were measured from here on.
pub const MOVEMENT_FROM_N: f64 = 5.0;

/// The share of false alarms that a verdict allows: the usual one in twenty.
pub const ALPHA: f64 = 0.05;

/// How a single NPS may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody answered.
    NoAnswers,
    /// Below [`NUMBER_FROM_N`]: the interval and n, no number.
    IntervalOnly,
    /// Below [`NUMBER_LEADS_FROM_N`]: the interval first, the number grey.
    IntervalLeads,
    /// The number first, with n and the interval.
    NumberLeads,
}

impl Standing {
    /// From the answers behind the number.
    ///
    /// ```
    /// use suara_insight::{Standing, Tally};
    /// assert_eq!(Standing::of(&Tally::new(9.0, 0.0, 0.0)?), Standing::IntervalOnly);
    /// assert_eq!(Standing::of(&Tally::new(30.0, 0.0, 0.0)?), Standing::NumberLeads);
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn of(tally: &Tally) -> Self {
        let n = tally.n();
        if n >= NUMBER_LEADS_FROM_N {
            Self::NumberLeads
        } else if n >= NUMBER_FROM_N {
            Self::IntervalLeads
        } else if n > 0.0 {
            Self::IntervalOnly
        } else {
            Self::NoAnswers
        }
    }
}

/// Whether the score moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// It rose.
    Up,
    /// It fell.
    Down,
    /// The periods differ by more than chance, without rising or falling overall.
    Uneven,
    /// Not shown to have moved. This is not the same as shown not to have moved.
    NotShown,
    /// Too few answers, or periods, to tell.
    TooFew,
}

impl Movement {
    /// From a trend: its slope, and whether the periods differ at all. Both tests together raise at most [`ALPHA`]
    /// false alarms.
    ///
    /// Source of the joint rule: Holm 1979, Scandinavian Journal of Statistics 6:65.
    ///
    /// ```
    /// use suara_insight::{Movement, Tally, Trend};
    /// let same = Tally::new(50.0, 30.0, 20.0)?;
    /// assert_eq!(Movement::of_trend(&Trend::of(&[same; 6])), Movement::NotShown);
    /// assert_eq!(Movement::of_trend(&Trend::of(&[same])), Movement::TooFew);
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn of_trend(trend: &Trend) -> Self {
        let (Some(line), Some(homogeneity)) = (trend.line, trend.homogeneity) else {
            return Self::TooFew;
        };
        let periods = homogeneity.df1 + 1.0;
        let Some(slope_p) = line.p.filter(|_| trend.df + periods >= MOVEMENT_FROM_N * periods) else {
            return Self::TooFew;
        };
        let (slope_limit, other_limit) = holm(slope_p, homogeneity.p);
        if slope_p <= slope_limit {
            Self::towards(line.slope)
        } else if homogeneity.p <= other_limit {
            Self::Uneven
        } else {
            Self::NotShown
        }
    }

    /// From the difference of two groups, `of_a` and `of_b` the answers behind it: whether the first lies above.
    ///
    /// ```
    /// use suara_insight::{Difference, Level, Movement, Tally};
    /// let (after, before) = (Tally::new(80.0, 15.0, 5.0)?, Tally::new(50.0, 30.0, 20.0)?);
    /// let difference = Difference::between(&after, &before, Level::NINETY_FIVE);
    /// let movement = difference.map(|it| Movement::of_difference(&it, &after, &before));
    /// assert_eq!(movement, Some(Movement::Up));
    /// # Ok::<(), suara_insight::Error>(())
    /// ```
    pub fn of_difference(difference: &Difference, of_a: &Tally, of_b: &Tally) -> Self {
        if of_a.n().min(of_b.n()) < MOVEMENT_FROM_N {
            Self::TooFew
        } else if difference.mover_p <= ALPHA {
            Self::towards(difference.difference)
        } else {
            Self::NotShown
        }
    }

    fn towards(change: f64) -> Self {
        if change > 0.0 { Self::Up } else { Self::Down }
    }
}

/// The limits for two p-values: the smaller must pass half of [`ALPHA`], and only then the other all of it.
fn holm(a: f64, b: f64) -> (f64, f64) {
    let half = 0.5 * ALPHA;
    if a.min(b) > half {
        (half, half)
    } else if a <= b {
        (half, ALPHA)
    } else {
        (ALPHA, half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement(periods: &[[f64; 3]]) -> Movement {
        let tallies: Vec<Tally> = periods.iter().map(|&[p, q, d]| Tally::new(p, q, d).unwrap()).collect();
        Movement::of_trend(&Trend::of(&tallies))
    }

    #[test]
    fn the_number_steps_back_as_answers_get_few() {
        let standing = |n| Standing::of(&Tally::new(n, 0.0, 0.0).unwrap());
        assert_eq!(
            [0.0, 9.0, 10.0, 29.0, 30.0].map(standing),
            [
                Standing::NoAnswers,
                Standing::IntervalOnly,
                Standing::IntervalLeads,
                Standing::IntervalLeads,
                Standing::NumberLeads,
            ]
        );
    }

    #[test]
    fn a_steady_climb_moved_up_and_its_mirror_moved_down() {
        let climb: Vec<[f64; 3]> = (0..8).map(|i| [40.0 + 5.0 * f64::from(i), 30.0, 20.0]).collect();
        let fall: Vec<[f64; 3]> = climb.iter().map(|&[p, q, d]| [d, q, p]).collect();
        assert_eq!((movement(&climb), movement(&fall)), (Movement::Up, Movement::Down));
    }

    #[test]
    fn up_and_down_again_is_uneven() {
        let (low, high) = ([40.0, 20.0, 40.0], [80.0, 10.0, 10.0]);
        assert_eq!(movement(&[low, high, high, low]), Movement::Uneven);
    }

    #[test]
    fn a_handful_of_answers_is_too_few_to_tell() {
        assert_eq!(movement(&[[2.0, 1.0, 1.0], [4.0, 0.0, 0.0], [0.0, 0.0, 4.0]]), Movement::TooFew);
        assert_eq!(movement(&[[9.0, 0.0, 0.0], [9.0, 0.0, 0.0]]), Movement::TooFew);
        assert_eq!(movement(&[]), Movement::TooFew);
    }
}
