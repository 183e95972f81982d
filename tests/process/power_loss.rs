//! The power goes at every step of the ledger: only what was synced is left of its files, or that and a part of what
//! was not. The next run, without the help of the witness and of a first reading, puts everything right.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;

use crate::judge::{Measure, Story};
use crate::shim;
use crate::station::{LEDGER, Ran, Station, text};
use crate::trials;

/// Images without a longer run; half of them of an import, half of a day of changes.
const IMAGES: u64 = 210;
const AT_ONCE: usize = 10;
/// What is written in blocks of this size is written whole or not at all.
const SECTOR: usize = 512;

static MEASURE: LazyLock<Measure> = LazyLock::new(|| Measure::take(20));

/// What is left of a file.
#[derive(Debug, Clone, Copy)]
enum Left {
    /// Exactly what was synced.
    Synced,
    /// And the beginning of what was appended since.
    Begun,
    /// Of what was written since, some sectors and not others.
    Mixed,
}

/// How the shim takes a sync.
#[derive(Clone, Copy)]
enum Syncs {
    Kept,
    /// Those of the write-ahead log are lost, as `synchronous=NORMAL` never asks for them.
    LostForTheLog,
}

fn run_until(station: &Station, story: Story, kill_at: u64, syncs: Syncs) -> Ran {
    let image = station.path("image");
    fs::create_dir(&image).unwrap();
    for file in [LEDGER.to_owned(), format!("{LEDGER}-wal")] {
        // What lies there was synced when the import ended.
        if station.path(&file).exists() {
            fs::copy(station.path(&file), image.join(&file)).unwrap();
            fs::write(image.join(format!("{file}.named")), "").unwrap();
        }
    }
    let mut settings =
        vec![("IOSHIM_IMAGE", image.display().to_string()), ("IOSHIM_KILL_AT", kill_at.to_string())];
    if matches!(syncs, Syncs::LostForTheLog) {
        settings.push(("IOSHIM_DEAF", "-wal".to_owned()));
    }
    let mut job = station.job(story.file(), &["--no-adopt", "--concurrency", "4", "--delete", "delete"]);
    shim::between(&mut job, station, &settings);
    Ran::of(&job.output().unwrap())
}

/// Puts the files back as the power loss left them.
fn lose_power(station: &Station, left: Left, chance: &mut Rng) {
    for ending in ["", "-wal", "-journal"] {
        let name = format!("{LEDGER}{ending}");
        let (now, image) = (fs::read(station.path(&name)).ok(), station.path("image").join(&name));
        let bytes = after_power_loss(now, &image, left, chance);
        let _ = fs::remove_file(station.path(&name));
        if let Some(bytes) = bytes {
            fs::write(station.path(&name), bytes).unwrap();
        }
    }
    // Shared memory is never synced, and made anew.
    let _ = fs::remove_file(station.path(&format!("{LEDGER}-shm")));
    station.lose_the_witness();
}

fn after_power_loss(now: Option<Vec<u8>>, image: &Path, left: Left, chance: &mut Rng) -> Option<Vec<u8>> {
    if !image.with_file_name(format!("{}.named", image.file_name()?.to_str()?)).exists() {
        return None;
    }
    let mut synced = fs::read(image).unwrap_or_default();
    let now = now.unwrap_or_default();
    match left {
        Left::Begun if now.starts_with(&synced) => {
            let more = chance.usize(0..=now.len() - synced.len());
            synced.extend_from_slice(&now[synced.len()..synced.len() + more]);
        }
        Left::Mixed => {
            for (index, sector) in now.chunks(SECTOR).enumerate() {
                let from = index * SECTOR;
                if chance.bool() && from <= synced.len() {
                    synced.resize(synced.len().max(from + sector.len()), 0);
                    synced[from..from + sector.len()].copy_from_slice(sector);
                }
            }
        }
        Left::Synced | Left::Begun => {}
    }
    Some(synced)
}

/// How many calls a run makes before its end.
fn calls_of_a_run(story: Story) -> u64 {
    let station = MEASURE.station(1, &[], story);
    run_until(&station, story, 0, Syncs::Kept).expect(0, "a run that is only watched").unwrap();
    shim::calls(&station).len() as u64
}

fn created(station: &Station) -> usize {
    station
        .writes()
        .iter()
        .filter(|write| text(write, "method") == "POST" && write["committed"] == true)
        .count()
}

#[test]
fn after_any_power_loss_every_client_is_there_exactly_once() {
    let calls = [calls_of_a_run(Story::Import), calls_of_a_run(Story::Day)];
    let (images, met_writes) = (AtomicU64::new(0), AtomicU64::new(0));
    let count = IMAGES * trials::longer();
    trials::each("after_any_power_loss_every_client_is_there_exactly_once", count, AT_ONCE, |number| {
        let story = if number % 2 == 0 { Story::Import } else { Story::Day };
        let left = [Left::Synced, Left::Begun, Left::Mixed][usize::try_from(number / 2 % 3).unwrap()];
        let kill_at = number * calls[usize::try_from(number % 2).unwrap()] / count + 1;
        let station = MEASURE.station(number, &[], story);
        let before = station.writes().len();
        let ran = run_until(&station, story, kill_at, Syncs::Kept);
        if ran.code.is_some() {
            // It made fewer calls than the run that was watched.
            return ran.expect(0, "a run that ended before its power loss");
        }
        lose_power(&station, left, &mut Rng::with_seed(number));
        images.fetch_add(1, Ordering::SeqCst);
        met_writes.fetch_add(u64::from(station.writes().len() > before), Ordering::SeqCst);
        let intended = MEASURE.every_write_was_intended(&station);
        intended
            .and_then(|()| MEASURE.recovers(&station, story, &["--no-adopt"]))
            .map_err(|why| format!("{story:?}, power lost at call {kill_at}, left {left:?}: {why}"))
    });
    trials::say(&format!(
        "{} images, {} of them after writes were sent; a run makes {calls:?} calls",
        images.into_inner(),
        met_writes.into_inner()
    ));
}

/// With the syncs of the log lost, as under `synchronous=NORMAL`, acknowledged commits are gone: the judge must see
/// writes without an intent, and twins after the next run.
#[test]
fn without_the_syncs_of_its_log_a_power_loss_makes_twins_that_are_seen() {
    let calls = calls_of_a_run(Story::Import);
    let test = "without_the_syncs_of_its_log_a_power_loss_makes_twins_that_are_seen";
    trials::each(test, 8, 8, |number| {
        // How many calls a run makes depends on how its commits fell together, so that a moment may come before the first
        // client or after the end: such a moment proves nothing, and another one is taken.
        let moment = |turn: u64| {
            let kill_at = calls * (4 + (number + 3 * turn) % 10) / 20;
            let station = MEASURE.station(number, &[], Story::Import);
            let ran = run_until(&station, Story::Import, kill_at, Syncs::LostForTheLog);
            lose_power(&station, Left::Synced, &mut Rng::with_seed(number));
            (ran.code.is_none() && created(&station) > 0).then_some(station)
        };
        let Some(station) = (0..10).find_map(moment) else {
            return Err("no moment in the middle of a run was met".to_owned());
        };
        if MEASURE.every_write_was_intended(&station).is_ok() {
            return Err("every intent survived".to_owned());
        }
        match MEASURE.recovers(&station, Story::Import, &["--no-adopt"]) {
            Err(why) if why.contains("is there twice") => Ok(()),
            other => Err(format!("no twins were found: {other:?}")),
        }
    });
}
