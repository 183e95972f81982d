//! Footers: rows below the last data row that are no data, such as `合計件数, 45件` or the lines of a report.
//!
//! In: each row as it is read. Out: the rows that stayed the last ones. A row that could be a footer is held back until a
//! later row shows that it was not; then it is a row like any other, and a bad one.

use unicode_normalization::UnicodeNormalization;

use crate::mapping::Mapped;
use crate::record::{ExternalId, Line, Reason, canonical};
use crate::settings::Footer;

/// A footer has so many cells at most that are not empty.
pub(super) const MOST_CELLS: usize = 3;
/// A footer has so many rows at most.
const MOST_ROWS: usize = 20;
/// What follows the number of rows in a footer.
const COUNTED: [&str; 4] = ["件", "records", "record", "rows"];

/// A row that is held back.
pub(super) struct Held {
    pub(super) line: Line,
    pub(super) mapped: Mapped,
    /// How many rows it says the file has, if it says so.
    pub(super) stated: Option<u64>,
    /// Whether it may be a client's row that was cut off.
    pub(super) may_be_cut: bool,
}

/// The rows that are held back.
pub(super) struct Footers {
    rule: Footer,
    held: Vec<Held>,
    /// Whether so many rows in a row could be footers that none of them is.
    too_many: bool,
}

impl Footers {
    pub(super) fn new(rule: Footer) -> Self {
        Self { rule, held: Vec::new(), too_many: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether there is nothing to be released.
    #[inline]
    pub(super) fn is_at_rest(&self) -> bool {
        self.held.is_empty() && !self.too_many
    }

    /// Whether a row could be a footer: a few cells, and either less than half as many as the header has, or neither an
    /// id nor a name, or no whole row but a number of rows.
    pub(super) fn could_be_one(&self, mapped: &Mapped, cells: &[String], width: usize) -> bool {
        if self.rule == Footer::Absent || has_many_cells(cells) {
            return false;
        }
        let (unnamed, nameless) = match mapped {
            Mapped::Row(_) => (false, false),
            Mapped::Rejected(rejection) => {
                (true, rejection.problems.iter().any(|problem| problem.reason == Reason::Nameless))
            }
        };
        let length = cells.iter().rposition(|text| !canonical(text).is_empty()).map_or(0, |last| last + 1);
        cells.len() * 2 < width || nameless || (unnamed || length < width) && stated_count(cells).is_some()
    }

    /// Holds a row back; gives back the rows that are none, because there are too many of them.
    pub(super) fn hold(&mut self, line: Line, mapped: Mapped, cells: &[String]) -> Vec<Mapped> {
        let may_be_cut = matches!(mapped, Mapped::Row(_)) && reads_like_a_code(cells);
        self.held.push(Held { line, mapped, stated: stated_count(cells), may_be_cut });
        self.too_many |= self.held.len() > MOST_ROWS;
        if self.too_many { self.held.drain(..).map(|held| held.mapped).collect() } else { Vec::new() }
    }

    /// Gives back what was held, because a data row stands below it.
    pub(super) fn release(&mut self) -> Vec<Mapped> {
        self.too_many = false;
        self.held.drain(..).map(|held| held.mapped).collect()
    }

    /// The clients that the rows name which are held back.
    pub(super) fn named(&self) -> impl Iterator<Item = &ExternalId> {
        self.held.iter().filter_map(|held| match &held.mapped {
            Mapped::Row(row) => Some(&row.external_id),
            Mapped::Rejected(_) => None,
        })
    }

    /// The rows that stayed the last ones.
    pub(super) fn take(&mut self) -> Vec<Held> {
        std::mem::take(&mut self.held)
    }
}

/// Whether more cells hold something than a footer has.
pub(super) fn has_many_cells(cells: &[String]) -> bool {
    let filled = |text: &&String| {
        text.bytes().next().is_some_and(|first| first.is_ascii_graphic()) || !canonical(text).is_empty()
    };
    cells.iter().filter(filled).nth(MOST_CELLS).is_some()
}

/// Whether the first cell that holds something reads like a code: then the row may be a client's that was cut off.
pub(super) fn reads_like_a_code(cells: &[String]) -> bool {
    let first = cells.iter().map(|text| canonical(text)).find(|text| !text.is_empty()).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    first.chars().all(plain) && first.chars().any(|c| c.is_ascii_digit())
}

/// The number of rows that a footer states, such as the 45 of `合計件数`, `45件`.
pub(super) fn stated_count(cells: &[String]) -> Option<u64> {
    let text: String = cells.join(" ").nfkc().collect::<String>().to_lowercase();
    COUNTED.iter().find_map(|word| {
        text.match_indices(word).find_map(|(at, _)| {
            let before = text[..at].trim_end();
            let digits = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
            before[digits.len()..].replace(',', "").parse().ok()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Mapping;
    use crate::settings::rules::Rules;

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn could_be_one(cells: &[&str]) -> bool {
        let headers = texts(&["client_external_id", "name", "email", "phone_number", "備考"]);
        let cells = texts(cells);
        let mapped = Mapping::new(&headers, &Rules::default()).unwrap().row(Line(9), &cells, &[]);
        Footers::new(Footer::Auto).could_be_one(&mapped, &cells, headers.len())
    }

    #[test]
    fn a_number_of_rows_is_found_however_it_is_written() {
        for (cells, expected) in [
            (&["合計件数", "45件"][..], Some(45)),
            (&["合計", "１，２３４ 件"], Some(1_234)),
            (&["45 件"], Some(45)),
            (&["Grand Totals (41 records)"], Some(41)),
            (&["合計件数"], None),
            (&["Confidential Information - Do Not Distribute"], None),
            (&["案件", "件名"], None),
        ] {
            assert_eq!(stated_count(&texts(cells)), expected, "{cells:?}");
        }
    }

    #[test]
    fn a_row_with_a_client_in_it_is_no_footer() {
        for cells in [
            &["合計件数", "45件"][..],
            &["Confidential"],
            &["", "", "", "", "以上"],
            &["合計", "", "45件", ""],
        ] {
            assert!(could_be_one(cells), "{cells:?}");
        }
        let mapping = Mapping::new(&texts(&["client_external_id"]), &Rules::default()).unwrap();
        let cells = texts(&["", ""]);
        let mapped = mapping.row(Line(9), &cells, &[]);
        assert!(
            !Footers::new(Footer::Absent).could_be_one(&mapped, &cells, 9),
            "a person said that there is none"
        );
        for cells in [
            &["A-1", "見本商事", "", "", ""][..],
            &["", "見本商事", "", "", ""],
            &["A-1", "見本商事", ""],
            &["A-1", "", "", "", ""],
            &["a", "b", "c", "d", "e"],
        ] {
            assert!(!could_be_one(cells), "{cells:?}");
        }
    }

    #[test]
    fn a_row_that_is_not_the_last_is_given_back_and_so_are_too_many() {
        let mapping = Mapping::new(&texts(&["client_external_id", "name", "x"]), &Rules::default()).unwrap();
        let cells = texts(&["total"]);
        let mut footers = Footers::new(Footer::Auto);
        let hold = |footers: &mut Footers, line| {
            let mapped = mapping.row(Line(line), &cells, &[]);
            footers.hold(Line(line), mapped, &cells).len()
        };
        assert_eq!(hold(&mut footers, 2), 0);
        assert_eq!(footers.release().len(), 1);
        let released: usize = (3..3 + 30).map(|line| hold(&mut footers, line)).sum();
        assert_eq!((released, footers.take().len()), (30, 0));
    }
}
