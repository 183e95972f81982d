//! The rows that name a client, brought together by external id.
//!
//! In: rows in the order of the file. Out: every client of them, in ascending order of external id. A row that is like most
//! rows waits as its cells and is understood only once those of its client stand together; any other is understood before.

use std::collections::BTreeMap;
use std::iter::Peekable;

use serde::{Deserialize, Serialize};

use super::ahead::Ahead;
use crate::mapping::{MappedRow, Mapping};
use crate::record::{ExternalId, Gathered, Line, Print};
use crate::source::Row;
use crate::spool::{Sorted, Sorter, SpoolError};

/// The rows that name a client.
pub(super) enum Named {
    /// As many as there are, in temporary storage.
    Many(Box<Sorter<ExternalId, Waiting>>),
    /// The few that are looked at, in memory.
    Few(BTreeMap<ExternalId, Vec<MappedRow>>),
}

/// A row that waits for the others of its client.
#[derive(Serialize, Deserialize)]
pub(super) enum Waiting {
    Cells(Cells),
    Row(Box<MappedRow>),
}

/// A row as it stands in the file.
#[derive(Serialize, Deserialize)]
pub(super) struct Cells {
    line: Line,
    /// The print of its bytes; none when it is to be looked at each time.
    print: Option<Print>,
    /// The texts of its cells, one behind the other, and how long each of them is.
    text: String,
    lengths: Vec<usize>,
}

impl Cells {
    fn of(row: &Row<'_>, print: Option<Print>) -> Self {
        let lengths = row.cells.iter().map(String::len).collect();
        Self { line: row.line, print, text: row.cells.concat(), lengths }
    }

    /// Puts its texts into `cells`, in the place of others.
    fn fill(&self, cells: &mut Vec<String>) -> Result<(), SpoolError> {
        cells.resize_with(self.lengths.len(), String::new);
        let mut rest = self.text.as_str();
        for (cell, length) in cells.iter_mut().zip(&self.lengths) {
            let (text, behind) = rest.split_at_checked(*length).ok_or_else(SpoolError::damaged)?;
            cell.clear();
            cell.push_str(text);
            rest = behind;
        }
        if rest.is_empty() { Ok(()) } else { Err(SpoolError::damaged()) }
    }
}

impl Named {
    pub(super) fn as_many_as_there_are() -> Self {
        Self::Many(Box::default())
    }

    pub(super) fn few() -> Self {
        Self::Few(BTreeMap::new())
    }

    pub(super) fn keep(&mut self, row: MappedRow) -> Result<(), SpoolError> {
        match self {
            Self::Many(rows) => {
                let id = row.external_id.clone();
                rows.push(&id, &Waiting::Row(Box::new(row)))
            }
            Self::Few(rows) => {
                rows.entry(row.external_id.clone()).or_default().push(row);
                Ok(())
            }
        }
    }

    /// Keeps a row of a client that [`Mapping::sure_code`] told; those in memory are understood at once.
    pub(super) fn keep_cells(
        &mut self,
        mapping: &Mapping,
        id: ExternalId,
        row: &Row<'_>,
        print: Option<Print>,
    ) -> Result<(), SpoolError> {
        if let Self::Many(rows) = self {
            return rows.push(&id, &Waiting::Cells(Cells::of(row, print)));
        }
        let mut mapped = mapping.named_row(row.line, id, row.cells);
        mapped.print = print;
        self.keep(mapped)
    }

    fn held(&self) -> impl Iterator<Item = (&ExternalId, &Vec<MappedRow>)> {
        let rows = if let Self::Few(rows) = self { Some(rows) } else { None };
        rows.into_iter().flatten()
    }

    /// The rows of each client that is held in memory.
    pub(super) fn in_memory(&self) -> impl Iterator<Item = Vec<MappedRow>> {
        self.held().map(|(_, rows)| ascending(rows.clone()))
    }

    /// Their ids.
    pub(super) fn ids_in_memory(&self) -> impl Iterator<Item = &ExternalId> {
        self.held().map(|(id, _)| id)
    }

