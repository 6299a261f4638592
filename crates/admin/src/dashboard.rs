//! The parts of the dashboard. Each draws one thing that a report holds.

mod comments;
mod distribution;
mod empty;
mod funnel;
mod head;
mod headline;
mod mix;
mod scrub;
mod trend;

pub(crate) use comments::Comments;
pub(crate) use distribution::Distribution;
pub(crate) use empty::Empty;
pub(crate) use funnel::Funnel;
pub(crate) use head::Head;
pub(crate) use headline::{Headline, Spoken};
pub(crate) use mix::Mix;
pub(crate) use trend::Trend;
