//! The collector: takes answers over HTTP, keeps them, and serves the prompt, the demo page and the admin view.
//!
//! `serve` is the seam for tests: it takes a bound listener, an opened [`Collector`] and a future that ends it. The
//! rules about answers are not here but in `suara-survey`, and the statistics are in `suara-insight`.

mod account;
mod app;
mod assets;
mod bounds;
mod cases;
pub mod cli;
mod client;
mod clock;
mod config;
mod contract;
mod definition;
mod error;
mod export;
mod fault;
mod health;
mod identity;
mod import;
mod intake;
mod limits;
mod metrics;
mod owner;
mod privacy;
mod routes;
mod server;
mod site;
mod stats;
mod store;
mod surveys;
mod webhooks;

pub use app::Collector;
pub use client::Proxies;
pub use config::{Config, Connections, Origins, Privacy};
pub use error::Error;
pub use import::ImportError;
pub use limits::{Limit, Limits, RateError};
pub use routes::owner_routes;
pub use server::{Listeners, serve};
pub use stats::StatsError;
pub use store::{Place, Server};
pub use webhooks::Reach;
