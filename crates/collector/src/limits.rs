//! How much one network, one survey and all together may send: by count and time, in bounded memory. What is refused
//! here is not lost: a visitor's browser keeps its answer and comes again after `Retry-After`.

mod rate;
mod table;

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub use rate::{Limit, RateError};

use crate::app::App;
use crate::client::{Client, prefix};
use crate::fault::Fault;
use table::Table;

/// Networks remembered at once: 16 MiB, and no more however many knock.
const NETWORKS: usize = 1 << 20;

/// Surveys remembered at once: 64 KiB.
const SURVEYS: usize = 1 << 12;

/// What may be sent.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From one network: a /24 of IPv4, a /56 of IPv6. The default is three times what a company of ten thousand sends
    /// that asks all its people within ten minutes, or a carrier's gateway on a site with a thousand views a second.
    pub address: Limit,
    /// To one survey, so that an attack on one leaves room for the others.
    pub survey: Limit,
    /// To all surveys: what a small machine keeps without falling behind.
    pub all: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address: Limit::new(150, 3_000),
            survey: Limit::new(3_000, 30_000),
            all: Limit::new(6_000, 60_000),
        }
    }
}

/// Counts what was sent.
pub(crate) struct Limiter {
    started: Instant,
    addresses: Option<Table>,
    surveys: Option<Table>,
    all: Option<Table>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        let table = |limit: Limit, slots| limit.rate().map(|rate| Table::new(rate, slots));
        Self {
            started: Instant::now(),
            addresses: table(limits.address, NETWORKS),
            surveys: table(limits.survey, SURVEYS),
            all: table(limits.all, 1),
        }
    }

    /// Counts one request of a network, or refuses it.
    pub(crate) fn address(&self, client: IpAddr) -> Result<(), Fault> {
        self.count(self.addresses.as_ref(), &prefix(client))
    }

    /// Counts one answer to a survey, or refuses it.
    pub(crate) fn survey(&self, survey: &str) -> Result<(), Fault> {
        self.count(self.surveys.as_ref(), survey)
    }

    /// Counts one more answer in a request that was counted once already.
    pub(crate) fn one_more(&self, client: IpAddr) -> Result<(), Fault> {
        self.address(client)?;
        self.all()
    }

    /// Counts one answer, or refuses it.
    pub(crate) fn all(&self) -> Result<(), Fault> {
        self.count(self.all.as_ref(), "")
    }

    /// How many were refused so far, each with its label.
    pub(crate) fn refused(&self) -> [(&'static str, u64); 3] {
        let refused = |table: Option<&Table>| table.map_or(0, |table| table.refused.get());
        [
            ("{limit=\"address\"}", refused(self.addresses.as_ref())),
            ("{limit=\"survey\"}", refused(self.surveys.as_ref())),
            ("{limit=\"all\"}", refused(self.all.as_ref())),
        ]
    }

    fn count(&self, table: Option<&Table>, key: &(impl std::hash::Hash + ?Sized)) -> Result<(), Fault> {
        let Some(table) = table else { return Ok(()) };
        let now_ns = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        table.take(key, now_ns).map_err(|wait_ns| Fault::TooMany(wait_ns.div_ceil(1_000_000_000)))
    }
}

/// In front of whatever a network may only do so often; decided before the body is read.
pub(crate) async fn by_address(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.limits.address(Client::of(&request)) {
        Ok(()) => next.run(request).await,
        Err(fault) => fault.into_response(),
    }
}
