//! Kendall's rank correlation of a series with time, robust against one wild period.

use crate::special;

/// Up to this many values without ties the p-value is exact, as in SciPy's `kendalltau`.
const EXACT_UP_TO: usize = 33;

/// Kendall's tau-b and its two-sided p-value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kendall {
    /// -1 (always falling) to 1 (always rising).
    pub tau: f64,
    /// The p-value: exact without ties up to 33 values or when at most one pair is out of order, else normal.
    pub p: f64,
}

/// Kendall's tau-b of a series with its order. `None` below two values, if all are equal, or if one is not a number.
///
/// Source: Kendall 1970, Rank Correlation Methods, 4th ed.
///
/// ```
/// use suara_insight::trend::kendall;
/// let rising = kendall(&[0.1, 0.2, 0.3, 0.4]);
/// assert!(rising.is_some_and(|it| it.tau == 1.0 && (it.p - 2.0 / 24.0).abs() < 1e-15));
/// ```
pub fn kendall(series: &[f64]) -> Option<Kendall> {
    if series.iter().any(|value| value.is_nan()) {
        return None;
    }
    let n = series.len() as f64;
    let pairs = n * (n - 1.0) / 2.0;
    let ties = Ties::of(series);
    let untied = pairs - ties.pairs;
    if untied <= 0.0 {
        return None;
    }
    let discordant = discordant_pairs(series);
    let surplus = untied - 2.0 * discordant;
    let tau = (surplus / (pairs.sqrt() * untied.sqrt())).clamp(-1.0, 1.0);
    let rarer = discordant.min(pairs - discordant);
    let exact = ties.pairs == 0.0 && (series.len() <= EXACT_UP_TO || rarer <= 1.0);
    let p =
        if exact { exact_p(series.len(), rarer as usize) } else { normal_p(n, surplus, ties.variance_lost) };
    Some(Kendall { tau, p })
}

fn discordant_pairs(series: &[f64]) -> f64 {
    let later_and_lower =
        |(index, value)| series[index + 1..].iter().filter(move |&later| later < value).count();
    series.iter().enumerate().map(later_and_lower).sum::<usize>() as f64
}

/// The chance of at most `rarer` inversions in a random order of `n`, doubled.
fn exact_p(n: usize, rarer: usize) -> f64 {
    let mut chances = vec![0.0; rarer + 1];
    chances[0] = 1.0;
    for size in 2..=n {
        // The next element adds 0 to size - 1 inversions, each as likely.
        let mut window = 0.0;
        let last = chances.clone();
        for inversions in 0..=rarer {
            window += last[inversions];
            if inversions >= size {
                window -= last[inversions - size];
            }
            chances[inversions] = window / size as f64;
        }
    }
    (2.0 * chances.iter().sum::<f64>()).min(1.0)
}

fn normal_p(n: f64, surplus: f64, variance_lost: f64) -> f64 {
    let variance = (n * (n - 1.0) * (2.0 * n + 5.0) - variance_lost) / 18.0;
    special::normal_two_sided(surplus / variance.sqrt())
}

struct Ties {
    pairs: f64,
    variance_lost: f64,
}

impl Ties {
    fn of(series: &[f64]) -> Self {
        let mut sorted = series.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut ties = Self { pairs: 0.0, variance_lost: 0.0 };
        for group in sorted.chunk_by(|a, b| a == b) {
            let size = group.len() as f64;
            ties.pairs += size * (size - 1.0) / 2.0;
            ties.variance_lost += size * (size - 1.0) * (2.0 * size + 5.0);
        }
        ties
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_two_or_all_equal_values_have_no_rank_correlation() {
        assert_eq!(kendall(&[]), None);
        assert_eq!(kendall(&[0.3]), None);
        assert_eq!(kendall(&[0.3, 0.3, 0.3]), None);
        assert_eq!(kendall(&[0.3, f64::NAN]), None);
    }

    #[test]
    fn two_values_prove_nothing() {
        assert_eq!(kendall(&[0.1, 0.2]), Some(Kendall { tau: 1.0, p: 1.0 }));
    }

    #[test]
    fn zero_is_tied_with_minus_zero() {
        assert!(kendall(&[0.0, -0.0, 0.5]).is_some_and(|it| it.tau < 1.0));
    }

    #[test]
    fn forty_periods_that_only_rise_have_an_exact_and_tiny_p() {
        let rising: Vec<f64> = (0..40).map(f64::from).collect();
        let p = kendall(&rising).unwrap().p;
        assert!((p / (2.0 / 8.159_152_832_478_977e47) - 1.0).abs() < 1e-12, "{p:e}");
    }
}
