//! The controls: with a safeguard taken away, seeds must fail, and for the reason that the safeguard is there.

use crate::seeds::outcomes;
use crate::way::Spoilt;

/// So many seeds are given the chance to fail.
const SEEDS: u64 = 120;

fn some_seed_finds(spoilt: Spoilt, fault: &str) {
    let seeds: Vec<u64> = (1..=SEEDS).collect();
    let outcomes = outcomes(&seeds, spoilt);
    let found = outcomes.iter().filter(|(_, outcome)| outcome.as_ref().is_err_and(|it| it.contains(fault)));
    let count = found.count();
    println!("{spoilt:?}: {count} of {SEEDS} seeds find `{fault}`");
    assert!(count > 0, "no seed notices {spoilt:?}");
}

#[test]
fn twins_appear_where_a_lost_post_is_sent_again() {
    some_seed_finds(Spoilt::LostPostsSentAgain, "twins");
}

#[test]
fn twins_appear_where_the_archived_list_is_not_read() {
    some_seed_finds(Spoilt::ArchivedListUnread, "twins");
}

#[test]
fn twins_appear_where_nobody_waits_for_a_late_commit() {
    some_seed_finds(Spoilt::SettleTime, "twins");
}