    /// Every client, in ascending order of external id.
    pub(super) fn gathered(
        self,
        mapping: Mapping,
    ) -> Result<Box<dyn Iterator<Item = Result<Gathered, SpoolError>>>, SpoolError> {
        Ok(match self {
            Self::Many(rows) => {
                let (rows, of_rows) = (rows.sorted()?.peekable(), mapping.clone());
                let weight = |rows: &Result<Vec<_>, _>| rows.as_ref().map_or(1, Vec::len);
                let groups = Ahead::of(Groups { mapping, rows, cells: Vec::new() }, weight);
                Box::new(groups.map(move |rows| Ok(of_rows.client(rows?))))
            }
            Self::Few(rows) => {
                Box::new(rows.into_values().map(move |rows| Ok(mapping.client(ascending(rows)))))
            }
        })
    }
}

/// Rows in the order of the file.
fn ascending(mut rows: Vec<MappedRow>) -> Vec<MappedRow> {
    rows.sort_by_key(|row| row.line);
    rows
}

/// Understands the rows, those of one id together.
struct Groups {
    mapping: Mapping,
    rows: Peekable<Sorted<ExternalId, Waiting>>,
    cells: Vec<String>,
}

impl Groups {
    fn understand(&mut self, id: &ExternalId, row: Waiting) -> Result<MappedRow, SpoolError> {
        let waiting = match row {
            Waiting::Row(row) => return Ok(*row),
            Waiting::Cells(cells) => cells,
        };
        waiting.fill(&mut self.cells)?;
        let mut row = self.mapping.named_row(waiting.line, id.clone(), &self.cells);
        row.print = waiting.print;
        Ok(row)
    }
}

impl Iterator for Groups {
    type Item = Result<Vec<MappedRow>, SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (id, first) = match self.rows.next()? {
            Ok(pair) => pair,
            Err(error) => return Some(Err(error)),
        };
        let mut waiting = vec![first];
        while let Some(next) = self.rows.next_if(|next| matches!(next, Ok((key, _)) if *key == id)) {
            match next {
                Ok((_, row)) => waiting.push(row),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(waiting.into_iter().map(|row| self.understand(&id, row)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Mapped;
    use crate::settings::rules::Rules;

    const HEADERS: [&str; 4] = ["client_external_id", "name", "phone_number", "email"];

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn gathered(mut named: Named, rows: &[&[&str]]) -> Vec<Gathered> {
        let mapping = Mapping::new(&texts(&HEADERS), &Rules::default()).unwrap();
        for (line, cells) in (2..).map(Line).zip(rows) {
            let cells = texts(cells);
            match (mapping.sure_code(&cells), mapping.row(line, &cells, &[])) {
                (Some(id), _) => {
                    let row = Row {
                        line,
                        cells: &cells,
                        undecodable: &[],
                        unwrapped: 0,
                        quote_astray: None,
                        behind_blank: false,
                        print: Print::of(cells.concat().as_bytes()),
                        ends_the_file: false,
                    };
                    named.keep_cells(&mapping, id, &row, Some(row.print)).unwrap();
                }
                (None, Mapped::Row(row)) => named.keep(row).unwrap(),
                (None, Mapped::Rejected(rejection)) => panic!("{rejection:?}"),
            }
        }
        named.gathered(mapping).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn rows_that_wait_as_cells_and_rows_that_do_not_are_one_client_and_both_ways_tell_the_same() {
        let rows: [&[&str]; 7] = [
            &["B", "見本商事", "", ""],
            &["A", "架空工業", "03-1", " "],
            &["B", "見本商事", "03-2", "", " "],
            &["C", "短い"],
            &["A", "架空工業", "", "keiri@kakuu.example"],
            &["C", "長い", "", ""],
            &["B", "見本商事", "", "b@mihon.example"],
        ];
        let many = gathered(Named::as_many_as_there_are(), &rows);
        assert_eq!(many, gathered(Named::few(), &rows));
        let lines = |at: usize| many[at].wanted.lines().iter().map(|line| line.0).collect::<Vec<_>>();
        assert_eq!([lines(0), lines(1), lines(2)], [vec![3, 6], vec![2, 4, 8], vec![5, 7]]);
    }

    #[test]
    fn cells_that_were_damaged_on_their_way_are_no_cells() {
        let whole = || Cells { line: Line(2), print: None, text: "あb".to_owned(), lengths: vec![3, 0, 1] };
        let mut cells = texts(&["x", "y", "z", "more"]);
        whole().fill(&mut cells).unwrap();
        assert_eq!(cells, ["あ", "", "b"]);
        for lengths in [vec![1, 3], vec![3, 0], vec![3, 9]] {
            assert!(Cells { lengths, ..whole() }.fill(&mut cells).is_err());
        }
    }
}
