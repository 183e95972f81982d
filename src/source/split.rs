//! Splits a stream of bytes into records and numbers them as Excel does.
//!
//! In: bytes. Out: the bytes of one record at a time, without its line end, and its number. CRLF, LF and a lone CR
//! end a record unless a quote is open; every record counts, also an empty one. A quote opens only at the start of
//! a cell, as in the csv crate, which takes the records apart later.

use std::io::{self, Read};
use std::path::Path;

use crate::record::Line;

use super::SourceError;
use super::chunks::{Chunks, Unit};
use super::error::{LONGEST_RECORD, Quote};
use super::quotes::{At, Quotes};

mod scan;

use scan::{Found, Scan, Step, leap, walk};

/// What old DOS programs write at the end of a file.
const END_OF_FILE: u8 = 0x1a;

/// Why no record could be read.
#[derive(Debug)]
pub(super) enum Fault {
    Read(Line, io::Error),
    TooLong(Line, Quote),
    Swallowed(Line),
    Unfinished(Line),
}

impl Fault {
    pub(super) fn at(self, path: &Path) -> SourceError {
        let path = path.to_owned();
        match self {
            Self::Read(line, source) => SourceError::Read { path, line, source },
            Self::TooLong(line, quote) => SourceError::TooLong { path, line, quote },
            Self::Swallowed(line) => SourceError::Swallowed { path, line },
            Self::Unfinished(line) => SourceError::Unfinished { path, line },
        }
    }
}

/// Reads records from a stream of bytes.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    chunks: Chunks<R>,
    unit: Unit,
    delimiter: u8,
    skip: usize,
    bytes: u64,
    /// Where the record begins in the stream.
    start: u64,
    line: Line,
    record: Vec<u8>,
    line_end: Vec<u8>,
    quotes: Quotes,
}

impl<R: Read> Splitter<R> {
    /// Takes a stream whose first `skip` bytes are not text.
    pub(super) fn new(chunks: Chunks<R>, unit: Unit, delimiter: u8, skip: usize) -> Self {
        Self {
            chunks,
            unit,
            delimiter,
            skip,
            bytes: 0,
            start: 0,
            line: Line(0),
            record: Vec::new(),
            line_end: Vec::new(),
            quotes: Quotes::None,
        }
    }

    /// Bytes taken from the stream.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where the record begins in the stream, in bytes.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// The stream itself.
    pub(super) fn get_ref(&self) -> &R {
        self.chunks.get_ref()
    }

    /// The number of the record; 0 before the first.
    pub(super) fn line(&self) -> Line {
        self.line
    }

    /// The bytes of the record.
    pub(super) fn record(&self) -> &[u8] {
        &self.record
    }

    /// The bytes of the line end behind it; none behind the last record of a file that ends without one.
    pub(super) fn line_end(&self) -> &[u8] {
        &self.line_end
    }

    /// Whether its quotes are where they belong.
    pub(super) fn quotes(&self) -> Quotes {
        self.quotes
    }

    /// Gives the stream back.
    pub(super) fn into_inner(self) -> R {
        self.chunks.into_inner()
    }

    /// Reads the next record; `false` at the end of the stream.
    pub(super) fn advance(&mut self) -> Result<bool, Fault> {
        self.line.0 += 1;
        self.record.clear();
        self.line_end.clear();
        let mut scan = Scan::default();
        let line = self.line;
        self.skip_mark().map_err(|error| Fault::Read(line, error))?;
        self.start = self.bytes;
        let more = loop {
            match self.step(&mut scan).map_err(|error| Fault::Read(line, error))? {
                Step::EndOfFile => break self.last_record(scan.at)?,
                Step::EndOfRecord => break true,
                Step::EndOfRecordAtCr => {
                    self.take_line_feed().map_err(|error| Fault::Read(line, error))?;
                    break true;
                }
                Step::Swallowed => return Err(Fault::Swallowed(line)),
                Step::More if self.record.len() > LONGEST_RECORD => {
                    return Err(Fault::TooLong(line, scan.at.quote()));
                }
                Step::More => {}
            }
        };
        self.quotes = scan.quotes;
        Ok(more)
    }

    fn skip_mark(&mut self) -> io::Result<()> {
        while self.skip > 0 {
            let count = self.chunks.fill(1)?.len().min(self.skip);
            if count == 0 {
                break;
            }
            self.chunks.consume(count);
            self.bytes += count as u64;
            self.skip -= count;
        }
        Ok(())
    }

    /// Moves bytes from the buffer into the record, up to a line end that counts.
    fn step(&mut self, scan: &mut Scan) -> io::Result<Step> {
        let (unit, width) = (self.unit, self.unit.width());
        let buffer = self.chunks.fill(width)?;
        if buffer.is_empty() {
            return Ok(Step::EndOfFile);
        }
        let before = self.record.len();
        let found = match unit {
            _ if buffer.len() < width => Found { text: buffer.len(), line_end: 0, step: Step::More },
            Unit::Byte => leap(buffer, before, scan, self.delimiter),
            Unit::Little | Unit::Big => walk(buffer, unit, before, scan, self.delimiter),
        };
        let Found { text, line_end, step } = found;
        self.record.extend_from_slice(&buffer[..text]);
        self.line_end.extend_from_slice(&buffer[text..text + line_end]);
        self.chunks.consume(text + line_end);
        self.bytes += (text + line_end) as u64;
        Ok(step)
    }

    fn take_line_feed(&mut self) -> io::Result<()> {
        let (unit, width) = (self.unit, self.unit.width());
        let buffer = self.chunks.fill(width)?;
        if buffer.len() >= width && unit.letter(&buffer[..width]) == b'\n' {
            self.line_end.extend_from_slice(&buffer[..width]);
            self.chunks.consume(width);
            self.bytes += width as u64;
        }
        Ok(())
    }

