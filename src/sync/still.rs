//! Makes sure that nobody writes to the input while it is read: what is half written looks like clients that are gone.
//!
//! The rule: a file is used when size and time of the last write are the same before and after reading, and the last write is
//! two seconds old by then. A file that is younger is watched until it is that old, which costs a file of last night
//! nothing. One that moves is read again, each second, until the patience is at its end.

use std::time::Duration;

use jiff::Timestamp;

use super::voice::Voice;
use super::{Stop, SyncError};
use crate::clock::Clock;
use crate::event::{Event, Wait};
use crate::record::Line;
use crate::settings::Job;
use crate::source::{SourceError, Store, Watch};

/// A file that was written to so recently may still be written to.
const FRESH: Duration = Duration::from_secs(2);
/// The time between two readings, and the longest between two looks.
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
    loop {
        let mut store = Store::open(&job.input, job.reading.rows)?;
        let Some(watch) = store.watch() else { return read(store, voice) };
        let result = read(store, voice);
        if stands_still(&watch, job, clock, stop).await? {
            return result;
        }
        if clock.now() >= until {
            let path = job.input.clone();
            return Err(SourceError::Growing { path, waited: patience }.into());
        }
        voice.tell(&Event::Waiting { until, reason: Wait::Input });
        pause(GLANCE, stop).await?;
    }
}

/// Watches the file until its last write is old enough, or it moves.
async fn stands_still(watch: &Watch, job: &Job, clock: Clock, stop: &mut Stop) -> Result<bool, SyncError> {
    let failed = |source| SourceError::Read { path: job.input.clone(), line: Line(1), source };
    let age = age(watch, clock);
    let mut rest = if job.reading.patience.is_zero() { Duration::ZERO } else { FRESH.saturating_sub(age) };
    while !watch.has_moved().map_err(failed)? {
        if rest.is_zero() {
            return Ok(true);
        }
        let time = rest.min(GLANCE);
        pause(time, stop).await?;
        rest -= time;
    }
    Ok(false)
}

/// How long ago the last write was; none at all when it lies ahead, on a server with another clock.
fn age(watch: &Watch, clock: Clock) -> Duration {
    let (seconds, nanoseconds) = watch.written();
    let written = Timestamp::new(seconds, i32::try_from(nanoseconds).unwrap_or_default());
    written.map_or(FRESH, |written| clock.since(written))
}

async fn pause(time: Duration, stop: &mut Stop) -> Result<(), SyncError> {
    tokio::select! {
        biased;
        () = stop.requested() => Err(SyncError::Stopped),
        () = tokio::time::sleep(time) => Ok(()),
    }
}
