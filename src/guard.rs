//! The guard: looks at a whole plan before the first request and says what must not happen unseen.
//!
//! In: what the plan counts, and how many clients the ledger holds. Out: what is held back, or nothing.

use serde::{Deserialize, Serialize};

use crate::plan::Counts;

/// As many deletes are never too many by their share alone.
const FEW_DELETES: u64 = 10;
/// One in so many linked clients may be deleted: 5 %.
const DELETE_SHARE: u64 = 20;

/// What a guard holds back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The file names no client, and the ledger holds some.
    EmptyInput {
        /// Clients on the server by the ledger's word.
        linked: u64,
    },
    /// More clients would be deleted than a normal night deletes.
    TooManyDeletes {
        /// How many would be deleted.
        deletes: u64,
        /// Clients on the server by the ledger's word.
        linked: u64,
        /// The most that would have passed.
        most: u64,
    },
}

/// Judges a plan; `linked` is how many clients are on the server by the ledger's word.
#[must_use]
pub fn judge(counts: &Counts, linked: u64) -> Option<Stop> {
    let named = counts.create + counts.update + counts.unchanged + counts.blocked + counts.rejected;
    if named == 0 && linked > 0 {
        return Some(Stop::EmptyInput { linked });
    }
    let most = most_deletes(linked);
    (counts.delete > most).then_some(Stop::TooManyDeletes { deletes: counts.delete, linked, most })
}

/// The most deletes that pass: 5 % or 10, whichever is more, but always fewer than half, and so never all.
fn most_deletes(linked: u64) -> u64 {
    let by_share = (linked / DELETE_SHARE).max(FEW_DELETES);
    let below_half = linked.saturating_sub(1) / 2;
    by_share.min(below_half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deletes(delete: u64, linked: u64) -> Option<Stop> {
        judge(&Counts { delete, gone: delete, unchanged: linked - delete, ..Counts::default() }, linked)
    }

    #[test]
    fn each_threshold_lets_its_number_pass_and_stops_one_more() {
        for (linked, most) in [(1_000, 50), (200, 10), (100, 10), (20, 9), (21, 10), (3, 1), (2, 0)] {
            assert_eq!(deletes(most, linked), None, "{most} of {linked}");
            assert!(
                matches!(deletes(most + 1, linked), Some(Stop::TooManyDeletes { most: m, .. }) if m == most),
                "{} of {linked}",
                most + 1
            );
        }
    }

    #[test]
    fn an_empty_file_stops_the_run_only_when_there_are_clients_to_lose() {
        assert_eq!(judge(&Counts::default(), 0), None);
        assert_eq!(judge(&Counts::default(), 7), Some(Stop::EmptyInput { linked: 7 }));
    }
}
