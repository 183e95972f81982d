//! From rows to clients: which column means what, which texts are allowed, and how the rows of one id come together.
//!
//! In: the header's cells, the [`Rules`] of the configuration, then the cells of one row at a time. Out: a
//! [`Mapped`] for each, and one [`Gathered`](crate::record::Gathered) for all rows of an id. A bad row is data here,
//! never an error; no file is read, and the same rows always give the same client.
//!
//! # The language of `[map]`
//!
//! Each key is a field; `samples/mapping-reference.toml` shows all of them. A rule is a header (compared without
//! width, case and blanks at its ends), the number of a column from 1, or a table:
//!
//! | key | what it does |
//! | --- | --- |
//! | `column`, `columns` with `join` | one column, or several; empty ones are left out with their joiner |
//! | `template` | a text with columns in it, `"{姓} {名}"`; braces that are meant as such are written twice |
//! | `constant` | the same text in every row |
//! | `fold = true` | wide letters and digits become narrow ones: for codes |
//! | `pad = 6`, `pad = [6, 2]` | a number is filled up with zeros; the first column, or each |
//! | `transform` | see below; it comes last |
//! | `allow_odd = true` | for `client_external_id`: a code that looks like a number or a date of a spreadsheet is one all the same |
//! | `empty = "clear"` | an empty cell clears the server's text; `"keep"`, the default, leaves it |
//!
//! Every cell is trimmed, and one that equals an entry of `null_values` is empty. Names, addresses and everything else
//! that is printed on an invoice go through unchanged unless a rule says otherwise.
//!
//! | transform | `in → out` |
//! | --- | --- |
//! | `family_name`, `given_name` | `見本　一郎` → `見本`, `一郎`; without a blank all is family name |
//! | `region`, `locality`, `street` | `東京都千代田区架空町1` → `tokyo`, `千代田区`, `架空町1`; what cannot be told apart stays street |
//! | `prefecture` | `東京都`, `東京`, `Tokyo`, `Ｔｏｋｙｏ` → `tokyo` |
//! | `postal_code` | `〒１５０ー００００`, `1500000` → `150-0000`; six digits are kept back with a warning |
//! | `phone` | `０３‐０１２３－４５０６` → `03-0123-4506`; no dash is invented |
//! | `closing_day` | `末`, `末日`, `99`, `31` → 31; `20日` → 20; anything else is kept back with a warning |
//! | `tax_registration_number` | `Ｔ１…`, 13 digits without `T` → `T1…`; a wrong form rejects, a wrong check digit warns |
//! | `country` | `Japan`, `日本`, `JPN` → `JP`; a country that is not known rejects |
//! | `email` | `"名前" <a＠b.jp>` → `a@b.jp`; several addresses reject, unless `take = "first"` |
//!
//! A row whose own country is not Japan keeps its postal code as it is, and all of its address is street.
//!
//! `[[map.person]]` is one person of each row, with rules for the person's fields; several blocks are several persons,
//! beside the one that the plain fields `family_name`, `given_name`, … name. In a block without a name the e-mail is
//! the company's. `active = { column, active, inactive }` marks persons who have left: their contacts are removed.
//!
//! `[[input.where]]` (`column`, and `is` or `is_not`) lets rows pass; the others are skipped, and a client whose rows are
//! all skipped is neither gone nor updated. `[input.active]` (`column`, `active`, `inactive`) says who is a customer
//! still: an inactive client is gone. A value that is in neither list rejects its row.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::record::{Column, ExternalId, Field, Fields, Line, Print, Problem, Rejection, Warning};
use crate::settings::rules::Rules;

mod address;
mod client;
mod compile;
mod damaged;
mod effective;
mod headers;
mod reader;
mod row;
mod standing;
pub mod suspicion;
mod texts;
mod transform;

pub use effective::Parts;
pub use headers::{KnownHeaders, MappingError};

use reader::Reader;
use standing::{Sieve, Standing, Switch};
use suspicion::Zeros;

/// Which column of a file means what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    headers: Vec<String>,
    key: Reader,
    /// The fields of the client, its company and the person in the row itself.
    columns: Vec<(Column, Reader)>,
    persons: Vec<Block>,
    null_values: Vec<String>,
    sieves: Vec<Sieve>,
    switch: Option<Switch>,
    effective: Parts,
    /// Fields that people decide once a client exists.
    yielded: BTreeSet<Field>,
}

/// One further person of each row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    fields: Vec<(Field, Reader)>,
    switch: Option<Switch>,
}

impl Block {
    fn readers(&self) -> impl Iterator<Item = &Reader> {
        self.fields.iter().map(|(_, reader)| reader)
    }
}

