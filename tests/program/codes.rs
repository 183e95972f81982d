//! The exit codes: each by exactly its scenario, and the strongest where several hold.

use serde_json::{Value, json};

use crate::station::{Station, start};

fn with_samples() -> Station {
    let station = Station::open();
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    station
}

/// Runs and checks the code, and the reasons where there is an object.
#[track_caller]
fn ends(station: &Station, arguments: &[&str], code: i32, reasons: &Value) {
    let ran = station.run(&[arguments, &["--per-minute", "0", "--json"]].concat()).expect(code);
    let exit = &ran.json()["exit"];
    assert_eq!((&exit["code"], &exit["reasons"]), (&json!(code), reasons), "{}", ran.screen());
    assert_eq!(exit["resume_at"].is_string(), ran.screen().contains("day_quota"), "{}", ran.screen());
}

#[test]
fn each_code_has_its_scenario() {
    let mut station = with_samples();
    ends(&station, &["plan", "clients.csv", "--per-day", "0", "--exit-code"], 6, &json!(["changes"]));
    ends(&station, &["plan", "clients.csv", "--per-day", "0"], 0, &json!(["changes"]));
    // The quota of the day lets some of the 200 through.
    ends(&station, &["sync", "clients.csv", "--per-day", "60"], 5, &json!(["day_quota"]));
    ends(&station, &["sync", "clients.csv", "--per-day", "0"], 0, &json!(["in_sync"]));
    ends(&station, &["plan", "clients.csv", "--per-day", "0", "--exit-code"], 0, &json!(["in_sync"]));
    ends(&station, &["sync", "clients-next-day.csv", "--per-day", "0"], 3, &json!(["rejected"]));
    station.write("empty.csv", "client_external_id,name\n");
    ends(&station, &["sync", "empty.csv", "--per-day", "0"], 4, &json!(["run_held"]));
    ends(&station, &["sync", "missing.csv", "--per-day", "0"], 1, &json!(["input"]));
    assert_eq!(station.run(&["sync"]).code, Some(2));
    assert_eq!(station.run(&["sync", "clients.csv", "--max-deletes", "many"]).code, Some(2));
    station.close_sandbox();
    ends(&station, &["sync", "clients.csv", "--per-day", "0"], 5, &json!(["unreachable"]));
}

#[test]
fn the_strongest_code_wins_and_every_reason_is_named() {
    let station = with_samples();
    let text = station.read("clients.csv");
    let rejected = "X1,見本,,,,,,,,,,,,,,,,,no-address\n";
    station.write("more.csv", format!("{text}{rejected}"));
    // 5 before 3.
    ends(&station, &["sync", "more.csv", "--per-day", "60"], 5, &json!(["rejected", "day_quota"]));
    ends(&station, &["sync", "clients.csv", "--per-day", "0"], 0, &json!(["in_sync"]));
    // 4 before 3, and before 6.
    station.deletes_at_once();
    let few: String = text.split_inclusive('\n').take(30).collect();
    station.write("few.csv", format!("{few}{rejected}"));
    let arguments = ["few.csv", "--delete", "delete", "--per-day", "0"];
    let reasons = json!(["rejected", "deletes_held", "run_held"]);
    ends(&station, &[&["sync"], &arguments[..]].concat(), 4, &reasons);
    let plan = [&["plan", "--exit-code"], &arguments[..]].concat();
    ends(&station, &plan, 4, &json!(["changes", "deletes_held", "run_held"]));
    // 2 before everything: nothing is even looked at.
    assert_eq!(station.run(&["sync", "missing.csv", "--max-deletes", "one"]).code, Some(2));
}

#[test]
fn what_flags_folders_and_variables_bring_about() {
    let mut station = with_samples();
    ends(&station, &["sync", "clients.csv", "--per-day", "0", "--limit", "1"], 0, &json!(["limited"]));
    let rows = (0..60_000).map(|n| format!("B{n:06},見本商事株式会社{n}\n")).collect::<Vec<_>>().concat();
    station.write("large.csv", format!("client_external_id,name\n{rows}"));
    station.set("TMPDIR", "/does/not/exist");
    ends(&station, &["sync", "large.csv", "--per-day", "0"], 1, &json!(["temporary_storage"]));
    station.set("MAKELEAPS_PARTNER_MID", "77");
    ends(&station, &["sync", "clients.csv", "--per-day", "0", "--ledger", "b.db"], 1, &json!(["partner"]));
    station.set("MAKELEAPS_CLIENT_ID", "");
    ends(&station, &["sync", "clients.csv", "--per-day", "0"], 1, &json!(["configuration"]));
}

#[test]
fn a_locked_ledger_is_stronger_than_an_input_that_is_missing() {
    let station = Station::with(&["--fault", "delay:POST:/client/:for=300ms"]);
    station.sample("clients.csv");
    let mut first = start(&mut station.job(&["sync", "clients.csv", "--concurrency", "1"]));
    station.wait_for_writes(1);
    ends(&station, &["sync", "missing.csv", "--per-day", "0"], 7, &json!(["locked"]));
    first.kill().unwrap();
    first.wait().unwrap();
}
