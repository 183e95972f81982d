//! A list that is cut off at a length, and still knows how long it would be.

use serde::{Deserialize, Serialize};

/// The first few of many, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<T> {
    /// How many there are in all.
    pub total: u64,
    /// The first of them, at most [`Listed::MOST`].
    pub first: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { total: 0, first: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// The longest list: what a person may still read through, and what thirty runs of a ledger may hold without
    /// outweighing the clients.
    pub const MOST: usize = 500;

    /// Counts one more, and keeps it while there is room.
    pub fn push(&mut self, item: impl FnOnce() -> T) {
        self.total += 1;
        if self.first.len() < Self::MOST {
            self.first.push(item());
        }
    }

    /// Counts one more that is not kept.
    pub fn pass(&mut self) {
        self.total += 1;
    }

    /// How many are not in the list.
    #[must_use]
    pub fn rest(&self) -> u64 {
        self.total.saturating_sub(self.first.len() as u64)
    }

    /// Whether there are none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_off_and_goes_on_counting() {
        let mut list = Listed::default();
        (0..503).for_each(|n| list.push(|| n));
        list.pass();
        assert_eq!((list.total, list.first.len(), list.rest()), (504, Listed::<i32>::MOST, 4));
    }
}
