//! A rate, and the one rule by which it is held: the generic cell rate algorithm, which needs one number a key.

use std::fmt;
use std::str::FromStr;

const SECOND_NS: u64 = 1_000_000_000;

/// A limit that an owner sets: so many a second and so many at once, or none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limit(Option<Rate>);

impl Limit {
    /// No limit.
    pub const OFF: Self = Self(None);

    /// So many a second for ever, and so many at once after a rest; zero counts as one.
    pub const fn new(per_second: u32, at_once: u32) -> Self {
        let rate = Rate {
            per_second: if per_second == 0 { 1 } else { per_second },
            at_once: if at_once == 0 { 1 } else { at_once },
        };
        Self(Some(rate))
    }

    pub(super) fn rate(self) -> Option<Rate> {
        self.0
    }
}

/// Not a limit.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("is no limit; write how many a second and how many at once, such as 150:3000, or off")]
pub struct RateError;

impl FromStr for Limit {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        if text == "off" {
            return Ok(Self::OFF);
        }
        let (per_second, at_once) = text.split_once(':').ok_or(RateError)?;
        match (per_second.parse(), at_once.parse()) {
            (Ok(per_second @ 1..), Ok(at_once @ 1..)) => Ok(Self::new(per_second, at_once)),
            _ => Err(RateError),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(rate) => write!(f, "{}:{}", rate.per_second, rate.at_once),
            None => f.write_str("off"),
        }
    }
}

/// So many a second for ever, and so many at once after a rest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Rate {
    per_second: u32,
    at_once: u32,
}

impl Rate {
    /// One more at `now_ns`, given when the last one was due. Gives when this one is due, which is to be remembered, or
    /// how long to wait.
    pub(super) fn next(self, due_ns: u64, now_ns: u64) -> Result<u64, u64> {
        let interval_ns = SECOND_NS / u64::from(self.per_second);
        let ahead_ns = interval_ns * u64::from(self.at_once - 1);
        let earliest_ns = due_ns.saturating_sub(ahead_ns);
        match earliest_ns.checked_sub(now_ns) {
            None | Some(0) => Ok(due_ns.max(now_ns) + interval_ns),
            Some(wait_ns) => Err(wait_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_what_is_allowed_at_once_only_the_rate_remains() {
        let rate = Limit::new(10, 5).rate().unwrap();
        let (mut due_ns, mut taken) = (0, Vec::new());
        for ms in 0..1000 {
            if let Ok(next_ns) = rate.next(due_ns, SECOND_NS + ms * 1_000_000) {
                due_ns = next_ns;
                taken.push(ms);
            }
        }
        // The five at once refill while they are spent: one a tenth of a second, beginning with the first.
        assert_eq!(taken, [0, 1, 2, 3, 4, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
        assert_eq!(rate.next(due_ns, SECOND_NS + 950_000_000), Err(50_000_000));
    }

    #[test]
    fn a_limit_reads_what_it_prints_and_nothing_else() {
        for text in ["150:3000", "1:1", "off"] {
            assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
        }
        for text in ["", "0:1", "1:0", "5", "-1:3", "1:2:3", "OFF", "4294967296:1"] {
            assert_eq!(text.parse::<Limit>(), Err(RateError), "{text}");
        }
    }
}
