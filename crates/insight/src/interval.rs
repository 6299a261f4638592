//! How sure one may be of a single NPS. The one to show is [`score`]; the others are the field's alternatives, for
//! comparison and for checking by hand. All limits are on the -1..1 scale and clipped to it.

mod dirichlet;
mod score;
mod wald;

pub use dirichlet::{Prior, dirichlet};
pub(crate) use score::score_at;
pub use score::{newcombe_wilson, score};
pub use wald::{AGRESTI_MIN, BONETT_PRICE, ROCKS, adjusted_wald, goodman, t_mean, wald, wald_margin};

/// A range from `low` to `high`, on the -1..1 scale for a single NPS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

impl Interval {
    /// From the lower to the upper limit.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Whether a value lies within, limits included.
    ///
    /// ```
    /// use suara_insight::Interval;
    /// assert!(Interval { low: -0.1, high: 0.2 }.contains(0.0));
    /// ```
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The value with this much on both sides, not clipped: differences reach from -2 to 2.
    pub(crate) fn around(value: f64, margin: f64) -> Self {
        Self { low: value - margin, high: value + margin }
    }

    pub(crate) fn clipped(self) -> Self {
        Self { low: self.low.clamp(-1.0, 1.0), high: self.high.clamp(-1.0, 1.0) }
    }
}
