//! Tail probabilities and quantiles of the normal, t, F and chi-square distributions.
//!
//! The normal ones come from `puruspe` (erfc measured to 2e-13, relative). Its incomplete beta rests on a
//! seven-term Lanczos gamma and, above 3,000, a fixed quadrature, too coarse for counts in the thousands; so that
//! one function is written here.

use crate::root::{self, Point};

/// Terms of the continued fraction; it needs a few times sqrt(min(a, b)) of them, so this serves up to 10^8 answers.
const MAX_TERMS: u32 = 50_000;

/// The chance of a standard normal value at least as far from 0 as `z`.
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    puruspe::erfc(z.abs() * core::f64::consts::FRAC_1_SQRT_2)
}

/// The `z` at least as far from 0 as which lies a share `alpha` of a standard normal.
pub(crate) fn normal_two_sided_quantile(alpha: f64) -> f64 {
    core::f64::consts::SQRT_2 * puruspe::inverfc(alpha)
}

/// The chance of Student's t, `df` degrees of freedom, at least as far from 0 as `t`.
pub(crate) fn t_two_sided(t: f64, df: f64) -> f64 {
    let t2 = t * t;
    if t2.is_infinite() { 0.0 } else { incomplete_beta(0.5 * df, 0.5, df / (df + t2), t2 / (df + t2)) }
}

/// The `t` at least as far from 0 as which lies a share `alpha`; `df` above 0. Infinite if `f64` cannot hold it.
pub(crate) fn t_two_sided_quantile(alpha: f64, df: f64) -> f64 {
    // In y = t^2 / (df + t^2), which keeps its precision for large df and stays in 0..1 for tiny ones.
    let tail = |y: f64| incomplete_beta(0.5 * df, 0.5, 1.0 - y, y) - alpha;
    let y = root::between(Point { x: 0.0, y: 1.0 - alpha }, Point { x: 1.0, y: -alpha }, tail);
    (df * y / (1.0 - y)).sqrt()
}

/// The chance of F with `df1` and `df2` degrees of freedom at or above `f`.
pub(crate) fn f_above(f: f64, df1: f64, df2: f64) -> f64 {
    let (top, bottom) = (df1 * f, df1 * f + df2);
    if bottom.is_infinite() { 0.0 } else { incomplete_beta(0.5 * df2, 0.5 * df1, df2 / bottom, top / bottom) }
}

/// The chance of chi-square at or above `x`, for the degrees of freedom that a 2 x 3 table can have: 0, 1 or 2.
pub(crate) fn chi2_above(x: f64, df: u8) -> f64 {
    match df {
        0 => 1.0,
        1 => normal_two_sided(x.sqrt()),
        _ => (-0.5 * x).exp(),
    }
}

/// The regularised incomplete beta function I_x(a, b) for a, b > 0, with y = 1 - x given by the caller, who often
/// knows it without cancellation.
///
/// Source: the continued fraction DLMF 8.17.22 by Lentz's method, with the front factor from Stirling's remainder
/// so that no large logarithms of gamma are subtracted.
pub(crate) fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let front = ln_beta_density(a, b, x, y).exp();
    if x * (a + b + 2.0) < a + 1.0 {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, y) / b
    }
}

/// ln of x^a y^b / B(a, b): the density of a Beta(a, b) in the logit of x.
pub(crate) fn ln_beta_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let remainders = stirling_remainder(n) - stirling_remainder(a) - stirling_remainder(b);
    let scale = 0.5 * (a / n * b / core::f64::consts::TAU).ln();
    a * (x * n / a).ln() + b * (y * n / b).ln() + scale + remainders
}

/// ln Γ(x) less Stirling's (x - 1/2) ln x - x + ln(2π)/2, for x > 0 (DLMF 5.11.1).
fn stirling_remainder(x: f64) -> f64 {
    const SERIES_FROM: f64 = 12.0;
    let (mut x, mut sum) = (x, 0.0);
    while x < SERIES_FROM {
        sum += (x + 0.5) * x.recip().ln_1p() - 1.0;
        x += 1.0;
    }
    let w = (x * x).recip();
    sum + (1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w * (1.0 / 1680.0 - w / 1188.0)))) / x
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut c = 1.0;
    let mut d = away_from_zero(1.0 - (a + b) * x / (a + 1.0)).recip();
    let mut h = d;
    for m in 1..MAX_TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = away_from_zero(1.0 + even * d).recip();
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = away_from_zero(1.0 + odd * d).recip();
        c = away_from_zero(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 4.0 * f64::EPSILON {
            break;
        }
    }
    h
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expect: f64) {
        assert!((value / expect - 1.0).abs() < 1e-10, "{value:e} is not {expect:e}");
    }

    #[test]
    fn the_incomplete_beta_matches_forty_digit_values() {
        near(incomplete_beta(2.0, 3.0, 0.4, 0.6), 0.5248);
        near(incomplete_beta(0.5, 0.5, 0.25, 0.75), 1.0 / 3.0);
        near(incomplete_beta(1.0, 9.5, 1e-9, 1.0 - 1e-9), 9.499_999_959_625e-9);
    }

    #[test]
    fn t_quantiles_are_those_of_the_tables() {
        near(t_two_sided_quantile(0.05, 1.0), 12.706_204_736_432_1);
        near(t_two_sided_quantile(0.05, 9.0), 2.262_157_162_740_99);
        near(t_two_sided_quantile(0.001, 2.0), 31.599_054_576_443_6);
        near(t_two_sided_quantile(0.05, 1e8), 1.959_964_008_5);
    }

    #[test]
    fn far_tails_underflow_to_zero_rather_than_fail() {
        assert_eq!(normal_two_sided(60.0), 0.0);
        assert_eq!(t_two_sided(f64::INFINITY, 5.0), 0.0);
        assert_eq!(f_above(f64::INFINITY, 3.0, 5.0), 0.0);
    }
}
