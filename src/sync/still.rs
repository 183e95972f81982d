//! Makes sure that nobody writes to the input while it is read: what is half written looks like clients that are gone.
//!
//! The rule: size and time of the last write are looked at before and after reading. A file that was written to in the
//! last two seconds is looked at once more a moment later; if it ends in the middle of a line, or cannot be read in a way that
//! a missing end would explain, or moved before, it is watched for two seconds. While it moves it is read again each
//! second, until the patience is at its end.

use std::time::Duration;

use jiff::Timestamp;

use super::voice::Voice;
use super::{Stop, SyncError};
use crate::clock::Clock;
use crate::event::{Event, Wait};
use crate::record::Line;
use crate::settings::Job;
use crate::source::{SourceError, Store, Watch};

/// A file that was written to so recently may still be open.
const FRESH: Duration = Duration::from_secs(2);
/// How long after reading a fresh file is looked at once more.
const MOMENT: Duration = Duration::from_millis(100);
/// The time between two readings, and between two looks at a file without an end.
const GLANCE: Duration = Duration::from_secs(1);

/// Reads the job's input until it did not change meanwhile.
pub(super) async fn read<T>(
    job: &Job,
    clock: Clock,
    stop: &mut Stop,
    voice: &mut Voice<'_>,
    mut read: impl FnMut(Store, &mut Voice<'_>) -> Result<T, SyncError>,
) -> Result<T, SyncError> {
    let patience = job.reading.patience;
    let until = clock.now().saturating_add(patience).unwrap_or(Timestamp::MAX);
    let mut moved_before = false;
    loop {
        let mut store = Store::open(&job.input, job.reading.rows)?;
        let Some(watch) = store.watch() else { return read(store, voice) };
        let ends_well = store.ends_with_a_line_end();
        let result = read(store, voice);
        let ends_well = ends_well.unwrap_or(true) && !result.as_ref().is_err_and(could_be_half_written);
        let looks: &[Duration] = match ends_well {
            _ if patience.is_zero() || !is_fresh(&watch, clock) => &[],
            true if !moved_before => &[MOMENT],
            _ => &[GLANCE, GLANCE],
        };
        if !moves(&watch, job, looks, stop).await? {
            return result;
        }
        if clock.now() >= until {
            let path = job.input.clone();
            return Err(SourceError::Growing { path, waited: patience }.into());
        }
        moved_before = true;
        voice.tell(&Event::Waiting { until, reason: Wait::Input });
        pause(GLANCE, stop).await?;
    }
}

/// Whether somebody writes to the file, as far as these looks at it show.
async fn moves(watch: &Watch, job: &Job, looks: &[Duration], stop: &mut Stop) -> Result<bool, SyncError> {
    let failed = |source| SourceError::Read { path: job.input.clone(), line: Line(1), source };
    let mut moved = watch.has_moved().map_err(failed)?;
    for time in looks {
        if moved {
            break;
        }
        pause(*time, stop).await?;
        moved = watch.has_moved().map_err(failed)?;
    }
    Ok(moved)
}

/// A time of the last write that lies ahead, on a server with another clock, counts as fresh.
fn is_fresh(watch: &Watch, clock: Clock) -> bool {
    let (seconds, nanoseconds) = watch.written();
    let nanoseconds = i32::try_from(nanoseconds).unwrap_or_default();
    Timestamp::new(seconds, nanoseconds).is_ok_and(|written| clock.since(written) < FRESH)
}

fn could_be_half_written(error: &SyncError) -> bool {
    let SyncError::Input(error) = error else { return false };
    matches!(
        error,
        SourceError::Empty { .. }
            | SourceError::NoHeader { .. }
            | SourceError::NoHeaderThere { .. }
            | SourceError::Unfinished { .. }
            | SourceError::CutOff { .. }
            | SourceError::Undetected { .. }
            | SourceError::Mixed { .. }
    )
}

async fn pause(time: Duration, stop: &mut Stop) -> Result<(), SyncError> {
    tokio::select! {
        biased;
        () = stop.requested() => Err(SyncError::Stopped),
        () = tokio::time::sleep(time) => Ok(()),
    }
}
