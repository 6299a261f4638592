//! The parts of the dashboard. Each draws one thing that a report holds.

mod comments;
mod distribution;
mod empty;
mod funnel;
mod head;
mod headline;
mod lost;
mod marked;
mod mix;
mod scrub;
mod trend;
mod unscored;

pub(crate) use comments::Comments;
pub(crate) use distribution::Distribution;
pub(crate) use empty::Empty;
pub(crate) use funnel::Funnel;
pub(crate) use head::Head;
pub(crate) use headline::{Headline, Spoken};
pub(crate) use lost::Lost;
pub(crate) use marked::Marked;
pub(crate) use mix::Mix;
pub(crate) use trend::Trend;
pub(crate) use unscored::Unscored;
