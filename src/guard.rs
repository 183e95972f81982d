//! The guard: looks at a whole plan before the first request and says what must not happen unseen.
//!
//! In: what the plan counts, how many clients the ledger holds, and by which mapping it was filled. Out: what is held
//! back, or nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::plan::Counts;

/// As many deletes are never too many by their share alone.
const FEW_DELETES: u64 = 10;
/// One in so many linked clients may be deleted: 5 %.
const DELETE_SHARE: u64 = 20;

/// What a guard holds back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// More persons would be removed from clients than on a normal night.
    TooManyRemovals {
        /// How many would be removed.
        removals: u64,
        /// Clients on the server by the ledger's word.
        linked: u64,
        /// The most that would have passed.
        most: u64,
    },
    /// The mapping is not the one that the ledger was filled with: what it brings is a wave of changes.
    MappingChanged {
        /// The parts of it that changed, by name.
        parts: Vec<String>,
    },
}

/// Compares the mapping in use with the one that the ledger was filled with; both are parts with their hashes. A field
/// that is new is a change, because it comes to be managed; one that is gone is none, because nothing is sent for it.
#[must_use]
pub fn compare(filled_with: &BTreeMap<String, String>, in_use: &BTreeMap<String, String>) -> Option<Stop> {
    let changed = in_use.iter().filter(|(part, hash)| filled_with.get(*part) != Some(*hash));
    let parts: Vec<String> = changed.map(|(part, _)| part.clone()).collect();
    (!parts.is_empty()).then_some(Stop::MappingChanged { parts })
}

/// Judges a plan; `linked` is how many clients are on the server by the ledger's word.
#[must_use]
pub fn judge(counts: &Counts, linked: u64) -> Option<Stop> {
    let named = counts.create + counts.update + counts.unchanged + counts.blocked + counts.rejected;
    if named == 0 && linked > 0 {
        return Some(Stop::EmptyInput { linked });
    }
    let most = most_deletes(linked);
    if counts.delete > most {
        return Some(Stop::TooManyDeletes { deletes: counts.delete, linked, most });
    }
    let (removals, most) = (counts.contacts_removed, (linked / DELETE_SHARE).max(FEW_DELETES));
    (removals > most).then_some(Stop::TooManyRemovals { removals, linked, most })
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
    fn a_field_that_is_new_or_another_is_a_change_and_one_that_is_gone_is_none() {
        let parts = |pairs: &[(&str, &str)]| {
            let owned = |(part, hash): &(&str, &str)| ((*part).to_owned(), (*hash).to_owned());
            pairs.iter().map(owned).collect::<BTreeMap<_, _>>()
        };
        let filled = parts(&[("name", "1"), ("email", "2")]);
        let changed = |pairs| match compare(&filled, &parts(pairs)) {
            Some(Stop::MappingChanged { parts }) => parts,
            _ => Vec::new(),
        };
        assert_eq!(changed(&[("name", "1")]), Vec::<String>::new());
        assert_eq!(changed(&[("name", "9"), ("region", "3")]), ["name", "region"]);
    }

    #[test]
    fn an_empty_file_stops_the_run_only_when_there_are_clients_to_lose() {
        assert_eq!(judge(&Counts::default(), 0), None);
        assert_eq!(judge(&Counts::default(), 7), Some(Stop::EmptyInput { linked: 7 }));
    }
}
