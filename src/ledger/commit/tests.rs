//! What each entry does to the ledger.

use super::*;
use crate::journal::{Action, ContactOrder, Failure, Outcome, Stranger};
use crate::ledger::trial::{Trial, at, contact, desired, fields, id, known, linked, mid};
use crate::operation::{AttemptId, Verdict};
use crate::record::{Field, Kind, Line, Removal, name_key};

const ROW: Fingerprint = Fingerprint(-7);

fn failed(key: &str, line: Option<u64>, outcome: Outcome, message: &str) -> Entry {
    Entry::Failed(Failure {
        reason: None,
        external_id: id(key),
        line: line.map(Line),
        action: Action::Update,
        outcome,
        status: Some(400),
        message: message.to_owned(),
        desired: None,
    })
}

#[test]
fn an_intent_to_create_leaves_a_doubt_that_carries_its_row() {
    let mut trial = Trial::new();
    trial.begin_create("A-1");
    let doubts = trial.ledger.in_doubt().unwrap();
    assert_eq!(doubts.len(), 1);
    assert_eq!(doubts[0].sent_at, at(1));
    assert_eq!(doubts[0].desired, Some(desired("A-1")));
    let attempts = trial.ledger.attempts(&id("A-1")).unwrap();
    assert_eq!((attempts.len(), attempts[0].verdict, attempts[0].answered_at), (1, None, None));
}

#[test]
fn an_answer_completes_its_attempt_and_changes_no_state() {
    let mut trial = Trial::new();
    trial.begin_create("A-1");
    let attempt = trial.last_attempt();
    let message = "bad gateway".to_owned();
    trial.write(&[Entry::Answer { attempt, verdict: Verdict::InDoubt, status: Some(502), message }]);
    assert_eq!(trial.state("A-1"), State::Creating);
    let attempts = trial.ledger.attempts(&id("A-1")).unwrap();
    assert_eq!(attempts[0].verdict, Some(Verdict::InDoubt));
    assert_eq!((attempts[0].status, attempts[0].answered_at), (Some(502), Some(at(2))));
    assert_eq!(attempts[0].message, "bad gateway");
}

#[test]
fn an_answer_to_nothing_is_refused() {
    let attempt = AttemptId(9);
    let answer = Entry::Answer { attempt, verdict: Verdict::Done, status: None, message: String::new() };
    let error = Trial::new().commit(&[answer]).unwrap_err();
    assert!(matches!(error, LedgerError::NoSuchAttempt { attempt: AttemptId(9) }), "{error}");
}

#[test]
fn a_linked_client_is_known_as_the_server_answered() {
    let mut trial = Trial::new();
    trial.begin_create("A-1");
    trial.link("A-1");
    assert_eq!(trial.ledger.known(&id("A-1")).unwrap(), Some(known("1")));
    let head = trial.ledger.head(&id("A-1")).unwrap().unwrap();
    assert_eq!((head.state, head.mid), (State::Linked, Some(mid("1"))));
    assert_eq!(head.fingerprint, Some(desired("A-1").fingerprint()));
    assert_eq!(trial.ledger.in_doubt().unwrap(), []);
    assert_eq!(trial.ledger.clients_on_server().unwrap(), 1);
}

#[test]
fn a_reading_that_finds_a_linked_client_again_replaces_what_is_known() {
    let mut trial = Trial::new();
    trial.link("A-1");
    let again = Known { archived: true, contacts: Vec::new(), ..known("2") };
    trial.write(&[Entry::Linked { external_id: id("A-1"), known: again.clone(), fingerprint: None }]);
    assert_eq!(trial.ledger.known(&id("A-1")).unwrap(), Some(again));
    assert_eq!(trial.ledger.head(&id("A-1")).unwrap().unwrap().fingerprint, None);
}

