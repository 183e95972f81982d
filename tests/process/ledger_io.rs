//! The disk under the ledger fails: each write, sync and truncation of a run once, with every kind of error. What
//! could not be written down is never sent, the run says what is wrong, and the next one puts everything right.

use std::fs;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::judge::{Measure, Story};
use crate::shim::{self, EIO, ENOSPC, EROFS};
use crate::station::{LEDGER, Ran, Station};
use crate::trials;

const CLIENTS: u32 = 20;
const AT_ONCE: usize = 12;
/// Commits hold more than one client then, as in a real run, and quota is reserved more than once.
const PACE: [&str; 11] = [
    "--concurrency",
    "4",
    "--delete",
    "delete",
    "--per-minute",
    "100",
    "--per-day",
    "5000",
    "--results",
    RESULTS,
    "--json",
];
const RESULTS: &str = "results.csv";

static MEASURE: LazyLock<Measure> = LazyLock::new(|| Measure::take(CLIENTS));

/// How a call fails.
#[derive(Debug, Clone, Copy)]
struct Failing {
    mode: &'static str,
    error: i32,
}

const ONCE_FULL: Failing = Failing { mode: "once", error: ENOSPC };
const ONCE_BROKEN: Failing = Failing { mode: "once", error: EIO };
const FULL_FROM_THEN_ON: Failing = Failing { mode: "from", error: ENOSPC };
const HALF_WRITTEN: Failing = Failing { mode: "short", error: ENOSPC };

fn disturbed(station: &Station, story: Story, failing: Failing, at: u64) -> Ran {
    let mut job = station.job(story.file(), &PACE);
    let settings = [
        ("IOSHIM_MODE", failing.mode.to_owned()),
        ("IOSHIM_ERRNO", failing.error.to_string()),
        ("IOSHIM_FAIL_AT", at.to_string()),
    ];
    shim::between(&mut job, station, &settings);
    Ran::of(&job.output().unwrap())
}

/// How many calls an undisturbed run makes: the shim counts and nothing fails.
fn calls_of_a_run(story: Story) -> u64 {
    let station = MEASURE.station(1, &[], story);
    disturbed(&station, story, ONCE_BROKEN, 0).expect(0, "a run that is only watched").unwrap();
    MEASURE.server_is_right(&station, story).unwrap();
    let calls = shim::calls(&station);
    assert!(calls.iter().all(|call| call.result == "done"), "{calls:?}");
    for (name, file) in [("write", "-wal"), ("sync", "-wal"), ("write", ""), ("sync", "")] {
        let file = format!("{LEDGER}{file}");
        assert!(calls.iter().any(|call| call.name.contains(name) && call.file == file), "{name} {file}");
    }
    MEASURE.recovers(&station, story, &[]).unwrap();
    calls.len() as u64
}

fn every_call_fails(test: &str, story: Story, kinds: &[Failing]) {
    let calls = calls_of_a_run(story);
    // Answers group differently from run to run, so that another run may make a few calls more.
    let calls = calls + calls / 10;
    let (struck, survived) = (AtomicUsize::new(0), AtomicUsize::new(0));
    trials::each(test, calls * kinds.len() as u64, AT_ONCE, |number| {
        let failing = kinds[usize::try_from(number / calls).unwrap()];
        let station = MEASURE.station(number, &[], story);
        let before = station.writes().len();
        let ran = disturbed(&station, story, failing, number % calls + 1);
        let met = shim::calls(&station).into_iter().find(|call| call.result != "done");
        struck.fetch_add(usize::from(met.is_some()), Ordering::SeqCst);
        survived.fetch_add(usize::from(met.is_some() && ran.code == Some(0)), Ordering::SeqCst);
        let checked = check(&station, story, &ran, met.is_some(), before);
        checked.map_err(|why| format!("{failing:?} at {met:?}: {why}"))
    });
    let [struck, survived] = [struck, survived].map(AtomicUsize::into_inner);
    trials::say(&format!(
        "{calls} calls, {struck} failures struck, {survived} of them were survived by the run"
    ));
}

