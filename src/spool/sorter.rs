//! Sorts more values than memory holds: full buffers become sorted runs in unlinked files, which are then merged.
//!
//! In: pairs of key and value, in any order. Out: the pairs in the order of their keys; pairs with equal keys keep
//! the order of their arrival. What arrives in order already becomes one long run, and nothing is left to be merged.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::Key;
use super::merge::{Merge, Run, RunWriter, Sorted};
use super::pair::{Head, Pair};
use super::{SpoolError, coded, pair};

/// Bytes of keys and values that are collected before they go to a file as one run.
const BUFFER: usize = 8 << 20;

/// How many runs are merged at once: each one is an open file.
const MERGED_AT_ONCE: usize = 64;

/// Collects pairs of key and value; [`Sorter::sorted`] gives them back in order.
#[derive(Debug)]
pub struct Sorter<K, T> {
    /// Where each pair begins, by the beginning of its key.
    pairs: Vec<Place>,
    bytes: Vec<u8>,
    scratch: Vec<u8>,
    /// Whether all pairs of the buffer arrived in order.
    ascending: bool,
    /// The run that goes on as long as what arrives is in order.
    open: Option<RunWriter>,
    /// Runs of level `n` were merged `n` times; higher levels arrived earlier.
    levels: Vec<Vec<Run>>,
    limits: Limits,
    items: PhantomData<fn() -> (K, T)>,
}

/// A pair in the buffer.
#[derive(Debug, Clone, Copy)]
struct Place {
    head: Head,
    start: usize,
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
            bytes: Vec::new(),
            scratch: Vec::new(),
            ascending: true,
            open: None,
            levels: Vec::new(),
            limits,
            items: PhantomData,
        }
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.levels.is_empty() && self.open.is_none()
    }
}

impl<K, T> Default for Sorter<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Key, T: Serialize> Sorter<K, T> {
    /// Adds a pair.
    ///
    /// # Errors
    /// When the value cannot be encoded or a file cannot be written.
    pub fn push(&mut self, key: &K, item: &T) -> Result<(), SpoolError> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        key.write(&mut scratch);
        let length = scratch.len();
        let written = coded::write(&mut scratch, item);
        self.scratch = scratch;
        written?;
        let (key, value) = self.scratch.split_at(length);
        let start = self.bytes.len();
        pair::write(&mut self.bytes, key, value)?;
        self.ascending &= self.pairs.last().is_none_or(|last| Pair::key_at(&self.bytes, last.start) <= key);
        self.pairs.push(Place { head: Head::of(key), start });
        if self.bytes.len() + self.pairs.len() * size_of::<Place>() >= self.limits.buffer {
            return self.take_run();
        }
        Ok(())
    }

    /// Gives the pairs back in the order of their keys.
    ///
    /// # Errors
    /// When a file cannot be written or read.
    pub fn sorted(mut self) -> Result<Sorted<K, T>, SpoolError>
    where
        T: DeserializeOwned,
    {
        self.take_run()?;
        self.close_run()?;
        (self.pairs, self.bytes) = (Vec::new(), Vec::new());
        Ok(Sorted::new(Merge::new(self.levels.into_iter().rev().flatten().collect())?))
    }

    /// Sorts what is buffered, and makes it a run or a part of the one before. The buffer is empty then, also when it cannot be
    /// written: whoever goes on all the same needs no more memory for it.
    fn take_run(&mut self) -> Result<(), SpoolError> {
        let written = self.write_run();
        self.pairs.clear();
        self.bytes.clear();
        self.ascending = true;
        written
    }

    fn write_run(&mut self) -> Result<(), SpoolError> {
        let bytes = &self.bytes;
        if !self.ascending {
            let key = |place: &Place| Pair::key_at(bytes, place.start);
            self.pairs.sort_by(|a, b| a.head.cmp(&b.head).then_with(|| key(a).cmp(key(b))));
        }
        let Some(first) = self.pairs.first() else { return Ok(()) };
        if self.open.as_ref().is_some_and(|run| run.last_key() > Pair::key_at(bytes, first.start)) {
            self.close_run()?;
        }
        let run = self.open.get_or_insert_with(Run::writer);
        if self.ascending {
            run.push_all(&self.bytes, self.pairs.len() as u64)?;
        } else {
            for place in &self.pairs {
                run.push(Pair::whole(&self.bytes, place.start))?;
            }
        }
        run.ends_with(
            self.pairs.last().map(|last| Pair::key_at(&self.bytes, last.start)).unwrap_or_default(),
        );
        Ok(())
    }

    /// Ends the run that was open.
    fn close_run(&mut self) -> Result<(), SpoolError> {
        let Some(run) = self.open.take() else { return Ok(()) };
        let run = run.finish()?;
        self.keep(run, 0)
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
        let mut merge = Merge::new(full)?;
        let mut merged = Run::writer();
        while let Some(pair) = merge.next_pair()? {
            merged.push(pair.whole)?;
        }
        let merged = merged.finish()?;
        self.keep(merged, level + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorter(pairs: &[(String, u64)], limits: Limits) -> Sorter<String, u64> {
        let mut sorter = Sorter::within(limits);
        for (key, value) in pairs {
            sorter.push(key, value).unwrap();
        }
        sorter
    }

    fn sorted(pairs: &[(String, u64)], limits: Limits) -> Vec<(String, u64)> {
        sorter(pairs, limits).sorted().unwrap().map(Result::unwrap).collect()
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

    #[test]
    fn what_arrives_in_order_is_one_run_and_another_begins_where_it_does_not() {
        let limits = Limits { buffer: 1, merged_at_once: 8 };
        let mut pairs: Vec<(String, u64)> = (100..200).map(|n| ((n / 2).to_string(), n)).collect();
        let whole = sorter(&pairs, limits);
        assert!(whole.levels.is_empty() && whole.open.is_some());
        pairs.push((String::new(), 7));
        let two = sorter(&pairs, limits);
        assert_eq!(two.levels.iter().map(Vec::len).collect::<Vec<_>>(), [1]);
        pairs.rotate_right(1);
        assert_eq!(two.sorted().unwrap().map(Result::unwrap).collect::<Vec<_>>(), pairs);
    }

    proptest! {
        #[test]
        fn any_split_into_runs_sorts_like_the_standard_library(
            keys in prop::collection::vec("[a-cあ-う]{0,4}", 0..200),
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
