//! A rule that knows where its columns stand: reads one field out of a row.
//!
//! In: the cells of a row. Out: the field's text, borrowed from the cell wherever nothing has to change.

use std::borrow::Cow;

use crate::record::canonical;
use crate::settings::rules::{Fold, Odd, OnEmpty, Take, Transform};

use super::transform::{Abroad, Made, apply, folded};

/// The cells of one row, and which of their texts mean nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) cells: &'a [String],
    pub(super) null_values: &'a [String],
}

impl<'a> Cells<'a> {
    /// What a cell holds, trimmed; empty when it counts as empty or is not there.
    pub(super) fn at(&self, index: usize) -> &'a str {
        let text = self.cells.get(index).map(|cell| canonical(cell)).unwrap_or_default();
        if !self.null_values.is_empty() && self.null_values.iter().any(|null| null == text) {
            ""
        } else {
            text
        }
    }
}

/// A rule whose columns are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reader {
    pub(super) supply: Supply,
    /// The headers it reads, as the file writes them, for messages.
    pub(super) label: String,
    pub(super) fold: Fold,
    pub(super) pad: Vec<usize>,
    pub(super) transform: Option<Transform>,
    pub(super) empty: OnEmpty,
    pub(super) take: Take,
    pub(super) odd: Odd,
}

/// Where a text comes from; cells are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Supply {
    Cells { cells: Vec<usize>, join: String },
    Template(Vec<Part>),
    Constant(String),
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Cell(usize),
}

impl Reader {
    /// The cells it reads.
    pub(super) fn cells(&self) -> impl Iterator<Item = usize> {
        let (cells, parts): (&[usize], &[Part]) = match &self.supply {
            Supply::Cells { cells, .. } => (cells, &[]),
            Supply::Template(parts) => (&[], parts),
            Supply::Constant(_) => (&[], &[]),
        };
        let cell = |part: &Part| if let Part::Cell(cell) = part { Some(*cell) } else { None };
        cells.iter().copied().chain(parts.iter().filter_map(cell))
    }

    /// Whether `pad` would fill up all that it reads: it reads one column and nothing else.
    pub(super) fn can_be_padded(&self) -> bool {
        matches!(&self.supply, Supply::Cells { cells, .. } if cells.len() == 1)
    }

    /// Whether it says the same of every row, and so nothing of any.
    pub(super) fn is_constant(&self) -> bool {
        matches!(self.supply, Supply::Constant(_))
    }

    /// The row's text before any transform; empty when the cells are.
    pub(super) fn text<'a>(&'a self, row: Cells<'a>) -> Cow<'a, str> {
        match &self.supply {
            Supply::Constant(text) => Cow::from(text),
            Supply::Cells { cells, .. } if cells.len() == 1 => self.cell(row, cells[0], 0),
            Supply::Cells { cells, join } => self.joined(row, cells, join),
            Supply::Template(parts) => self.filled(row, parts),
        }
    }

