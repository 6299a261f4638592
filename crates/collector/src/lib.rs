//! The collector: takes answers over HTTP, keeps them, and serves the prompt, the demo page and the admin view.
//!
//! `serve` is the seam for tests: it takes a bound listener, an opened [`Collector`] and a future that ends it. The
//! rules about answers are not here but in `suara-survey`, and the statistics are in `suara-insight`.

mod account;
mod app;
mod assets;
mod bounds;
pub mod cli;
mod clock;
mod config;
mod definition;
mod error;
mod export;
mod fault;
mod import;
mod intake;
mod owner;
mod routes;
mod server;
mod site;
mod stats;
mod store;
mod surveys;

pub use app::Collector;
pub use config::{Config, Origins};
pub use error::Error;
pub use import::ImportError;
pub use routes::owner_routes;
pub use server::serve;
pub use stats::StatsError;
