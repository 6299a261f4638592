//! What the answers say: scores, how sure one may be of them, whether they differ and whether they moved.
//!
//! Pure: no input or output, clock, randomness or JSON, and no panic whatever the input. The NPS is on the -1..1
//! scale throughout; times 100 it is in points. Every number that cannot be computed is `None`.
//!
//! ```
//! use suara_insight::{Histogram, Level, score};
//! let tally = Histogram::from_scores([10, 9, 9, 8, 3])?.tally();
//! let interval = score(&tally, Level::NINETY_FIVE);
//! assert_eq!(tally.nps(), Some(0.4));
//! assert!(interval.is_some_and(|interval| interval.contains(0.4)));
//! # Ok::<(), suara_insight::Error>(())
//! ```

pub mod chart;
pub mod columns;
pub mod difference;
mod error;
pub mod interval;
mod level;
pub mod period;
mod quantile;
pub mod rolling;
mod root;
mod special;
pub mod tally;
pub mod trend;
pub mod verdict;

pub use columns::{Columns, Funnel, Records};
pub use difference::Difference;
pub use error::Error;
pub use interval::{Interval, score};
pub use level::Level;
pub use period::{Day, Grain};
pub use quantile::quantile;
pub use rolling::Rolling;
pub use tally::{Histogram, Tally};
pub use trend::Trend;
pub use verdict::{Movement, Standing};
