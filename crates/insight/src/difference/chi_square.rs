//! The homogeneity test of two mixes of promoters, passives and detractors.

use crate::{Tally, special};

/// Pearson's chi-square of the 2 x 3 table, without continuity correction.
///
/// Source: Pearson 1900, Philosophical Magazine 50:157. Classes that nobody chose are left out of the table, so
/// `df` is 2, 1 or, when all answers of both groups are alike, 0; the p-value is then 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// The statistic, 0 or more.
    pub statistic: f64,
    /// Degrees of freedom, 0 to 2.
    pub df: u8,
    /// The p-value.
    pub p: f64,
}

impl ChiSquare {
    pub(super) fn between(a: &Tally, b: &Tally) -> Self {
        let both = *a + *b;
        let classes = [
            (a.promoters, b.promoters, both.promoters),
            (a.passives, b.passives, both.passives),
            (a.detractors, b.detractors, both.detractors),
        ];
        let (share_a, share_b) = (a.n() / both.n(), b.n() / both.n());
        let used = classes.into_iter().filter(|&(_, _, total)| total > 0.0);
        let statistic = used.clone().map(|(count_a, count_b, total)| {
            // Both cells of a class differ from their expectation by the same amount.
            let excess = count_a * share_b - count_b * share_a;
            excess * excess / (share_a * share_b * total)
        });
        let (statistic, df) = (statistic.sum(), used.count().saturating_sub(1) as u8);
        Self { statistic, df, p: special::chi2_above(statistic, df) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_from_different_mixes_are_told_apart() {
        let (poles, middle) = (Tally::new(50.0, 0.0, 50.0).unwrap(), Tally::new(0.0, 100.0, 0.0).unwrap());
        assert!(ChiSquare::between(&poles, &middle).p < 1e-9);
    }

    #[test]
    fn a_class_that_nobody_chose_costs_a_degree_of_freedom() {
        let (a, b) = (Tally::new(5.0, 5.0, 0.0).unwrap(), Tally::new(8.0, 2.0, 0.0).unwrap());
        assert_eq!(ChiSquare::between(&a, &b).df, 1);
    }

    #[test]
    fn answers_all_alike_differ_in_nothing() {
        let all = Tally::new(7.0, 0.0, 0.0).unwrap();
        assert_eq!(ChiSquare::between(&all, &all), ChiSquare { statistic: 0.0, df: 0, p: 1.0 });
    }
}
