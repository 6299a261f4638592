//! Medians and other quantiles of a sample.

/// The value below which the share `p` of a sample lies, interpolated between neighbours: type 7 of Hyndman and Fan,
/// "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), which R, NumPy and spreadsheets take.
/// `None` for an empty sample, a value that is no number, or `p` outside 0 to 1.
///
/// ```
/// assert_eq!(suara_insight::quantile(&[4.0, 1.0, 3.0, 2.0], 0.5), Some(2.5));
/// assert_eq!(suara_insight::quantile(&[], 0.5), None);
/// ```
pub fn quantile(sample: &[f64], p: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&p) || sample.iter().any(|value| value.is_nan()) {
        return None;
    }
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let place = p * last as f64;
    let below = (place.floor() as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    Some(low + (high - low) * (place - below as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        let sample = [15.0, 20.0, 35.0, 40.0, 50.0];
        for (p, expected) in
            [(0.0, 15.0), (0.05, 16.0), (0.3, 23.0), (0.4, 29.0), (0.5, 35.0), (0.9, 46.0), (1.0, 50.0)]
        {
            let found = quantile(&sample, p).unwrap();
            assert!((found - expected).abs() < 1e-9, "{p}: {found}");
        }
        assert_eq!(quantile(&[7.0], 0.9), Some(7.0));
    }

    #[test]
    fn what_cannot_be_computed_is_none() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[1.0, f64::NAN], 0.5), None);
        assert_eq!(quantile(&[1.0], 1.5), None);
        assert_eq!(quantile(&[1.0], f64::NAN), None);
    }
}
