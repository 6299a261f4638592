//! How the backends pool their connections.

use std::time::Duration;

use sqlx::Database;
use sqlx::pool::PoolOptions;

/// At most `most` connections, each kept until it fails; who wants one waits for `patience`.
///
/// They have no age at which they are closed, because what closes them is a task of sqlx that in rare cases takes a core for
/// itself and never ends: it counts on a number of idle connections that falls below zero when one is taken in the moment in
/// which it is given back (sqlx issue 3645; mended after 0.9.0). Without an age there is no such task. A connection that the
/// server has closed meanwhile is noticed as it is taken.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(super) fn ageless<D: Database>(most: u32, patience: Duration) -> PoolOptions<D> {
    PoolOptions::new().max_connections(most).acquire_timeout(patience).idle_timeout(None).max_lifetime(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "what is compared with")]
    fn a_pool_has_nothing_to_tidy_up() {
        let usual = PoolOptions::<sqlx::Sqlite>::new();
        assert!(usual.get_idle_timeout().is_some() || usual.get_max_lifetime().is_some(), "the default has");
        let ours = ageless::<sqlx::Sqlite>(4, Duration::from_secs(1));
        let tidied = (ours.get_idle_timeout(), ours.get_max_lifetime(), ours.get_min_connections());
        assert_eq!(tidied, (None, None, 0));
        assert!(ours.get_test_before_acquire(), "a broken one is noticed");
    }
}
