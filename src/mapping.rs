//! From rows to clients: which column means what, which texts are allowed, and how the rows of one id come together.
//!
//! In: the header's cells, the renames of the configuration, then the cells of one row at a time. Out: a
//! [`Mapped`] for each, and one [`Wanted`](crate::record::Wanted) for all rows of an id. A bad row is data here, never an error; no file
//! is read, and the same rows always give the same client.

use serde::{Deserialize, Serialize};

use crate::record::{Column, ExternalId, Field, Fields, Line, Problem, Reason, Rejection};

mod client;
mod headers;
mod texts;

pub use headers::{KnownHeaders, MappingError};

/// Which column of a file means what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    headers: Vec<String>,
    /// What each column of the file is, in the file's order.
    columns: Vec<Option<Column>>,
    key: usize,
}

/// One row, understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mapped {
    /// It belongs to a client: to be judged by [`Mapping::client`] together with the other rows of its id.
    Row(MappedRow),
    /// It names no client, so that nothing can be done with it.
    Rejected(Rejection),
}

/// A row that names its client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedRow {
    /// The row as Excel shows it.
    pub line: Line,
    /// Whose row it is.
    pub external_id: ExternalId,
    /// What it says of the client and its company.
    client: Fields,
    /// The person it names; empty when it names none.
    person: Fields,
    /// What is wrong with it alone.
    problems: Vec<Problem>,
}

impl Mapping {
    /// Finds leapsync's columns among a file's headers. `renames` are pairs of a column's name and its header in
    /// the file; columns without one have their own name for a header. Headers are compared without regard to
    /// width, case and blanks at their ends.
    ///
    /// # Errors
    /// When there is no key column, or a column or header cannot be found or is there twice.
    pub fn new(headers: &[String], renames: &[(String, String)]) -> Result<Self, MappingError> {
        let columns = headers::columns(headers, renames)?;
        let key = columns.iter().position(|column| *column == Some(Column::ExternalId));
        let key = key.ok_or_else(|| MappingError::NoKey { seen: headers.to_vec() })?;
        Ok(Self { headers: headers.to_vec(), columns, key })
    }

    /// The headers that mean nothing to leapsync, in the file's order.
    pub fn unused_headers(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter().zip(&self.columns);
        headers.filter(|(_, column)| column.is_none()).map(|(header, _)| header.as_str())
    }

    /// Understands one row. `undecodable` names the cells, from 0, that are not valid in the file's encoding.
    #[must_use]
    pub fn row(&self, line: Line, cells: &[String], undecodable: &[usize]) -> Mapped {
        let key = cells.get(self.key).filter(|_| !undecodable.contains(&self.key));
        let mut row = MappedRow {
            line,
            external_id: ExternalId::new(key.map(String::as_str).unwrap_or_default()),
            client: Fields::new(),
            person: Fields::new(),
            problems: self.damage(line, cells, undecodable),
        };
        // The cells of a damaged row may have moved: only its id is taken, so that the client counts as present.
        if row.problems.is_empty() {
            self.take_cells(&mut row, cells);
        }
        if !row.external_id.is_empty() {
            return Mapped::Row(row);
        }
        if !undecodable.contains(&self.key) {
            row.problems.insert(0, self.problem(line, Column::ExternalId, "", Reason::NoExternalId));
        }
        let problems = self.problems(std::slice::from_ref(&row));
        Mapped::Rejected(Rejection { external_id: None, lines: vec![line], problems })
    }

    /// What makes the row as a whole unusable: lost bytes, cells that are missing or too many.
    fn damage(&self, line: Line, cells: &[String], undecodable: &[usize]) -> Vec<Problem> {
        let header = |cell: usize| self.headers.get(cell).cloned().unwrap_or_default();
        let text = |cell: usize| cells.get(cell).cloned().unwrap_or_default();
        let mut problems: Vec<Problem> = undecodable
            .iter()
            .map(|&cell| Problem { line, column: header(cell), value: text(cell), reason: Reason::Encoding })
            .collect();
        let expected = self.headers.len();
        let surplus = cells.iter().skip(expected).find(|cell| !texts::is_blank(cell));
        if cells.len() < expected || surplus.is_some() {
            let value = surplus.cloned().unwrap_or_default();
            let reason = Reason::Ragged { cells: cells.len(), header: expected };
            problems.push(Problem { line, column: String::new(), value, reason });
        }
        problems
    }

    /// Sorts the row's texts into client and person and checks each of them.
    fn take_cells(&self, row: &mut MappedRow, cells: &[String]) {
        let filled = || {
            let cells = self.columns.iter().zip(cells);
            cells.filter_map(|(column, cell)| Some(((*column)?, texts::canonical_of(cell)?)))
        };
        let named = |column| matches!(column, Column::Person(Field::FamilyName | Field::GivenName));
        let has_person = filled().any(|(column, _)| named(column));
        for (column, text) in filled() {
            let (checked, fault) = texts::check(column, text);
            let fault = match column {
                Column::Person(_) if !has_person => Some(Reason::Nameless),
                _ => fault,
            };
            row.problems.extend(fault.map(|reason| self.problem(row.line, column, text, reason)));
            let (fields, field) = match column {
                Column::Client(field) => (&mut row.client, field),
                Column::Person(field) if has_person => (&mut row.person, field),
                Column::Email if has_person => (&mut row.person, Field::Email),
                Column::Email => (&mut row.client, Field::Email),
                Column::ExternalId | Column::Person(_) => continue,
            };
            fields.insert(field, checked);
        }
    }