    /// The text of the one cell that it reads, when it makes nothing else of it.
    #[inline]
    pub(super) fn as_it_stands<'a>(&self, row: Cells<'a>) -> Option<&'a str> {
        let Supply::Cells { cells, .. } = &self.supply else { return None };
        let &[cell] = cells.as_slice() else { return None };
        let is_plain = self.transform.is_none() && self.fold == Fold::No && self.pad.is_empty();
        is_plain.then(|| row.at(cell))
    }

    /// What the row says under this rule.
    pub(super) fn make<'a>(&'a self, row: Cells<'a>, abroad: Abroad) -> Made<'a> {
        let text = self.text(row);
        match (text.is_empty(), self.empty, self.transform) {
            (true, OnEmpty::Keep, _) => Made::kept(),
            (true, OnEmpty::Clear, _) => Made::of(""),
            (false, _, None) => Made::of(text),
            (false, _, Some(transform)) => apply(transform, self.take, abroad, text),
        }
    }

    /// The text of a key: the first of its columns must hold something, so that no row passes for another client.
    pub(super) fn key<'a>(&'a self, row: Cells<'a>) -> Cow<'a, str> {
        // Most keys are one column.
        if let Supply::Cells { cells, .. } = &self.supply
            && let &[cell] = cells.as_slice()
        {
            return if row.at(cell).is_empty() { Cow::from("") } else { self.cell(row, cell, 0) };
        }
        let whole = self.cells().all(|cell| cell < row.cells.len());
        match &self.supply {
            _ if !whole => Cow::from(""),
            Supply::Cells { cells, .. } if cells.first().is_some_and(|cell| row.at(*cell).is_empty()) => {
                Cow::from("")
            }
            _ => self.text(row),
        }
    }

    /// A cell in the form that the rule asks for; `nth` counts the rule's columns.
    fn cell<'a>(&self, row: Cells<'a>, cell: usize, nth: usize) -> Cow<'a, str> {
        let text = row.at(cell);
        if self.fold == Fold::No && self.pad.is_empty() {
            return Cow::from(text);
        }
        let text = match self.fold {
            Fold::Width if !text.is_ascii() => Cow::from(folded(text)),
            Fold::Width | Fold::No => Cow::from(text),
        };
        match self.pad.get(nth) {
            Some(digits) if is_short_number(&text, *digits) => Cow::from(format!("{text:0>digits$}")),
            _ => text,
        }
    }

    fn joined<'a>(&self, row: Cells<'a>, cells: &[usize], join: &str) -> Cow<'a, str> {
        let mut whole = String::new();
        for (nth, cell) in cells.iter().enumerate() {
            let text = self.cell(row, *cell, nth);
            if !text.is_empty() && !whole.is_empty() {
                whole.push_str(join);
            }
            whole.push_str(&text);
        }
        trimmed(whole)
    }

    fn filled<'a>(&self, row: Cells<'a>, parts: &[Part]) -> Cow<'a, str> {
        let mut whole = String::new();
        let mut is_empty = true;
        for part in parts {
            match part {
                Part::Text(text) => whole.push_str(text),
                Part::Cell(cell) => {
                    let text = self.cell(row, *cell, usize::MAX);
                    is_empty &= text.is_empty();
                    whole.push_str(&text);
                }
            }
        }
        if is_empty { Cow::from("") } else { trimmed(whole) }
    }
}

fn is_short_number(text: &str, digits: usize) -> bool {
    !text.is_empty() && text.len() < digits && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn trimmed(text: String) -> Cow<'static, str> {
    let length = canonical(&text).len();
    if length == text.len() { Cow::from(text) } else { Cow::from(canonical(&text).to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(supply: Supply) -> Reader {
        let (label, fold, pad, odd) = (String::new(), Fold::No, Vec::new(), Odd::Refused);
        Reader { supply, label, fold, pad, transform: None, empty: OnEmpty::Keep, take: Take::Only, odd }
    }

    fn joined(cells: &[usize], join: &str) -> Reader {
        reader(Supply::Cells { cells: cells.to_vec(), join: join.to_owned() })
    }

    fn text(reader: &Reader, cells: &[&str]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        reader.text(Cells { cells: &cells, null_values: &["- None -".to_owned()] }).into_owned()
    }

    #[test]
    fn columns_are_joined_and_empty_ones_leave_no_joiner_behind() {
        let reader = joined(&[0, 1, 2], "-");
        assert_eq!(text(&reader, &["a", " ", "b "]), "a-b");
        assert_eq!(text(&reader, &["- None -", "", ""]), "");
    }

    #[test]
    fn a_template_whose_columns_are_empty_is_empty() {
        let parts = vec![Part::Text("Attn: ".to_owned()), Part::Cell(0)];
        let reader = reader(Supply::Template(parts));
        assert_eq!(text(&reader, &["経理"]), "Attn: 経理");
        assert_eq!(text(&reader, &[" "]), "");
    }

    #[test]
    fn codes_are_folded_before_they_are_filled_up_and_only_numbers_are() {
        let mut reader = joined(&[0, 1], "-");
        (reader.fold, reader.pad) = (Fold::Width, vec![6, 2]);
        assert_eq!(text(&reader, &["１２", "1"]), "000012-01");
        assert_eq!(text(&reader, &["Ａ12", "001"]), "A12-001");
        reader.pad = vec![6];
        assert_eq!(text(&reader, &["12", "1"]), "000012-1");
    }

    #[test]
    fn a_key_needs_its_first_column_and_all_of_its_cells() {
        let reader = joined(&[0, 1], "-");
        let key = |cells: &[&str]| {
            let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
            reader.key(Cells { cells: &cells, null_values: &[] }).into_owned()
        };
        assert_eq!(key(&["A", ""]), "A");
        assert_eq!(key(&["", "01"]), "");
        assert_eq!(key(&["A"]), "");
    }
}
