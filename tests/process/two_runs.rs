//! Two runs at once: the second one ends with code 7 and sends nothing, whoever holds the lock.

use std::fs::File;
use std::sync::LazyLock;

use crate::judge::{Measure, Story};
use crate::station::{LEDGER, Ran, Station, start, text, wait_until};
use crate::trials;

/// Slow enough that the first run goes on while the second one is tried.
const SLOW: [&str; 2] = ["--fault", "delay:POST:/client/:for=400ms"];

static MEASURE: LazyLock<Measure> = LazyLock::new(|| Measure::take(30));

fn tokens(station: &Station) -> usize {
    station.requests().iter().filter(|request| text(request, "path").ends_with("/token/")).count()
}

#[test]
fn a_second_run_ends_with_seven_and_sends_nothing() {
    let test = "a_second_run_ends_with_seven_and_sends_nothing";
    trials::each(test, 4 * trials::longer(), 4, |seed| {
        let station = MEASURE.station(seed, &SLOW, Story::Import);
        let mut first = start(&mut station.job(Story::Import.file(), &["--concurrency", "2"]));
        wait_until("the first writes", || !station.writes().is_empty());
        let seconds: Vec<Ran> = (0..3).map(|_| station.sync(Story::Import.file(), &[])).collect();
        let still_goes_on = first.try_wait().unwrap().is_none();
        let tokens = tokens(&station);
        station.set_faults("");
        let code = first.wait().unwrap().code();
        for second in seconds {
            second.expect(7, "the second run")?;
            if !second.stderr.contains("in use by another run") {
                return Err(second.stderr);
            }
        }
        if !still_goes_on || tokens != 1 || code != Some(0) {
            return Err(format!(
                "{still_goes_on}, {tokens} runs asked for a token, the first one ended with {code:?}"
            ));
        }
        MEASURE.recovers(&station, Story::Import, &[])
    });
}

/// Another program holds the lock file; as soon as it is free, or while another file is held, a run goes through.
#[test]
fn a_lock_that_another_process_holds_blocks_a_run_too() {
    let station = MEASURE.station(1, &[], Story::Import);
    let lock = File::create(station.path(&format!("{LEDGER}.lock"))).unwrap();
    lock.lock().unwrap();
    station.sync(Story::Import.file(), &[]).expect(7, "a run beside a held lock").unwrap();
    assert_eq!(station.requests().len(), 0);
    lock.unlock().unwrap();
    let elsewhere = File::create(station.path("other.lock")).unwrap();
    elsewhere.lock().unwrap();
    MEASURE.recovers(&station, Story::Import, &[]).unwrap();
}
