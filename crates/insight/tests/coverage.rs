//! How often the 95 % interval holds the true NPS, by adding up every outcome: no simulation, no noise.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test's helpers are tests.

use suara_insight::{Interval, Level, Tally, interval};

/// What the score interval must cover at least, whatever the mix, from five answers on.
const BOUND: f64 = 0.90;

const SIZES: [u32; 6] = [5, 8, 10, 15, 20, 30];

type Method = fn(&Tally, Level) -> Option<Interval>;

/// Mixes in steps of 5 %, and those with one share of 0.5 to 3 %, where programmes with high scores live.
fn mixes() -> Vec<[f64; 3]> {
    let mut mixes = Vec::new();
    for p in 0..=20u32 {
        for d in 0..=20 - p {
            mixes.push([p, 20 - p - d, d].map(|twentieths| f64::from(twentieths) / 20.0));
        }
    }
    for rare in [0.005, 0.01, 0.02, 0.03] {
        for twentieths in 1..20 {
            let common = (1.0 - rare) * f64::from(twentieths) / 20.0;
            let rest = 1.0 - rare - common;
            mixes.extend([[common, rest, rare], [common, rare, rest], [rare, common, rest]]);
        }
    }
    mixes.push([0.98, 0.015, 0.005]);
    mixes
}

/// Every outcome of n answers, with its interval and the logarithm of the number of orders it can come in.
fn outcomes(n: u32, method: Method) -> Vec<([u32; 3], Interval, f64)> {
    let ln_factorial = |k: u32| (1..=k).map(|i| f64::from(i).ln()).sum::<f64>();
    let mut outcomes = Vec::new();
    for p in 0..=n {
        for d in 0..=n - p {
            let counts = [p, n - p - d, d];
            let [promoters, passives, detractors] = counts.map(f64::from);
            let tally = Tally::new(promoters, passives, detractors).unwrap();
            let orders = ln_factorial(n) - counts.map(ln_factorial).iter().sum::<f64>();
            outcomes.push((counts, method(&tally, Level::NINETY_FIVE).unwrap(), orders));
        }
    }
    outcomes
}

fn coverage(mix: [f64; 3], outcomes: &[([u32; 3], Interval, f64)]) -> f64 {
    let truth = mix[0] - mix[2];
    let holds = |it: &Interval| it.low - 1e-12 <= truth && truth <= it.high + 1e-12;
    let chance =
        |counts: &[u32; 3]| counts.iter().zip(mix).map(|(&k, share)| share.powi(k as i32)).product::<f64>();
    outcomes.iter().filter(|it| holds(&it.1)).map(|(counts, _, orders)| chance(counts) * orders.exp()).sum()
}

/// The lowest coverage over all mixes, for each sample size.
fn lowest(method: Method) -> Vec<(u32, f64, [f64; 3])> {
    let worst = |n: u32| {
        let outcomes = outcomes(n, method);
        let covered = mixes().into_iter().map(|mix| (n, coverage(mix, &outcomes), mix));
        covered.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
    };
    SIZES.into_iter().map(worst).collect()
}

#[test]
fn the_score_interval_covers_ninety_percent_at_worst_from_five_answers_on() {
    for (n, covered, mix) in lowest(interval::score) {
        assert!(covered >= BOUND, "n = {n}, mix {mix:?}: {covered}");
    }
}

#[test]
fn the_wald_interval_fails_the_same_bound_so_the_bound_means_something() {
    for (n, covered, mix) in lowest(interval::wald) {
        assert!(covered < BOUND, "n = {n}, mix {mix:?}: {covered}");
    }
}

#[test]
fn outcomes_of_a_mix_add_up_to_one() {
    let everything: Method = |_, _| Some(Interval { low: -1.0, high: 1.0 });
    for n in SIZES {
        assert!((coverage([0.5, 0.3, 0.2], &outcomes(n, everything)) - 1.0).abs() < 1e-12, "{n}");
    }
}
