//! Inputs, ledgers, accounts and settings that cannot be used: each ends with its code, says what to do next, and
//! sends no write.

use std::fs;
use std::io::Write;

use insta::assert_snapshot;

use crate::station::{Ran, Station, start};

/// Ends with this code, shows this screen, and sent no write.
#[track_caller]
fn sent_nothing(station: &Station, name: &str, code: i32, ran: Ran) {
    let ran = ran.expect(code);
    assert_snapshot!(name, ran.screen());
    assert_eq!(station.writes(), Vec::<serde_json::Value>::new());
}

fn refuses_file(name: &str, bytes: &[u8]) {
    let station = Station::open();
    station.write("clients.csv", bytes);
    sent_nothing(&station, name, 1, station.sync(&["clients.csv"]));
    assert_eq!(station.requests().len(), 0, "the input is read before anybody is asked");
    assert_eq!(station.plan(&["clients.csv"]).expect(1).stdout, "");
}

#[test]
fn a_file_that_is_missing_is_named() {
    let station = Station::open();
    sent_nothing(&station, "input_missing", 1, station.sync(&["clients.csv"]));
}

#[test]
fn a_folder_is_no_file() {
    let station = Station::open();
    fs::create_dir(station.path("clients.csv")).unwrap();
    sent_nothing(&station, "input_folder", 1, station.sync(&["clients.csv"]));
}

#[test]
fn a_file_of_0_bytes_is_a_broken_export() {
    refuses_file("input_0_bytes", b"");
}

#[test]
fn a_file_without_a_key_column_is_not_understood() {
    refuses_file("input_no_key", "会社名,電話\n見本商事,03-0000-0000\n".as_bytes());
}

#[test]
fn a_quote_that_is_never_closed_ends_the_run() {
    refuses_file("input_open_quote", b"client_external_id,name\nA,\"Sample\nB,Other\n");
}

#[test]
fn a_header_that_cannot_be_decoded_cannot_be_understood() {
    // A mark says UTF-8, 名前 is Shift_JIS.
    refuses_file("input_header_encoding", b"\xef\xbb\xbfclient_external_id,\x96\xbc\x91\x4f\nA,Sample\n");
}

#[test]
fn a_row_that_does_not_fit_the_named_encoding_is_rejected_and_the_others_go_on() {
    let station = Station::open();
    station.write("leapsync.toml", "[input]\nencoding = \"UTF-8\"\n");
    station.write("clients.csv", b"client_external_id,name\nA,Sample\nB,\x96\xbc\x91\x4f\nC,Other\n");
    assert_snapshot!("input_row_encoding", station.sync(&["clients.csv"]).expect(3).screen());
    assert_eq!(station.writes().len(), 2);
}

#[test]
fn what_no_encoding_fits_is_told_with_the_rows_and_what_to_do() {
    refuses_file("input_no_encoding", b"client_external_id,name\nA,Sample\nB,\x96\xbc\x91\x4f\nC,\xa0\n");
    refuses_file("input_workbook", b"PK\x03\x04\x14\0\x08\0");
}

#[test]
fn a_form_that_only_the_end_of_a_file_shows_is_seen() {
    let station = Station::alone();
    let row = |number| format!("A-{number},Mihon {number},03-{number},x,y\n");
    let rows = (0..2_000).map(row).collect::<Vec<_>>().concat();
    let text = format!("client_external_id,name,phone_number,note,more\n{rows}Z-1,能登見本,03-1,x,y\n");
    station.write("clients.csv", &encoding_rs::SHIFT_JIS.encode(&text).0);
    let ran = station.plan(&["clients.csv", "--json"]).expect(0);
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["input"]["encoding"], "Shift_JIS");
    assert_eq!(plan["rows"]["clients"], 2_001);
    assert!(ran.stdout.contains("能登見本"), "{}", ran.screen());
}

#[test]
fn the_form_of_an_export_is_said_with_its_footer_and_its_odd_cells() {
    let station = Station::open();
    station.sample("01-hanbai.csv");
    let map =
        "[map]\nclient_external_id = \"得意先コード\"\nname = \"得意先名1\"\nstreet_address = \"住所1\"\n";
    station.write("leapsync.toml", map);
    let ran = station.sync(&["01-hanbai.csv", "--results", "results.csv"]).expect(3);
    assert_snapshot!("input_export", ran.screen());
    let results = station.read("results.csv");
    assert!(results.contains("50,,none,skipped,,,\"a footer below the rows, not a client\""), "{results}");
    assert!(
        results.contains("000119") && results.contains("only the machine it was written on knows"),
        "{results}"
    );
    let json = station.plan(&["01-hanbai.csv", "--json"]).expect(0).json();
    assert_eq!(json["input"]["encoding"], "Shift_JIS");
    assert_eq!((&json["rows"]["read"], &json["rows"]["footer"]), (&46.into(), &1.into()));
}

