//! A ledger that is open for a run, with the run's line begun in it: from here a run is connected, or ends early.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::leavers::Leavers;
use super::voice::Voice;
use super::watch::watched;
use super::{Remote, Run, Stop, SyncError, apply, connect, finish};
use crate::client::{Client, Tally};
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::operation::RunId;
use crate::plan::Removals;
use crate::settings::Pace;

/// An open ledger and the run that has begun in it.
pub(super) struct Opened {
    pub(super) ledger: Ledger,
    pub(super) id: RunId,
    pub(super) clock: Clock,
    pub(super) stop: Stop,
}

impl Opened {
    /// Opens the ledger and begins a line among its runs.
    pub(super) fn open(
        path: &Path,
        voice: &mut Voice<'_>,
        clock: Clock,
        stop: Stop,
        input: &str,
    ) -> Result<Self, SyncError> {
        let mut ledger = Ledger::open(path)?;
        voice.name_ledger(&ledger);
        let id = ledger.start_run(&voice.summary.command, input, clock.now())?;
        voice.summary.run_id = Some(id.0);
        Ok(Self { ledger, id, clock, stop })
    }

    /// Connects, tells the story, and writes everything down.
    pub(super) async fn tell(
        mut self,
        remote: Remote,
        voice: &mut Voice<'_>,
        settle: Duration,
        story: impl AsyncFnOnce(&mut Run<'_, '_>) -> Result<(), SyncError>,
    ) -> Result<(), SyncError> {
        let tally = Arc::new(Tally::default());
        let pace = remote.pace.clone();
        let limiter = match connect::limiter(&pace, &self.ledger, self.clock) {
            Ok(limiter) => limiter,
            Err(error) => return self.end_early(voice, error),
        };
        let connecting = connect::connect(remote, &mut self.ledger, self.clock, &tally, &limiter);
        let connected = watched(connecting, &limiter, &mut self.stop, voice).await;
        let client = match connected.unwrap_or(Err(SyncError::Stopped)) {
            Ok(client) => Arc::new(client),
            Err(error) => {
                voice.count_requests(&tally);
                return self.end_early(voice, error);
            }
        };
        let mut run = self.run(client, pace, settle, voice)?;
        let ended = Box::pin(story(&mut run)).await;
        run.close(&tally, ended)
    }

    /// Ends a run that never reached the server.
    pub(super) fn end_early(self, voice: &mut Voice<'_>, error: SyncError) -> Result<(), SyncError> {
        finish::without_connection(self.ledger, self.id, voice, error)
    }

    /// The run, connected.
    pub(super) fn run<'v, 'a>(
        self,
        client: Arc<Client>,
        pace: Pace,
        settle: Duration,
        voice: &'v mut Voice<'a>,
    ) -> Result<Run<'v, 'a>, SyncError> {
        let Self { ledger, id, clock, stop } = self;
        Ok(Run {
            next_attempt: ledger.next_attempt()?,
            contact_order: ledger.contact_order()?,
            ledger,
            id,
            client,
            clock,
            pace,
            settle,
            stop,
            breakers: apply::Breakers::default(),
            broken: None,
            waiting: Vec::new(),
            leavers: Leavers { removals: Removals::Wait, after_runs: u32::MAX },
            voice,
        })
    }
}