    /// Takes what stands behind the last line end for a record, if anything does.
    fn last_record(&mut self, at: At) -> Result<bool, Fault> {
        if at.quote() == Quote::Open {
            return Err(Fault::Unfinished(self.line));
        }
        let end_of_file = self.unit.bytes_of(END_OF_FILE);
        while self.record.ends_with(&end_of_file) {
            self.record.truncate(self.record.len() - end_of_file.len());
        }
        Ok(!self.record.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::{LONGEST_QUOTED, MOST_LINES_IN_QUOTES};
    use super::*;

    /// All records with their numbers, read through a buffer of `size` bytes.
    fn records(bytes: &[u8], size: usize) -> Result<Vec<(u64, String)>, Fault> {
        let mut splitter = Splitter::new(Chunks::with_capacity(size, bytes), Unit::Byte, b',', 0);
        let mut records = Vec::new();
        while splitter.advance()? {
            records.push((splitter.line().0, String::from_utf8_lossy(splitter.record()).into_owned()));
        }
        assert_eq!(splitter.bytes(), bytes.len() as u64);
        Ok(records)
    }

    #[test]
    fn every_line_end_ends_a_record_wherever_the_buffer_ends() {
        let cases: [(&[u8], &[&str]); 10] = [
            (b"a\nb", &["a", "b"]),
            (b"a\r\nb\r\n", &["a", "b"]),
            (b"a\rb\r", &["a", "b"]),
            (b"a\n\n\r\n\rb", &["a", "", "", "", "b"]),
            (b"\"a\r\nb\",c\nd", &["\"a\r\nb\",c", "d"]),
            (b"\"a\"\"\nb\"\nc", &["\"a\"\"\nb\"", "c"]),
            (b"a \"b\nc\" d\n", &["a \"b", "c\" d"]),
            (b"\"a\"b\"\nc", &["\"a\"b\"", "c"]),
            (b"a\n\x1a", &["a"]),
            (b"a\nb\x1a\x1a", &["a", "b"]),
        ];
        for (bytes, expected) in cases {
            for size in 1..8 {
                let found = records(bytes, size).unwrap();
                let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
                assert_eq!(texts, expected, "{bytes:?} by {size}");
                assert!(found.iter().map(|(line, _)| *line).eq(1..=expected.len() as u64));
            }
        }
    }

    #[test]
    fn records_and_line_ends_together_are_the_file() {
        let text = "a,\"b\r\nc\"\r\n\nd\re\u{4e0d}\u{0a0d},\u{0d0a}\n\u{1a}";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (unit, bytes) in [(Unit::Byte, text.as_bytes()), (Unit::Little, &little), (Unit::Big, &big)] {
            for size in 2..8 {
                let mut splitter = Splitter::new(Chunks::with_capacity(size, bytes), unit, b',', 0);
                let (mut whole, mut count) = (Vec::new(), 0);
                while splitter.advance().unwrap() {
                    whole.extend_from_slice(splitter.record());
                    whole.extend_from_slice(splitter.line_end());
                    count += 1;
                }
                assert_eq!(count, 4, "{unit:?} by {size}");
                assert_eq!(whole, &bytes[..bytes.len() - unit.width()]);
            }
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_told_with_the_row_that_opens_it() {
        assert!(matches!(records(b"a\n\"b\nc\nd", 4), Err(Fault::Unfinished(Line(2)))));
        assert!(matches!(records(b"a\n\"b\nc\x1a", 4), Err(Fault::Unfinished(Line(2)))));
    }

    #[test]
    fn a_quote_that_swallows_the_rows_after_it_is_told_with_the_row_that_opens_it() {
        let many = format!("a\n1,\"b\n{}\"\n", "2,c\n".repeat(MOST_LINES_IN_QUOTES));
        let long = format!("a\n1,\"{}\nc\"\n", "b".repeat(LONGEST_QUOTED));
        let quoted_below = "a\n1,\"b\n2,c\n3,\"d\",e\n";
        for text in [&many, &long, quoted_below] {
            for size in [1, 7, 64 << 10] {
                assert!(matches!(records(text.as_bytes(), size), Err(Fault::Swallowed(Line(2)))), "{size}");
            }
        }
        let most = format!("1,\"b{}\"\n", "\r\n".repeat(MOST_LINES_IN_QUOTES));
        assert_eq!(records(most.as_bytes(), 7).unwrap().len(), 1);
    }

    #[test]
    fn quotes_that_are_not_where_they_belong_are_told() {
        for (text, expected) in [
            ("a,\"b\"\"c\"", Quotes::InPlace),
            ("a, \"b\"", Quotes::Astray),
            ("a,5\" x", Quotes::Astray),
            ("\"a\"b", Quotes::Astray),
        ] {
            let mut splitter = Splitter::new(Chunks::new(text.as_bytes()), Unit::Byte, b',', 0);
            assert!(splitter.advance().unwrap());
            assert_eq!(splitter.quotes(), expected, "{text}");
        }
    }

    #[test]
    fn the_mark_in_front_is_skipped_also_when_the_buffer_is_shorter() {
        for size in 1..5 {
            let chunks = Chunks::with_capacity(size, b"\xef\xbb\xbf\"a\"\nb".as_slice());
            let mut splitter = Splitter::new(chunks, Unit::Byte, b',', 3);
            assert!(splitter.advance().unwrap());
            assert_eq!(splitter.record(), b"\"a\"");
        }
    }
}
