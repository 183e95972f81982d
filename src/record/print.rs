//! The print of a client's rows: a hash of their bytes as they stand in the file.
//!
//! In: the bytes of records. Out: a number that is the same when the rows are, and other than before when one of them
//! changed, came or went, or when they stand in another order: which person comes first may matter. It says nothing of what
//! the rows mean.

use serde::{Deserialize, Serialize};

/// A hash of the bytes of one row, or the sum over several rows of one client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Print(pub u64);

impl Print {
    /// The print of one row: its bytes without the line end.
    #[must_use]
    pub fn of(record: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_64(record))
    }

    /// The print of a row that stands right behind another one of the same client.
    #[must_use]
    pub fn behind(self, before: Self) -> Self {
        Self(self.0.wrapping_add(before.0.rotate_left(23)))
    }

    /// The print of several rows, each right behind the one before.
    #[must_use]
    pub fn of_rows(prints: impl IntoIterator<Item = Self>) -> Self {
        let (mut sum, mut before) = (Self::default(), None);
        for print in prints {
            sum = sum.with(before.map_or(print, |before| print.behind(before)));
            before = Some(print);
        }
        sum
    }

    /// The print of both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_order_of_the_rows_matter() {
        let [a, b] = ["A-1,見本", "A-1,見本商事"].map(|row| Print::of(row.as_bytes()));
        let all = [vec![a], vec![b], vec![a, b], vec![b, a], vec![a, a], vec![a, b, a]];
        let prints: std::collections::BTreeSet<u64> =
            all.into_iter().map(|rows| Print::of_rows(rows).0).collect();
        assert_eq!(prints.len(), 6);
    }
}
