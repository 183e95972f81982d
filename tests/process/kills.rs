//! SIGKILL at random moments, up to eight times one after another, during an import and during a day with every kind
//! of change: afterwards one clean run, and every client is there exactly once.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fastrand::Rng;

use crate::judge::{Measure, Story, open_ends};
use crate::station::{Station, pause, start, wait_until};
use crate::trials;

/// Chains without a longer run; half of them import, half of them change.
const CHAINS: u64 = 160;
const MOST_KILLS: u64 = 8;
/// A clean run waits two seconds for what may still land; meanwhile other chains go on.
const AT_ONCE: usize = 8;
/// Each answer comes a little late, so that a kill meets requests that were done and not yet answered.
const SLOW: [&str; 2] = ["--fault", "delay:/api/:for=6ms"];

static MEASURE: LazyLock<Measure> = LazyLock::new(|| Measure::take(200));

/// What the kills met.
#[derive(Default)]
struct Met {
    kills: AtomicUsize,
    alive: AtomicUsize,
    open_ends: AtomicUsize,
}

#[test]
fn after_any_chain_of_kills_every_client_is_there_exactly_once() {
    let met = Met::default();
    trials::each(
        "after_any_chain_of_kills_every_client_is_there_exactly_once",
        CHAINS * trials::longer(),
        AT_ONCE,
        |seed| {
            let mut chance = Rng::with_seed(seed);
            let story = if seed % 2 == 0 { Story::Import } else { Story::Day };
            let station = MEASURE.station(seed, &SLOW, story);
            let kills = chance.u64(1..=MOST_KILLS);
            for _ in 0..kills {
                kill_at_random(&station, story, kills, &mut chance, &met);
            }
            MEASURE.recovers(&station, story, &[])
        },
    );
    let [kills, alive, open_ends] =
        [&met.kills, &met.alive, &met.open_ends].map(|number| number.load(Ordering::SeqCst));
    trials::say(&format!(
        "{kills} kills, {alive} of them met a run that still went on, {open_ends} requests had no known end when one struck"
    ));
}

/// Kills a run at a random time after its start, or shortly after a random number of its requests.
fn kill_at_random(station: &Station, story: Story, kills: u64, chance: &mut Rng, met: &Met) {
    let before = station.requests_so_far();
    let mut process = start(&mut station.job(story.file(), &["--delete", "delete"]));
    if chance.u8(0..4) == 0 {
        pause(Duration::from_millis(chance.u64(0..120)));
    } else {
        let most = usize::try_from(300 / kills).unwrap();
        let requests = before + chance.usize(1..=most);
        wait_until("requests, or the end of the run", || {
            station.requests_so_far() >= requests || process.try_wait().unwrap().is_some()
        });
        pause(Duration::from_micros(chance.u64(0..8_000)));
    }
    let alive = process.try_wait().unwrap().is_none();
    process.kill().unwrap();
    process.wait().unwrap();
    met.kills.fetch_add(1, Ordering::SeqCst);
    met.alive.fetch_add(usize::from(alive), Ordering::SeqCst);
    met.open_ends.fetch_add(open_ends(station), Ordering::SeqCst);
}

/// Without its ledger, and told not to look at the server first, leapsync must make twins, and they must be seen.
#[test]
fn without_the_ledger_killed_runs_make_twins_that_are_seen() {
    trials::each("without_the_ledger_killed_runs_make_twins_that_are_seen", 3, 3, |seed| {
        let station = MEASURE.station(seed, &SLOW, Story::Import);
        let met = Met::default();
        let before = station.requests_so_far();
        let mut process = start(&mut station.job(Story::Import.file(), &["--no-adopt"]));
        wait_until("some creates", || station.requests_so_far() >= before + 50);
        process.kill().unwrap();
        process.wait().unwrap();
        station.lose_the_ledger();
        kill_at_random(&station, Story::Import, 8, &mut Rng::with_seed(seed), &met);
        station.lose_the_ledger();
        match MEASURE.recovers(&station, Story::Import, &["--no-adopt"]) {
            Err(why) if why.contains("is there twice") => Ok(()),
            other => Err(format!("no twins were found: {other:?}")),
        }
    });
}
