//! SIGKILL in the middle: the next run finds out what became of the requests in flight, and nothing is there twice.

use std::collections::BTreeSet;
use std::fs;

use leapsync::ledger::Ledger;

use crate::server::{Server, sorted};
use crate::station::{Station, start};

/// Each write is answered late, so that a kill always meets some that were done and not yet answered.
const SLOW_WRITES: [&str; 2] = ["--fault", "delay:POST:/client/:for=30ms"];
/// The next run need not wait long for what may still land.
const HASTE: [&str; 4] = ["--timeout", "1s", "--settle", "2s"];

fn killed_after(writes: usize) -> Station {
    let station = Station::with(&SLOW_WRITES);
    station.sample("clients.csv");
    kill_a_run_after(&station, writes);
    station
}

fn kill_a_run_after(station: &Station, writes: usize) {
    let mut process = start(&mut station.job(&["sync", "clients.csv"]));
    station.wait_for_writes(writes);
    process.kill().unwrap();
    let status = process.wait().unwrap();
    assert_eq!(status.code(), None, "it was killed before its end");
}

fn ids_of_the_file(station: &Station) -> Vec<String> {
    let text = station.read("clients.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let ids: BTreeSet<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    ids.into_iter().collect()
}

/// The next run ends well, every client is there once, and the ledger is whole and agrees.
#[track_caller]
fn recovers(station: &Station) {
    let ran = station.sync(&[&["clients.csv"], &HASTE[..]].concat()).expect(0);
    let server = Server::of(station);
    assert_eq!(server.external_ids(), ids_of_the_file(station), "{}", ran.screen());
    let ledger = Ledger::open(&station.path("leapsync.db")).unwrap();
    assert_eq!(ledger.integrity().unwrap(), Vec::<String>::new());
    assert_eq!(ledger.clients_on_server().unwrap(), 200);
    drop(ledger);
    let before = station.writes().len();
    station.sync(&["clients.csv"]).expect(0);
    assert_eq!(station.writes().len(), before, "a further run has nothing to send");
}

#[test]
fn a_kill_at_the_first_create_leaves_no_twin() {
    recovers(&killed_after(1));
}

#[test]
fn a_kill_after_a_few_creates_leaves_no_twin() {
    recovers(&killed_after(17));
}

#[test]
fn a_kill_in_the_middle_leaves_no_twin() {
    recovers(&killed_after(100));
}

#[test]
fn a_kill_in_the_last_third_leaves_no_twin() {
    recovers(&killed_after(150));
}

#[test]
fn a_kill_shortly_before_the_end_leaves_no_twin() {
    recovers(&killed_after(190));
}

#[test]
fn five_kills_one_after_another_leave_no_twin() {
    let station = Station::with(&SLOW_WRITES);
    station.sample("clients.csv");
    for writes in [10, 40, 80, 120, 160] {
        kill_a_run_after(&station, writes);
    }
    recovers(&station);
}

/// Without the ledger, without the witness that misses it, and without looking at the server first, there must be twins: the checks above can fail.
#[test]
fn without_the_ledger_a_killed_run_makes_twins_that_are_seen() {
    let station = killed_after(100);
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _ = fs::remove_file(station.path(&format!("leapsync.db{ending}")));
    }
    fs::remove_dir_all(station.path(".local")).unwrap();
    station.sync(&[&["clients.csv", "--no-adopt"], &HASTE[..]].concat()).expect(0);
    let found = Server::of(&station).external_ids();
    assert!(found.len() >= 300, "{}", found.len());
    assert_ne!(found, ids_of_the_file(&station));
}

/// A ledger that is lost is made good by reading the list of the account first.
#[test]
fn a_lost_ledger_is_learnt_again_from_the_server() {
    let station = killed_after(100);
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _ = fs::remove_file(station.path(&format!("leapsync.db{ending}")));
    }
    station.sync(&[&["clients.csv"], &HASTE[..]].concat()).expect(0);
    assert_eq!(sorted(Server::of(&station).external_ids()), ids_of_the_file(&station));
}
