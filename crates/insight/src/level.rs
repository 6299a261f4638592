//! The confidence level that an interval promises, and the normal quantile that goes with it.

use crate::{Error, special};

/// A two-sided confidence level, strictly between 0 and 1.
///
/// ```
/// use suara_insight::Level;
/// assert_eq!(Level::new(0.95)?, Level::NINETY_FIVE);
/// assert!((Level::NINETY_FIVE.z() - 1.959964).abs() < 1e-6);
/// # Ok::<(), suara_insight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    share: f64,
    z: f64,
}

impl Level {
    /// 95 %, the level of everything that Suara shows unless the reader asks for another.
    pub const NINETY_FIVE: Self = Self { share: 0.95, z: 1.959_963_984_540_054 };

    /// A level as a share: 0.95, not 95.
    ///
    /// # Errors
    ///
    /// [`Error::Level`] unless it lies strictly between 0 and 1.
    pub fn new(share: f64) -> Result<Self, Error> {
        if share == Self::NINETY_FIVE.share {
            return Ok(Self::NINETY_FIVE);
        }
        if !(share > 0.0 && share < 1.0) {
            return Err(Error::Level { value: share });
        }
        Ok(Self { share, z: special::normal_two_sided_quantile(1.0 - share) })
    }

    /// The level, 0 to 1.
    pub fn share(self) -> f64 {
        self.share
    }

    /// What the level leaves outside, 1 - level, in both tails together.
    pub fn alpha(self) -> f64 {
        1.0 - self.share
    }

    /// The normal quantile that leaves half of [`alpha`](Self::alpha) above it: 1.96 for 95 %.
    pub fn z(self) -> f64 {
        self.z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_in_percent_is_refused() {
        for bad in [95.0, 1.0, 0.0, -0.5, f64::NAN] {
            assert!(Level::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_normal_tables() {
        for (share, z) in
            [(0.8, 1.281_551_565_544_600_4), (0.95, 1.959_963_984_540_054), (0.999, 3.290_526_731_491_9)]
        {
            assert!((Level::new(share).unwrap().z() - z).abs() < 1e-12, "{share}");
        }
    }
}