    fn problem(&self, line: Line, column: Column, value: &str, reason: Reason) -> Problem {
        let index = self.columns.iter().position(|found| *found == Some(column));
        let header = index.map(|index| self.headers[index].clone()).unwrap_or_default();
        Problem { line, column: header, value: value.to_owned(), reason }
    }
}

impl MappedRow {
    /// Whether the row was whole and yet names neither a company nor a person.
    fn is_nameless(&self) -> bool {
        let damaged = |problem: &Problem| matches!(problem.reason, Reason::Encoding | Reason::Ragged { .. });
        let named = self.client.contains_key(&Field::Name) || !self.person.is_empty();
        !named && !self.problems.iter().any(damaged)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::Wanted;

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn mapping() -> Mapping {
        let headers = texts(&["コード", "name", "備考", "email"]);
        Mapping::new(&headers, &[("client_external_id".to_owned(), "コード".to_owned())]).unwrap()
    }

    fn row(cells: &[&str], undecodable: &[usize]) -> MappedRow {
        match mapping().row(Line(2), &texts(cells), undecodable) {
            Mapped::Row(row) => row,
            Mapped::Rejected(rejection) => panic!("{rejection:?}"),
        }
    }

    fn rejection(cells: &[&str], undecodable: &[usize]) -> Rejection {
        match mapping().row(Line(2), &texts(cells), undecodable) {
            Mapped::Row(row) => panic!("{row:?}"),
            Mapped::Rejected(rejection) => rejection,
        }
    }

    fn reasons(problems: &[Problem]) -> Vec<(&str, &Reason)> {
        problems.iter().map(|problem| (problem.column.as_str(), &problem.reason)).collect()
    }

    #[test]
    fn a_file_without_a_key_column_is_told_its_headers_and_how_to_name_one() {
        let error = Mapping::new(&texts(&["得意先コード", "name"]), &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no column `client_external_id` among the headers `得意先コード`, `name`: name it under `[map]` in \
             leapsync.toml, such as `client_external_id = \"得意先コード\"`"
        );
    }

    #[test]
    fn headers_that_mean_nothing_are_known() {
        assert_eq!(mapping().unused_headers().collect::<Vec<_>>(), ["備考"]);
    }

    #[test]
    fn texts_are_trimmed_and_empty_cells_say_nothing() {
        let row = row(&["\u{3000}A-1 ", " 見本商事\n", "x", " "], &[]);
        assert_eq!(row.external_id, ExternalId::new("A-1"));
        assert_eq!(row.client, Fields::from([(Field::Name, "見本商事".to_owned())]));
        assert!(row.problems.is_empty());
    }

    #[test]
    fn a_row_without_an_id_is_rejected_alone_with_all_its_faults() {
        let rejection = rejection(&["", "見本商事", "", "keiri"], &[]);
        assert_eq!(rejection.external_id, None);
        assert_eq!(rejection.lines, [Line(2)]);
        let expected = [("コード", &Reason::NoExternalId), ("email", &Reason::Email)];
        assert_eq!(reasons(&rejection.problems), expected);
    }

    #[test]
    fn missing_cells_and_surplus_texts_are_faults_and_surplus_blanks_are_not() {
        let ragged = |cells| Reason::Ragged { cells, header: 4 };
        assert_eq!(reasons(&row(&["A-1", "見本"], &[]).problems), [("", &ragged(2))]);
        assert_eq!(reasons(&row(&["A-1", "", "", "", "", "x"], &[]).problems), [("", &ragged(6))]);
        assert!(row(&["A-1", "見本", "", "", " ", ""], &[]).problems.is_empty());
    }

    #[test]
    fn a_damaged_row_keeps_its_id_and_nothing_else() {
        let row = row(&["A-1", "\u{fffd}", "", "keiri"], &[1]);
        assert_eq!(reasons(&row.problems), [("name", &Reason::Encoding)]);
        let Wanted::Rejected(rejection) = mapping().client(vec![row]) else { panic!("accepted") };
        assert_eq!(rejection.external_id, Some(ExternalId::new("A-1")));
        assert_eq!(reasons(&rejection.problems), [("name", &Reason::Encoding)]);
    }

    #[test]
    fn an_id_that_lost_bytes_is_no_id() {
        let rejection = rejection(&["A-\u{fffd}", "見本", "", ""], &[0]);
        assert_eq!(reasons(&rejection.problems), [("コード", &Reason::Encoding)]);
    }

    #[test]
    fn a_row_survives_its_way_through_json() {
        let row = row(&["A-1", "見本", "", "keiri"], &[]);
        let json = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<MappedRow>(&json).unwrap(), row);
    }

    proptest! {
        #[test]
        fn whatever_the_cells_hold_each_row_ends_as_a_client_or_with_a_reason(
            rows in prop::collection::vec(
                (prop::collection::vec(".*", 0..22), prop::collection::vec(0_usize..25, 0..2)), 1..4,
            ),
        ) {
            let headers: Vec<String> = Column::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
            let mapping = Mapping::new(&headers, &[]).unwrap();
            let mut mapped = Vec::new();
            for (line, (cells, undecodable)) in (2..).map(Line).zip(&rows) {
                match mapping.row(line, cells, undecodable) {
                    Mapped::Row(row) => mapped.push(row),
                    Mapped::Rejected(rejection) => prop_assert!(!rejection.problems.is_empty()),
                }
            }
            if let Wanted::Rejected(rejection) = mapping.client(mapped) {
                prop_assert!(!rejection.problems.is_empty());
            }
        }
    }
}