fn check(station: &Station, story: Story, ran: &Ran, struck: bool, before: usize) -> Result<(), String> {
    ran.expect_one_of(if struck { &[0, 1, 5] } else { &[0] }, "the run on a failing disk")?;
    MEASURE.every_write_was_intended(station)?;
    every_row_is_told_of(station, story, before)?;
    if ran.code == Some(0) {
        // The last step of closing a ledger may fail without harm.
        MEASURE.server_is_right(station, story)?;
    } else {
        helps(ran)?;
        if ran.code == Some(5) && !ran.stdout.contains("\"ledger_failed\"") {
            return Err(format!("another reason is told: {}", ran.stdout));
        }
    }
    MEASURE.recovers(station, story, &[])
}

/// Whether the results have one line for each row, in the file's order, once anything was sent.
fn every_row_is_told_of(station: &Station, story: Story, before: usize) -> Result<(), String> {
    let rows = fs::read_to_string(station.path(story.file())).unwrap().lines().count();
    let results = fs::read_to_string(station.path(RESULTS)).unwrap_or_default();
    let records = csv::Reader::from_reader(results.trim_start_matches('\u{feff}').as_bytes()).into_records();
    let lines: Vec<String> = records.map(|record| record.unwrap()[0].to_owned()).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    let expected: Vec<String> = (2..=rows).map(|row| row.to_string()).collect();
    let nothing_sent = lines.is_empty() && station.writes().len() == before;
    if nothing_sent || lines == expected {
        Ok(())
    } else {
        Err(format!("results tell of the rows {lines:?}"))
    }
}

/// Whether a message names the ledger, what the system said, and what to do.
fn helps(ran: &Ran) -> Result<(), String> {
    let said = ran.stderr.to_lowercase();
    let system = ["is full", "no space", "i/o error", "input/output error", "read-only"];
    let helps = said.contains("error:")
        && said.contains("ledger")
        && system.iter().any(|words| said.contains(words))
        && said.contains("hint:");
    if helps { Ok(()) } else { Err(format!("the message does not help: {:?}\n{}", ran.code, ran.stderr)) }
}

#[test]
fn a_disk_that_fails_under_an_import_costs_no_client() {
    let mut kinds = vec![ONCE_FULL, ONCE_BROKEN];
    if trials::longer() > 1 {
        kinds.extend([FULL_FROM_THEN_ON, HALF_WRITTEN]);
    }
    every_call_fails("a_disk_that_fails_under_an_import_costs_no_client", Story::Import, &kinds);
}

#[test]
fn a_disk_that_fills_up_under_a_day_of_changes_costs_no_client() {
    let mut kinds = vec![FULL_FROM_THEN_ON, HALF_WRITTEN];
    if trials::longer() > 1 {
        kinds.extend([ONCE_FULL, ONCE_BROKEN]);
    }
    every_call_fails("a_disk_that_fills_up_under_a_day_of_changes_costs_no_client", Story::Day, &kinds);
}

#[test]
fn a_ledger_that_cannot_be_written_stops_the_run_before_its_first_write() {
    let cases =
        [(Story::Import, "open"), (Story::Import, "openall"), (Story::Day, "open"), (Story::Day, "openall")];
    let test = "a_ledger_that_cannot_be_written_stops_the_run_before_its_first_write";
    trials::each(test, cases.len() as u64, cases.len(), |number| {
        let (story, mode) = cases[usize::try_from(number).unwrap()];
        let station = MEASURE.station(number, &[], story);
        let before = station.requests().len();
        let ran = disturbed(&station, story, Failing { mode, error: EROFS }, 0);
        ran.expect(1, &format!("{mode}: {LEDGER} on a read-only disk"))?;
        helps(&ran)?;
        let sent = station.requests().len() - before;
        if sent > 0 {
            return Err(format!("{mode}: {sent} requests were sent"));
        }
        MEASURE.recovers(&station, story, &[])
    });
}
