//! Sorted runs and their merge.
//!
//! In: runs, the earliest first. Out: their pairs in the order of the keys, equal keys in the order of the runs.
//! Values pass through as bytes and are decoded only when they leave for good.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::io::{BufReader, BufWriter, Seek, SeekFrom};
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::SpooledTempFile;

use super::{SpoolError, coded, frame};

/// What a run keeps in memory, in bytes: a sort of a few rows needs no file.
const IN_MEMORY: usize = 256 << 10;

/// Sorted pairs, written and waiting to be read.
#[derive(Debug)]
pub(super) struct Run {
    file: SpooledTempFile,
    pairs: u64,
}

impl Run {
    /// Starts a run.
    pub(super) fn writer() -> RunWriter {
        let file = BufWriter::new(SpooledTempFile::new(IN_MEMORY));
        RunWriter { file, pairs: 0, scratch: Vec::new() }
    }
}

/// A run that is still being written.
#[derive(Debug)]
pub(super) struct RunWriter {
    file: BufWriter<SpooledTempFile>,
    pairs: u64,
    scratch: Vec<u8>,
}

impl RunWriter {
    /// Appends a pair, whose key is not below the one before.
    pub(super) fn push<K: Serialize>(&mut self, key: &K, value: &[u8]) -> Result<(), SpoolError> {
        coded::clear_and_write(&mut self.scratch, key)?;
        frame::write(&mut self.file, &self.scratch).map_err(SpoolError::Write)?;
        frame::write(&mut self.file, value).map_err(SpoolError::Write)?;
        self.pairs += 1;
        Ok(())
    }

    /// Ends the run.
    pub(super) fn finish(self) -> Result<Run, SpoolError> {
        let mut file = self.file.into_inner().map_err(|error| SpoolError::Write(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(SpoolError::Read)?;
        Ok(Run { file, pairs: self.pairs })
    }
}

/// A run that is being read.
#[derive(Debug)]
struct RunReader {
    file: BufReader<SpooledTempFile>,
    left: u64,
    scratch: Vec<u8>,
}

impl RunReader {
    fn new(run: Run) -> Self {
        Self { file: BufReader::new(run.file), left: run.pairs, scratch: Vec::new() }
    }

    fn next_pair<K: DeserializeOwned>(&mut self) -> Result<Option<(K, Vec<u8>)>, SpoolError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        frame::read(&mut self.file, &mut self.scratch).map_err(SpoolError::Read)?;
        let key = coded::read(&self.scratch)?;
        let mut value = Vec::new();
        frame::read(&mut self.file, &mut value).map_err(SpoolError::Read)?;
        Ok(Some((key, value)))
    }
}

/// The next pair of one run.
#[derive(Debug)]
struct Head<K> {
    key: K,
    run: usize,
    value: Vec<u8>,
}

impl<K: Ord> Ord for Head<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key).then(self.run.cmp(&other.run))
    }
}

impl<K: Ord> PartialOrd for Head<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord> PartialEq for Head<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<K: Ord> Eq for Head<K> {}

/// Several runs, read as one.
#[derive(Debug)]
pub(super) struct Merge<K> {
    runs: Vec<RunReader>,
    heads: BinaryHeap<Reverse<Head<K>>>,
}

impl<K: Ord + DeserializeOwned> Merge<K> {
    /// Takes the runs, the earliest first.
    pub(super) fn new(runs: Vec<Run>) -> Result<Self, SpoolError> {
        let runs: Vec<RunReader> = runs.into_iter().map(RunReader::new).collect();
        let mut merge = Self { heads: BinaryHeap::with_capacity(runs.len()), runs };
        for run in 0..merge.runs.len() {
            merge.refill(run)?;
        }
        Ok(merge)
    }

    /// The pair with the lowest key, its value as bytes.
    pub(super) fn next_pair(&mut self) -> Result<Option<(K, Vec<u8>)>, SpoolError> {
        let Some(Reverse(Head { key, run, value })) = self.heads.pop() else { return Ok(None) };
        self.refill(run)?;
        Ok(Some((key, value)))
    }

    fn refill(&mut self, run: usize) -> Result<(), SpoolError> {
        if let Some((key, value)) = self.runs[run].next_pair()? {
            self.heads.push(Reverse(Head { key, run, value }));
        }
        Ok(())
    }
}

/// The pairs of a [`Sorter`](super::Sorter) in the order of their keys; ends after the first error.
#[derive(Debug)]
pub struct Sorted<K, T> {
    merge: Option<Merge<K>>,
    items: PhantomData<fn() -> T>,
}

impl<K, T> Sorted<K, T> {
    pub(super) fn new(merge: Merge<K>) -> Self {
        Self { merge: Some(merge), items: PhantomData }
    }
}

impl<K: Ord + DeserializeOwned, T: DeserializeOwned> Iterator for Sorted<K, T> {
    type Item = Result<(K, T), SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.merge.as_mut()?.next_pair().transpose()?;
        let pair = pair.and_then(|(key, value)| {
            let item = coded::read(&value)?;
            Ok((key, item))
        });
        if pair.is_err() {
            self.merge = None;
        }
        Some(pair)
    }
}
