//! Rows once more, which were read before: of most of them only the place was kept, and the file is looked into again.
//!
//! In: places and prints of rows, in any order, or their bytes. Out: their cells. The longer rows follow each other in the file,
//! the more of them are read at a time. A row that is not as it was read before is refused.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::cells::Cells;
use super::encoding::Coding;
use super::skim::Place;
use super::{Source, SourceError};
use crate::record::{Line, Print};

/// Bytes that are read at once where rows follow each other for long, and where they do not: a few rows may follow.
const AT_ONCE: usize = 64 << 10;
const AT_FIRST: usize = 2 << 10;
/// Bytes of the longest line end: as far apart are rows that follow each other.
const LINE_END: u64 = 2;

/// Reads rows again that were skimmed.
#[derive(Debug)]
pub struct Again {
    path: PathBuf,
    file: File,
    coding: Coding,
    cells: Cells,
    /// What was read last, and where it stands in the file.
    window: Vec<u8>,
    start: u64,
}

impl Source {
    /// What reads its rows again, also when the source is gone.
    ///
    /// # Errors
    /// When the system gives no second handle.
    pub fn again_later(&self) -> Result<Again, SourceError> {
        let failed = |source| SourceError::Read { path: self.path.clone(), line: self.last, source };
        Ok(Again {
            path: self.path.clone(),
            file: self.splitter.get_ref().try_clone().map_err(failed)?,
            coding: self.coding,
            cells: Cells::new(self.delimiter.byte()),
            window: Vec::new(),
            start: 0,
        })
    }
}

impl Again {
    /// The cells of the row that stands at a place.
    ///
    /// # Errors
    /// [`SourceError::Gone`] when the file holds another row there now.
    pub fn cells(&mut self, place: Place, print: Print) -> Result<&[String], SourceError> {
        let gone = || SourceError::Gone { path: self.path.clone(), line: place.line };
        let failed = |source| SourceError::Read { path: self.path.clone(), line: place.line, source };
        let record = record(&self.file, place, (&mut self.window, &mut self.start)).map_err(failed)?;
        let record = record.filter(|record| Print::of(record) == print).ok_or_else(gone)?;
        self.cells.parse(record, self.coding).map_err(|_| gone())?;
        Ok(self.cells.texts())
    }

    /// The cells of the row with these bytes, which were read before.
    ///
    /// # Errors
    /// [`SourceError::Ambiguous`] when they are no row.
    pub fn cells_of(&mut self, line: Line, record: &[u8]) -> Result<&[String], SourceError> {
        self.cells.parse(record, self.coding).map_err(|fault| fault.at(&self.path, line))?;
        Ok(self.cells.texts())
    }
}

/// The bytes at a place, out of the window or out of the file; none behind its end.
fn record<'w>(
    file: &File,
    Place { start, length, .. }: Place,
    (window, at): (&'w mut Vec<u8>, &mut u64),
) -> io::Result<Option<&'w [u8]>> {
    let end = *at + window.len() as u64;
    if start < *at || start + length as u64 > end {
        let follows = start >= *at && start <= end + LINE_END;
        let size = if follows { (2 * window.len()).clamp(AT_FIRST, AT_ONCE) } else { AT_FIRST };
        window.resize(size.max(length), 0);
        *at = start;
        let read = fill(file, window, start)?;
        window.truncate(read);
    }
    let from = usize::try_from(start - *at).unwrap_or(usize::MAX);
    Ok(window.get(from..).and_then(|rest| rest.get(..length)))
}

/// Reads as many bytes as there are room for, or are left.
fn fill(file: &File, bytes: &mut [u8], start: u64) -> io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        match file.read_at(&mut bytes[read..], start + read as u64) {
            Ok(0) => break,
            Ok(count) => read += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::{Skimmed, Store};
    use super::*;
    use crate::settings::{KeepRows, Reading};

    /// A file of so many rows, and the place, print and first cell of each.
    fn skimmed(rows: usize) -> (tempfile::NamedTempFile, Again, Vec<(Place, Print, String)>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "id,name,a,b,c").unwrap();
        for row in 0..rows {
            write!(file, "A-{row},\"見本, {row}\",x,y,z{}", ["\n", "\r\n"][row % 2]).unwrap();
        }
        let store = Store::open(file.path(), KeepRows::Never).unwrap();
        let mut source = Source::open(store, &Reading::default(), &|_| true).unwrap();
        source.begin_to_skim(&[0], 3);
        let mut places = Vec::new();
        while let Some(Skimmed::Plain(row)) = source.skim().unwrap() {
            places.push((row.place, row.print, row.cells[0].clone()));
        }
        let again = source.again_later().unwrap();
        assert_eq!(places.len(), rows);
        (file, again, places)
    }

    #[test]
    fn rows_are_the_same_again_in_any_order() {
        let (_file, mut again, mut places) = skimmed(5_000);
        for _ in 0..2 {
            for (place, print, id) in &places {
                let number = id.strip_prefix("A-").unwrap();
                let cells = again.cells(*place, *print).unwrap();
                assert_eq!(cells, [id, &format!("見本, {number}"), "x", "y", "z"]);
            }
            fastrand::Rng::with_seed(1).shuffle(&mut places);
        }
    }

    #[test]
    fn a_row_that_became_another_is_refused_and_so_is_one_behind_the_end() {
        let (file, mut again, places) = skimmed(10);
        let [first, .., last] = places.as_slice() else { panic!("{places:?}") };
        file.as_file().write_all_at(b"B", first.0.start).unwrap();
        file.as_file().set_len(last.0.start + 1).unwrap();
        for (place, print, _) in [first, last] {
            let error = again.cells(*place, *print).unwrap_err();
            assert!(matches!(error, SourceError::Gone { line, .. } if line == place.line), "{error}");
        }
        assert_eq!(again.cells(places[1].0, places[1].1).unwrap()[0], "A-1");
        assert_eq!(places[1].0.line, Line(3));
    }
}
