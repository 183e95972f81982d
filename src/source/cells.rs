//! Takes one record apart into the texts of its cells.
//!
//! In: the bytes of a record, split off before. Out: its cells, quotes resolved and bytes decoded, in buffers that
//! serve every record again.

use std::io::{self, Read};
use std::path::Path;

use csv::ByteRecord;
use memchr::{memchr, memchr_iter};

use super::SourceError;
use super::chunks::Unit;
use super::encoding::{Coding, Decoded, LOST, utf8};
use crate::record::Line;
use crate::settings::Encoding;

/// The cells of one record.
#[derive(Debug)]
pub(super) struct Cells {
    delimiter: u8,
    reader: csv::Reader<Feed>,
    record: ByteRecord,
    texts: Vec<String>,
    used: usize,
    /// Cells in front that are left out.
    front: usize,
    undecodable: Vec<usize>,
    unwrapped: Vec<usize>,
    /// The text of a whole record, where a record is decoded before it is taken apart.
    wide: String,
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
        let mut cells = Self {
            delimiter,
            reader,
            record: ByteRecord::new(),
            texts: Vec::new(),
            used: 0,
            front: 0,
            undecodable: Vec::new(),
            unwrapped: Vec::new(),
            wide: String::new(),
        };
        // The csv reader takes a mark for none of the text in the first record that it sees, whichever that is of the file.
        let _ = cells.read(b"x");
        cells.record.clear();
        cells
    }

    /// The texts of the cells; none for an empty record.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts[self.front.min(self.used)..self.used]
    }

    /// Which of them, from 0, lost bytes.
    pub(super) fn undecodable(&self) -> &[usize] {
        &self.undecodable
    }

    /// Leaves out so many cells in front of every record to come.
    pub(super) fn leave_out(&mut self, front: usize) {
        self.front = front;
    }

    /// Which of them, from 0, stood in the file as `="…"` and lost that dress.
    pub(super) fn unwrapped(&self) -> &[usize] {
        &self.unwrapped
    }

    /// Takes a record apart, in place of the one before.
    pub(super) fn parse(&mut self, record: &[u8], coding: Coding) -> Result<(), Contradiction> {
        if coding.unit() == Unit::Byte {
            if memchr(b'"', record).is_none() {
                self.split(record, coding);
                return Ok(());
            }
            self.read(record)?;
            self.take_texts(coding);
            return Ok(());
        }
        let mut wide = std::mem::take(&mut self.wide);
        let decoded = coding.decode(record, &mut wide);
        let result = self.read(wide.as_bytes());
        self.wide = wide;
        result?;
        self.take_texts(Coding { encoding: Encoding::Utf8, mark: b"" });
        if decoded == Decoded::Damaged {
            let lost = |index: &usize| self.texts[*index].contains([LOST, '\0']);
            self.undecodable = (self.front..self.used).filter(lost).map(|index| index - self.front).collect();
        }
        Ok(())
    }

    /// Takes a record without quotes apart: each delimiter ends a cell.
    fn split(&mut self, record: &[u8], coding: Coding) {
        self.begin();
        if record.is_empty() {
            return;
        }
        // Most records are whole, which is seen of all their cells at once.
        let whole = if coding.encoding == Encoding::Utf8 { utf8(record) } else { None };
        let whole = whole.filter(|_| memchr(b'\0', record).is_none());
        let mut start = 0;
        for end in memchr_iter(self.delimiter, record).chain([record.len()]) {
            match whole.and_then(|text| text.get(start..end)) {
                Some(text) => self.copy(text),
                None => self.take(&record[start..end], coding),
            }
            start = end + 1;
        }
    }

    /// Decodes the cells of the record.
    fn take_texts(&mut self, coding: Coding) {
        self.begin();
        let record = std::mem::take(&mut self.record);
        record.iter().for_each(|bytes| self.take(bytes, coding));
        self.record = record;
    }

    fn begin(&mut self) {
        self.used = 0;
        self.undecodable.clear();
        self.unwrapped.clear();
    }

    /// Takes the next cell, whose text this is.
    fn copy(&mut self, whole: &str) {
        let text = self.next_text();
        text.clear();
        text.push_str(whole);
        self.end_cell(Decoded::Whole);
    }

    /// Decodes the next cell.
    fn take(&mut self, bytes: &[u8], coding: Coding) {
        let decoded = coding.decode(bytes, self.next_text());
        self.end_cell(decoded);
    }

    fn next_text(&mut self) -> &mut String {
        if self.texts.len() == self.used {
            self.texts.push(String::new());
        }
        &mut self.texts[self.used]
    }

    fn end_cell(&mut self, decoded: Decoded) {
        let unwrapped = unwrap(&mut self.texts[self.used]);
        let cell = self.used.checked_sub(self.front);
        self.used += 1;
        let Some(cell) = cell else { return };
        if decoded == Decoded::Damaged {
            self.undecodable.push(cell);
        }
        if unwrapped {
            self.unwrapped.push(cell);
        }
    }

    fn read(&mut self, record: &[u8]) -> Result<(), Contradiction> {
        self.record.clear();
        // The csv reader would look for the next record instead of giving an empty one.
        if record.is_empty() {
            return Ok(());
        }
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

/// Takes `="00123"`, which makes Excel show a text, for `00123`.
fn unwrap(text: &mut String) -> bool {
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = inner.filter(|inner| !inner.contains('"')) else { return false };
    *text = inner.to_owned();
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::chunks::Chunks;
    use super::super::split::Splitter;
    use super::*;

    const UTF8: Coding = Coding { encoding: Encoding::Utf8, mark: b"" };

    /// All records that are not empty, split here and taken apart there.
    fn ours(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
        let mut splitter = Splitter::new(Chunks::new(bytes), Unit::Byte, b',', 0);
        let mut cells = Cells::new(b',');
        let mut rows = Vec::new();
        while splitter.advance().ok()? {
            cells.parse(splitter.record(), UTF8).unwrap();
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
    fn a_mark_inside_of_the_file_is_text_whatever_stood_above_it() {
        for above in [&b"a,b"[..], b"a,\"b\""] {
            for (below, first) in [("\u{feff}A-1,\"x\"", "\u{feff}A-1"), ("\u{feff}A-1,x", "\u{feff}A-1")] {
                let mut cells = Cells::new(b',');
                cells.parse(above, UTF8).unwrap();
                cells.parse(below.as_bytes(), UTF8).unwrap();
                assert_eq!(cells.texts(), [first, "x"]);
            }
            let mut cells = Cells::new(b',');
            cells.parse("\u{feff}A-1,\"x\"".as_bytes(), UTF8).unwrap();
            assert_eq!(cells.texts(), ["\u{feff}A-1", "x"]);
        }
    }

    #[test]
    fn buffers_of_a_longer_record_leave_nothing_behind() {
        let mut cells = Cells::new(b',');
        cells.parse(b"a,\"b,\"\"c\",\xff", UTF8).unwrap();
        assert_eq!(cells.texts(), ["a", "b,\"c", "\u{fffd}"]);
        assert_eq!(cells.undecodable(), [2]);
        cells.parse(b"d", UTF8).unwrap();
        assert_eq!(cells.texts(), ["d"]);
        assert!(cells.undecodable().is_empty());
        cells.parse(b"", UTF8).unwrap();
        assert!(cells.texts().is_empty());
    }

    #[test]
    fn a_text_that_excel_was_made_to_show_loses_its_dress() {
        let mut cells = Cells::new(b',');
        cells.parse(b"=\"00123\",\"=\"\"a b\"\"\",=\"a\"b\",=1+1,=\"", UTF8).unwrap();
        assert_eq!(cells.texts(), ["00123", "a b", "=\"a\"b\"", "=1+1", "=\""]);
        assert_eq!(cells.unwrapped(), [0, 1]);
    }

    #[test]
    fn a_record_in_utf_16_is_decoded_before_it_is_taken_apart() {
        let mut cells = Cells::new(b'\t');
        let coding = Coding { encoding: Encoding::Utf16Le, mark: b"" };
        let mut record: Vec<u8> = "a\t\"b\t\"\"\n\"\t不".encode_utf16().flat_map(u16::to_le_bytes).collect();
        cells.parse(&record, coding).unwrap();
        assert_eq!(cells.texts(), ["a", "b\t\"\n", "不"]);
        assert!(cells.undecodable().is_empty());
        record.extend([0x00, 0xd8]);
        cells.parse(&record, coding).unwrap();
        assert_eq!(cells.undecodable(), [2]);
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
