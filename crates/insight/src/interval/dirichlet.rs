//! The Bayesian interval: equal-tail limits of the NPS when the three shares follow a Dirichlet posterior.

use super::Interval;
use crate::{
    Level, Tally,
    root::{self, Point},
    special,
};

/// What is assumed of the shares before the first answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prior {
    /// Half an answer in each class.
    Jeffreys,
    /// One answer in each class. Its coverage falls to 0 for small one-sided samples.
    Uniform,
}

impl Prior {
    fn answers_per_class(self) -> f64 {
        match self {
            Self::Jeffreys => 0.5,
            Self::Uniform => 1.0,
        }
    }
}

/// Contributions to an integral this far below its peak, as a logarithm, are left out.
const NEGLIGIBLE: f64 = 42.0;

/// Halvings of the step before the integral is taken as it is; four or five are usual.
const MAX_HALVINGS: u32 = 8;

/// Above this many answers rounding would show in the limits, so none are given.
const LARGEST_N: f64 = 1e9;

/// Rounding of the density per answer, relative: no integral is asked to be closer.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// Equal-tail limits of the posterior of the NPS under a symmetric Dirichlet prior. `None` without answers, or
/// with more than a billion, where rounding would show.
///
/// Exact up to rounding (limits to 1e-10), by one integral: P + D shares sum to T ~ Beta, of which the promoters
/// hold R ~ Beta, independent of T (Gelman et al. 2013, Bayesian Data Analysis), so that NPS = T (2R - 1).
///
/// ```
/// use suara_insight::{Level, Tally, interval};
/// let tally = Tally::new(5.0, 3.0, 2.0)?;
/// let posterior = interval::dirichlet(&tally, interval::Prior::Jeffreys, Level::NINETY_FIVE);
/// assert!(posterior.is_some_and(|interval| (interval.low + 0.2044931053).abs() < 1e-9));
/// # Ok::<(), suara_insight::Error>(())
/// ```
pub fn dirichlet(tally: &Tally, prior: Prior, level: Level) -> Option<Interval> {
    tally.nps().filter(|_| tally.n() <= LARGEST_N)?;
    let prior = prior.answers_per_class();
    let posterior = Posterior {
        promoters: tally.promoters + prior,
        passives: tally.passives + prior,
        detractors: tally.detractors + prior,
    };
    let tail = 0.5 * level.alpha();
    Some(Interval { low: posterior.lower_limit(tail), high: -posterior.mirrored().lower_limit(tail) })
}

struct Posterior {
    promoters: f64,
    passives: f64,
    detractors: f64,
}

impl Posterior {
    fn mirrored(&self) -> Self {
        Self { promoters: self.detractors, detractors: self.promoters, ..*self }
    }

    /// The value below which the NPS lies with probability `tail`.
    fn lower_limit(&self, tail: f64) -> f64 {
        let excess =
            |x: f64| if x < 0.0 { self.below(x) - tail } else { 1.0 - tail - self.mirrored().below(-x) };
        root::between(Point { x: -1.0, y: -tail }, Point { x: 1.0, y: 1.0 - tail }, excess)
    }

    /// The probability that the NPS is below `x`, for -1 < `x` <= 0: the integral over t in -x..1 of the density of
    /// T times the chance that R < (1 + x/t) / 2.
    ///
    /// With u = ln((t + x) / (1 - t)) the integrand is smooth on the whole line and falls off exponentially, where
    /// the plain trapezoid rule converges faster than any power of its step (Trefethen and Weideman 2014, SIAM
    /// Review 56:385).
    fn below(&self, x: f64) -> f64 {
        let edge = -x;
        let (from, to) = self.range(edge);
        let term = |u: f64| self.ln_density(edge, u).exp() * self.promoters_below(edge, u);
        let mut step = (to - from) / 16.0;
        let mut sum: f64 = (0..=16).map(|i| term(from + step * f64::from(i))).sum();
        let mut integral = step * sum;
        let tolerance = 1e-13 + ROUNDING * (self.promoters + self.passives + self.detractors);
        for halving in 0..MAX_HALVINGS {
            sum += (0..16u32 << halving).map(|i| term(from + step * (f64::from(i) + 0.5))).sum::<f64>();
            step *= 0.5;
            let last = core::mem::replace(&mut integral, step * sum);
            if (integral - last).abs() < tolerance {
                break;
            }
        }
        integral
    }

