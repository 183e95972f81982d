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

/// What the rows so far have shown.
struct Search<'a> {
    rule: Header,
    known: IsKnown<'a>,
    /// The first row that is not blank, and how many cells it has.
    first: Option<(Line, usize)>,
    of_several_cells: Option<Line>,
}

/// What one row says of the search.
enum Step {
    GoOn,
    GiveUp,
    Found(Option<Line>, Sort),
    /// The row that must be the header is blank.
    Blank,
}

/// Finds the header among the records of a file from its beginning.
pub(super) fn find<R: std::io::Read>(
    (splitter, coding): (&mut Splitter<R>, Coding),
    cells: &mut Cells,
    path: &Path,
    (rule, known): (Header, IsKnown<'_>),
) -> Result<Place, SourceError> {
    let mut search = Search { rule, known, first: None, of_several_cells: None };
    let blank = |row| Err(SourceError::NoHeaderThere { path: path.to_owned(), row });
    while splitter.advance().map_err(|fault| fault.at(path))? {
        let line = splitter.line();
        cells.parse(splitter.record(), coding).map_err(|fault| fault.at(path, line))?;
        match search.look(line, cells.texts()) {
            Step::GoOn => {}
            Step::GiveUp => break,
            Step::Found(line, sort) => return Ok(Place { line, sort, width: search.width() }),
            Step::Blank => return blank(line),
        }
    }
    match (rule, search.of_several_cells.or(search.first.map(|(line, _)| line))) {
        (_, None) => Err(SourceError::NoHeader { path: path.to_owned() }),
        (Header::Row(row), _) => blank(Line(row.get())),
        (_, line) => Ok(Place { line, sort: Sort::Export, width: search.width() }),
    }
}

impl Search<'_> {
    fn width(&self) -> usize {
        self.first.map_or(0, |(_, width)| width)
    }

    fn look(&mut self, line: Line, cells: &[String]) -> Step {
        let filled = cells.iter().filter(|text| !canonical(text).is_empty()).count();
        if filled > 0 && self.first.is_none() {
            self.first = Some((line, cells.len()));
            if cells.len() >= REJECTS.len()
                && REJECTS.iter().zip(cells).all(|(name, text)| *name == canonical(text))
            {
                return Step::Found(Some(line), Sort::Rejects);
            }
            if self.rule == Header::Absent {
                return Step::Found(None, Sort::Export);
            }
        }
        if filled > 1 {
            self.of_several_cells.get_or_insert(line);
        }
        match self.rule {
            Header::Row(row) if row.get() == line.0 && filled == 0 => Step::Blank,
            Header::Row(row) if row.get() == line.0 => Step::Found(Some(line), Sort::Export),
            Header::Auto if cells.iter().filter(|text| (self.known)(text)).count() >= KNOWN => {
                Step::Found(Some(line), Sort::Export)
            }
            Header::Auto if line.0 >= ROWS && self.first.is_some() => Step::GiveUp,
            Header::Auto | Header::Row(_) | Header::Absent => Step::GoOn,
        }
    }
}
