//! What must hold for any counts and any level, on ten thousand of them from a fixed sequence.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test's helpers are tests.

use suara_insight::{Difference, Interval, Level, Movement, Tally, Trend, interval};

const CASES: u32 = 10_000;

/// Knuth's 64-bit linear congruential generator: the same numbers everywhere.
struct Sequence(u64);

impl Sequence {
    /// A number in 0..1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A count: often 0, often small, sometimes fractional, up to a million.
    fn count(&mut self) -> f64 {
        let size = [0.0, 1.0, 10.0, 100.0, 1e4, 1e6][(self.share() * 6.0) as usize];
        let count = self.share() * (size + 1.0);
        if self.share() < 0.8 { count.floor() } else { count }
    }

    fn tally(&mut self) -> Tally {
        loop {
            let tally = Tally::new(self.count(), self.count(), self.count()).unwrap();
            if tally.n() > 0.0 {
                return tally;
            }
        }
    }

    fn level(&mut self) -> Level {
        Level::new(0.5 + 0.4999 * self.share()).unwrap()
    }
}

fn mirrored(tally: &Tally) -> Tally {
    Tally { promoters: tally.detractors, passives: tally.passives, detractors: tally.promoters }
}

fn for_each_case(check: impl Fn(&Tally, Level)) {
    let mut sequence = Sequence(2016);
    for _ in 0..CASES {
        check(&sequence.tally(), sequence.level());
    }
}

#[test]
fn the_score_interval_holds_the_nps_and_stays_on_the_scale() {
    for_each_case(|tally, level| {
        let (nps, Interval { low, high }) = (tally.nps().unwrap(), interval::score(tally, level).unwrap());
        assert!(-1.0 <= low && low <= nps && nps <= high && high <= 1.0, "{tally:?} {level:?} {low} {high}");
        assert!(low < high, "{tally:?} {level:?}");
    });
}

#[test]
fn swapping_promoters_and_detractors_mirrors_the_score_interval_to_the_bit() {
    for_each_case(|tally, level| {
        let (here, there) =
            (interval::score(tally, level).unwrap(), interval::score(&mirrored(tally), level).unwrap());
        assert_eq!((here.low, here.high), (-there.high, -there.low), "{tally:?} {level:?}");
    });
}

#[test]
fn a_higher_level_never_gives_a_narrower_score_interval() {
    for_each_case(|tally, level| {
        let higher = Level::new(0.5 * (1.0 + level.share())).unwrap();
        let (narrow, wide) =
            (interval::score(tally, level).unwrap(), interval::score(tally, higher).unwrap());
        let rounding = 1e-12;
        assert!(wide.low <= narrow.low + rounding, "{tally:?} {level:?} {narrow:?} {wide:?}");
        assert!(wide.high >= narrow.high - rounding, "{tally:?} {level:?} {narrow:?} {wide:?}");
    });
}

#[test]
fn score_limits_solve_the_equation_that_defines_them() {
    const STEP: f64 = 1e-8;
    for_each_case(|tally, level| {
        let low = interval::score(tally, level).unwrap().low;
        let (n, nps) = (tally.n(), tally.nps().unwrap());
        // Tango's equation as printed, without our rearrangements: not rejected within the limit, rejected beyond it.
        let (p, d) = (tally.promoters, tally.detractors);
        let excess = |l: f64| {
            let (a, b, c) = (2.0 * n, -p - d + (2.0 * n - p + d) * l, -d * l * (1.0 - l));
            let q = ((b * b - 4.0 * a * c).max(0.0).sqrt() - b) / (2.0 * a);
            n * (nps - l) - level.z() * (n * (2.0 * q + l - l * l)).max(0.0).sqrt()
        };
        assert!(low >= nps - STEP || excess(low + STEP) < 0.0, "{tally:?} {level:?} {low}");
        assert!(low <= STEP - 1.0 || excess(low - STEP) > 0.0, "{tally:?} {level:?} {low}");
    });
}

#[test]
fn every_other_interval_is_ordered_and_on_the_scale_too() {
    for_each_case(|tally, level| {
        let others = [
            interval::wald(tally, level),
            interval::goodman(tally, level),
            interval::adjusted_wald(tally, interval::ROCKS, level),
            interval::newcombe_wilson(tally, level),
            interval::t_mean(tally, level),
        ];
        for Interval { low, high } in others.into_iter().flatten() {
            assert!(-1.0 <= low && low <= high && high <= 1.0, "{tally:?} {level:?} {low} {high}");
        }
    });
}

#[test]
fn posteriors_of_any_counts_have_ordered_limits() {
    // Above it, one takes half a second without optimisation.
    const LARGEST: f64 = 20_000.0;
    let mut sequence = Sequence(7);
    for _ in 0..200 {
        let (tally, level) = (sequence.tally(), sequence.level());
        if tally.n() > LARGEST {
            continue;
        }
        let Interval { low, high } = interval::dirichlet(&tally, interval::Prior::Jeffreys, level).unwrap();
        assert!(-1.0 <= low && low < high && high <= 1.0, "{tally:?} {level:?} {low} {high}");
    }
}

#[test]
fn differences_of_any_two_groups_have_ordered_limits_and_a_p_value_that_agrees() {
    let mut sequence = Sequence(99);
    for _ in 0..CASES / 10 {
        let (a, b, level) = (sequence.tally(), sequence.tally(), sequence.level());
        let it = Difference::between(&a, &b, level).unwrap();
        assert!(it.mover.low <= it.difference && it.difference <= it.mover.high, "{a:?} {b:?}");
        assert!((0.0..=1.0).contains(&it.mover_p) && (0.0..=1.0).contains(&it.chi_square.p), "{a:?} {b:?}");
        let undecided = (it.mover_p - level.alpha()).abs() < 1e-9;
        assert!(undecided || (it.mover_p > level.alpha()) == it.mover.contains(0.0), "{a:?} {b:?} {it:?}");
    }
}

#[test]
fn trends_of_any_periods_hold_no_number_that_is_none() {
    let mut sequence = Sequence(5);
    for _ in 0..CASES / 10 {
        let periods: Vec<Tally> = (0..(sequence.share() * 12.0) as usize)
            .map(|_| if sequence.share() < 0.2 { Tally::EMPTY } else { sequence.tally() })
            .collect();
        let trend = Trend::of(&periods);
        let text = format!("{trend:?} {:?}", Movement::of_trend(&trend));
        assert!(!text.contains("NaN") && !text.contains("inf"), "{periods:?} {text}");
    }
}
