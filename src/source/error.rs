//! Why a file cannot be used: always with its path, and with the row where there is one.

use std::io;
use std::path::PathBuf;

use crate::record::Line;

/// The longest record, in bytes: what is longer is no row of customers but a quote that was never closed.
pub(super) const LONGEST_RECORD: usize = 1 << 20;

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is no such file, or it may not be opened.
    #[error("cannot open `{}`", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A directory is not a file.
    #[error("`{}` is a directory, not a CSV file", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
    },
    /// There is not one byte in it.
    #[error("`{}` is empty (0 bytes)", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// All its rows are blank.
    #[error("`{}` has no header: all its rows are blank", .path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
    },
    /// It begins as UTF-16 does.
    #[error("`{}` looks like UTF-16 (\"Unicode text\" in Excel): save it as \"CSV UTF-8\"", .path.display())]
    Utf16 {
        /// The file.
        path: PathBuf,
    },
    /// The header cannot be decoded, so that no column can be found.
    #[error("{}:{line}: the header's cell {cell} is not valid {encoding}: save the file as \"CSV UTF-8\"", .path.display())]
    HeaderEncoding {
        /// The file.
        path: PathBuf,
        /// The header's row.
        line: Line,
        /// Which cell, from 1.
        cell: usize,
        /// What the file was read as.
        encoding: &'static str,
    },
    /// The system failed in the middle of the file.
    #[error("{}:{line}: cannot read on", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The row that was being read.
        line: Line,
        /// What the system says.
        source: io::Error,
    },
    /// A record is longer than a mebibyte.
    #[error("{}:{line}: the record that begins here is longer than {LONGEST_RECORD} bytes{}", .path.display(), .quote.hint())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The row.
        line: Line,
        /// Whether a quote was open when the limit was reached.
        quote: Quote,
    },
    /// The last record has an open quote: the export was cut off, or a quote is missing.
    #[error("{}:{line}: ends in the middle of a record: the quote that opens in this row is never closed", .path.display())]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// The row in which the quote opens.
        line: Line,
    },
    /// The two ways in which a record is read contradict each other; nothing of it can be trusted.
    #[error("{}:{line}: cannot tell where the record ends", .path.display())]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// The row.
        line: Line,
    },
}

/// Whether a quote is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// It is.
    Open,
    /// It is not.
    Closed,
}

impl Quote {
    fn hint(self) -> &'static str {
        match self {
            Self::Open => ": the quote that opens in this row is never closed",
            Self::Closed => "",
        }
    }
}
