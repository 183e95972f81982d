//! What a quote means where it stands, and where the cells of a record begin.
//!
//! In: the letters of a record, one at a time or all at once. Out: whether a quote is open, which cell holds one that is
//! not where it belongs, and what stands behind the first cells.

use super::chunks::Unit;
use super::error::Quote;

/// Where in a record the next letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    CellStart,
    Cell,
    Quoted,
    /// Behind a quote that closes the cell or, when another one follows, stands for itself.
    QuoteInQuoted,
}

impl At {
    pub(super) fn after(self, letter: u8, delimiter: u8) -> Self {
        match (self, letter) {
            (Self::Quoted, b'"') => Self::QuoteInQuoted,
            (Self::CellStart | Self::QuoteInQuoted, b'"') | (Self::Quoted, _) => Self::Quoted,
            (_, letter) if letter == delimiter => Self::CellStart,
            (Self::CellStart | Self::Cell | Self::QuoteInQuoted, _) => Self::Cell,
        }
    }

    pub(super) fn quote(self) -> Quote {
        match self {
            Self::Quoted => Quote::Open,
            Self::CellStart | Self::Cell | Self::QuoteInQuoted => Quote::Closed,
        }
    }
}

/// Whether the quotes of a record are where they belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// There are none.
    None,
    /// They are.
    InPlace,
    /// One stands inside an unquoted cell, or a text behind the quote that closes one.
    Astray,
}

/// Which cell, from 0, holds the first quote that is not where it belongs. A cell such as `="00123"`, which Excel reads
/// as a text, is in order.
pub(super) fn astray(record: &[u8], unit: Unit, delimiter: u8) -> Option<usize> {
    let (mut at, mut cell, mut is_formula) = (At::CellStart, 0, false);
    for unit_bytes in record.chunks_exact(unit.width()) {
        let byte = unit.letter(unit_bytes);
        let next = at.after(byte, delimiter);
        match (at, next) {
            (At::QuoteInQuoted, At::Cell) => return Some(cell),
            (At::Cell, At::Cell) if byte == b'"' && !is_formula => return Some(cell),
            (_, At::CellStart) => cell += 1,
            (At::CellStart, At::Cell) => is_formula = byte == b'=',
            _ => {}
        }
        at = next;
    }
    None
}

/// What stands behind the first `cells` cells of a record.
pub(super) fn behind(record: &[u8], cells: usize, unit: Unit, delimiter: u8) -> &[u8] {
    let (mut at, mut passed) = (At::CellStart, 0);
    for (index, unit_bytes) in record.chunks_exact(unit.width()).enumerate() {
        if passed == cells {
            return &record[index * unit.width()..];
        }
        at = at.after(unit.letter(unit_bytes), delimiter);
        passed += usize::from(at == At::CellStart);
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cell_with_the_quote_is_found_and_a_text_of_excel_is_in_order() {
        for (text, expected) in [
            ("a,\"b,\"\"c\",5\" x", Some(2)),
            ("=\"00123\",b", None),
            ("=\"00123\",5\"", Some(1)),
            ("\"a\"b,c", Some(0)),
        ] {
            assert_eq!(astray(text.as_bytes(), Unit::Byte, b','), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_behind_two_cells_is_the_rest_of_the_record() {
        for (text, expected) in
            [("12,\"a, \"\"b\"\"\",\"c\",d", "\"c\",d"), ("12,a,", ""), ("12,a", ""), ("1,2,,", ",")]
        {
            assert_eq!(behind(text.as_bytes(), 2, Unit::Byte, b','), expected.as_bytes(), "{text}");
        }
    }
}
