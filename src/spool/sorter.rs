//! Sorts more values than memory holds: full buffers become sorted runs in unlinked files, which are then merged.
//!
//! In: pairs of key and value, in any order. Out: the pairs in the order of their keys; pairs with equal keys keep
//! the order of their arrival.

use std::marker::PhantomData;
use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::merge::{Merge, Run, Sorted};
use super::{SpoolError, coded};

/// Bytes of keys and values that are collected before they go to a file as one run.
const BUFFER: usize = 8 << 20;

/// How many runs are merged at once: each one is an open file.
const MERGED_AT_ONCE: usize = 64;

/// Collects pairs of key and value; [`Sorter::sorted`] gives them back in order.
#[derive(Debug)]
pub struct Sorter<K, T> {
    pairs: Vec<Pair<K>>,
    values: Vec<u8>,
    key_bytes: usize,
    /// Runs of level `n` were merged `n` times; higher levels arrived earlier.
    levels: Vec<Vec<Run>>,
    limits: Limits,
    items: PhantomData<fn(T) -> T>,
}

#[derive(Debug)]
struct Pair<K> {
    key: K,
    value: Range<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    buffer: usize,
    merged_at_once: usize,
}

impl<K, T> Sorter<K, T> {
    /// Starts an empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::within(Limits { buffer: BUFFER, merged_at_once: MERGED_AT_ONCE })
    }

    /// Starts an empty one that collects so many bytes before it writes, for one that works beside others.
    #[must_use]
    pub fn holding(buffer: usize) -> Self {
        Self::within(Limits { buffer, merged_at_once: MERGED_AT_ONCE })
    }

    fn within(limits: Limits) -> Self {
        Self {
            pairs: Vec::new(),
            values: Vec::new(),
            key_bytes: 0,
            levels: Vec::new(),
            limits,
            items: PhantomData,
        }
    }
}

impl<K, T> Default for Sorter<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, T> Sorter<K, T>
where
    K: Ord + Serialize + DeserializeOwned,
    T: Serialize + DeserializeOwned,
{
    /// Adds a pair.
    ///
    /// # Errors
    /// When key or value cannot be encoded or a file cannot be written.
    pub fn push(&mut self, key: K, item: &T) -> Result<(), SpoolError> {
        let start = self.values.len();
        // The key is encoded only to be measured: what it takes on the heap cannot be seen from here.
        coded::write(&mut self.values, &key)?;
        self.key_bytes += self.values.len() - start + size_of::<Pair<K>>();
        self.values.truncate(start);
        coded::write(&mut self.values, item)?;
        self.pairs.push(Pair { key, value: start..self.values.len() });
        if self.values.len() + self.key_bytes >= self.limits.buffer {
            let run = self.take_run()?;
            self.keep(run, 0)?;
        }
        Ok(())
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.levels.is_empty()
    }

    /// Gives the pairs back in the order of their keys.
    ///
    /// # Errors
    /// When a file cannot be written or read.
    pub fn sorted(mut self) -> Result<Sorted<K, T>, SpoolError> {
        let last = self.take_run()?;
        self.pairs = Vec::new();
        self.values = Vec::new();
        let runs = self.levels.into_iter().rev().flatten().chain([last]).collect();
        Ok(Sorted::new(Merge::new(runs)?))
    }

    /// Sorts what is buffered and makes it a run.
    fn take_run(&mut self) -> Result<Run, SpoolError> {
        self.pairs.sort_by(|a, b| a.key.cmp(&b.key));
        let mut run = Run::writer();
        for Pair { key, value } in self.pairs.drain(..) {
            run.push(&key, &self.values[value])?;
        }
        self.values.clear();
        self.key_bytes = 0;
        run.finish()
    }

    /// Adds a run to its level; a full level becomes one run of the next.
    fn keep(&mut self, run: Run, level: usize) -> Result<(), SpoolError> {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        self.levels[level].push(run);
        if self.levels[level].len() < self.limits.merged_at_once {
            return Ok(());
        }
        let full = std::mem::take(&mut self.levels[level]);
        let mut merge = Merge::<K>::new(full)?;
        let mut merged = Run::writer();
        while let Some((key, value)) = merge.next_pair()? {
            merged.push(&key, &value)?;
        }
        let merged = merged.finish()?;
        self.keep(merged, level + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(pairs: &[(String, u64)], limits: Limits) -> Vec<(String, u64)> {
        let mut sorter = Sorter::within(limits);
        for (key, value) in pairs {
            sorter.push(key.clone(), value).unwrap();
        }
        sorter.sorted().unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn nothing_sorts_to_nothing() {
        assert_eq!(Sorter::<u64, u64>::new().sorted().unwrap().count(), 0);
    }

    #[test]
    fn equal_keys_keep_their_order_over_many_levels_of_runs() {
        let pairs: Vec<(String, u64)> = (0..500).map(|n| ((n % 3).to_string(), n)).collect();
        let mut expected = pairs.clone();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        // Every pair is a run of its own and two runs fill a level.
        assert_eq!(sorted(&pairs, Limits { buffer: 1, merged_at_once: 2 }), expected);
    }

    proptest! {
        #[test]
        fn any_split_into_runs_sorts_like_the_standard_library(
            keys in prop::collection::vec("[a-cあ-う]{0,2}", 0..200),
            buffer in 1_usize..4_000,
            merged_at_once in 2_usize..6,
        ) {
            let pairs: Vec<(String, u64)> = keys.into_iter().zip(0..).collect();
            let mut expected = pairs.clone();
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            prop_assert_eq!(sorted(&pairs, Limits { buffer, merged_at_once }), expected);
        }
    }
}
