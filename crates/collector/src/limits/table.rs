//! When each key's next one is due, in a table that never grows. A key may stand in a few slots only; where all are
//! taken, the one that is due first gives way, so that it is never the greediest who are forgotten.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, PoisonError};

use super::rate::Rate;
use crate::metrics::Count;

/// Slots that a key may stand in: they share two lines of the processor's cache.
const WAYS: usize = 8;

/// Locks, so that threads seldom wait for each other.
const SHARDS: usize = 64;

/// A key's hash, and when its next one is due; all zero while it is free.
type Slot = [u64; 2];

/// Keeps the rate of each key.
pub(super) struct Table {
    rate: Rate,
    /// Random, so that nobody can choose keys that push each other out.
    hasher: RandomState,
    shards: Vec<Mutex<Vec<[Slot; WAYS]>>>,
    /// Requests turned away so far.
    pub(super) refused: Count,
}

impl Table {
    /// Room for some `slots` keys. The system hands out the memory only as it is used.
    pub(super) fn new(rate: Rate, slots: usize) -> Self {
        let sets = (slots / WAYS / SHARDS).max(1);
        let shards = (0..SHARDS).map(|_| Mutex::new(vec![[[0; 2]; WAYS]; sets])).collect();
        Self { rate, hasher: RandomState::new(), shards, refused: Count::default() }
    }

    /// Counts one more of `key`, or says how many nanoseconds it has to wait.
    pub(super) fn take(&self, key: &(impl Hash + ?Sized), now_ns: u64) -> Result<(), u64> {
        let hash = self.hasher.hash_one(key);
        let (shard, set) = (hash as usize % SHARDS, (hash >> 32) as usize);
        let mut sets = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let count = sets.len();
        let set = &mut sets[set % count];
        let known = set.iter().position(|[key, due_ns]| *key == hash && *due_ns > 0);
        let first_due = || set.iter().enumerate().min_by_key(|(_, [_, due_ns])| *due_ns);
        let place = known.or_else(|| first_due().map(|(place, _)| place)).unwrap_or(0);
        let due_ns = if known.is_some() { set[place][1] } else { 0 };
        let due_ns = self.rate.next(due_ns, now_ns).inspect_err(|_| self.refused.one_more())?;
        set[place] = [hash, due_ns];
        Ok(())
    }

    #[cfg(test)]
    fn size_bytes(&self) -> usize {
        let sets = self.shards.iter().map(|shard| shard.lock().unwrap().capacity());
        sets.sum::<usize>() * size_of::<[Slot; WAYS]>() + size_of_val(&self.shards[..])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limit, NETWORKS, SURVEYS};
    use super::*;

    fn table(per_second: u32, at_once: u32, slots: usize) -> Table {
        Table::new(Limit::new(per_second, at_once).rate().unwrap(), slots)
    }

    #[test]
    fn more_networks_than_are_remembered_take_no_more_room_than_none() {
        let table = table(150, 3_000, NETWORKS);
        let before = table.size_bytes();
        for network in 0..NETWORKS as u64 + 100_000 {
            assert_eq!(table.take(&network, network), Ok(()));
        }
        assert_eq!(table.size_bytes(), before);
        assert!(before + 16 * SURVEYS < 32 << 20, "{before}");
    }

    #[test]
    fn while_a_hundred_thousand_networks_rotate_the_greedy_one_stays_refused() {
        // Room for a tenth of them, so that slots are fought over.
        let table = table(100, 1_000, 10_000);
        let (mut greedy, mut others_refused) = (0, 0);
        for turn in 0..1_000_000_u64 {
            let now_ns = turn * 10_000; // ten seconds in all
            greedy += u64::from(table.take("greedy", now_ns).is_ok());
            others_refused += u64::from(table.take(&(turn % 100_000), now_ns).is_err());
        }
        assert!((1_990..=2_010).contains(&greedy), "{greedy} of 1,000 at once and 100 a second for 10 s");
        assert_eq!(others_refused, 0);
    }

    #[test]
    fn a_single_slot_serves_what_all_share() {
        let table = table(1, 2, 1);
        assert_eq!((table.take("", 1), table.take("", 1)), (Ok(()), Ok(())));
        assert!(table.take("", 1).is_err());
    }
}
