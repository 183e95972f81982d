//! Takes one record apart into the texts of its cells.
//!
//! In: the bytes of a record, split off before. Out: its cells, quotes resolved and bytes decoded, in buffers that
//! serve every record again.

use std::io::{self, Read};
use std::path::Path;

use csv::ByteRecord;

use crate::record::Line;

use super::SourceError;
use super::encoding::{Decoded, Encoding};

/// The cells of one record.
#[derive(Debug)]
pub(super) struct Cells {
    reader: csv::Reader<Feed>,
    record: ByteRecord,
    texts: Vec<String>,
    used: usize,
    undecodable: Vec<usize>,
}

/// Hands the csv reader one record at a time.
#[derive(Debug, Default)]
struct Feed {
    bytes: Vec<u8>,
    read: usize,
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (&self.bytes[self.read..]).read(buffer)?;
        self.read += count;
        Ok(count)
    }
}

/// The csv reader sees the record's end elsewhere.
#[derive(Debug)]
pub(super) struct Contradiction;

impl Contradiction {
    pub(super) fn at(self, path: &Path, line: Line) -> SourceError {
        let Self = self;
        SourceError::Ambiguous { path: path.to_owned(), line }
    }
}

impl Cells {
    /// Starts without a record.
    pub(super) fn new(delimiter: u8) -> Self {
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Feed::default());
        Self { reader, record: ByteRecord::new(), texts: Vec::new(), used: 0, undecodable: Vec::new() }
    }

    /// The texts of the cells; none for an empty record.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts[..self.used]
    }

    /// Which of them, from 0, lost bytes.
    pub(super) fn undecodable(&self) -> &[usize] {
        &self.undecodable
    }

    /// Takes a record apart, in place of the one before.
    pub(super) fn parse(&mut self, record: &[u8], encoding: Encoding) -> Result<(), Contradiction> {
        self.record.clear();
        // The csv reader would look for the next record instead of giving an empty one.
        if !record.is_empty() {
            self.read(record)?;
        }
        self.used = self.record.len();
        self.undecodable.clear();
        if self.texts.len() < self.used {
            self.texts.resize_with(self.used, String::new);
        }
        for (index, (bytes, text)) in self.record.iter().zip(&mut self.texts).enumerate() {
            match encoding.decode(bytes, text) {
                Decoded::Whole => {}
                Decoded::Damaged => self.undecodable.push(index),
            }
        }
        Ok(())
    }

    fn read(&mut self, record: &[u8]) -> Result<(), Contradiction> {
        let feed = self.reader.get_mut();
        feed.bytes.clear();
        feed.bytes.extend_from_slice(record);
        feed.bytes.push(b'\n');
        feed.read = 0;
        let length = feed.bytes.len() as u64;
        let start = self.reader.position().byte();
        let found = self.reader.read_byte_record(&mut self.record).map_err(|_| Contradiction)?;
        let whole = self.reader.position().byte() - start == length;
        if found && whole { Ok(()) } else { Err(Contradiction) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::split::Splitter;
    use super::*;

    /// All records that are not empty, split here and taken apart there.
    fn ours(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
        let mut splitter = Splitter::new(bytes, b',', 0);
        let mut cells = Cells::new(b',');
        let mut rows = Vec::new();
        while splitter.advance().ok()? {
            cells.parse(splitter.record(), Encoding::Utf8).unwrap();
            if !splitter.record().is_empty() {
                rows.push(cells.texts().to_vec());
            }
        }
        Some(rows)
    }

    fn of_the_crate(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let texts = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        reader.records().map(|record| texts(record.unwrap())).collect()
    }

    #[test]
    fn buffers_of_a_longer_record_leave_nothing_behind() {
        let mut cells = Cells::new(b',');
        cells.parse(b"a,\"b,\"\"c\",\xff", Encoding::Utf8).unwrap();
        assert_eq!(cells.texts(), ["a", "b,\"c", "\u{fffd}"]);
        assert_eq!(cells.undecodable(), [2]);
        cells.parse(b"d", Encoding::Utf8).unwrap();
        assert_eq!(cells.texts(), ["d"]);
        assert!(cells.undecodable().is_empty());
        cells.parse(b"", Encoding::Utf8).unwrap();
        assert!(cells.texts().is_empty());
    }

    proptest! {
        #[test]
        fn splitting_first_gives_the_records_of_the_csv_crate(
            parts in prop::collection::vec(
                prop::sample::select(vec!["\"", "\"", ",", "\r", "\n", "\r\n", "a", "見", " "]), 0..60,
            ),
        ) {
            let text = parts.concat();
            if let Some(rows) = ours(text.as_bytes()) {
                prop_assert_eq!(rows, of_the_crate(text.as_bytes()));
            }
        }
    }
}
