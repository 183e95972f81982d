//! What separates the cells: found out from the first rows.
//!
//! In: the first bytes of a file. Out: the delimiter under which most of these rows have the same number of cells.

use std::collections::BTreeMap;

use super::cells::Cells;
use super::chunks::Chunks;
use super::encoding::Coding;
use super::split::Splitter;
use crate::settings::Delimiter;

/// How many of the first bytes are looked at.
pub(super) const OPENING: usize = 64 << 10;
/// How many of the first rows are looked at.
const ROWS: usize = 20;

/// Finds the delimiter; a comma where nothing speaks for any.
pub(super) fn detect(opening: &[u8], coding: Coding) -> Delimiter {
    let score = |delimiter: &Delimiter| score(opening, coding, *delimiter);
    // Of several with the same score the first one wins, which is the most common.
    Delimiter::ALL.into_iter().rev().max_by_key(score).unwrap_or(Delimiter::Comma)
}

/// How many rows have the most common number of cells, and that number; a row of one cell speaks for nothing.
fn score(opening: &[u8], coding: Coding, delimiter: Delimiter) -> (usize, usize) {
    let skip = coding.mark.len();
    let mut splitter = Splitter::new(Chunks::new(opening), coding.unit(), delimiter.byte(), skip);
    let mut cells = Cells::new(delimiter.byte());
    let mut rows_with: BTreeMap<usize, usize> = BTreeMap::new();
    let mut rows = 0;
    // The last record may be cut off where the opening ends; one row more or less does not matter.
    while rows < ROWS && matches!(splitter.advance(), Ok(true)) {
        if cells.parse(splitter.record(), coding).is_err() {
            break;
        }
        rows += usize::from(!splitter.record().is_empty());
        if cells.texts().len() > 1 {
            *rows_with.entry(cells.texts().len()).or_default() += 1;
        }
    }
    rows_with.into_iter().map(|(cells, rows)| (rows, cells)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Encoding;

    #[test]
    fn the_delimiter_outside_quotes_counts() {
        for (text, expected) in [
            ("id,name\n1,見本\n", Delimiter::Comma),
            ("id\tname\n1\t見本, 例; 他\n", Delimiter::Tab),
            ("id;name\n1;見本, 例\n2;\"a,b\"\n3;x, y, z\n", Delimiter::Semicolon),
            ("\"a;b;c\",\"d\te\"\n\"a;b;c\",\"d\te\"\n", Delimiter::Comma),
            ("得意先台帳\t2026\n\n\"コード\"\t\"a\tb\"\t\"c\"\n1\t2\t3\n", Delimiter::Tab),
            ("id\n1\n", Delimiter::Comma),
            ("", Delimiter::Comma),
        ] {
            let coding = |encoding| Coding { encoding, mark: b"" };
            assert_eq!(detect(text.as_bytes(), coding(Encoding::Utf8)), expected, "{text}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(detect(&wide, coding(Encoding::Utf16Le)), expected, "{text} in UTF-16");
        }
    }
}
