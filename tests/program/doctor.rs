//! `doctor` as a person sees it and as a script does: each check well, and each in trouble.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::redact::redact;
use crate::server::Server;
use crate::station::{Ran, Station, start};

const CLIENTS: &str =
    "client_external_id,name,phone_number,memo\nA1,見本商事,03-0000-0001,x\nA2,架空工業,,\n";

/// A station with two clients.
fn with_clients(arguments: &[&str]) -> Station {
    let station = Station::with(arguments);
    station.write("clients.csv", CLIENTS);
    station
}

/// How a check ended.
#[track_caller]
fn state(ran: &Ran, name: &str) -> (String, String) {
    let object = ran.json();
    let found = object["checks"].as_array().unwrap().iter().find(|it| it["name"] == name).cloned();
    let check = found.unwrap_or_else(|| panic!("no {name} in {}", ran.screen()));
    (check["status"].as_str().unwrap().to_owned(), check.to_string())
}

#[track_caller]
fn is(ran: &Ran, name: &str, expected: &str, words: &str) {
    let (state, text) = state(ran, name);
    assert!(state == expected && text.contains(words), "{name} is {state}: {text}");
}

#[test]
fn a_station_where_all_is_well_reads_well() {
    let mut station = with_clients(&[]);
    assert_snapshot!("doctor_of_a_new_account", station.run(&["doctor", "clients.csv"]).expect(0).screen());
    station.sync(&["clients.csv"]).expect(0);
    let writes =
        |station: &Station| station.writes().into_iter().filter(|it| it["method"] != "OPTIONS").count();
    let before = writes(&station);
    let well = station.run(&["doctor", "clients.csv"]).expect(0);
    assert_snapshot!("doctor_where_all_is_well", well.screen());
    assert_eq!(well.stdout.lines().filter(|line| line.contains("6 requests, 3 of them OPTIONS")).count(), 1);
    // OPTIONS is no GET, and no write either.
    assert_eq!(writes(&station), before);
    station.set("LANG", "ja_JP.UTF-8");
    assert_snapshot!("doctor_in_japanese", station.run(&["doctor", "clients.csv", "-v"]).expect(0).screen());
    let quiet = station.run(&["doctor", "-q"]).expect(0);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn scripts_read_one_object() {
    let station = with_clients(&[]);
    station.sync(&["clients.csv"]).expect(0);
    station.write("leapsync.toml", "[quota]\nper_minute = 90\n[drift]\nprefer = \"csv\"\n");
    let ran = station.run(&["doctor", "clients.csv", "--json", "--per-day", "700"]).expect(0);
    let told = serde_json::to_string_pretty(&ran.json()).unwrap();
    assert_snapshot!("doctor_json", redact(&told, &station.path("").display().to_string()));
}

#[test]
fn a_machine_without_anything_is_told_what_is_missing() {
    let station = Station::alone();
    assert_snapshot!("doctor_without_anything", station.run(&["doctor"]).expect(1).screen());
    station.write("leapsync.toml", "[quota]\nper_hour = 1\n");
    let broken = station.run(&["doctor", "missing.csv", "--json"]).expect(1);
    is(&broken, "configuration", "fail", "per_hour");
    is(&broken, "input", "skipped", "configuration");
    is(&broken, "contract", "skipped", "");
    assert_eq!(broken.json()["exit"], json!({"code": 1, "reasons": ["configuration", "credentials"]}));
}

#[test]
fn each_trouble_on_this_machine_is_named_with_the_next_step() {
    let mut station = with_clients(&[]);
    station.sync(&["clients.csv"]).expect(0);
    let missing = station.run(&["doctor", "missing.csv", "--json"]).expect(1);
    is(&missing, "input", "fail", "missing.csv");
    station.write("bad.csv", "client_external_id,name,email\nA1,見本商事,keiri\n合計件数,9,\n");
    let bad = station.run(&["doctor", "bad.csv", "--json"]).expect(0);
    is(&bad, "input", "warn", "keiri");
    fs::set_permissions(station.path("leapsync.db"), fs::Permissions::from_mode(0o644)).unwrap();
    is(&station.run(&["doctor", "--json"]).expect(0), "ledger", "warn", "chmod 600");
    fs::write(station.path("leapsync.db"), "not a database at all, and long enough to be looked at").unwrap();
    is(&station.run(&["doctor", "--json"]).expect(1), "ledger", "fail", "damaged");
    let secret = station.variable("MAKELEAPS_CLIENT_SECRET").to_owned();
    station.write("secret", &secret);
    fs::set_permissions(station.path("secret"), fs::Permissions::from_mode(0o644)).unwrap();
    station.environment.retain(|(name, _)| name != "MAKELEAPS_CLIENT_SECRET");
    let path = station.path("secret").display().to_string();
    station.set("MAKELEAPS_CLIENT_SECRET_FILE", &path);
    let open = station.run(&["doctor", "--json", "--ledger", "other.db"]).expect(0);
    is(&open, "credentials", "warn", "chmod 600");
    assert!(!open.stdout.contains(&secret) && !open.stderr.contains(&secret));
    assert!(!station.path("other.db").exists());
    station.set("MAKELEAPS_CLIENT_ID", "nobody");
    is(&station.run(&["doctor", "--json"]).expect(1), "account", "fail", "credentials");
    station.close_sandbox();
    is(&station.run(&["doctor", "--json"]).expect(1), "account", "fail", "");
}

#[test]
fn a_ledger_of_another_account_and_one_that_a_run_holds_are_told() {
    let mut station = Station::with(&["--fault", "delay:POST:/client/:for=300ms"]);
    station.sample("clients.csv");
    let mut run = start(&mut station.job(&["sync", "clients.csv", "--concurrency", "1"]));
    station.wait_for_writes(1);
    let doctor =
        |station: &Station| station.run(&["doctor", "--json", "--per-minute", "0", "--per-day", "0"]);
    is(&doctor(&station).expect(0), "ledger", "warn", "holds it now");
    run.kill().unwrap();
    run.wait().unwrap();
    is(&doctor(&station).expect(0), "ledger", "warn", "not settled");
    let other = station.another_sandbox(&["--seed", "2"]);
    for name in
        ["MAKELEAPS_BASE_URL", "MAKELEAPS_CLIENT_ID", "MAKELEAPS_CLIENT_SECRET", "MAKELEAPS_PARTNER_MID"]
    {
        station.set(name, other.variable(name));
    }
    is(&doctor(&station).expect(1), "ledger", "fail", "it belongs to");
}

#[test]
fn what_the_server_refuses_is_known_beforehand() {
    let station = with_clients(&["--seed-clients", "2", "--switch", "deletes=forbidden,archiving=read-only"]);
    let differs = station.run(&["doctor"]).expect(3);
    assert_snapshot!("doctor_where_the_server_differs", differs.screen());
    let told = station.run(&["doctor", "--json"]).expect(3).json();
    let kinds: Vec<&Value> = told["contract"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["no_method", "no_method", "no_archive"]);
    assert_eq!(told["exit"], json!({"code": 3, "reasons": ["contract"]}));
    let station = with_clients(&["--seed-clients", "2", "--switch", "key=read"]);
    let reads = station.run(&["doctor"]).expect(1);
    assert_snapshot!("doctor_with_a_key_that_may_only_read", reads.screen());
}

#[test]
fn limits_that_the_server_names_are_laid_beside_the_settings() {
    let station = with_clients(&["--seed-clients", "2", "--switch", "rate-headers=on"]);
    Server::of(&station).control("limits", &json!({"per_minute": 60, "per_day": 900}));
    is(&station.run(&["doctor", "--json"]).expect(0), "quota", "ok", "60");
    let above = station.run(&["doctor", "--json", "--per-minute", "100"]).expect(0);
    is(&above, "quota", "warn", "above");
}
