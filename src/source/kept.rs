//! The bytes of single rows, as they stand in the file, once more at the end of a run.
//!
//! In: row numbers in ascending order, each with a reason. Out: what a rejects file consists of, in the input's own
//! encoding and with its own delimiter: the mark, the header, and each row behind its number and the reason.

use std::fs::File;
use std::io::Seek;
use std::path::PathBuf;

use super::SourceError;
use super::chunks::{Chunks, Unit};
use super::encoding::Coding;
use super::header::{REJECTS, Sort};
use super::quotes::behind;
use super::split::Splitter;
use crate::record::Line;

/// An input that has been read, and its form.
#[derive(Debug)]
pub struct Kept {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) coding: Coding,
    pub(super) delimiter: u8,
    pub(super) sort: Sort,
    /// The header's row; none when the columns are only numbered.
    pub(super) header: Option<Line>,
    /// How many columns there are.
    pub(super) width: usize,
}

/// Walks through the rows of a [`Kept`] input.
#[derive(Debug)]
pub struct KeptRows {
    path: PathBuf,
    splitter: Splitter<File>,
    coding: Coding,
    delimiter: u8,
    sort: Sort,
    /// The line end for a row that has none of its own.
    line_end: Vec<u8>,
    row: Vec<u8>,
}

impl Kept {
    /// Begins a rejects file: its mark and its header, and the rows to come.
    ///
    /// # Errors
    /// When the input cannot be read again.
    pub fn rows(mut self) -> Result<(Vec<u8>, KeptRows), SourceError> {
        let failed = |source| SourceError::Read { path: self.path.clone(), line: Line(1), source };
        self.file.rewind().map_err(failed)?;
        let (coding, unit) = (self.coding, self.coding.unit());
        let mut rows = KeptRows {
            splitter: Splitter::new(Chunks::new(self.file), unit, self.delimiter, coding.mark.len()),
            path: self.path,
            coding,
            delimiter: self.delimiter,
            sort: self.sort,
            line_end: Vec::new(),
            row: Vec::new(),
        };
        let [line, reason] = REJECTS;
        let mut opening = coding.mark.to_vec();
        if let Some(header) = self.header {
            rows.seek(header)?;
            rows.line_end = rows.own_line_end();
            rows.assemble(line, reason);
            opening.extend_from_slice(&rows.row);
        } else {
            let numbers = (1..=self.width).map(|number| number.to_string());
            let names: Vec<String> = [line, reason].map(str::to_owned).into_iter().chain(numbers).collect();
            rows.line_end = unit.bytes_of(b'\r').into_iter().chain(unit.bytes_of(b'\n')).collect();
            coding.encode(&names.join(&char::from(self.delimiter).to_string()), &mut opening);
            opening.extend_from_slice(&rows.line_end);
        }
        Ok((opening, rows))
    }
}

impl KeptRows {
    /// The row `line`, which lies behind the one before, with its number and `reason` in front.
    ///
    /// # Errors
    /// When the input cannot be read again, or holds no such row any more.
    pub fn row(&mut self, line: Line, reason: &str) -> Result<&[u8], SourceError> {
        self.seek(line)?;
        self.assemble(&line.to_string(), reason);
        Ok(&self.row)
    }

    fn seek(&mut self, line: Line) -> Result<(), SourceError> {
        while self.splitter.line() < line {
            if !self.splitter.advance().map_err(|fault| fault.at(&self.path))? {
                return Err(SourceError::Gone { path: self.path.clone(), line });
            }
        }
        Ok(())
    }

    fn own_line_end(&self) -> Vec<u8> {
        match self.splitter.line_end() {
            [] => {
                let unit: Unit = self.coding.unit();
                unit.bytes_of(b'\r').into_iter().chain(unit.bytes_of(b'\n')).collect()
            }
            line_end => line_end.to_vec(),
        }
    }

    /// Puts the record that was just read behind two cells.
    fn assemble(&mut self, line: &str, reason: &str) {
        self.row.clear();
        let delimiter = char::from(self.delimiter);
        let front = format!("{line}{delimiter}{}{delimiter}", quoted(reason, delimiter));
        self.coding.encode(&front, &mut self.row);
        let record = self.splitter.record();
        self.row.extend_from_slice(match self.sort {
            Sort::Export => record,
            Sort::Rejects => behind(record, REJECTS.len(), self.coding.unit(), self.delimiter),
        });
        let line_end = self.splitter.line_end();
        self.row.extend_from_slice(if line_end.is_empty() { &self.line_end } else { line_end });
    }
}

/// A text as a cell.
fn quoted(text: &str, delimiter: char) -> String {
    if text.contains([delimiter, '"', '\r', '\n']) || text.starts_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
