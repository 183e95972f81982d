//! Sorted runs and their merge.
//!
//! In: runs, the earliest first. Out: their pairs in the order of the keys, equal keys in the order of the runs.
//! Pairs pass through as bytes and are decoded only when they leave for good.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use tempfile::SpooledTempFile;

use super::key::Key;
use super::pair::{Head, LENGTHS, Pair, lengths};
use super::{SpoolError, coded};

/// What a run keeps in memory, in bytes: a sort of a few rows needs no file.
const IN_MEMORY: usize = 256 << 10;

/// Bytes of a run that are read or written at once.
const AT_ONCE: usize = 32 << 10;

/// Sorted pairs, written and waiting to be read.
#[derive(Debug)]
pub(super) struct Run {
    file: SpooledTempFile,
    pairs: u64,
}

impl Run {
    /// Starts a run.
    pub(super) fn writer() -> RunWriter {
        let file = BufWriter::with_capacity(AT_ONCE, SpooledTempFile::new(IN_MEMORY));
        RunWriter { file, pairs: 0, last: Vec::new() }
    }
}

/// A run that is still being written.
#[derive(Debug)]
pub(super) struct RunWriter {
    file: BufWriter<SpooledTempFile>,
    pairs: u64,
    last: Vec<u8>,
}

impl RunWriter {
    /// Appends a pair as it stands in a buffer, whose key is not below the one before.
    pub(super) fn push(&mut self, pair: &[u8]) -> Result<(), SpoolError> {
        self.push_all(pair, 1)
    }

    /// Appends so many pairs, one behind the other, in the order of their keys.
    pub(super) fn push_all(&mut self, pairs: &[u8], count: u64) -> Result<(), SpoolError> {
        self.pairs += count;
        self.file.write_all(pairs).map_err(SpoolError::Write)
    }

    /// Notes the key of the last pair for [`last_key`](Self::last_key).
    pub(super) fn ends_with(&mut self, key: &[u8]) {
        self.last.clear();
        self.last.extend_from_slice(key);
    }

    /// The key that was noted last.
    pub(super) fn last_key(&self) -> &[u8] {
        &self.last
    }

    /// Ends the run.
    pub(super) fn finish(self) -> Result<Run, SpoolError> {
        let mut file = self.file.into_inner().map_err(|error| SpoolError::Write(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(SpoolError::Read)?;
        Ok(Run { file, pairs: self.pairs })
    }
}

/// A run that is being read, at one of its pairs.
#[derive(Debug)]
struct RunReader {
    /// Where it stands among the runs.
    number: usize,
    file: SpooledTempFile,
    left: u64,
    bytes: Vec<u8>,
    head: Head,
    /// Where the pair stands, and the bytes behind it begin.
    pair: usize,
    behind: usize,
}

impl RunReader {
    /// Reads up to the first pair; none when there is no pair.
    fn open(run: Run, number: usize) -> Result<Option<Self>, SpoolError> {
        let Run { file, pairs } = run;
        let (bytes, head) = (Vec::new(), Head::of(b""));
        let mut reader = Self { number, file, left: pairs, bytes, head, pair: 0, behind: 0 };
        Ok(if reader.advance()? { Some(reader) } else { None })
    }

    /// Goes to the next pair; `false` when there is none.
    fn advance(&mut self) -> Result<bool, SpoolError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        self.left = left;
        self.pair = self.behind;
        self.have(LENGTHS)?;
        let (key, value) = lengths(&self.bytes[self.pair..]);
        let whole = LENGTHS + key + value;
        self.have(whole)?;
        self.behind = self.pair + whole;
        self.head = Head::of(self.pair().key);
        Ok(true)
    }

    fn pair(&self) -> Pair<'_> {
        Pair::at(&self.bytes, self.pair)
    }

    /// Has so many bytes of the pair in memory.
    fn have(&mut self, count: usize) -> Result<(), SpoolError> {
        if self.bytes.len() - self.pair >= count {
            return Ok(());
        }
        self.bytes.drain(..self.pair);
        self.pair = 0;
        let missing = (count - self.bytes.len()).max(AT_ONCE) as u64;
        (&mut self.file).take(missing).read_to_end(&mut self.bytes).map_err(SpoolError::Read)?;
        if self.bytes.len() < count {
            return Err(SpoolError::Read(io::ErrorKind::UnexpectedEof.into()));
        }
        Ok(())
    }
}

impl Ord for RunReader {
    fn cmp(&self, other: &Self) -> Ordering {
        let keys = || self.pair().key.cmp(other.pair().key);
        self.head.cmp(&other.head).then_with(keys).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for RunReader {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for RunReader {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for RunReader {}

/// Several runs, read as one.
#[derive(Debug)]
pub(super) struct Merge {
    /// The run whose pair is the lowest stands on top.
    runs: BinaryHeap<Reverse<Box<RunReader>>>,
    /// Whether the pair on top was given away.
    taken: bool,
}

impl Merge {
    /// Takes the runs, the earliest first.
    pub(super) fn new(runs: Vec<Run>) -> Result<Self, SpoolError> {
        let mut heap = BinaryHeap::with_capacity(runs.len());
        for (number, run) in runs.into_iter().enumerate() {
            heap.extend(RunReader::open(run, number)?.map(|reader| Reverse(Box::new(reader))));
        }
        Ok(Self { runs: heap, taken: false })
    }

    /// The pair with the lowest key, which stays until the next one is asked for.
    pub(super) fn next_pair(&mut self) -> Result<Option<Pair<'_>>, SpoolError> {
        if std::mem::replace(&mut self.taken, true)
            && let Some(mut top) = self.runs.peek_mut()
            && !top.0.advance()?
        {
            PeekMut::pop(top);
        }
        Ok(self.runs.peek().map(|top| top.0.pair()))
    }
}

/// The pairs of a [`Sorter`](super::Sorter) in the order of their keys; ends after the first error.
#[derive(Debug)]
pub struct Sorted<K, T> {
    merge: Option<Merge>,
    items: PhantomData<fn() -> (K, T)>,
}

impl<K, T> Sorted<K, T> {
    pub(super) fn new(merge: Merge) -> Self {
        Self { merge: Some(merge), items: PhantomData }
    }
}

impl<K: Key, T: DeserializeOwned> Iterator for Sorted<K, T> {
    type Item = Result<(K, T), SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.merge.as_mut()?.next_pair().transpose()?;
        let pair = pair.and_then(|Pair { key, value, whole: _ }| {
            let key = K::read(key).ok_or_else(SpoolError::damaged)?;
            Ok((key, coded::read(value)?))
        });
        if pair.is_err() {
            self.merge = None;
        }
        Some(pair)
    }
}
