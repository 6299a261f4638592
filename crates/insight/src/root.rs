//! One bracketed root finder for every limit and p-value that has no closed form.

/// More steps than pure halving of any `f64` bracket to full precision needs in practice.
const MAX_STEPS: u32 = 200;

/// A point and the value of the function there.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// The root between two points whose values differ in sign, to full `f64` precision.
///
/// Source: Chandrupatla 1997, Advances in Engineering Software 28:145. Inverse quadratic interpolation where it is
/// safe, halving where it is not. Without a change of sign, or on NaN, it returns some point of the bracket.
pub(crate) fn between(low: Point, high: Point, f: impl Fn(f64) -> f64) -> f64 {
    let (mut a, mut b) = (high, low);
    let mut t = 0.5;
    for _ in 0..MAX_STEPS {
        let x = a.x + t * (b.x - a.x);
        let new = Point { x, y: f(x) };
        let c = if (new.y > 0.0) == (a.y > 0.0) { a } else { core::mem::replace(&mut b, a) };
        a = new;
        let best = if a.y.abs() < b.y.abs() { a } else { b };
        let tolerance = 2.0 * f64::EPSILON * best.x.abs() + f64::MIN_POSITIVE;
        let t_least = tolerance / (b.x - a.x).abs();
        if best.y == 0.0 || t_least > 0.5 || t_least.is_nan() {
            return best.x;
        }
        t = step(a, b, c).clamp(t_least, 1.0 - t_least);
    }
    a.x
}

/// How far to go from `a` towards `b`, 0 to 1.
fn step(a: Point, b: Point, c: Point) -> f64 {
    let chi = (a.x - b.x) / (c.x - b.x);
    let phi = (a.y - b.y) / (c.y - b.y);
    if phi * phi < chi && (1.0 - phi) * (1.0 - phi) < 1.0 - chi {
        let quadratic = (c.x - a.x) / (b.x - a.x) * a.y / (c.y - a.y) * b.y / (c.y - b.y);
        let t = a.y / (b.y - a.y) * c.y / (b.y - c.y) + quadratic;
        if t.is_finite() { t } else { 0.5 }
    } else {
        0.5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
        between(Point { x: low, y: f(low) }, Point { x: high, y: f(high) }, f)
    }

    #[test]
    fn smooth_steep_and_flat_roots_are_found() {
        assert!((solve(0.0, 2.0, |x| x * x - 2.0) - 2f64.sqrt()).abs() < 1e-15);
        assert!((solve(-1.0, 1.0, |x| (x - 0.3).powi(9)) - 0.3).abs() < 1e-9);
        assert!(
            (solve(0.0, 40.0, |x| (-x * x).exp() - 1e-100) - 230.258_509_299_404_57_f64.sqrt()).abs() < 1e-12
        );
        assert!((solve(-1.0, 1.0, |x| if x < 0.7 { -1.0 } else { 1.0 }) - 0.7).abs() < 1e-15);
    }

    #[test]
    fn not_a_number_ends_the_search() {
        solve(0.0, 1.0, |_| f64::NAN);
    }
}
