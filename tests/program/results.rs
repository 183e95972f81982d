//! The results file, and what happens when it cannot be written.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;

use crate::station::{Station, start};

const NEXT_DAY: [&str; 5] = ["clients-next-day.csv", "--delete", "delete", "--results", "results.csv"];

fn after_the_first_day() -> Station {
    let station = Station::open();
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    station.sync(&["clients.csv"]).expect(0);
    station
}

#[test]
fn every_row_has_a_line_and_deletes_stand_last() {
    let station = after_the_first_day();
    station.deletes_at_once();
    station.sync(&NEXT_DAY).expect(3);
    let text = station.read("results.csv");
    let text = text.strip_prefix('\u{feff}').expect("a mark for spreadsheets");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "line,client_external_id,action,outcome,mid,http_status,message");
    assert!(text.ends_with("\r\n") && !lines.iter().any(|line| line.contains(['\r', '\n'])));
    let rows: Vec<&str> = lines[1..].iter().map(|line| line.split(',').next().unwrap()).collect();
    let expected: Vec<String> =
        (2..235).map(|row| row.to_string()).chain(["", ""].map(str::to_owned)).collect();
    assert_eq!(rows, expected);
    let count = |what: &str| lines.iter().filter(|line| line.contains(what)).count();
    assert_eq!(count(",create,done,"), 4);
    // Two rows of one client have a line each.
    assert_eq!(count(",update,done,"), 7);
    assert_eq!(count(",none,rejected,"), 1);
    assert_eq!(count(",delete,done,"), 2);
    assert_eq!(count(",none,unchanged,"), lines.len() - 1 - 4 - 7 - 1 - 2);
    let mode = fs::metadata(station.path("results.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn results_that_cannot_be_written_are_found_out_before_anything_is_sent() {
    let station = Station::open();
    station.sample("clients.csv");
    fs::create_dir(station.path("folder")).unwrap();
    let refused = |path: &str| station.sync(&["clients.csv", "--results", path]).expect(1).screen();
    assert_snapshot!("results_without_folder", refused("no/such/results.csv"));
    assert_snapshot!("results_onto_a_folder", refused("folder"));
    assert_snapshot!("results_onto_the_input", refused("./clients.csv"));
    refused("leapsync.db");
    assert_eq!(station.requests().len(), 0);
    assert!(station.read("clients.csv").starts_with("client_external_id,"));
    assert!(!station.path("leapsync.db").exists());
}

#[test]
fn results_that_are_lost_at_the_end_do_not_hide_what_was_done() {
    let station = Station::with(&["--fault", "delay:POST:/client/:for=300ms"]);
    station.sample("clients.csv");
    fs::create_dir(station.path("out")).unwrap();
    let mut command = station.job(&["sync", "clients.csv", "--json", "--results", "out/results.csv"]);
    let process = start(&mut command);
    station.wait_for_writes(1);
    fs::remove_dir(station.path("out")).unwrap();
    let ran = station.ran(&["sync"], &process.wait_with_output().unwrap()).expect(5);
    assert_eq!(ran.json()["result"]["created"], 200);
    assert_eq!(ran.json()["exit"]["code"], 5);
    assert_eq!(ran.json()["exit"]["reasons"], serde_json::json!(["results_not_written"]));
    assert!(ran.stderr.contains("cannot write the results to `out/results.csv`"), "{}", ran.screen());
}

#[test]
fn a_run_that_never_came_to_a_plan_leaves_the_results_of_the_last_one() {
    let station = after_the_first_day();
    station.sync(&NEXT_DAY).expect(3);
    let before = station.read("results.csv");
    station.write("clients-next-day.csv", "");
    station.sync(&NEXT_DAY).expect(1);
    assert_eq!(station.read("results.csv"), before);
}
