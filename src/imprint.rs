//! The imprint: what the last whole file was like, client by client, in a form so narrow that a night in which little
//! changes is told from it at the speed of reading.
//!
//! In: the codes and prints of clients of which nothing is to be said: they *sleep*. Out: 16,384 buckets of them, each with a
//! sum, which does not depend on the order of the rows, and with lines, looked into where the sum is another; and totals.
//! Whoever is not in it, or was changed since, is *awake* and is looked at each night. Nothing here reads a file or a ledger.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::mapping::suspicion::{Likeness, Widths};
use crate::record::{ExternalId, Print};

mod page;

pub use page::{Keys, Lines, SleeperLine, keys, lines, sleepers};

/// How many buckets there are: with many, few clients stand in one with somebody who changed.
pub const BUCKETS: usize = 1 << BITS;
const BITS: u32 = 14;

/// A code as a number, which says in which bucket its client lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u64);

impl Code {
    /// The number of a code, trimmed as an [`ExternalId`] is.
    #[must_use]
    pub fn of(code: &str) -> Self {
        Self(xxh3_64(code.as_bytes()))
    }

    /// Its bucket.
    #[must_use]
    pub fn bucket(self) -> usize {
        usize::try_from(self.0 >> (u64::BITS - BITS)).unwrap_or_default()
    }
}

/// A client that sleeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sleeper {
    /// Its code.
    pub external_id: ExternalId,
    /// The print of all of its rows.
    pub print: Print,
    /// What it could be mistaken for.
    pub likeness: Likeness,
    /// What it adds to the totals.
    pub share: Share,
}

/// What a client that sleeps adds to the totals of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Its rows.
    pub rows: u32,
    /// Those of them that are passed over: outside of what the mapping asks for, or inactive.
    pub skipped: u32,
}

impl Share {
    /// Whether it is a client that can be used and is as it should be; else all of its rows are passed over.
    #[must_use]
    pub fn counts(self) -> bool {
        self.skipped < self.rows
    }
}

/// The sums of all buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums(Vec<Sum>);

/// The sum of one bucket: of the codes, each once a row, and of the prints, each tied to its code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    codes: u64,
    prints: u64,
}

impl Default for Sums {
    fn default() -> Self {
        Self(vec![Sum::default(); BUCKETS])
    }
}

impl Sums {
    /// Adds rows of one client: one of them, or `rows` together with the print of them all.
    #[inline]
    pub fn add(&mut self, code: Code, print: Print, rows: u32) {
        let sum = &mut self.0[code.bucket()];
        sum.codes = sum.codes.wrapping_add(code.0.wrapping_mul(u64::from(rows)));
        sum.prints = sum.prints.wrapping_add(print.0.wrapping_mul(code.0 | 1));
    }

    /// The buckets whose sums are others than in `before`.
    #[must_use]
    pub fn other_than(&self, before: &Self) -> BTreeSet<usize> {
        (0..BUCKETS).filter(|bucket| self.0[*bucket] != before.0[*bucket]).collect()
    }

    /// Sums a bucket up anew.
    pub fn replace(&mut self, bucket: usize, page: &[Sleeper]) {
        self.0[bucket] = Sum::default();
        for sleeper in page {
            self.add(Code::of(sleeper.external_id.as_str()), sleeper.print, sleeper.share.rows);
        }
    }

    /// As bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|sum| [sum.codes.to_le_bytes(), sum.prints.to_le_bytes()]).flatten().collect()
    }

    /// From bytes; none when they are no sums.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks::<8>();
        let (pairs, odd) = numbers.as_chunks::<2>();
        let whole = pairs.len() == BUCKETS && rest.is_empty() && odd.is_empty();
        let sum = |[codes, prints]: &[[u8; 8]; 2]| Sum {
            codes: u64::from_le_bytes(*codes),
            prints: u64::from_le_bytes(*prints),
        };
        whole.then(|| Self(pairs.iter().map(sum).collect()))
    }
}

/// What the clients that sleep add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Clients that can be used and are as they should be.
    pub clients: u64,
    /// Rows that are passed over.
    pub skipped: u64,
    /// The widths of their codes.
    pub widths: Widths,
}

impl Totals {
    /// Takes in one more.
    pub fn add(&mut self, sleeper: &Sleeper) {
        self.clients += u64::from(sleeper.share.counts());
        self.skipped += u64::from(sleeper.share.skipped);
        if let Some(code) = sleeper.likeness.code {
            self.widths.count(&sleeper.external_id, code);
        }
    }

    /// Takes one out again.
    pub fn take_out(&mut self, sleeper: &Sleeper) {
        self.clients -= u64::from(sleeper.share.counts());
        self.skipped -= u64::from(sleeper.share.skipped);
        if let Some(code) = sleeper.likeness.code {
            self.widths.take_out(&sleeper.external_id, code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(id: &str, rows: &[&str]) -> Sleeper {
        let print = rows.iter().fold(Print::default(), |sum, row| sum.with(Print::of(row.as_bytes())));
        let share = Share { rows: u32::try_from(rows.len()).unwrap(), skipped: 0 };
        Sleeper { external_id: ExternalId::new(id), print, likeness: Likeness::default(), share }
    }

    #[test]
    fn rows_that_come_one_by_one_add_up_to_their_page() {
        let (mut page, mut rows) = (Sums::default(), Sums::default());
        let bucket = Code::of("A-1").bucket();
        page.replace(bucket, &[sleeper("A-1", &["A-1,x", "A-1,y"])]);
        for row in ["A-1,y", "A-1,x"] {
            rows.add(Code::of("A-1"), Print::of(row.as_bytes()), 1);
        }
        assert_eq!(rows.other_than(&page), BTreeSet::new());
        assert_eq!(Sums::from_bytes(&page.to_bytes()), Some(page.clone()));
        rows.add(Code::of("A-1"), Print::of(b"A-1,x"), 1);
        assert_eq!(
            rows.other_than(&page),
            BTreeSet::from([Code::of("A-1").bucket()]),
            "a row that came twice"
        );
    }

    #[test]
    fn each_change_of_a_row_is_seen() {
        let before = {
            let mut sums = Sums::default();
            sums.add(Code::of("A-1"), Print::of(b"A-1,x"), 1);
            sums
        };
        for (code, row, rows) in [("A-1", "A-1,y", 1), ("A-2", "A-1,x", 1), ("A-1", "A-1,x", 2)] {
            let mut after = Sums::default();
            after.add(Code::of(code), Print::of(row.as_bytes()), rows);
            assert!(!after.other_than(&before).is_empty(), "{code} {row} {rows}");
        }
    }

    #[test]
    fn totals_are_what_is_left_when_one_is_taken_out() {
        let mut totals = Totals::default();
        let (one, two) = (sleeper("A-1", &["x"]), sleeper("A-2", &["y"]));
        totals.add(&one);
        let only_one = totals.clone();
        totals.add(&two);
        assert_eq!(totals.clients, 2);
        totals.take_out(&two);
        assert_eq!(totals, only_one);
    }
}
