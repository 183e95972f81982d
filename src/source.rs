//! The CSV file, row by row, each row with the number that Excel shows beside it.
//!
//! In: a path, and how it is to be read. Out: the header's cells, then the cells of every row that is not blank. Never
//! more than one record is in memory, and no record is longer than a mebibyte. Encoding, delimiter and header are found out
//! where nobody named them, before the first row is given; or an encoding is presumed, and proven while the rows are read. What
//! the columns mean is not known here.

use std::fs::File;
use std::path::PathBuf;

use memchr::memchr;

use crate::record::{Line, Print, canonical};
use crate::settings::{Delimiter, Reading};

mod again;
mod cells;
mod chunks;
mod delimiter;
mod detect;
mod encoding;
mod error;
mod header;
mod kept;
mod manifest;
mod presume;
mod quotes;
mod skim;
mod split;
mod store;

pub use again::Again;
use cells::Cells;
use chunks::Chunks;
use encoding::Coding;
pub use error::{LONGEST_RECORD, Quote, SourceError};
pub use header::IsKnown;
use header::{Place, REJECTS, Sort};
pub use kept::{Kept, KeptRows};
pub use manifest::{Manifest, manifest_path};
pub use presume::Proof;
use quotes::Quotes;
use skim::Skimmer;
pub use skim::{Place as RowPlace, Plain, Skimmed};
use split::Splitter;
pub use store::{Store, Watch};

/// An open CSV file behind its header.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    size: u64,
    splitter: Splitter<File>,
    coding: Coding,
    delimiter: Delimiter,
    place: Place,
    headers: Vec<String>,
    cells: Cells,
    /// The row that was read last, blank or not.
    last: Line,
    skimmer: Option<Skimmer>,
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
    /// How many cells stand in the file as `="00123"`, and here as `00123`.
    pub unwrapped: usize,
    /// Which cell holds a quote that is not where it belongs: behind a blank, or inside an unquoted text.
    pub quote_astray: Option<usize>,
    /// Whether a blank row stands above it.
    pub behind_blank: bool,
    /// The print of its bytes.
    pub print: Print,
    /// Whether the file ends behind it without a line end.
    pub ends_the_file: bool,
}

impl Source {
    /// Finds out the form of the file and reads up to and including its header. `known` says which headers mean something.
    ///
    /// # Errors
    /// When it cannot be read, no encoding fits it, or it has no header that can be understood.
    pub fn open(store: Store, reading: &Reading, known: IsKnown<'_>) -> Result<Self, SourceError> {
        let mut store = store;
        let coding = detect::coding(&mut store.file, &store.path, reading.encoding)?;
        Self::in_coding(store, reading, known, coding)
    }

    fn in_coding(
        store: Store,
        reading: &Reading,
        known: IsKnown<'_>,
        coding: Coding,
    ) -> Result<Self, SourceError> {
        let Store { path, mut file, size, .. } = store;
        let failed = |source| SourceError::Read { path: path.clone(), line: Line(1), source };
        let opening = store::opening(&mut file, delimiter::OPENING).map_err(failed)?;
        let delimiter = reading.delimiter.unwrap_or_else(|| delimiter::detect(&opening, coding));
        let mut cells = Cells::new(delimiter.byte());
        let mut splitter = splitter(file, coding, delimiter);
        let place = header::find((&mut splitter, coding), &mut cells, &path, (reading.header, known))?;
        let mut file = splitter.into_inner();
        store::opening(&mut file, 0).map_err(failed)?;
        let mut source = Self {
            splitter: self::splitter(file, coding, delimiter),
            path,
            size,
            coding,
            delimiter,
            place,
            headers: Vec::new(),
            cells,
            last: Line(0),
            skimmer: None,
        };
        source.cells.leave_out(source.front());
        source.read_header()?;
        Ok(source)
    }

    /// The header's cells, trimmed; the numbers of the columns when there is none.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The header's row; none when there is none.
    #[must_use]
    pub fn header_line(&self) -> Option<Line> {
        self.place.line
    }

    /// Whether the file is a rejects file of leapsync: then it holds some of the clients only.
    #[must_use]
    pub fn is_rejects_file(&self) -> bool {
        self.place.sort == Sort::Rejects
    }

