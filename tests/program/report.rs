//! `--report` and `leapsync report`: the page of a run, when it ends and later again.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::station::Station;

const FILE: [&str; 2] = ["--report", "night.html"];

fn after_two_days() -> Station {
    let station = Station::open();
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    station.deletes_at_once();
    station.sync(&["clients.csv", "--report", "first.html"]).expect(0);
    station.sync(&[&["clients-next-day.csv", "--delete", "delete"], &FILE[..]].concat()).expect(3);
    station
}

#[test]
fn the_page_of_a_run_is_written_again_as_it_was() {
    let station = after_two_days();
    let page = station.read("night.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<html lang=\"en\">"), "{page}");
    assert!(page.contains("One client needs attention."), "{page}");
    let mode = fs::metadata(station.path("night.html")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it names customers");
    let wrote = station.run(&["report"]).expect(0);
    assert_eq!(wrote.stdout, "wrote leapsync-run-2.html\n");
    assert_eq!(station.read("leapsync-run-2.html"), page);
    assert_eq!(station.run(&["report", "1", "--out", "-"]).expect(0).stdout, station.read("first.html"));
    assert_eq!(station.run(&["report", "--out", "again.html", "2"]).expect(0).stdout, "wrote again.html\n");
    assert_eq!(station.read("again.html"), page);
}

#[test]
fn the_model_behind_the_page_is_there_for_scripts() {
    let station = after_two_days();
    let json = station.run(&["report", "--json"]).expect(0).json();
    assert_eq!(json["schema"], "leapsync.report/1");
    assert_eq!((&json["run_id"], &json["summary"]["run_id"]), (&2.into(), &2.into()));
    assert_eq!(json["account"]["exceptions"]["rejected"]["total"], 1);
    assert_eq!(json["account"]["updated"]["total"], json["summary"]["result"]["updated"]);
    let updated = json["account"]["updated"]["first"].as_array().unwrap();
    assert!(updated.iter().all(|it| it["differences"].as_array().is_some_and(|them| !them.is_empty())));
    assert!(!station.path("leapsync-run-2.html").exists(), "scripts get no file besides");
}

#[test]
fn a_run_that_could_not_read_its_file_has_a_page_and_one_without_a_number_has_none() {
    let mut station = Station::open();
    station.write("empty.csv", "");
    station.sync(&[&["empty.csv"], &FILE[..]].concat()).expect(1);
    let page = station.read("night.html");
    assert!(page.contains("Nothing was sent: the run could not be carried out."), "{page}");
    assert!(page.contains("empty.csv") && page.contains("The file could not be read."), "{page}");
    fs::remove_file(station.path("night.html")).unwrap();
    station.environment.retain(|(name, _)| name != "MAKELEAPS_CLIENT_ID");
    station.sync(&[&["empty.csv"], &FILE[..]].concat()).expect(1);
    assert!(!station.path("night.html").exists());
}

#[test]
fn a_run_that_is_not_known_is_no_report() {
    let station = after_two_days();
    let ran = station.run(&["report", "77"]).expect(1);
    assert!(
        ran.stderr.contains("the ledger has no run 77") && ran.stderr.contains("leapsync history"),
        "{}",
        ran.screen()
    );
    station.run(&["report", "--out", "leapsync.db"]).expect(1);
    station.run(&["report", "--out", "no/such/folder.html"]).expect(1);
    station.run(&["report", "--ledger", "other.db"]).expect(1);
}

#[test]
fn the_page_speaks_japanese_when_it_is_asked_to() {
    let station = after_two_days();
    let page = station.run(&["report", "--out", "-", "--lang", "ja"]).expect(0).stdout;
    assert!(page.contains("<html lang=\"ja\">") && page.contains("取引先 1 件に確認が必要です。"), "{page}");
}

#[test]
fn a_plan_is_a_page_and_a_table_of_markdown() {
    let station = Station::open();
    station.sample("clients.csv");
    station.sample("clients-next-day.csv");
    station.sync(&["clients.csv"]).expect(0);
    let plan = |more: &[&str]| station.plan(&[&["clients-next-day.csv"], more].concat()).expect(0).stdout;
    let markdown = plan(&["--markdown"]);
    insta::assert_snapshot!(markdown.replace(&station.path("").display().to_string(), "/"));
    let screen = plan(&["--html", "plan.html"]);
    assert!(screen.contains("4 to create, 6 to update"), "{screen}");
    let page = station.read("plan.html");
    assert!(page.contains("10 clients would be changed.") && page.contains("001425"), "{page}");
    assert!(page.contains("leapsync sync clients-next-day.csv --per-minute 0 --per-day 0</"), "{page}");
    let mode = fs::metadata(station.path("plan.html")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it names customers");
    station.plan(&["clients-next-day.csv", "--html", "clients-next-day.csv"]).expect(1);
}

#[test]
fn a_long_plan_is_cut_off_until_all_of_it_is_asked_for() {
    let station = Station::open();
    station.sample("clients.csv");
    let is_row =
        |line: &&str| line.strip_prefix("| ").is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    let rows = |text: &str| text.lines().filter(is_row).count();
    let short = station.plan(&["clients.csv", "--markdown", "--html", "p.html"]).expect(0).stdout;
    assert_eq!(rows(&short), 20);
    assert!(short.contains("180 more are not shown; `-v` shows them all."), "{short}");
    assert_eq!(station.read("p.html").matches("<tr>").count(), 1 + 100);
    let long = station.plan(&["clients.csv", "--markdown", "--html", "p.html", "-v"]).expect(0).stdout;
    assert_eq!(rows(&long), 200);
    assert_eq!(station.read("p.html").matches("<tr>").count(), 1 + 200);
}