/// One row, understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mapped {
    /// It belongs to a client: to be judged by [`Mapping::client`] together with the other rows of its id. A row
    /// outside of what is asked for may have an empty id.
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
    standing: Standing,
    /// What it says of the client and its company.
    client: Fields,
    /// The persons it names.
    persons: Vec<Fields>,
    /// The persons it names as no longer active.
    departed: Vec<Fields>,
    /// What is wrong with it alone.
    problems: Vec<Problem>,
    /// What is worth a look in it.
    warnings: Vec<Warning>,
    /// The print of its bytes; none when it is to be looked at each time.
    pub print: Option<Print>,
}

impl Mapping {
    /// Lays the rules over the headers of a file. Columns without a rule have their own name for a header.
    ///
    /// # Errors
    /// When there is no key column, or a column that a rule names cannot be found or is there twice.
    pub fn new(headers: &[String], rules: &Rules) -> Result<Self, MappingError> {
        compile::compile(headers, rules)
    }

    /// The headers that mean nothing to leapsync, in the file's order.
    pub fn unused_headers(&self) -> impl Iterator<Item = &str> {
        let readers = std::iter::once(&self.key).chain(self.columns.iter().map(|(_, reader)| reader));
        let readers = readers.chain(self.persons.iter().flat_map(Block::readers));
        let switches = self.switch.iter().chain(self.persons.iter().filter_map(|it| it.switch.as_ref()));
        let mut used: Vec<usize> = readers.flat_map(Reader::cells).collect();
        used.extend(self.sieves.iter().map(Sieve::cell).chain(switches.map(Switch::cell)));
        let headers = self.headers.iter().enumerate();
        headers.filter(move |(cell, _)| !used.contains(cell)).map(|(_, header)| header.as_str())
    }

    /// The header of the key, as the file writes it.
    #[must_use]
    pub fn key_label(&self) -> &str {
        &self.key.label
    }

    /// The columns that the key is made of, counted from 0.
    #[must_use]
    pub fn key_columns(&self) -> Vec<usize> {
        self.key.cells().collect()
    }

    /// The code that a row gives its client, of whose cells only those of the key are looked at; empty when it gives none.
    /// A code that [`Mapping::row`] would not believe is given here all the same.
    #[must_use]
    pub fn code<'a>(&'a self, cells: &'a [String]) -> Cow<'a, str> {
        self.key.key(reader::Cells { cells, null_values: &self.null_values })
    }

    /// How codes of this key are compared.
    #[must_use]
    pub fn zeros(&self) -> Zeros {
        if self.key.can_be_padded() { Zeros::MayBeLost } else { Zeros::Belong }
    }

    /// What it does, part by part, as a ledger keeps it.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.effective
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{Reason, Wanted};
    use crate::settings::rules::{Header, Rule, TextFrom};

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn keyed_by(header: &str) -> Rules {
        let key = Rule::plain(Header::Named(header.to_owned()));
        Rules { columns: [(Column::ExternalId, key)].into(), ..Rules::default() }
    }

    fn mapping() -> Mapping {
        let headers = texts(&["コード", "name", "備考", "email"]);
        Mapping::new(&headers, &keyed_by("コード")).unwrap()
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
        let error = Mapping::new(&texts(&["得意先コード", "name"]), &Rules::default()).unwrap_err();
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
        let Wanted::Rejected(rejection) = mapping().client(vec![row]).wanted else { panic!("accepted") };
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
            let mapping = Mapping::new(&headers, &Rules::default()).unwrap();
            let mut mapped = Vec::new();
            for (line, (cells, undecodable)) in (2..).map(Line).zip(&rows) {
                match mapping.row(line, cells, undecodable) {
                    Mapped::Row(row) => mapped.push(row),
                    Mapped::Rejected(rejection) => prop_assert!(!rejection.problems.is_empty()),
                }
            }
            if let Wanted::Rejected(rejection) = mapping.client(mapped).wanted {
                prop_assert!(!rejection.problems.is_empty());
            }
        }

        #[test]
        fn a_row_that_names_its_client_for_sure_is_understood_later_as_at_once(
            cells in prop::collection::vec("(|[ 0-9a-z@-]{1,6}|1\\.0|2026/4/1|- None -|見本|東京都)", 4),
            keyed_by_two in any::<bool>(),
        ) {
            let headers = texts(&["コード", "name", "region", "email"]);
            let mut rules = keyed_by("コード");
            if keyed_by_two {
                let columns = ["コード", "region"].map(|it| Header::Named(it.to_owned())).to_vec();
                let key = TextFrom::Columns { columns, join: "-".to_owned() };
                rules.columns.insert(Column::ExternalId, Rule::of(key));
            }
            rules.null_values = vec!["- None -".to_owned()];
            let mapping = Mapping::new(&headers, &rules).unwrap();
            let at_once = mapping.row(Line(2), &cells, &[]);
            match mapping.sure_code(&cells) {
                Some(id) => prop_assert_eq!(at_once, Mapped::Row(mapping.named_row(Line(2), id, &cells))),
                None => prop_assert!(matches!(at_once, Mapped::Rejected(_)), "{:?} has no code", at_once),
            }
        }
    }
}