    /// ln of the density of T at `u`, in u.
    fn ln_density(&self, edge: f64, u: f64) -> f64 {
        let at = Place::new(edge, u);
        let (a, b) = (self.promoters + self.detractors, self.passives);
        // In the logit of t; then d logit(t) / du.
        special::ln_beta_density(a, b, at.t, at.one_less_t) + (at.way / at.t).ln()
    }

    /// The chance that R < (1 - edge/t) / 2.
    fn promoters_below(&self, edge: f64, u: f64) -> f64 {
        let at = Place::new(edge, u);
        let r = 0.5 * (1.0 - edge) * at.way / at.t;
        special::incomplete_beta(self.promoters, self.detractors, r, 1.0 - r)
    }

    /// The stretch of u outside which the density is negligible.
    fn range(&self, edge: f64) -> (f64, f64) {
        const FARTHEST: f64 = 300.0;
        let peak = self.peak(edge, FARTHEST);
        let floor = self.ln_density(edge, peak) - NEGLIGIBLE;
        let end = |far: f64| {
            let (mut inside, mut outside) = (peak, far);
            for _ in 0..24 {
                let middle = 0.5 * (inside + outside);
                let kept = self.ln_density(edge, middle) > floor;
                *(if kept { &mut inside } else { &mut outside }) = middle;
            }
            outside
        };
        (end(-FARTHEST), end(FARTHEST))
    }

    /// Where the density, which has one peak, is highest: by golden-section search.
    fn peak(&self, edge: f64, farthest: f64) -> f64 {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let (mut low, mut high) = (-farthest, farthest);
        for _ in 0..50 {
            let (left, right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
            if self.ln_density(edge, left) < self.ln_density(edge, right) { low = left } else { high = right }
        }
        0.5 * (low + high)
    }
}

/// A value of t and where it lies between both ends of the integral, none of it by subtraction.
struct Place {
    t: f64,
    one_less_t: f64,
    /// (t - edge) / (1 - edge)
    way: f64,
}

impl Place {
    fn new(edge: f64, u: f64) -> Self {
        let way = (1.0 + (-u).exp()).recip();
        let way_left = (1.0 + u.exp()).recip();
        Self { t: edge * way_left + way, one_less_t: (1.0 - edge) * way_left, way }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answers_leave_nothing_but_the_prior_so_no_interval() {
        assert_eq!(dirichlet(&Tally::EMPTY, Prior::Jeffreys, Level::NINETY_FIVE), None);
    }

    #[test]
    fn more_answers_than_rounding_allows_have_no_posterior() {
        let most = Tally::new(0.0, LARGEST_N, 0.0).unwrap();
        assert!(dirichlet(&most, Prior::Jeffreys, Level::NINETY_FIVE).is_some());
        assert_eq!(dirichlet(&(most + most), Prior::Jeffreys, Level::NINETY_FIVE), None);
    }

    #[test]
    fn the_posterior_of_swapped_classes_is_the_mirror_image() {
        let (a, b) = (Tally::new(17.0, 2.0, 1.0).unwrap(), Tally::new(1.0, 2.0, 17.0).unwrap());
        let limits = |tally: &Tally| dirichlet(tally, Prior::Uniform, Level::NINETY_FIVE).unwrap();
        assert_eq!((limits(&a).low, limits(&a).high), (-limits(&b).high, -limits(&b).low));
    }

    #[test]
    fn the_median_of_a_balanced_posterior_is_zero() {
        let posterior = Posterior { promoters: 3.5, passives: 8.5, detractors: 3.5 };
        assert!(posterior.lower_limit(0.5).abs() < 1e-12);
        assert!((posterior.below(0.0) - 0.5).abs() < 1e-13);
    }
}
