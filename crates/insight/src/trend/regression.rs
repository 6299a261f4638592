//! Weighted least squares of the NPS on time.

use super::observations;
use crate::{Tally, interval::ROCKS};

/// One period with answers.
#[derive(Clone, Copy)]
pub(super) struct Observation {
    pub(super) time: f64,
    pub(super) n: f64,
    pub(super) nps: f64,
    pub(super) variance: f64,
}

/// The weighted sums of squares about the weighted means.
#[derive(Clone, Copy)]
pub(super) struct Regression {
    pub(super) mean_x: f64,
    pub(super) mean_y: f64,
    pub(super) sxx: f64,
    pub(super) sxy: f64,
    pub(super) syy: f64,
}

impl Regression {
    pub(super) fn of(observed: &[Observation], weight: impl Fn(&Observation) -> f64) -> Option<Self> {
        let sum =
            |of: &dyn Fn(&Observation) -> f64| observed.iter().map(|it| weight(it) * of(it)).sum::<f64>();
        let total = sum(&|_| 1.0);
        if total <= 0.0 || !total.is_finite() {
            return None;
        }
        let (mean_x, mean_y) = (sum(&|it| it.time) / total, sum(&|it| it.nps) / total);
        Some(Self {
            mean_x,
            mean_y,
            sxx: sum(&|it| (it.time - mean_x).powi(2)),
            sxy: sum(&|it| (it.time - mean_x) * (it.nps - mean_y)),
            syy: sum(&|it| (it.nps - mean_y).powi(2)),
        })
    }

    pub(super) fn slope(&self) -> Option<f64> {
        (self.sxx > 0.0).then(|| self.sxy / self.sxx)
    }

    /// The sum of squares about the line, by answers.
    pub(super) fn residual(&self, observed: &[Observation]) -> f64 {
        let slope = self.slope().unwrap_or(0.0);
        let distance = |it: &Observation| it.nps - self.mean_y - slope * (it.time - self.mean_x);
        observed.iter().map(|it| it.n * distance(it).powi(2)).sum()
    }
}

/// The line with each period weighted by its own estimated variance. Not recommended: see [`Trend`](super::Trend).
#[derive(Clone, Debug, PartialEq)]
pub struct OwnVarianceLine {
    /// The variance of each period's NPS, after adding [`ROCKS`]; `None` where nobody answered.
    pub variances: Vec<Option<f64>>,
    /// NPS gained from one period to the next. `None` below two periods with answers.
    pub slope: Option<f64>,
    /// Its standard error.
    pub se_slope: Option<f64>,
}

/// The line that weighting by inverse estimated variance gives. It is the natural thing to code and it raises false
/// alarms, up to 35 % in place of 5 at 10-20 answers a period; it is here so that others' figures can be reproduced.
///
/// ```
/// use suara_insight::{Tally, trend};
/// let months = [Tally::new(40.0, 35.0, 25.0)?, Tally::new(42.0, 33.0, 25.0)?];
/// assert_eq!(trend::own_variance_line(&months).variances.len(), 2);
/// # Ok::<(), suara_insight::Error>(())
/// ```
pub fn own_variance_line(periods: &[Tally]) -> OwnVarianceLine {
    let variance = |tally: &Tally| Some((*tally + ROCKS).variance()? / tally.nps().map(|_| tally.n())?);
    let observed: Vec<Observation> = observations(periods)
        .into_iter()
        .filter_map(|it| Some(Observation { variance: variance(periods.get(it.time as usize)?)?, ..it }))
        .collect();
    let regression = Regression::of(&observed, |it| it.variance.recip());
    OwnVarianceLine {
        variances: periods.iter().map(variance).collect(),
        slope: regression.and_then(|it| it.slope()),
        se_slope: regression.filter(|it| it.sxx > 0.0).map(|it| it.sxx.sqrt().recip()),
    }
}
