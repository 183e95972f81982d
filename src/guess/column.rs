//! What the values of a column say: how many there are, what they look like, and three of them to show.
//!
//! In: the cells of one column. Out: figures.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use crate::record::{REGIONS, canonical};

/// So many different values are shown of a column that has more.
const SAMPLES: usize = 3;
/// A column with at most so many different values is one of categories.
const CATEGORIES: usize = 6;
/// Of ten values, so many have to look alike.
const MOST_OF_TEN: usize = 8;

/// One column of the file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its header as it stands in the file.
    pub(super) header: String,
    /// Its place, from 0.
    pub(super) place: usize,
    /// Cells that hold something.
    pub(super) filled: usize,
    /// Different values.
    pub(super) distinct: usize,
    /// The first few different values.
    pub(super) samples: Vec<String>,
    /// How often each value is there, when there are only a few, an empty one among them.
    pub(super) categories: Option<BTreeMap<String, usize>>,
    looks: BTreeMap<Look, usize>,
    /// Values of nothing but digits, by their length.
    widths: BTreeMap<usize, BTreeSet<String>>,
}

/// What a value may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    PostalCode,
    Phone,
    Email,
    Prefecture,
    /// It begins with a prefecture and goes on.
    Address,
    TaxNumber,
    /// Letters and digits without blanks.
    Code,
}

impl Column {
    /// Looks at the cells of one column.
    pub(super) fn of<'a>(header: &str, place: usize, cells: impl Iterator<Item = &'a str>) -> Self {
        let (mut filled, mut looks) = (0, BTreeMap::new());
        let (mut seen, mut samples) = (BTreeSet::new(), Vec::new());
        let mut categories: BTreeMap<String, usize> = BTreeMap::new();
        let mut widths: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for cell in cells.map(canonical) {
            if categories.len() <= CATEGORIES {
                *categories.entry(cell.to_owned()).or_default() += 1;
            }
            if cell.is_empty() {
                continue;
            }
            filled += 1;
            if let Some(look) = look_of(cell) {
                *looks.entry(look).or_default() += 1;
            }
            if cell.bytes().all(|byte| byte.is_ascii_digit()) {
                widths.entry(cell.len()).or_default().insert(cell.to_owned());
            }
            if seen.insert(cell.to_owned()) && samples.len() < SAMPLES {
                samples.push(cell.to_owned());
            }
        }
        let categories = (categories.len() <= CATEGORIES && !samples.is_empty()).then_some(categories);
        Self {
            header: header.to_owned(),
            place,
            filled,
            distinct: seen.len(),
            samples,
            categories,
            looks,
            widths,
        }
    }

    /// How many digits most of its values have, and those that have fewer; none when that is not so, or says nothing.
    pub(super) fn shorter_codes(&self) -> Option<(usize, Vec<String>)> {
        let width = self.widths.iter().max_by_key(|(_, codes)| codes.len()).map(|(width, _)| *width)?;
        let most = self.widths.get(&width)?.len();
        let shorter: Vec<String> =
            self.widths.range(..width).flat_map(|(_, codes)| codes.iter().cloned()).collect();
        (!shorter.is_empty() && most * 10 >= self.distinct * MOST_OF_TEN).then_some((width, shorter))
    }

    /// Whether most of its values look like that.
    pub(super) fn looks_like(&self, look: Look) -> bool {
        let alike = self.looks.get(&look).copied().unwrap_or_default();
        self.filled > 0 && alike * 10 >= self.filled * MOST_OF_TEN
    }
}

/// Whether a text is a value and no header: a postal code, a telephone number, an e-mail address, an address, …
pub(super) fn is_value(text: &str) -> bool {
    look_of(canonical(text)).is_some_and(|look| look != Look::Code)
}

fn look_of(text: &str) -> Option<Look> {
    let narrow: String = text.nfkc().collect();
    let narrow = narrow.trim();
    let digits = narrow.chars().filter(char::is_ascii_digit).count();
    let is_all = |allowed: &str| narrow.chars().all(|c| c.is_ascii_digit() || allowed.contains(c));
    if narrow.contains('@') && !narrow.contains(char::is_whitespace) {
        return Some(Look::Email);
    }
    if let Some((name, _)) = REGIONS.iter().find(|(name, _)| narrow.starts_with(name)) {
        return Some(if narrow.len() == name.len() { Look::Prefecture } else { Look::Address });
    }
    let number = narrow.strip_prefix(['T', 't']).unwrap_or_default();
    if number.len() == 13 && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Look::TaxNumber);
    }
    let dashed = narrow.as_bytes().get(3) == Some(&b'-');
    if narrow.starts_with('〒') || digits == 7 && dashed && is_all("-") {
        return Some(Look::PostalCode);
    }
    if (9..=11).contains(&digits) && narrow.starts_with(['0', '(']) && is_all("-() ") {
        return Some(Look::Phone);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (narrow.chars().all(plain) && digits > 0).then_some(Look::Code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_apart_by_what_they_look_like() {
        let cases = [
            ("150-0001", Some(Look::PostalCode)),
            ("〒5300000", Some(Look::PostalCode)),
            ("１５０－００００", Some(Look::PostalCode)),
            ("03-0123-4501", Some(Look::Phone)),
            ("06(0123)4503", Some(Look::Phone)),
            ("a@example.jp", Some(Look::Email)),
            ("東京都", Some(Look::Prefecture)),
            ("東京都千代田区架空町1", Some(Look::Address)),
            ("T5999000000037", Some(Look::TaxNumber)),
            ("Ｔ５９９９０００００００３７", Some(Look::TaxNumber)),
            ("A-0017", Some(Look::Code)),
            ("見本商事", None),
        ];
        for (text, look) in cases {
            assert_eq!(look_of(text), look, "{text}");
        }
    }

    #[test]
    fn a_column_of_few_values_tells_how_often_each_is_there() {
        let column = Column::of("使用区分", 0, ["0", "0", "9", "", "0"].into_iter());
        assert_eq!((column.filled, column.distinct), (4, 2));
        let categories = column.categories.unwrap();
        assert_eq!((categories["0"], categories["9"], categories[""]), (3, 1, 1));
        let many: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        assert!(Column::of("備考", 0, many.iter().map(String::as_str)).categories.is_none());
    }
}