#[test]
fn a_header_alone_is_fine_for_an_empty_ledger_and_held_for_a_full_one() {
    let station = Station::open();
    station.write("empty.csv", "client_external_id,name\n");
    sent_nothing(&station, "input_header_only", 0, station.sync(&["empty.csv"]));
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.sync(&["clients.csv"]).expect(0);
    let before = station.writes().len();
    assert_snapshot!("input_header_only_held", station.sync(&["empty.csv"]).expect(4).screen());
    let with_deletes = station.sync(&["empty.csv", "--delete", "delete"]).expect(4);
    assert!(with_deletes.stderr.starts_with("warning: "), "{}", with_deletes.screen());
    assert_eq!(station.writes().len(), before);
}

/// The most that reading may take: the binary itself, and a record of a mebibyte a few times over.
#[cfg(target_os = "linux")]
const MOST_MEMORY: u64 = 64 << 20;

#[test]
fn a_hundred_megabytes_on_one_line_end_soon_and_in_little_memory() {
    const SIZE: usize = 100 << 20;
    for opening in ["A,", "A,\""] {
        let station = Station::open();
        let mut file = fs::File::create(station.path("clients.csv")).unwrap();
        file.write_all(b"client_external_id,name\n").unwrap();
        file.write_all(opening.as_bytes()).unwrap();
        let chunk = vec![b'x'; 1 << 20];
        for _ in 0..SIZE >> 20 {
            file.write_all(&chunk).unwrap();
        }
        station.age("clients.csv");
        let name = if opening.ends_with('"') { "input_100_mb_in_quotes" } else { "input_100_mb" };
        sent_nothing(&station, name, 1, station.sync(&["clients.csv"]));
    }
}

#[test]
fn a_hundred_megabytes_of_rows_are_read_in_little_memory() {
    let station = Station::alone();
    let mut file = std::io::BufWriter::new(fs::File::create(station.path("clients.csv")).unwrap());
    writeln!(file, "client_external_id,name,street_address").unwrap();
    let street = "x".repeat(200);
    for number in 0..200_000 {
        writeln!(file, "{number},Sample {number},{street}").unwrap();
    }
    file.into_inner().unwrap();
    station.age("clients.csv");
    let mut command = station.job(&["plan", "clients.csv"]);
    let mut process = start(&mut command);
    #[cfg(target_os = "linux")]
    {
        let mut most = 0;
        crate::station::wait_until("the end", || {
            let status = fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let peak = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
            most = most.max(peak.unwrap_or(0) << 10);
            process.try_wait().unwrap().is_some()
        });
        assert!(most > 0 && most < MOST_MEMORY, "{} MiB at most", most >> 20);
    }
    let output = process.wait_with_output().unwrap();
    let ran = station.ran(&["plan"], &output).expect(0);
    assert!(ran.stdout.contains("200,000 to create"), "{}", ran.screen());
}

#[test]
fn a_ledger_of_another_account_is_not_used() {
    let mut station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.sync(&["clients.csv"]).expect(0);
    let before = station.writes().len();
    let other = station.another_sandbox(&["--seed", "2"]);
    for (name, value) in &other.variables {
        station.set(name, value);
    }
    let ran = station.sync(&["clients.csv"]).expect(1);
    assert_snapshot!("ledger_of_another_server", ran.screen());
    assert_eq!(station.plan(&["clients.csv"]).code, Some(1), "a plan against it would be a plan of nothing");
    assert_eq!(station.writes().len(), before);
}

#[test]
fn a_damaged_ledger_is_not_used() {
    let station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.write("leapsync.db", b"this is no database, whatever its name may promise".repeat(100));
    sent_nothing(&station, "ledger_damaged", 1, station.sync(&["clients.csv"]));
    assert_eq!(station.run(&["status"]).code, Some(1));
    assert_eq!(station.plan(&["clients.csv"]).code, Some(1));
}

