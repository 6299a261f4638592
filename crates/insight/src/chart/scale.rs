//! From values to places, and the round values at which an axis is labelled.

/// A straight line from values to pixels.
///
/// ```
/// use suara_insight::chart::Scale;
/// let scale = Scale { values: (0.0, 10.0), pixels: (100.0, 0.0) };
/// assert_eq!(scale.at(2.5), 75.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The values at both ends.
    pub values: (f64, f64),
    /// Where the two ends lie.
    pub pixels: (f64, f64),
}

impl Scale {
    /// Where a value lies. All values of a scale without extent lie in its middle.
    pub fn at(&self, value: f64) -> f64 {
        let (from, to) = self.pixels;
        let extent = self.values.1 - self.values.0;
        if extent == 0.0 {
            return f64::midpoint(from, to);
        }
        from + (value - self.values.0) / extent * (to - from)
    }
}

/// Round values that enclose a range: steps of 1, 2 or 5 times a power of ten.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticks {
    /// The labelled values, rising; the first and the last enclose the range.
    pub values: Vec<f64>,
}

impl Ticks {
    /// Ticks around `low..=high` with at most `intervals` steps between them (at least one step).
    ///
    /// ```
    /// use suara_insight::chart::Ticks;
    /// assert_eq!(Ticks::enclosing(12.0, 84.0, 5).values, [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
    /// ```
    pub fn enclosing(low: f64, high: f64, intervals: u32) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        let most = f64::from(intervals.max(1));
        let mut step = round_step((high - low) / most);
        let mut first = (low / step).floor();
        let mut last = (high / step).ceil();
        // Rounding outwards at both ends can cost a step more than was asked for; one size up always fits.
        if last - first > most {
            step = round_step(step * 1.5);
            first = (low / step).floor();
            last = (high / step).ceil();
        }
        let count = (last - first) as u32;
        Self { values: (0..=count).map(|i| (first + f64::from(i)) * step).collect() }
    }

    /// The lowest and the highest tick.
    pub fn ends(&self) -> (f64, f64) {
        let low = self.values.first().copied().unwrap_or(0.0);
        (low, self.values.last().copied().unwrap_or(low))
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let lead = [1.0, 2.0, 5.0].into_iter().find(|lead| step <= lead * power * (1.0 + 1e-9));
    lead.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_enclose_the_range_with_no_more_steps_than_asked_for() {
        for low in [-100.0, -37.2, -0.4, 0.0, 3.0, 44.0] {
            for extent in [0.01, 0.9, 7.0, 60.0, 145.0, 25_000.0] {
                for most in [2, 4, 5, 8] {
                    let ticks = Ticks::enclosing(low, low + extent, most);
                    let (first, last) = ticks.ends();
                    assert!(first <= low + 1e-9 && last >= low + extent - 1e-9, "{low} {extent} {ticks:?}");
                    assert!(ticks.values.len() <= most as usize + 1, "{low} {extent} {most} {ticks:?}");
                }
            }
        }
    }

    #[test]
    fn a_range_of_one_value_still_has_ticks_on_both_sides() {
        assert_eq!(Ticks::enclosing(5.0, 5.0, 4).values, [5.0, 5.5, 6.0]);
        assert_eq!(Ticks::enclosing(0.0, 0.0, 1).values, [0.0, 1.0]);
    }

    #[test]
    fn a_scale_without_extent_puts_everything_in_the_middle() {
        assert_eq!(Scale { values: (3.0, 3.0), pixels: (0.0, 10.0) }.at(3.0), 5.0);
    }
}
