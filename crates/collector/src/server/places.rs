//! How many connections are open, in all and by network: one network cannot take every place.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::client::prefix;
use crate::config::Connections;
use crate::metrics::Count;

/// Counts open connections.
pub(crate) struct Places {
    max: Connections,
    open: Mutex<Open>,
    /// Connections turned away so far.
    pub(crate) refused: Count,
}

/// At most one entry a connection, so the count of all bounds it.
#[derive(Default)]
struct Open {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// A connection's place; free again when this is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    network: Option<IpAddr>,
    is_crowded: bool,
}

impl Places {
    pub(crate) fn new(max: Connections) -> Arc<Self> {
        Arc::new(Self { max, open: Mutex::default(), refused: Count::default() })
    }

    /// How many are open now.
    pub(crate) fn open(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// A place for one more connection, if there is one. `peer`: none for a trusted proxy, which speaks for many.
    pub(super) fn take(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Place> {
        let place = self.try_take(peer);
        if place.is_none() {
            self.refused.one_more();
        }
        place
    }

    fn try_take(self: &Arc<Self>, peer: Option<IpAddr>) -> Option<Place> {
        let network = peer.map(prefix);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.all >= self.max.all {
            return None;
        }
        let mut is_crowded = is_crowd(open.all, self.max.all);
        if let Some(network) = network {
            let count = open.by_network.entry(network).or_default();
            if *count >= self.max.network {
                return None;
            }
            is_crowded |= is_crowd(*count, self.max.network);
            *count += 1;
        }
        open.all += 1;
        Some(Place { places: Arc::clone(self), network, is_crowded })
    }
}

/// Three quarters: from here on places have to become free sooner.
const fn is_crowd(open: usize, max: usize) -> bool {
    open >= max - max / 4
}

impl Place {
    /// Whether most places were taken when this one was.
    pub(super) fn is_crowded(&self) -> bool {
        self.is_crowded
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.places.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        let Some(network) = self.network else { return };
        if let Some(count) = open.by_network.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                open.by_network.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_network_leaves_places_for_others_and_nothing_behind() {
        let places = Places::new(Connections { all: 5, network: 2 });
        let take = |peer: &str| places.take(Some(peer.parse().unwrap()));
        let full = (take("192.0.2.1"), take("192.0.2.2"));
        assert!(full.0.is_some() && full.1.is_some() && take("192.0.2.3").is_none());
        let others = (take("198.51.100.1"), places.take(None), places.take(None));
        assert!(others.0.is_some() && others.1.is_some() && others.2.is_some());
        assert!(take("203.0.113.1").is_none() && places.take(None).is_none());
        drop((full, others));
        let open = places.open.lock().unwrap();
        assert_eq!((open.all, open.by_network.len()), (0, 0));
    }
}
