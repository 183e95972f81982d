//! Private temporary storage, so that a million rows fit in bounded memory.
//!
//! In: values, one at a time. Out: the same values, in the order of their arrival ([`Spool`]) or of their keys
//! ([`Sorter`]). A file that is needed on the way is unlinked before anything is written to it: nobody else can
//! open it, and nothing is left behind however the program ends.

use std::io::{self, BufReader, BufWriter, Seek, SeekFrom};
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::SpooledTempFile;

mod coded;
mod frame;
mod key;
mod merge;
mod numbers;
mod pair;
mod sorter;

pub use key::Key;
pub use merge::Sorted;
pub use numbers::Numbers;
pub use sorter::Sorter;

/// What a spool keeps in memory before it moves to a file, in bytes.
const IN_MEMORY: usize = 1 << 20;

/// Why temporary storage failed.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file cannot be made or written, mostly because the disk is full.
    #[error("cannot write a temporary file")]
    Write(#[source] io::Error),
    /// The file cannot be read back.
    #[error("cannot read a temporary file back")]
    Read(#[source] io::Error),
    /// The value cannot be encoded.
    #[error("cannot put a value into a temporary file")]
    Encode(#[source] postcard::Error),
    /// What was read back is not what was written.
    #[error("a temporary file was damaged")]
    Decode(#[source] postcard::Error),
}

impl SpoolError {
    /// What was read back is not what was written.
    #[must_use]
    pub fn damaged() -> Self {
        Self::Decode(postcard::Error::SerdeDeCustom)
    }
}

/// An append-only list of values; small ones stay in memory, large ones move to an unlinked file.
#[derive(Debug)]
pub struct Spool<T> {
    file: BufWriter<SpooledTempFile>,
    scratch: Vec<u8>,
    len: u64,
    at_end: bool,
    values: PhantomData<fn(T) -> T>,
}

impl<T> Spool<T> {
    /// Starts an empty one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            file: BufWriter::new(SpooledTempFile::new(IN_MEMORY)),
            scratch: Vec::new(),
            len: 0,
            at_end: true,
            values: PhantomData,
        }
    }

    /// How many values it holds.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<T> Default for Spool<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    /// Appends a value, also after it was read.
    ///
    /// # Errors
    /// When the value cannot be encoded or the file cannot be written.
    pub fn push(&mut self, item: &T) -> Result<(), SpoolError> {
        if !self.at_end {
            self.file.seek(SeekFrom::End(0)).map_err(SpoolError::Write)?;
            self.at_end = true;
        }
        coded::clear_and_write(&mut self.scratch, item)?;
        frame::write(&mut self.file, &self.scratch).map_err(SpoolError::Write)?;
        self.len += 1;
        Ok(())
    }

    /// Reads all values from the first on; may be called again.
    ///
    /// # Errors
    /// When what is still buffered cannot be written.
    pub fn read(&mut self) -> Result<Reading<'_, T>, SpoolError> {
        self.at_end = false;
        self.file.seek(SeekFrom::Start(0)).map_err(SpoolError::Write)?;
        Ok(Reading {
            file: BufReader::new(self.file.get_mut()),
            scratch: Vec::new(),
            left: self.len,
            values: PhantomData,
        })
    }
}

/// The values of a [`Spool`], in the order of their arrival; ends after the first error.
#[derive(Debug)]
pub struct Reading<'a, T> {
    file: BufReader<&'a mut SpooledTempFile>,
    scratch: Vec<u8>,
    left: u64,
    values: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Iterator for Reading<'_, T> {
    type Item = Result<T, SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let value = frame::read(&mut self.file, &mut self.scratch)
            .map_err(SpoolError::Read)
            .and_then(|()| coded::read(&self.scratch));
        if value.is_err() {
            self.left = 0;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(spool: &mut Spool<String>) -> Vec<String> {
        spool.read().unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn what_was_pushed_is_read_in_order_and_again() {
        let mut spool = Spool::new();
        assert!(spool.is_empty());
        for word in ["一", "", "三"] {
            spool.push(&word.to_owned()).unwrap();
        }
        assert_eq!(all(&mut spool), ["一", "", "三"]);
        assert_eq!(all(&mut spool), ["一", "", "三"]);
        assert_eq!(spool.len(), 3);
    }

    #[test]
    fn a_value_can_follow_after_a_reading_that_stopped_early() {
        let mut spool = Spool::new();
        spool.push(&"first".to_owned()).unwrap();
        spool.push(&"second".to_owned()).unwrap();
        assert_eq!(spool.read().unwrap().next().unwrap().unwrap(), "first");
        spool.push(&"third".to_owned()).unwrap();
        assert_eq!(all(&mut spool), ["first", "second", "third"]);
    }

    #[test]
    fn a_spool_larger_than_its_memory_reads_back_the_same() {
        let mut spool = Spool::new();
        let long = "長".repeat(10_000);
        for _ in 0..60 {
            spool.push(&long).unwrap();
        }
        assert!(spool.file.get_ref().is_rolled());
        assert!(all(&mut spool).iter().all(|text| *text == long));
        assert_eq!(all(&mut spool).len(), 60);
    }
}