#[test]
fn a_ledger_of_a_newer_program_is_not_used() {
    let station = Station::open();
    station.write("clients.csv", "client_external_id,name\n");
    station.sync(&["clients.csv"]).expect(0);
    let ledger = rusqlite::Connection::open(station.path("leapsync.db")).unwrap();
    ledger.pragma_update(None, "user_version", 99).unwrap();
    drop(ledger);
    sent_nothing(&station, "ledger_from_the_future", 1, station.sync(&["clients.csv"]));
    assert_eq!(station.run(&["status"]).code, Some(1));
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    let other = rusqlite::Connection::open(station.path("leapsync.db")).unwrap();
    other.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").unwrap();
    drop(other);
    sent_nothing(&station, "ledger_of_another_program", 1, station.sync(&["clients.csv"]));
    let other = rusqlite::Connection::open(station.path("leapsync.db")).unwrap();
    assert_eq!(other.query_row("SELECT x FROM theirs", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

#[test]
fn a_ledger_in_a_folder_that_does_not_exist_is_not_made() {
    let station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    sent_nothing(
        &station,
        "ledger_without_folder",
        1,
        station.sync(&["clients.csv", "--ledger", "no/such/ledger.db"]),
    );
}

#[test]
fn wrong_credentials_end_the_run_before_anything_is_sent() {
    let mut station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.set("MAKELEAPS_CLIENT_SECRET", "guessed");
    sent_nothing(&station, "credentials_wrong", 1, station.sync(&["clients.csv"]));
}

#[test]
fn missing_credentials_are_named() {
    let mut station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.environment.retain(|(name, _)| name != "MAKELEAPS_CLIENT_SECRET");
    sent_nothing(&station, "credentials_missing", 1, station.sync(&["clients.csv"]));
    assert_eq!(station.requests().len(), 0);
}

#[test]
fn a_server_that_does_not_answer_can_be_tried_again() {
    let mut station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.close_sandbox();
    sent_nothing(&station, "server_unreachable", 5, station.sync(&["clients.csv"]));
    assert_snapshot!("plan_server_unreachable", station.plan(&["clients.csv"]).expect(5).screen());
}

#[test]
fn credentials_never_leave_this_machine_in_clear() {
    let mut station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.set("MAKELEAPS_BASE_URL", "http://api.example.com");
    sent_nothing(&station, "server_in_clear", 1, station.sync(&["clients.csv"]));
    assert_eq!(station.plan(&["clients.csv"]).code, Some(1));
}

#[test]
fn an_unknown_flag_is_wrong_usage() {
    let station = Station::open();
    sent_nothing(&station, "flag_unknown", 2, station.sync(&["clients.csv", "--delete-all"]));
    sent_nothing(&station, "command_unknown", 2, station.run(&["wipe"]));
    assert_eq!(station.sync(&["clients.csv", "--delete", "all"]).code, Some(2));
    assert_eq!(station.sync(&["clients.csv", "--max-deletes", "many"]).code, Some(2));
}

#[test]
fn an_unknown_key_of_the_configuration_is_named_with_its_place() {
    let station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    station.write("leapsync.toml", "[quota]\nper_minute = 60\nper_hour = 1\n");
    sent_nothing(&station, "config_unknown_key", 1, station.sync(&["clients.csv"]));
    sent_nothing(&station, "config_missing", 1, station.sync(&["clients.csv", "--config", "other.toml"]));
}

#[test]
fn a_settle_time_within_the_time_out_is_refused() {
    let station = Station::open();
    station.write("clients.csv", "client_external_id,name\nA,Sample\n");
    let ran = station.sync(&["clients.csv", "--settle", "30s", "--timeout", "30s"]);
    sent_nothing(&station, "settle_too_short", 1, ran);
}

#[test]
fn a_file_that_is_still_being_written_is_waited_for() {
    let station = Station::open();
    let mut file = fs::File::create(station.path("clients.csv")).unwrap();
    file.write_all(b"client_external_id,name\nA,Sample\n").unwrap();
    let first = start(&mut station.job(&["sync", "clients.csv", "--json"]));
    // It has read the file before it asks anybody; a row that comes now must not be taken for one that is gone.
    crate::station::wait_until("the ledger", || station.path("leapsync.db").exists());
    file.write_all(b"B,Other\n").unwrap();
    drop(file);
    let ran = station.ran(&["sync", "clients.csv"], &first.wait_with_output().unwrap()).expect(0);
    assert_eq!(ran.json()["result"]["created"], 2);
}

#[test]
fn a_second_run_on_the_same_ledger_waits_for_nobody() {
    let station = Station::with(&["--fault", "delay:POST:for=300ms"]);
    station.sample("clients.csv");
    let mut first = start(&mut station.job(&["sync", "clients.csv", "--concurrency", "1"]));
    station.wait_for_writes(1);
    let second = station.sync(&["clients.csv"]).expect(7);
    assert_snapshot!("second_run", second.screen());
    // Looking is allowed meanwhile.
    assert_snapshot!("status_of_a_run_that_goes_on", station.run(&["status"]).expect(0).screen());
    station.plan(&["clients.csv"]).expect(0);
    first.kill().unwrap();
    first.wait().unwrap();
}