#[test]
fn a_create_that_did_nothing_leaves_a_new_client() {
    let mut trial = Trial::new();
    trial.begin_create("A-1");
    trial.write(&[Entry::NotCreated(id("A-1"))]);
    assert_eq!(trial.state("A-1"), State::New);
    assert_eq!(trial.ledger.in_doubt().unwrap(), []);
    trial.begin_create("A-1");
}

#[test]
fn a_refused_create_remembers_which_row_was_refused_until_the_client_is_linked() {
    let mut trial = Trial::new();
    trial.begin_create("A-1");
    trial.write(&[Entry::CreateRefused(id("A-1"), ROW)]);
    let head = trial.ledger.head(&id("A-1")).unwrap().unwrap();
    assert_eq!((head.state, head.refused), (State::Refused, Some(ROW)));
    trial.link("A-1");
    assert_eq!(trial.ledger.head(&id("A-1")).unwrap().unwrap().refused, None);
}

#[test]
fn a_client_that_is_there_twice_is_in_conflict() {
    let mut trial = Trial::new();
    trial.write(&[Entry::Duplicated(id("A-1"))]);
    assert_eq!(trial.state("A-1"), State::Conflict);
    assert_eq!(trial.ledger.known(&id("A-1")).unwrap(), None);
}

#[test]
fn confirmed_own_fields_join_those_that_are_known() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.write(&[Entry::OwnConfirmed(id("A-1"), fields(&[(Field::DateCutoff, "31")]))]);
    let own = trial.ledger.known(&id("A-1")).unwrap().unwrap().own;
    assert_eq!(own, fields(&[(Field::LangCode, "ja"), (Field::DateCutoff, "31")]));
}

#[test]
fn a_confirmed_contact_keeps_its_place_and_a_new_one_comes_last() {
    let mut trial = Trial::new();
    trial.link("A-1");
    let renamed = contact("20", Kind::Organization, "新見本商事");
    let added = contact("05", Kind::Person, "鈴木");
    let entries = [renamed.clone(), added.clone()].map(|c| Entry::ContactConfirmed(id("A-1"), c));
    trial.write(&entries);
    let contacts = trial.ledger.known(&id("A-1")).unwrap().unwrap().contacts;
    assert_eq!(contacts, [renamed, known("1").contacts[1].clone(), added]);
}

#[test]
fn a_removed_contact_is_not_known_any_more() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.write(&[Entry::ContactRemoved(id("A-1"), mid("20"))]);
    let contacts = trial.ledger.known(&id("A-1")).unwrap().unwrap().contacts;
    assert_eq!(contacts, known("1").contacts[1..]);
}

#[test]
fn a_part_of_a_client_that_was_never_linked_cannot_be_confirmed() {
    let mut trial = Trial::new();
    trial.begin_create("A-1");
    let parts = [
        Entry::OwnConfirmed(id("A-1"), fields(&[])),
        Entry::ContactConfirmed(id("A-1"), contact("20", Kind::Person, "佐藤")),
        Entry::ContactRemoved(id("A-1"), mid("20")),
        Entry::Refreshed(id("A-1"), ROW, Vec::new()),
    ];
    for part in parts {
        let error = trial.commit(std::slice::from_ref(&part)).unwrap_err();
        assert!(matches!(error, LedgerError::NeverLinked { .. }), "{part:?}: {error}");
    }
}

#[test]
fn an_update_that_ended_leaves_the_fingerprint_of_its_row() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.begin_patch("A-1");
    let interrupted = trial.ledger.interrupted().unwrap();
    assert_eq!((interrupted[0].state, interrupted[0].sent_at), (State::Patching, at(2)));
    trial.write(&[Entry::Updated(id("A-1"), ROW)]);
    let head = trial.ledger.head(&id("A-1")).unwrap().unwrap();
    assert_eq!((head.state, head.fingerprint), (State::Linked, Some(ROW)));
    assert_eq!(trial.ledger.interrupted().unwrap(), []);
}