    /// The size of the file, unpacked if it was compressed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.size
    }

    /// Bytes read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.splitter.bytes()
    }

    /// The name of the file's encoding.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.coding.encoding.name()
    }

    /// The character between two cells.
    #[must_use]
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter.byte())
    }

    /// The next row that is not blank; `None` at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read on, ends in the middle of a record, or holds a record that is too long.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, SourceError> {
        let before = self.last;
        if self.advance()? { self.row(before).map(Some) } else { Ok(None) }
    }

    /// The row that the splitter is at, taken apart; `before` is the one that was read before it.
    fn row(&mut self, before: Line) -> Result<Row<'_>, SourceError> {
        self.last = self.splitter.line();
        let (quote_astray, print) = (self.quote_astray(), Print::of(self.splitter.record()));
        let ends_the_file = self.splitter.line_end().is_empty();
        let behind_blank = self.last.0 > before.0 + 1;
        let row = self.taken_apart(self.last)?;
        Ok(Row { quote_astray, behind_blank, print, ends_the_file, ..row })
    }

    /// The cells as a row.
    fn taken_apart(&self, line: Line) -> Result<Row<'_>, SourceError> {
        let width = self.headers.len();
        let cells = self.cells.texts();
        if cells.iter().any(|text| holds_a_row(text, self.delimiter, width)) {
            return Err(SourceError::Swallowed { path: self.path.clone(), line });
        }
        Ok(Row {
            line,
            cells,
            undecodable: self.cells.undecodable(),
            unwrapped: self.cells.unwrapped().len(),
            quote_astray: None,
            behind_blank: false,
            print: Print::default(),
            ends_the_file: false,
        })
    }

    /// What is needed to have the bytes of its rows again.
    #[must_use]
    pub fn into_kept(self) -> Kept {
        Kept {
            path: self.path,
            file: self.splitter.into_inner(),
            coding: self.coding,
            delimiter: self.delimiter.byte(),
            sort: self.place.sort,
            header: self.place.line,
            width: self.headers.len(),
        }
    }

    /// How many cells stand in front of the export's own.
    fn front(&self) -> usize {
        if self.is_rejects_file() { REJECTS.len() } else { 0 }
    }

    fn quote_astray(&self) -> Option<usize> {
        if self.splitter.quotes() != Quotes::Astray {
            return None;
        }
        let cell = quotes::astray(self.splitter.record(), self.coding.unit(), self.delimiter.byte());
        cell.and_then(|cell| cell.checked_sub(self.front()))
    }

    fn read_header(&mut self) -> Result<(), SourceError> {
        let Some(line) = self.place.line else {
            self.headers = (1..=self.place.width).map(|number| number.to_string()).collect();
            return Ok(());
        };
        while self.splitter.line() < line {
            if !self.splitter.advance().map_err(|fault| fault.at(&self.path))? {
                return Err(SourceError::NoHeader { path: self.path.clone() });
            }
        }
        self.last = line;
        self.cells.parse(self.splitter.record(), self.coding).map_err(|fault| fault.at(&self.path, line))?;
        if let Some(&cell) = self.cells.undecodable().first() {
            return Err(SourceError::HeaderEncoding {
                path: self.path.clone(),
                line,
                cell: cell + 1,
                encoding: self.coding.encoding.name(),
            });
        }
        self.headers = self.cells.texts().iter().map(|text| canonical(text).to_owned()).collect();
        Ok(())
    }

    /// Reads up to the next row that is not blank, whose cells then stand in `cells`.
    fn advance(&mut self) -> Result<bool, SourceError> {
        while self.splitter.advance().map_err(|fault| fault.at(&self.path))? {
            self.cells
                .parse(self.splitter.record(), self.coding)
                .map_err(|fault| fault.at(&self.path, self.splitter.line()))?;
            if !self.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_blank(&self) -> bool {
        self.cells.texts().iter().all(|text| canonical(text).is_empty())
    }
}

fn splitter(file: File, coding: Coding, delimiter: Delimiter) -> Splitter<File> {
    Splitter::new(Chunks::new(file), coding.unit(), delimiter.byte(), coding.mark.len())
}

/// Whether a line of the text has as many delimiters as a whole row: then a quote swallowed that row.
fn holds_a_row(text: &str, delimiter: Delimiter, width: usize) -> bool {
    let delimiter = char::from(delimiter.byte());
    // In a narrow file a line of an address may look like a row.
    let is_row = |line: &str| width > 2 && line.matches(delimiter).count() + 1 >= width;
    memchr(b'\n', text.as_bytes()).is_some() && text.lines().skip(1).any(is_row)
}
