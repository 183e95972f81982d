//! `--json`: one object on stdout, of one form however the run ends, and it adds up.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::station::{Ran, Station, start};

/// What a key may hold.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Text,
    Number,
    /// A number, or null where there is no limit.
    Limit,
}
use Form::{Limit, Number, Text};

const TOP: [(&str, Form); 6] = [
    ("schema", Text),
    ("command", Text),
    ("started_at", Text),
    ("finished_at", Text),
    ("duration_s", Number),
    ("run_id", Number),
];
const INPUT: [(&str, Form); 4] = [("path", Text), ("encoding", Text), ("delimiter", Text), ("bytes", Number)];
const ROWS: [&str; 5] = ["read", "rejected", "skipped", "footer", "clients"];
const PLAN: [&str; 9] =
    ["create", "update", "unchanged", "blocked", "gone", "delete", "requests", "minutes", "days"];
const RESULT: [&str; 13] = [
    "created",
    "updated",
    "unchanged",
    "failed",
    "in_doubt",
    "remaining",
    "gone",
    "deleted",
    "archived",
    "delete_refused",
    "held",
    "settled",
    "adopted",
];
const REQUESTS: [&str; 9] =
    ["total", "post", "patch", "delete", "get", "options", "throttled", "retried", "max_in_60s"];
const QUOTA: [(&str, Form); 4] =
    [("per_minute", Limit), ("per_day", Limit), ("day_used", Number), ("day_left", Limit)];

/// The keys of the object that a run prints; a plan has `changes` in place of `result`.
const KEYS: [&str; 15] = [
    "schema",
    "run_id",
    "command",
    "started_at",
    "finished_at",
    "duration_s",
    "ledger",
    "input",
    "rows",
    "warnings",
    "plan",
    "result",
    "requests",
    "quota",
    "exit",
];

#[track_caller]
fn has_keys(object: &Value, keys: &[&str]) {
    let mut found: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let mut keys = keys.to_vec();
    found.sort_unstable();
    keys.sort_unstable();
    assert_eq!(found, keys);
}

#[track_caller]
fn has_form(object: &Value, keys: &[(&str, Form)]) {
    for (key, form) in keys {
        let value = &object[key];
        let fits = match form {
            Text => value.is_string(),
            Number => value.is_number(),
            Limit => value.is_number() || value.is_null(),
        };
        assert!(fits, "{key}: {value}");
    }
}

#[track_caller]
fn has_numbers(object: &Value, keys: &[&str]) {
    has_keys(object, keys);
    has_form(object, &keys.iter().map(|key| (*key, Number)).collect::<Vec<_>>());
}

/// Checks the whole form of a run that came to its end, and gives the object back.
#[track_caller]
fn complete(ran: &Ran) -> Value {
    let object = ran.json();
    assert_eq!(ran.stdout.lines().count(), 1, "one line: {}", ran.screen());
    has_keys(&object, &KEYS);
    has_form(&object, &TOP);
    has_keys(&object["input"], &["path", "encoding", "delimiter", "bytes"]);
    has_form(&object["input"], &INPUT);
    has_numbers(&object["rows"], &ROWS);
    has_numbers(&object["plan"], &PLAN);
    has_numbers(&object["result"], &RESULT);
    has_numbers(&object["requests"], &REQUESTS);
    has_keys(&object["quota"], &["per_minute", "per_day", "day_used", "day_left"]);
    has_form(&object["quota"], &QUOTA);
    has_keys(&object["exit"], &["code", "reasons"]);
    assert_eq!(object["schema"], "leapsync.run/1");
    assert_eq!(object["exit"]["code"], json!(ran.code));
    assert!(object["ledger"].as_str().is_some_and(|path| path.starts_with('/')), "{}", object["ledger"]);
    for time in ["started_at", "finished_at"] {
        assert!(object[time].as_str().unwrap().ends_with('Z'), "{}", object[time]);
    }
    adds_up(&object);
    object
}

/// The sums of the documentation, taken here once more.
#[track_caller]
fn adds_up(object: &Value) {
    let n = |part: &str, key: &str| object[part][key].as_u64().unwrap_or_else(|| panic!("{part}.{key}"));
    let sum = |part: &str, keys: &[&str]| keys.iter().map(|key| n(part, key)).sum::<u64>();
    let clients = n("rows", "clients");
    assert_eq!(sum("plan", &["create", "update", "unchanged", "blocked"]), clients, "{object}");
    let ends = ["created", "updated", "unchanged", "failed", "in_doubt", "remaining"];
    assert_eq!(sum("result", &ends), clients, "{object}");
    assert_eq!(n("plan", "gone"), n("result", "gone"), "{object}");
    assert!(
        sum("result", &["deleted", "archived", "delete_refused", "held"]) <= n("result", "gone"),
        "{object}"
    );
    let kinds = ["post", "patch", "delete", "get", "options"];
    assert_eq!(sum("requests", &kinds), n("requests", "total"), "{object}");
}

