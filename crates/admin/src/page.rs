//! The pages: one at each address.

mod dashboard;
mod missing;
mod setup;
mod sign_in;
mod surveys;

pub(crate) use dashboard::{COMMENTS, Dashboard};
pub(crate) use missing::Missing;
pub(crate) use setup::Setup;
pub(crate) use sign_in::SignIn;
pub(crate) use surveys::Surveys;