#[test]
fn an_update_that_stopped_makes_the_next_plan_look_closer() {
    let mut trial = Trial::new();
    trial.link("A-1");
    for (refused, kept) in [(Some(ROW), Some(ROW)), (None, Some(ROW))] {
        trial.begin_patch("A-1");
        trial.write(&[Entry::UpdateStopped(id("A-1"), refused)]);
        let head = trial.ledger.head(&id("A-1")).unwrap().unwrap();
        assert_eq!((head.state, head.fingerprint, head.refused), (State::Linked, None, kept));
    }
}

#[test]
fn a_contact_that_was_ours_stays_ours_when_the_client_is_read_again() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.begin_patch("A-1");
    let mut read = known("1");
    read.contacts.reverse();
    read.contacts.iter_mut().for_each(|contact| contact.ours = false);
    trial.write(&[Entry::Reread(id("A-1"), read)]);
    let contacts = trial.ledger.known(&id("A-1")).unwrap().unwrap().contacts;
    let ours: Vec<_> = contacts.iter().map(|contact| (contact.mid.as_str(), contact.ours)).collect();
    assert_eq!(ours, [("10", false), ("20", true)]);
    assert_eq!(trial.ledger.head(&id("A-1")).unwrap().unwrap().fingerprint, None);
}

#[test]
fn a_client_that_people_deleted_is_missing_until_a_reading_finds_it() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.begin_patch("A-1");
    trial.write(&[Entry::Vanished(id("A-1"))]);
    assert_eq!(trial.state("A-1"), State::Missing);
    assert_eq!(trial.ledger.clients_on_server().unwrap(), 0);
    trial.write(&[linked("A-1")]);
}

#[test]
fn nothing_personal_of_a_removed_client_stays_in_any_table() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.begin_remove("A-1");
    let (attempt, message) = (trial.last_attempt(), "佐藤 is gone".to_owned());
    trial.write(&[
        failed("A-1", Some(3), Outcome::Rejected, "佐藤"),
        Entry::Answer { attempt, verdict: Verdict::Done, status: Some(204), message },
        Entry::Removed(id("A-1")),
    ]);
    let head = trial.ledger.head(&id("A-1")).unwrap().unwrap();
    assert_eq!((head.state, head.mid, head.fingerprint), (State::Removed, None, None));
    assert_eq!(trial.ledger.known(&id("A-1")).unwrap(), None);
    assert_eq!(trial.ledger.attempts(&id("A-1")).unwrap()[0].message, "");
    for table in ["detail", "contact", "unfinished", "failure"] {
        let sql = format!("SELECT count(*) FROM {table}");
        let rows: i64 = trial.ledger.connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    trial.begin_create("A-1");
}

#[test]
fn a_refused_removal_is_remembered_until_the_client_is_in_the_file_again() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.begin_remove("A-1");
    trial.write(&[Entry::RemovalRefused(id("A-1"))]);
    let head = trial.ledger.head(&id("A-1")).unwrap().unwrap();
    assert_eq!((head.state, head.removal), (State::Linked, Removal::Refused));
    trial.write(&[Entry::Refreshed(id("A-1"), ROW, vec![mid("10")])]);
    let head = trial.ledger.head(&id("A-1")).unwrap().unwrap();
    assert_eq!((head.fingerprint, head.removal), (Some(ROW), Removal::Open));
    assert!(trial.ledger.known(&id("A-1")).unwrap().unwrap().contacts.iter().all(|contact| contact.ours));
}

#[test]
fn a_client_that_outlived_an_interrupted_delete_may_be_deleted_again() {
    let mut trial = Trial::new();
    trial.link("A-1");
    trial.begin_remove("A-1");
    trial.write(&[Entry::StillThere(id("A-1"))]);
    assert_eq!(trial.ledger.head(&id("A-1")).unwrap().unwrap().removal, Removal::Open);
    trial.begin_remove("A-1");
}

