//! What most journeys begin with.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Collector, Host, Page};

/// Browsers are hungry; more than two journeys at a time only make each other late.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A collector, a website, and a relay in front of the collector that counts.
#[derive(Debug)]
pub struct Suite {
    /// The collector.
    pub collector: Collector,
    /// Somebody's website.
    pub host: Host,
    /// The collector by another address, where every request is written down.
    pub relay: Host,
    _turn: SemaphorePermit<'static>,
}

impl Suite {
    /// Starts all three once it is this journey's turn.
    pub async fn start() -> Self {
        let turn = TURNS.acquire().await.unwrap();
        let collector = Collector::start();
        let host = Host::start(collector.url()).await;
        let relay = Host::start(collector.url()).await;
        Self { collector, host, relay, _turn: turn }
    }

    /// An ordinary page that asks at once, with the loader straight from the collector.
    pub fn page(&self) -> Page {
        Page {
            file: "plain.html",
            html: r#"lang="en""#,
            source: self.collector.url(),
            tag: r#"data-survey="nps" data-delay-ms="1""#.to_owned(),
            policy: None,
        }
    }

    /// Puts a page on the website; gives its address.
    pub fn put(&self, page: &Page) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let path = format!("/page-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.host.put(&path, page.reply())
    }
}
