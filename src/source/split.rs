//! Splits a stream of bytes into records and numbers them as Excel does.
//!
//! In: bytes. Out: the bytes of one record at a time, without its line end, and its number. CRLF, LF and a lone CR
//! end a record unless a quote is open; every record counts, also an empty one. A quote opens only at the start of
//! a cell, as in the csv crate, which takes the records apart later.

use std::io::{self, BufRead};
use std::path::Path;

use crate::record::Line;

use super::SourceError;
use super::error::{LONGEST_RECORD, Quote};

/// What old DOS programs write at the end of a file.
const END_OF_FILE: u8 = 0x1a;

/// Where in a record the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    CellStart,
    Cell,
    Quoted,
    /// Behind a quote that closes the cell or, when another one follows, stands for itself.
    QuoteInQuoted,
}

impl At {
    fn after(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::QuoteInQuoted,
            (Self::CellStart | Self::QuoteInQuoted, b'"') | (Self::Quoted, _) => Self::Quoted,
            (_, byte) if byte == delimiter => Self::CellStart,
            (Self::CellStart | Self::Cell | Self::QuoteInQuoted, _) => Self::Cell,
        }
    }

    fn quote(self) -> Quote {
        match self {
            Self::Quoted => Quote::Open,
            Self::CellStart | Self::Cell | Self::QuoteInQuoted => Quote::Closed,
        }
    }
}

/// Why no record could be read.
#[derive(Debug)]
pub(super) enum Fault {
    Read(Line, io::Error),
    TooLong(Line, Quote),
    Unfinished(Line),
}

impl Fault {
    pub(super) fn at(self, path: &Path) -> SourceError {
        let path = path.to_owned();
        match self {
            Self::Read(line, source) => SourceError::Read { path, line, source },
            Self::TooLong(line, quote) => SourceError::TooLong { path, line, quote },
            Self::Unfinished(line) => SourceError::Unfinished { path, line },
        }
    }
}

/// Reads records from a stream of bytes.
#[derive(Debug)]
pub(super) struct Splitter<R> {
    reader: R,
    delimiter: u8,
    skip: usize,
    bytes: u64,
    line: Line,
    record: Vec<u8>,
}

/// What one look into the reader's buffer gave.
enum Step {
    EndOfFile,
    /// The buffer is used up in the middle of a record.
    More,
    EndOfRecord,
    /// A CR ended the record; an LF behind it belongs to it.
    EndOfRecordAtCr,
}

impl<R: BufRead> Splitter<R> {
    /// Takes a stream whose first `skip` bytes are not text.
    pub(super) fn new(reader: R, delimiter: u8, skip: usize) -> Self {
        Self { reader, delimiter, skip, bytes: 0, line: Line(0), record: Vec::new() }
    }

    /// Bytes taken from the stream.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The number of the record; 0 before the first.
    pub(super) fn line(&self) -> Line {
        self.line
    }

    /// The bytes of the record.
    pub(super) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Reads the next record; `false` at the end of the stream.
    pub(super) fn advance(&mut self) -> Result<bool, Fault> {
        self.line.0 += 1;
        self.record.clear();
        let mut at = At::CellStart;
        loop {
            match self.step(&mut at).map_err(|error| Fault::Read(self.line, error))? {
                Step::EndOfFile => return self.last_record(at),
                Step::EndOfRecord => return Ok(true),
                Step::EndOfRecordAtCr => {
                    self.skip_line_feed().map_err(|error| Fault::Read(self.line, error))?;
                    return Ok(true);
                }
                Step::More if self.record.len() > LONGEST_RECORD => {
                    return Err(Fault::TooLong(self.line, at.quote()));
                }
                Step::More => {}
            }
        }
    }

    /// Moves bytes from the reader's buffer into the record, up to a line end that counts.
    fn step(&mut self, at: &mut At) -> io::Result<Step> {
        let buffer = self.reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(Step::EndOfFile);
        }
        let start = self.skip.min(buffer.len());
        let mut end = None;
        for (index, &byte) in buffer.iter().enumerate().skip(start) {
            if matches!(byte, b'\r' | b'\n') && at.quote() == Quote::Closed {
                end = Some((index, byte));
                break;
            }
            *at = at.after(byte, self.delimiter);
        }
        let (text, used, step) = match end {
            Some((index, b'\r')) => (index, index + 1, Step::EndOfRecordAtCr),
            Some((index, _)) => (index, index + 1, Step::EndOfRecord),
            None => (buffer.len(), buffer.len(), Step::More),
        };
        self.record.extend_from_slice(&buffer[start..text]);
        self.skip -= start;
        self.bytes += used as u64;
        self.reader.consume(used);
        Ok(step)
    }

    fn skip_line_feed(&mut self) -> io::Result<()> {
        if self.reader.fill_buf()?.first() == Some(&b'\n') {
            self.reader.consume(1);
            self.bytes += 1;
        }
        Ok(())
    }

    /// Takes what stands behind the last line end for a record, if anything does.
    fn last_record(&mut self, at: At) -> Result<bool, Fault> {
        if at.quote() == Quote::Open {
            return Err(Fault::Unfinished(self.line));
        }
        while self.record.last() == Some(&END_OF_FILE) {
            self.record.pop();
        }
        Ok(!self.record.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// All records with their numbers, read through a buffer of `size` bytes.
    fn records(bytes: &[u8], size: usize) -> Result<Vec<(u64, String)>, Fault> {
        let mut splitter = Splitter::new(BufReader::with_capacity(size, bytes), b',', 0);
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
    fn a_quote_that_never_closes_is_told_with_the_row_that_opens_it() {
        assert!(matches!(records(b"a\n\"b\nc\nd", 4), Err(Fault::Unfinished(Line(2)))));
        assert!(matches!(records(b"a\n\"b\nc\x1a", 4), Err(Fault::Unfinished(Line(2)))));
    }

    #[test]
    fn the_mark_in_front_is_skipped_also_when_the_buffer_is_shorter() {
        for size in 1..5 {
            let reader = BufReader::with_capacity(size, b"\xef\xbb\xbf\"a\"\nb".as_slice());
            let mut splitter = Splitter::new(reader, b',', 3);
            assert!(splitter.advance().unwrap());
            assert_eq!(splitter.record(), b"\"a\"");
        }
    }
}
