//! The story of a run: read, recover, plan, guard, apply, report.
//!
//! In: a job, a ledger, a way to the server, a stop signal, and somebody who listens. Out: the summary. The order is
//! the safety: the input is read before anything is asked of the server, doubts are settled before anything is
//! planned, the whole plan is judged before the first write, and no write leaves before its intent is committed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::clock::Clock;
use crate::event::{Event, ExitReason, Notice};
use crate::guard;
use crate::journal::{ContactOrder, Entry};
use crate::ledger::Ledger;
use crate::mapping::Parts;
use crate::operation::{AttemptId, RunId};
use crate::record::Mid;
use crate::report::{Account, Summary};
use crate::settings::{Credentials, Job, Origin, Pace, Scope};
use crate::source::Kept;
use crate::wire::Transport;

mod acknowledge;
mod adopt;
mod ahead;
mod apply;
mod asleep;
mod connect;
mod doubles;
mod examine;
mod eye;
mod failed;
mod finish;
mod footer;
mod held;
mod holding;
mod input;
mod land;
mod leavers;
mod named;
mod night;
mod oddities;
mod opened;
mod planning;
mod preview;
mod reading;
mod recover;
mod retry;
mod saved;
mod second_round;
mod standing;
mod still;
mod stirred;
mod stop;
mod twice;
mod verify;
mod voice;
mod watch;
mod work;

pub use acknowledge::{Acknowledgement, acknowledge};
pub use adopt::{Matching, adopt};
pub use examine::{Examined, InputSeen, examine, look_at_input};
pub use failed::SyncError;
pub use preview::preview;
pub use retry::{Again, Deleted, retry};
pub use saved::{Stale, apply};
pub use stop::{Stop, StopHandle};
pub use verify::{Asked, Mend, verify};
pub use voice::Listener;

use holding::Extent;
use leavers::Leavers;
use opened::Opened;
use planning::{Planned, Sight};
use voice::Voice;

/// The way to the server.
pub struct Remote {
    /// What carries the bytes.
    pub transport: Arc<dyn Transport>,
    /// The server.
    pub origin: Origin,
    /// The key.
    pub credentials: Credentials,
    /// The partner, when the user named one.
    pub partner: Option<Mid>,
    /// Limits and pace.
    pub pace: Pace,
    /// The seed of all chance.
    pub seed: u64,
}

/// What a run is told, and who hears of it.
pub struct Order<'a> {
    /// The job.
    pub job: &'a Job,
    /// The clock.
    pub clock: Clock,
    /// Asks the run to stop.
    pub stop: Stop,
    /// Hears what happens.
    pub listener: Listener<'a>,
}

/// How a run ended: its summary, and the error that ended it, if one did.
#[derive(Debug)]
pub struct Finished {
    /// The figures, as far as the run got.
    pub summary: Summary,
    /// What its report tells besides.
    pub account: Account,
    /// Why it could not begin, or could not go on.
    pub error: Option<SyncError>,
    /// What gives the bytes of the input's rows again, when the job asked for that.
    pub kept: Option<Kept>,
}

/// A run under way: everything that its chapters share.
struct Run<'v, 'a> {
    ledger: Ledger,
    id: RunId,
    client: Arc<Client>,
    clock: Clock,
    pace: Pace,
    settle: Duration,
    next_attempt: AttemptId,
    contact_order: ContactOrder,
    stop: Stop,
    breakers: apply::Breakers,
    /// What broke the run off once its plan stood: nothing more is sent, nothing more is written.
    broken: Option<SyncError>,
    waiting: Vec<second_round::Undecided>,
    /// Which persons may be removed when something is decided again.
    leavers: Leavers,
    voice: &'v mut Voice<'a>,
}

/// Makes the server's clients equal to the file's: reads, recovers, plans, guards, applies, reports.
pub async fn sync(order: Order<'_>, remote: Remote, ledger: &Path) -> Finished {
    let Order { job, clock, stop, listener } = order;
    let mut voice = Voice::new("sync", job, clock, listener);
    let input_name = job.input.display().to_string();
    let mut kept = None;
    let ended = match Opened::open(ledger, &mut voice, clock, stop, &input_name) {
        Ok(mut opened) => {
            let reading = reading::read_beside(&opened.ledger, job, clock, &mut opened.stop, &mut voice);
            match Box::pin(reading).await {
                Ok(mut input) => {
                    kept = input.kept.take();
                    let story = async |run: &mut Run<'_, '_>| run.carry_out(job, input).await;
                    Box::pin(opened.tell(remote, &mut voice, job.settle, story)).await
                }
                Err(error) => opened.end_early(&mut voice, error),
            }
        }
        Err(error) => Err(error),
    };
    Finished { kept, ..voice.finish(ended) }
}

