//! Every history of one client within bounds, explored to the last state: the ledger's real transition function and
//! the real answer classes, between a server that may commit late, people, crashes and a ledger that is lost.
//!
//! `LEAPSYNC_PROTOCOL_BOUNDS=2` widens every bound by two for the long run.
//!
//! What the model takes for granted: no request commits later than the settle time; a ledger is lost only when
//! nothing is in flight; during one reading people move a client between the live and the archived list once at
//! most; one list is read in one moment (its completeness is proven by count and first page).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a proof says how much it has looked at")]

mod answers;
mod explore;
mod process;
mod surroundings;
mod world;

use explore::{Found, explore};
use world::{Broken, Rules};

fn wider() -> u8 {
    std::env::var("LEAPSYNC_PROTOCOL_BOUNDS").map_or(0, |text| text.parse().unwrap())
}

#[test]
fn every_history_ends_well_and_no_state_on_the_way_is_wrong() {
    let Found { states, transitions, broken } = explore(Rules::default(), wider(), None);
    println!("{states} states, {transitions} transitions, each state brought to its end by fair steps");
    assert!(broken.is_empty(), "{}", broken.values().map(String::as_str).collect::<Vec<_>>().join("\n"));
    assert!(states >= 20_000, "{states}");
}

/// With one rule switched off the named invariant must break.
#[track_caller]
fn breaks(rule: &str, switch: fn(&mut Rules), expected: Broken) {
    let mut rules = Rules::default();
    switch(&mut rules);
    let Found { states, broken, .. } = explore(rules, 0, Some(expected));
    println!(
        "without `{rule}`, after {states} states: {}",
        broken.get(&expected).map_or("-", String::as_str)
    );
    assert!(broken.contains_key(&expected), "without `{rule}` nothing breaks {expected:?}");
}

#[test]
fn a_post_before_its_intent_is_a_post_that_nobody_remembers() {
    let off: fn(&mut Rules) = |rules| rules.intent_before_post = false;
    breaks("intent before POST", off, Broken::PostWithoutIntent);
    breaks("intent before POST", off, Broken::TwoByUs);
}

#[test]
fn a_doubtful_post_that_is_sent_again_makes_a_twin() {
    breaks("no blind repeat", |rules| rules.no_blind_repeat = false, Broken::TwoByUs);
}

#[test]
fn a_reading_before_the_settle_time_proves_nothing() {
    let off: fn(&mut Rules) = |rules| rules.settle_time = false;
    breaks("settle time", off, Broken::AbsenceNotReal);
    breaks("settle time", off, Broken::PostWhileOneMayLand);
    breaks("settle time", off, Broken::TwoByUs);
}

#[test]
fn a_client_that_people_archived_is_taken_for_absent_when_the_archived_list_is_not_read() {
    let off: fn(&mut Rules) = |rules| rules.archived_list = false;
    breaks("archived list", off, Broken::AbsenceNotReal);
    breaks("archived list", off, Broken::TwoByUs);
}

#[test]
fn an_incomplete_reading_proves_nothing() {
    breaks("complete reading", |rules| rules.complete_reading = false, Broken::AbsenceNotReal);
}

#[test]
fn a_client_that_leaves_the_archive_between_two_readings_is_seen_by_the_last_look_only() {
    breaks("last look", |rules| rules.last_look = false, Broken::AbsenceNotReal);
}

#[test]
fn a_new_ledger_that_does_not_read_first_makes_a_twin() {
    breaks("first reading", |rules| rules.first_reading = false, Broken::TwoByUs);
}

#[test]
fn a_customer_made_by_hand_gets_a_twin_where_names_are_not_compared() {
    breaks("same name", |rules| rules.same_name = false, Broken::TwinOfNamesake);
}

#[test]
fn what_people_deleted_or_doubled_is_written_where_it_does_not_wait_for_them() {
    breaks("people decide", |rules| rules.people_decide = false, Broken::WriteToMissingOrConflict);
}

#[test]
fn a_refused_row_is_sent_for_ever_where_it_is_not_remembered() {
    breaks("refusals wait", |rules| rules.refusals_wait = false, Broken::RefusalRepeated);
}

#[test]
fn a_run_that_never_settles_never_ends() {
    breaks("settle at all", |rules| rules.settles = false, Broken::NoEnd);
}