fn with_samples() -> Station {
    let station = Station::open();
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    station
}

#[test]
fn every_night_gives_one_object_that_adds_up() {
    let station = with_samples();
    let first = complete(&station.sync(&["clients.csv", "--json"]).expect(0));
    assert_eq!(first["exit"]["reasons"], json!(["in_sync"]));
    assert_eq!(first["result"]["created"], 200);
    assert_eq!(first["rows"], json!({"read": 230, "rejected": 0, "skipped": 0, "footer": 0, "clients": 200}));
    assert_eq!(
        (&first["quota"]["per_minute"], &first["quota"]["per_day"], &first["quota"]["day_left"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(first["requests"]["total"], json!(station.requests().len()));
    let second = complete(&station.sync(&["clients.csv", "--json"]).expect(0));
    assert_eq!((second["result"]["unchanged"].clone(), second["run_id"].clone()), (json!(200), json!(2)));
    station.deletes_at_once();
    let arguments = ["clients-next-day.csv", "--json", "--delete", "delete"];
    let third = complete(&station.sync(&arguments).expect(3));
    assert_eq!(third["exit"]["reasons"], json!(["rejected"]));
    let result = &third["result"];
    let figures =
        ["created", "updated", "unchanged", "gone", "deleted"].map(|key| result[key].as_u64().unwrap());
    assert_eq!(figures, [4, 6, 191, 2, 2]);
}

#[test]
fn limits_are_numbers_where_there_are_some() {
    let station = with_samples();
    station.write("clients.csv", "client_external_id,name\nA,見本商事\n");
    let ran =
        station.run(&["sync", "clients.csv", "--json", "--per-minute", "90", "--per-day", "1000"]).expect(0);
    let object = complete(&ran);
    let used = object["requests"]["total"].as_u64().unwrap();
    let expected = json!({"per_minute": 90, "per_day": 1000, "day_used": used, "day_left": 1000 - used});
    assert_eq!(object["quota"], expected);
}

#[test]
fn a_plan_has_changes_and_no_result() {
    let station = with_samples();
    station.sync(&["clients.csv"]).expect(0);
    station.deletes_at_once();
    let arguments = ["clients-next-day.csv", "--json", "--delete", "delete"];
    let ran = station.plan(&arguments).expect(0);
    let plan = ran.json();
    let keys: Vec<&str> = KEYS.iter().copied().filter(|key| *key != "result").chain(["changes"]).collect();
    has_keys(&plan, &keys);
    let changes = plan["changes"].as_array().unwrap();
    for change in changes {
        for field in change["fields"].as_array().unwrap() {
            assert!(["field", "from", "to"].iter().all(|key| field.get(key).is_some()), "{field}");
        }
    }
    let count = |action: &str| changes.iter().filter(|change| change["action"] == action).count();
    assert_eq!([count("create"), count("update"), count("delete"), count("rejected")], [4, 6, 2, 1]);
    let renamed = changes.iter().find(|change| change["client_external_id"] == "001077").unwrap();
    let expected = json!([
        {"contact": "株式会社例示環境開発", "field": "name",
         "from": "株式会社例示環境開発", "to": "株式会社例示環境ソリューションズ"}
    ]);
    assert_eq!(renamed["fields"], expected);
    assert!(renamed["mid"].is_string());
    // A dry run is the same thing, but for the time.
    let mut dry = station.sync(&[&arguments[..], &["--dry-run"]].concat()).expect(0).json();
    for time in ["started_at", "finished_at", "duration_s"] {
        dry[time] = plan[time].clone();
    }
    assert_eq!(dry, plan);
    let (plan, dry) =
        (station.plan(&["clients-next-day.csv"]), station.sync(&["clients-next-day.csv", "--dry-run"]));
    assert_eq!(plan.stdout, dry.stdout);
}

/// The list of changes as it stands there, each on a line of its own.
fn changes(station: &Station, ran: &Ran) -> String {
    let (_, changes) = ran.stdout.split_once("\"changes\":").unwrap();
    let (changes, _) = changes.split_once(",\"closed_at\"").unwrap_or((changes, ""));
    let lines = changes.replace(",{\"action\"", ",\n{\"action\"").replace("},{", "},\n  {");
    crate::redact::redact(&lines, &station.path("").display().to_string())
}

#[test]
fn the_changes_of_a_plan_and_of_a_hold_stand_there_letter_by_letter() {
    let station = with_samples();
    station.sync(&["clients.csv"]).expect(0);
    station.deletes_at_once();
    let plan = station.plan(&["clients-next-day.csv", "--json", "--delete", "archive"]).expect(0);
    assert_snapshot!("changes_of_a_plan", changes(&station, &plan));
    station.sync(&["clients-next-day.csv", "--max-updates", "1"]).expect(4);
    assert_snapshot!(
        "changes_of_a_hold",
        changes(&station, &station.run(&["holds", "1", "--json"]).expect(0))
    );
    station.run(&["approve", "1"]).expect(0);
    station.sync(&["clients-next-day.csv"]).expect(3);
    let back = changes(&station, &station.plan(&["clients.csv", "--json"]).expect(0));
    let of_one: Vec<&str> = back.lines().filter(|line| line.contains("\"001065\"")).collect();
    assert_snapshot!("changes_that_remove_a_contact", of_one.join("\n"));
}

#[test]
fn a_run_that_cannot_begin_prints_the_same_object_with_nulls() {
    let mut station = with_samples();
    let keys_of_a_plan: Vec<&str> =
        KEYS.iter().copied().filter(|key| *key != "result").chain(["changes"]).collect();
    let check = |station: &Station, arguments: &[&str], code: i32, reason: &str| {
        let ran = station.sync(&[arguments, &["--json"]].concat()).expect(code);
        let object = ran.json();
        has_keys(&object, &KEYS);
        has_keys(&object["input"], &["path", "encoding", "delimiter", "bytes"]);
        assert_eq!(object["exit"], json!({"code": code, "reasons": [reason]}));
        assert_eq!((&object["plan"], &object["result"]), (&Value::Null, &Value::Null));
        assert!(ran.stderr.starts_with("error: "), "people are told as well: {}", ran.screen());
        let plan = station.plan(&[arguments, &["--json"]].concat());
        has_keys(&plan.json(), &keys_of_a_plan);
        object
    };
    check(&station, &["missing.csv"], 1, "input");
    station.write("no-key.csv", "a,b\n1,2\n");
    check(&station, &["no-key.csv"], 1, "mapping");
    check(&station, &["clients.csv", "--settle", "1s"], 1, "configuration");
    station.set("MAKELEAPS_CLIENT_SECRET", "guessed");
    let object = check(&station, &["clients.csv"], 1, "credentials");
    assert_eq!((&object["input"]["encoding"], &object["requests"]["post"]), (&json!("UTF-8"), &json!(1)));
    station.write("leapsync.db", "rubbish".repeat(1_000));
    check(&station, &["clients.csv"], 1, "ledger");
}

#[test]
fn a_run_that_is_locked_out_prints_the_same_object_with_nulls() {
    let station = Station::with(&["--fault", "delay:POST:/client/:for=300ms"]);
    station.sample("clients.csv");
    let mut first = start(&mut station.job(&["sync", "clients.csv", "--concurrency", "1"]));
    station.wait_for_writes(1);
    let object = station.sync(&["clients.csv", "--json"]).expect(7).json();
    has_keys(&object, &KEYS);
    assert_eq!(object["exit"], json!({"code": 7, "reasons": ["locked"]}));
    assert_eq!(
        (&object["run_id"], &object["rows"], &object["result"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn status_and_failures_are_one_object_each() {
    let station = with_samples();
    station.sync(&["clients.csv"]).expect(0);
    station.sync(&["clients-next-day.csv"]).expect(3);
    let status = station.run(&["status", "--json"]).expect(0).json();
    assert_eq!(status["schema"], "leapsync.status/1");
    assert_eq!((&status["clients"]["linked"], &status["failures"]), (&json!(204), &json!(1)));
    let runs = status["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0]["summary"]["exit"]["code"], 3);
    let failures = station.run(&["failures", "--json"]).expect(0).json();
    let first = &failures["failures"][0];
    assert_eq!(
        (&first["client_external_id"], &first["line"], &first["outcome"]),
        (&json!("001022"), &json!(11), &json!("rejected"))
    );
}
