//! Why a file cannot be used: always with its path, and with the row where there is one.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::record::Line;

/// The longest record, in bytes: what is longer is no row of customers but a quote that was never closed.
pub const LONGEST_RECORD: usize = 1 << 20;
/// The longest quoted cell of several lines, in bytes.
pub(super) const LONGEST_QUOTED: usize = 64 << 10;
/// The most line ends in a quoted cell: an address has a few, a memo a dozen.
pub(super) const MOST_LINES_IN_QUOTES: usize = 30;

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
    /// It is UTF-8, though the configuration names another encoding.
    #[error("`{}` is UTF-8 now, and `encoding = \"Shift_JIS\"` would garble its names: take that line out of `[input]`", .path.display())]
    NotShiftJis {
        /// The file.
        path: PathBuf,
    },
    /// The manifest that the configuration names is not there.
    #[error("cannot read the manifest `{}`", .path.display())]
    NoManifest {
        /// The manifest.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The manifest says nothing of the input.
    #[error("the manifest `{}` names neither rows nor bytes nor a SHA-256 of the file", .path.display())]
    OddManifest {
        /// The manifest.
        path: PathBuf,
    },
    /// The input is not what its manifest says.
    #[error("`{}` is not the file of its manifest `{}`: `{what}` is {found}, not {stated}", .path.display(), .manifest.display())]
    NotAsStated {
        /// The file.
        path: PathBuf,
        /// The manifest.
        manifest: PathBuf,
        /// What differs: `bytes` or `sha256`.
        what: &'static str,
        /// What the manifest says.
        stated: String,
        /// What the file has.
        found: String,
    },
    /// All its rows are blank.
    #[error("`{}` has no header: all its rows are blank", .path.display())]
    NoHeader {
        /// The file.
        path: PathBuf,
    },
    /// The configuration names a row for the header that is not there, or blank.
    #[error("`{}` has no header in row {row}: row {row} is blank or behind its end", .path.display())]
    NoHeaderThere {
        /// The file.
        path: PathBuf,
        /// The row.
        row: Line,
    },
    /// It cannot be copied to where it stays the same.
    #[error("cannot copy `{}` to a temporary file", .path.display())]
    Copy {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It begins as gzip does and is damaged.
    #[error("cannot unpack `{}`: it begins as gzip does, but is cut off or damaged", .path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// It is larger than any list when it is unpacked.
    #[error("`{}` is larger than 4 GiB when it is unpacked: that is no list of customers", .path.display())]
    Bomb {
        /// The file.
        path: PathBuf,
    },
    /// It is a workbook of Excel.
    #[error("`{}` is an Excel workbook or another zip: save it as \"CSV UTF-8\"", .path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
    },
    /// It holds NUL, which stands in no text but in every UTF-16 file of ASCII.
    #[error(
        "{}:{line}: holds NUL bytes: is this UTF-16? save it as \"CSV UTF-8\", or write `encoding = \"UTF-16LE\"` under \
         `[input]` in leapsync.toml",
        .path.display()
    )]
    Nul {
        /// The file.
        path: PathBuf,
        /// The first row with one.
        line: Line,
    },
    /// No encoding fits all of it.
    #[error(
        "`{}` is neither UTF-8 (row {utf8} is not) nor Shift_JIS (row {shift_jis} is not): save it as \"CSV UTF-8\", or \
         write `encoding = …` under `[input]` in leapsync.toml, then only the rows that do not fit are rejected",
        .path.display()
    )]
    Undetected {
        /// The file.
        path: PathBuf,
        /// The first row that is not UTF-8.
        utf8: Line,
        /// The first row that is not Shift_JIS.
        shift_jis: Line,
    },
    /// It is UTF-8 but for a few bytes, which make it pass for Shift_JIS.
    #[error(
        "{}:{line}: this row is not UTF-8, though most of the file is: write `encoding = \"UTF-8\"` under `[input]` in \
         leapsync.toml to reject such rows and take the others, or `encoding = \"Shift_JIS\"` if that is what it is",
        .path.display()
    )]
    Mixed {
        /// The file.
        path: PathBuf,
        /// The first row that is not UTF-8.
        line: Line,
    },
    /// Somebody still writes to it.
    #[error("`{}` is still being written: it was waited for {} seconds", .path.display(), .waited.as_secs())]
    Growing {
        /// The file.
        path: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The header cannot be decoded, so that no column can be found.
    #[error("{}:{line}: the header's cell {cell} is not valid {encoding}: another `encoding` may fit, under `[input]` in leapsync.toml", .path.display())]
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
    /// A quoted cell goes on over so many rows that it is no cell.
    #[error("{}:{line}: a quote that was never closed swallowed the rows after it: it opens in this row", .path.display())]
    Swallowed {
        /// The file.
        path: PathBuf,
        /// The row in which the quote opens.
        line: Line,
    },
    /// The last row is shorter than the header and has no line end: the export was cut off.
    #[error("{}:{line}: ends in the middle of a row: it has {cells} cells and no line end, the header has {header}", .path.display())]
    CutOff {
        /// The file.
        path: PathBuf,
        /// The last row.
        line: Line,
        /// How many cells it has.
        cells: usize,
        /// How many the header has.
        header: usize,
    },
    /// The last record has an open quote: the export was cut off, or a quote is missing.
    #[error("{}:{line}: ends in the middle of a record: the quote that opens in this row is never closed", .path.display())]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// The row in which the quote opens.
        line: Line,
    },
    /// It no longer holds a row that was read before.
    #[error("{}:{line}: this row is no longer in the file as it was read: run again once nobody writes to it", .path.display())]
    Gone {
        /// The file.
        path: PathBuf,
        /// The row.
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