/// Line and message of every failure.
fn said(trial: &Trial) -> Vec<(Option<u64>, String)> {
    let failures = trial.ledger.failures(10).unwrap();
    failures.into_iter().map(|failure| (failure.line.map(|line| line.0), failure.message)).collect()
}

#[test]
fn a_failure_replaces_what_was_said_of_the_same_client_wherever_its_row_stood() {
    let mut trial = Trial::new();
    trial.write(&[
        failed("B", Some(4), Outcome::Refused, "first"),
        failed("B", Some(9), Outcome::Refused, "second"),
        failed("", Some(10), Outcome::Rejected, "no id"),
        failed("", Some(11), Outcome::Rejected, "no id either"),
    ]);
    let rows = |second: &str| {
        [(Some(10), "no id"), (Some(11), "no id either"), (Some(9), second)]
            .map(|(line, text)| (line, text.to_owned()))
    };
    assert_eq!(said(&trial), rows("second"));
    assert_eq!(trial.ledger.failures(1).unwrap().len(), 1);
    assert_eq!(trial.ledger.failure_counts().unwrap()[&Outcome::Rejected], 2);
    trial.write(&[Entry::Cleared(id("B"))]);
    assert_eq!(said(&trial), rows("")[..2]);
    trial.write(&[Entry::ToldAnewForgotten]);
    assert_eq!(said(&trial), []);
}

#[test]
fn what_stands_in_the_way_as_before_keeps_its_words_and_follows_its_row() {
    let mut trial = Trial::new();
    let again = |line, outcome| match failed("B", Some(line), outcome, "as before") {
        Entry::Failed(failure) => Entry::FailedBefore(failure),
        other => other,
    };
    trial.write(&[failed("B", Some(4), Outcome::Refused, "first"), again(7, Outcome::Refused)]);
    assert_eq!(said(&trial), [(Some(7), "first".to_owned())]);
    trial.write(&[failed("B", Some(7), Outcome::Rejected, "bad"), again(8, Outcome::Refused)]);
    assert_eq!(said(&trial), [(Some(8), "as before".to_owned())]);
}

#[test]
fn a_reading_of_the_list_replaces_the_strangers_of_the_last_one() {
    let mut trial = Trial::new();
    assert!(!trial.ledger.was_read().unwrap());
    let stranger = |number: &str, name| Stranger { mid: mid(number), name_key: name_key(name) };
    trial.write(&[Entry::ListRead(vec![stranger("7", "見本 商事"), stranger("8", "ＡＢＣ")])]);
    assert!(trial.ledger.was_read().unwrap());
    assert_eq!(trial.ledger.stranger_named(&name_key("abc")).unwrap(), Some(mid("8")));
    trial.write(&[Entry::ListRead(vec![stranger("7", "見本商事")])]);
    assert_eq!(trial.ledger.stranger_named(&name_key("abc")).unwrap(), None);
}

#[test]
fn the_order_of_contacts_is_unknown_until_it_was_compared() {
    let mut trial = Trial::new();
    assert_eq!(trial.ledger.contact_order().unwrap(), ContactOrder::Unknown);
    for order in [ContactOrder::NotKept, ContactOrder::Kept] {
        trial.write(&[Entry::ContactOrder(order)]);
        assert_eq!(trial.ledger.contact_order().unwrap(), order);
    }
}

#[test]
fn an_illegal_entry_takes_the_whole_batch_with_it() {
    let mut trial = Trial::new();
    trial.begin_create("A-1");
    let again = trial.intend("A-1", Intent::Create(Box::new(desired("A-1"))));
    let error = trial.commit(&[linked("B-1"), again]).unwrap_err();
    assert!(matches!(error, LedgerError::Illegal(illegal) if illegal.state == State::Creating), "{error}");
    assert_eq!(trial.ledger.head(&id("B-1")).unwrap(), None);
    assert_eq!(trial.ledger.attempts(&id("A-1")).unwrap().len(), 1);
}
