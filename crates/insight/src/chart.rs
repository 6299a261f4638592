//! Where the marks of a chart go: scales, ticks, bars, and the trend with its bands. Numbers in, coordinates out, in
//! CSS pixels with y downwards. Not here: colours, words, elements; a view draws what stands here and decides nothing.

mod bars;
mod frame;
mod scale;
mod trend;

pub use bars::{Bar, SLIVER, Segment, bars, stack};
pub use frame::{Frame, Point, path_points};
pub use scale::{Scale, Ticks};
pub use trend::{Mark, Reading, Slot, TickLine, Trend};