impl Run<'_, '_> {
    /// Recover, plan, guard, apply, and settle what became doubtful.
    async fn carry_out(&mut self, job: &Job, input: input::Input) -> Result<(), SyncError> {
        let job = &input.narrowed(job);
        let recovered = self.recover(job).await?;
        let around = (&mut self.stop, &mut *self.voice);
        let input = Box::pin(reading::still_fitting(input, &self.ledger, job, self.clock, around)).await?;
        let sight = Sight {
            on_gone: job.on_gone,
            scope: &job.scope,
            limit: job.limit,
            first_reading: recovered.first_reading,
            after_runs: job.after_runs,
            remembers: input.seen.is_some(),
            now: self.clock.now(),
        };
        let used = self.used_so_far();
        let parts = input.mapping().parts().clone();
        let limiter = Arc::clone(self.client.limiter());
        let linked = self.ledger.clients_on_server()?;
        let has_line_end = input.has_line_end();
        let mut plan = planning::plan(input, &self.ledger, sight, self.voice)?;
        self.voice.planned(&plan.tally.counts, used, limiter.limits(), limiter.day_left());
        if job.scope == Scope::Full
            && let Err(error) = self.commit(&[Entry::ToldAnewForgotten])
        {
            self.break_off(error);
        }
        self.leavers = plan.tally.leavers.unwrap_or(self.leavers);
        let whole = job.scope == Scope::Full && job.limit.is_none();
        let extent = if whole { Extent::Whole } else { Extent::Part };
        let stops = held::stops(&self.ledger, job, &parts, &plan.tally, linked);
        if let Err(error) = stops.and_then(|stops| self.hold_back(&mut plan, &stops, extent)) {
            self.break_off(error);
        }
        if !self.breakers.halted
            && let Err(error) = self.note_file(&mut plan, parts, extent, has_line_end)
        {
            self.break_off(error);
        }
        self.carry_out_plan(&mut plan).await;
        Ok(())
    }

    /// Writes down what later runs compare their file and mapping with.
    fn note_file(
        &mut self,
        plan: &mut Planned,
        parts: Parts,
        extent: Extent,
        has_line_end: bool,
    ) -> Result<(), SyncError> {
        self.note_mapping(parts, extent)?;
        if extent == Extent::Whole && self.broken.is_none() {
            self.note_full(plan, has_line_end)
        } else {
            Ok(())
        }
    }

    /// Writes down by which mapping the ledger is filled from now on, before anything of it is sent: a run that is cut
    /// short is simply run again.
    fn note_mapping(&mut self, parts: Parts, extent: Extent) -> Result<(), SyncError> {
        let known = self.ledger.mapping()?;
        // A run over a part of the clients changes nothing for the others; the first one says what it begins with.
        if known.is_some_and(|known| extent == Extent::Part || guard::compare(&known, &parts).is_none()) {
            return Ok(());
        }
        self.commit(&[Entry::MappingInUse(parts)])
    }

    /// Ends what needs no request, sends what does, and settles what became doubtful. When the ledger or the temporary
    /// storage fails on the way, the rest is not sent, and still every row is told of.
    async fn carry_out_plan(&mut self, plan: &mut Planned) {
        if let Err(error) = self.close_without_request(plan) {
            self.break_off(error);
        }
        self.apply(&mut plan.creates).await;
        self.apply(&mut plan.updates).await;
        self.apply(&mut plan.gone).await;
        self.apply(&mut plan.approved).await;
        self.second_round().await;
    }

    /// Ends everything in the plan for which nothing is sent.
    fn close_without_request(&mut self, plan: &mut Planned) -> Result<(), SyncError> {
        let mut batch = Vec::new();
        for id in plan.left.read()? {
            batch.push(Entry::Cleared(id?));
        }
        for change in plan.quiet.read()? {
            if let Err(error) = self.end_quietly(change?, &mut batch) {
                self.break_off(error);
            }
        }
        self.flush(&mut batch)
    }

    /// Sends and writes nothing more, because of an error that will end the run.
    fn break_off(&mut self, error: SyncError) {
        tracing::error!(%error, "broken off");
        self.breakers.halted = true;
        self.broken.get_or_insert(error.midway());
    }

    /// Commits entries; after an error nothing more may be sent, and nothing more is written.
    fn commit(&mut self, entries: &[Entry]) -> Result<(), SyncError> {
        if entries.is_empty() || self.broken.is_some() {
            return Ok(());
        }
        self.ledger.commit(self.id, self.clock.now(), entries).map_err(SyncError::LedgerFailed)
    }

    /// Stops sending, for a reason that the summary will name.
    fn halt(&mut self, reason: ExitReason) {
        if !self.breakers.halted && reason == ExitReason::Signal {
            self.voice.tell(&Event::Notice(Notice::Stopping));
        }
        self.breakers.halted = true;
        self.voice.reasons.insert(reason);
    }

    fn attempt(&mut self) -> AttemptId {
        let attempt = self.next_attempt;
        self.next_attempt = AttemptId(attempt.0 + 1);
        attempt
    }
}
