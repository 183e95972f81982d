//! What is counted beside the tables: it follows every change, is filled from what an older file holds, and is found out
//! where it lies.

use rusqlite::Connection;

use super::{MIGRATIONS, climb, faults, in_memory};
use crate::journal::{Entry, Intent};
use crate::ledger::client::POPULATION;
use crate::ledger::failure::COUNTS;
use crate::ledger::trial::{Trial, id};
use crate::operation::State;

/// The steps before clients were counted.
const BEFORE: usize = 6;

/// How `SQLite` goes about a statement, in its own words.
fn way(connection: &Connection, sql: &str) -> String {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
    steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
}

fn population(connection: &Connection) -> Vec<(String, i64)> {
    let sql = "SELECT state, clients FROM population WHERE clients > 0 ORDER BY state";
    let mut statement = connection.prepare(sql).unwrap();
    let lines = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    lines.map(Result::unwrap).collect()
}

#[test]
fn clients_are_counted_as_they_come_and_turn() {
    let mut trial = Trial::new();
    let counts = |trial: &Trial| trial.ledger.counts().unwrap().into_iter().collect::<Vec<_>>();
    assert_eq!(counts(&trial), []);
    trial.begin_create("A-1");
    trial.begin_create("A-2");
    assert_eq!(counts(&trial), [(State::Creating, 2)]);
    trial.link("A-1");
    assert_eq!(counts(&trial), [(State::Creating, 1), (State::Linked, 1)]);
    // An intent that follows another leaves the state as it is.
    trial.begin_patch("A-1");
    trial.begin_patch("A-1");
    assert_eq!(counts(&trial), [(State::Creating, 1), (State::Patching, 1)]);
    // What is not committed is not counted.
    let wrong = [Entry::NotCreated(id("A-2")), trial.intend("A-2", Intent::Remove)];
    trial.commit(&wrong).unwrap_err();
    assert_eq!(counts(&trial), [(State::Creating, 1), (State::Patching, 1)]);
}

#[test]
fn a_line_that_goes_is_counted_no_more() {
    let connection = in_memory().unwrap();
    connection
        .execute_batch("INSERT INTO client (external_id, state) VALUES ('A', 'new'), ('B', 'new')")
        .unwrap();
    connection.execute("DELETE FROM client WHERE external_id = 'A'", []).unwrap();
    assert_eq!(population(&connection), [("new".to_owned(), 1)]);
}

#[test]
fn an_older_file_is_counted_once_and_then_kept() {
    let mut connection = Connection::open_in_memory().unwrap();
    for (migration, format) in MIGRATIONS.iter().zip(1..).take(BEFORE) {
        connection.execute_batch(migration).unwrap();
        connection.pragma_update(None, "user_version", format).unwrap();
    }
    connection
        .execute_batch(
            "INSERT INTO client (external_id, state) VALUES ('A', 'new'), ('B', 'refused'), ('C', 'new')",
        )
        .unwrap();
    climb(&mut connection, u32::try_from(BEFORE).unwrap()).unwrap();
    assert_eq!(population(&connection), [("new".to_owned(), 2), ("refused".to_owned(), 1)]);
    connection.execute("UPDATE client SET state = 'refused' WHERE external_id = 'A'", []).unwrap();
    assert_eq!(population(&connection), [("new".to_owned(), 1), ("refused".to_owned(), 2)]);
    assert_eq!(faults(&connection).unwrap(), Vec::<String>::new());
}

#[test]
fn a_count_that_lies_is_a_fault_of_the_file() {
    let spoilt = |sql: &str| {
        let connection = in_memory().unwrap();
        connection
            .execute_batch("INSERT INTO client (external_id, state) VALUES ('A', 'new'), ('B', 'new')")
            .unwrap();
        connection.execute_batch(sql).unwrap();
        faults(&connection).unwrap()
    };
    assert_eq!(spoilt(""), Vec::<String>::new());
    assert_eq!(
        spoilt("UPDATE population SET clients = 7 WHERE state = 'new'"),
        ["7 clients are counted as new, 2 are"]
    );
    assert_eq!(spoilt("DELETE FROM population"), ["0 clients are counted as new, 2 are"]);
    assert_eq!(
        spoilt("UPDATE population SET clients = 1 WHERE state = 'linked'"),
        ["1 clients are counted as linked, 0 are"]
    );
    let without = "DROP TRIGGER client_turns; UPDATE client SET state = 'refused' WHERE external_id = 'A'";
    assert_eq!(
        spoilt(without),
        ["2 clients are counted as new, 1 are", "0 clients are counted as refused, 1 are"]
    );
}

#[test]
fn every_state_is_counted() {
    let connection = in_memory().unwrap();
    let has_line = "SELECT count(*) FROM population WHERE state = ?1";
    for state in State::ALL {
        let lines: i64 = connection.query_row(has_line, [state.name()], |row| row.get(0)).unwrap();
        assert_eq!(lines, 1, "{}", state.name());
    }
}

#[test]
fn what_status_shows_is_read_without_a_walk_through_all_clients() {
    let connection = in_memory().unwrap();
    assert_eq!(way(&connection, POPULATION), "SCAN population");
    assert_eq!(way(&connection, COUNTS), "SCAN failure USING COVERING INDEX failure_by_outcome");
    // The proof that a walk would be seen.
    let counted = way(&connection, "SELECT state, count(*) FROM client GROUP BY state");
    assert!(counted.contains("SCAN client"), "{counted}");
}
