//! The CSV file: opened once, read once, row by row, each row with the number that Excel shows beside it.
//!
//! In: a path. Out: the header's cells, then the cells of every row that is not blank. Never more than one record
//! is in memory, and no record is longer than a mebibyte. What the columns mean is not known here.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::record::{Line, canonical};

mod cells;
mod encoding;
mod error;
mod split;

use cells::Cells;
use encoding::Encoding;
pub use error::{Quote, SourceError};
use split::Splitter;

/// The character between two cells.
const DELIMITER: u8 = b',';

/// Bytes that are read from the file at once.
const CHUNK: usize = 64 << 10;

/// An open CSV file behind its header.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    splitter: Splitter<BufReader<File>>,
    encoding: Encoding,
    headers: Vec<String>,
    cells: Cells,
}

/// A row that is not blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// The row as Excel numbers it.
    pub line: Line,
    /// Its cells as they stand, which may be fewer or more than the header has.
    pub cells: &'a [String],
    /// Which cells (from 0) are not valid in the file's encoding; their texts hold U+FFFD where bytes were lost.
    pub undecodable: &'a [usize],
}

impl Source {
    /// Opens the file and reads up to and including its header: the first row that is not blank.
    ///
    /// # Errors
    /// When there is no such file, it cannot be read, or it has no header that can be understood.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let failed = |source| SourceError::Open { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(SourceError::Directory { path: path.to_owned() });
        }
        let mut reader = BufReader::with_capacity(CHUNK, file);
        let encoding = encoding::detect(&mut reader).map_err(|fault| fault.at(path))?;
        let mut source = Self {
            path: path.to_owned(),
            splitter: Splitter::new(reader, DELIMITER, encoding.mark()),
            encoding,
            headers: Vec::new(),
            cells: Cells::new(DELIMITER),
        };
        source.read_header()?;
        Ok(source)
    }

    /// The header's cells, trimmed.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Bytes read so far: the size of the file once [`Source::next_row`] has given `None`.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.splitter.bytes()
    }

    /// The name of the file's encoding.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// The character between two cells.
    #[must_use]
    pub fn delimiter(&self) -> char {
        char::from(DELIMITER)
    }

    /// The next row that is not blank; `None` at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read on, ends in the middle of a record, or holds a record that is too long.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
        if !self.advance()? {
            return Ok(None);
        }
        Ok(Some(Row {
            line: self.splitter.line(),
            cells: self.cells.texts(),
            undecodable: self.cells.undecodable(),
        }))
    }

    fn read_header(&mut self) -> Result<(), SourceError> {
        if !self.advance()? {
            return Err(SourceError::NoHeader { path: self.path.clone() });
        }
        if let Some(&cell) = self.cells.undecodable().first() {
            return Err(SourceError::HeaderEncoding {
                path: self.path.clone(),
                line: self.splitter.line(),
                cell: cell + 1,
                encoding: self.encoding.name(),
            });
        }
        self.headers = self.cells.texts().iter().map(|text| canonical(text).to_owned()).collect();
        Ok(())
    }

    /// Reads up to the next row that is not blank, whose cells then stand in `cells`.
    fn advance(&mut self) -> Result<bool, SourceError> {
        while self.splitter.advance().map_err(|fault| fault.at(&self.path))? {
            self.cells
                .parse(self.splitter.record(), self.encoding)
                .map_err(|fault| fault.at(&self.path, self.splitter.line()))?;
            if !self.cells.texts().iter().all(|text| canonical(text).is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
