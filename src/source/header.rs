//! Finds the header: above it may stand titles, and a rejects file brings its own.
//!
//! In: the first rows, and what a person said. Out: the number of the header's row, and what sort of file it is.

use std::path::Path;

use super::SourceError;
use super::cells::Cells;
use super::encoding::Coding;
use super::split::Splitter;
use crate::record::{Line, canonical};
use crate::settings::Header;

/// The header is among so many first rows.
const ROWS: u64 = 20;
/// So many known headers make a row the header.
const KNOWN: usize = 2;
/// What stands in front of the columns of a rejects file.
pub(super) const REJECTS: [&str; 2] = ["leapsync_line", "leapsync_reason"];

/// Says whether a header is one that means something.
pub type IsKnown<'a> = &'a dyn Fn(&str) -> bool;

/// What sort of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// An export.
    Export,
    /// A rejects file of leapsync, mended and fed back: its first two columns are not the export's.
    Rejects,
}

/// Where the header is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its row; none when the columns are only numbered.
    pub(super) line: Option<Line>,
    pub(super) sort: Sort,
    /// How many cells the first row has.
    pub(super) width: usize,
}

/// A row that could be the header.
struct Candidates {
    first: Option<Line>,
    of_several_cells: Option<Line>,
}

/// Finds the header among the records of a file from its beginning.
pub(super) fn find<R: std::io::Read>(
    (splitter, coding): (&mut Splitter<R>, Coding),
    cells: &mut Cells,
    path: &Path,
    (rule, known): (Header, IsKnown<'_>),
) -> Result<Place, SourceError> {
    let mut candidates = Candidates { first: None, of_several_cells: None };
    let mut width = 0;
    let found = |line, sort, width| Ok(Place { line, sort, width });
    while splitter.advance().map_err(|fault| fault.at(path))? {
        let line = splitter.line();
        cells.parse(splitter.record(), coding).map_err(|fault| fault.at(path, line))?;
        let filled = cells.texts().iter().filter(|text| !canonical(text).is_empty()).count();
        if filled > 0 && candidates.first.is_none() {
            if REJECTS.iter().zip(cells.texts()).filter(|(name, text)| **name == canonical(text)).count() == 2
            {
                return found(Some(line), Sort::Rejects, cells.texts().len());
            }
            width = cells.texts().len();
            candidates.first = Some(line);
            if rule == Header::Absent {
                return found(None, Sort::Export, width);
            }
        }
        if filled > 1 {
            candidates.of_several_cells.get_or_insert(line);
        }
        match rule {
            Header::Row(row) if row.get() == line.0 => {
                return if filled > 0 {
                    found(Some(line), Sort::Export, width)
                } else {
                    Err(SourceError::NoHeaderThere { path: path.to_owned(), row: line })
                };
            }
            Header::Auto if cells.texts().iter().filter(|text| known(text)).count() >= KNOWN => {
                return found(Some(line), Sort::Export, width);
            }
            // Who wants many rows passed over has said so.
            Header::Auto if line.0 >= ROWS && candidates.first.is_some() => break,
            _ => {}
        }
    }
    if let (Header::Row(row), Some(_)) = (rule, candidates.first) {
        return Err(SourceError::NoHeaderThere { path: path.to_owned(), row: Line(row.get()) });
    }
    match candidates.of_several_cells.or(candidates.first) {
        Some(line) => found(Some(line), Sort::Export, width),
        None => Err(SourceError::NoHeader { path: path.to_owned() }),
    }
}
