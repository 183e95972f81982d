//! `--metrics`: what a monitoring system reads of a run, whatever the end of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::exposition::parse;
use crate::station::{Station, start};

const FILE: [&str; 2] = ["--metrics", "leapsync.prom"];

/// The samples of the file by name and, behind a blank, their one label besides the ledger.
fn metrics(station: &Station) -> BTreeMap<String, f64> {
    let ledger = station.path("leapsync.db").display().to_string();
    let samples = parse(&station.read("leapsync.prom")).unwrap();
    let flat = samples.into_iter().map(|((name, mut labels), value)| {
        assert_eq!(labels.remove("ledger").as_deref(), Some(ledger.as_str()), "{name}");
        let rest: Vec<String> = labels.into_values().collect();
        ([vec![name.trim_start_matches("leapsync_").to_owned()], rest].concat().join(" "), value)
    });
    flat.collect()
}

fn figure(json: &Value, group: &str, name: &str) -> f64 {
    json[group][name].as_f64().unwrap()
}

#[test]
fn the_figures_are_those_of_the_summary() {
    let station = Station::open();
    station.sample("clients-next-day.csv");
    let ran = station.sync(&[&["clients-next-day.csv", "--json"], &FILE[..]].concat()).expect(3);
    let (json, metrics) = (ran.json(), metrics(&station));
    for (group, family, names) in [
        ("rows", "last_run_rows", &["read", "rejected", "skipped", "footer"][..]),
        (
            "result",
            "last_run_clients",
            &["created", "updated", "unchanged", "failed", "in_doubt", "remaining"],
        ),
        ("result", "last_run_gone_clients", &["deleted", "archived", "delete_refused", "held"]),
        ("result", "last_run_found_clients", &["settled", "adopted"]),
    ] {
        for name in names {
            let value = metrics[&format!("{family} {name}")];
            assert!((value - figure(&json, group, name)).abs() < f64::EPSILON, "{family} {name}: {value}");
        }
    }
    for method in ["post", "patch", "delete", "get", "options"] {
        let value = metrics[&format!("last_run_requests {}", method.to_uppercase())];
        assert!((value - figure(&json, "requests", method)).abs() < f64::EPSILON, "{method}: {value}");
    }
    let same = |name: &str, value: f64| assert!((metrics[name] - value).abs() < 2e-3, "{name}: {metrics:?}");
    same("last_run_exit_code", 3.0);
    same("last_run_exit_reason rejected", 1.0);
    same("quota_day_used_requests", figure(&json, "quota", "day_used"));
    same("last_run_duration_seconds", json["duration_s"].as_f64().unwrap());
    assert!(!metrics.contains_key("quota_day_left_requests"), "there is no limit");
    same("last_complete_timestamp_seconds", metrics["last_run_finished_timestamp_seconds"]);
    assert!(!metrics.contains_key("last_success_timestamp_seconds"), "a row was rejected");
    let mode = fs::metadata(station.path("leapsync.prom")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644, "the exporter is another user");
}

#[test]
fn a_run_that_fails_keeps_the_last_success() {
    let mut station = Station::open();
    station.sample("clients.csv");
    let job = |station: &Station, file: &str, code| {
        station.sync(&[&[file], &FILE[..]].concat()).expect(code);
        metrics(station)
    };
    let good = job(&station, "clients.csv", 0);
    let success = good["last_success_timestamp_seconds"];
    station.write("empty.csv", "");
    let unreadable = job(&station, "empty.csv", 1);
    assert!((unreadable["last_success_timestamp_seconds"] - success).abs() < 1e-9);
    assert!((unreadable["last_run_exit_code"] - 1.0).abs() < f64::EPSILON);
    assert!(unreadable["last_run_finished_timestamp_seconds"] > success);
    // The ledger remembers it even when the file is lost.
    fs::remove_file(station.path("leapsync.prom")).unwrap();
    station.environment.retain(|(name, _)| name != "MAKELEAPS_CLIENT_SECRET");
    let without_key = job(&station, "clients.csv", 1);
    assert!((without_key["last_success_timestamp_seconds"] - success).abs() < 1e-3);
    assert!((without_key["last_run_exit_reason configuration"] - 1.0).abs() < f64::EPSILON);
    // And the file remembers it when the ledger is gone.
    fs::remove_file(station.path("leapsync.db")).unwrap();
    station.write("leapsync.toml", "[map\n");
    assert!((job(&station, "clients.csv", 1)["last_success_timestamp_seconds"] - success).abs() < 1e-9);
}

#[test]
fn a_run_that_finds_the_ledger_taken_says_so() {
    let station = Station::with(&["--fault", "delay:POST:/client/:for=300ms"]);
    station.sample("clients.csv");
    let process = start(&mut station.job(&["sync", "clients.csv"]));
    station.wait_for_writes(1);
    station.sync(&[&["clients.csv"], &FILE[..]].concat()).expect(7);
    let metrics = metrics(&station);
    assert!((metrics["last_run_exit_code"] - 7.0).abs() < f64::EPSILON);
    assert!((metrics["last_run_exit_reason locked"] - 1.0).abs() < f64::EPSILON);
    assert!(process.wait_with_output().unwrap().status.success());
}

#[test]
fn figures_never_replace_the_input_or_the_ledger_and_their_loss_is_told() {
    let station = Station::open();
    station.sample("clients.csv");
    let refused = |path: &str| station.sync(&["clients.csv", "--metrics", path]).expect(1);
    let onto_input = refused("./clients.csv");
    assert!(
        onto_input.stderr.contains("cannot write the metrics to `./clients.csv`"),
        "{}",
        onto_input.screen()
    );
    refused("no/such/folder.prom");
    refused("leapsync.db");
    let twice = station.sync(&["clients.csv", "--results", "a", "--metrics", "./a"]).expect(1);
    assert!(twice.stderr.contains("both the results and the metrics"), "{}", twice.screen());
    assert!(station.read("clients.csv").starts_with("client_external_id,"));
    assert_eq!(station.requests().len(), 0);
}
