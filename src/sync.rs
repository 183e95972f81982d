//! The story of a run: read, recover, plan, guard, apply, report.
//!
//! In: a job, a ledger, a way to the server, a stop signal, and somebody who listens. Out: the summary. The order is
//! the safety: the input is read before anything is asked of the server, doubts are settled before anything is
//! planned, the whole plan is judged before the first write, and no write leaves before its intent is committed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::client::{Client, Tally};
use crate::clock::Clock;
use crate::event::{Event, ExitReason, Notice};
use crate::guard;
use crate::journal::{ContactOrder, Entry};
use crate::ledger::Ledger;
use crate::operation::{AttemptId, RunId};
use crate::record::Mid;
use crate::report::Summary;
use crate::settings::{Credentials, Job, Origin, Pace};
use crate::wire::Transport;

mod apply;
mod connect;
mod failed;
mod finish;
mod input;
mod land;
mod planning;
mod preview;
mod recover;
mod second_round;
mod stop;
mod voice;
mod work;

pub use failed::SyncError;
pub use preview::preview;
pub use stop::{Stop, StopHandle};
pub use voice::Listener;

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
    /// Why it could not begin, or could not go on.
    pub error: Option<SyncError>,
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
    waiting: Vec<second_round::Undecided>,
    voice: &'v mut Voice<'a>,
}

/// What a run begins with, once it is connected.
struct Begun {
    ledger: Ledger,
    id: RunId,
    client: Arc<Client>,
    clock: Clock,
    pace: Pace,
    settle: Duration,
    stop: Stop,
}

impl Begun {
    fn run<'v, 'a>(self, voice: &'v mut Voice<'a>) -> Result<Run<'v, 'a>, SyncError> {
        let Self { ledger, id, client, clock, pace, settle, stop } = self;
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
            waiting: Vec::new(),
            voice,
        })
    }
}

/// Makes the server's clients equal to the file's: reads, recovers, plans, guards, applies, reports.
pub async fn sync(order: Order<'_>, remote: Remote, ledger: &Path) -> Finished {
    let Order { job, clock, stop, listener } = order;
    let mut voice = Voice::new("sync", job, clock, listener);
    let ended = match Ledger::open(ledger) {
        Ok(ledger) => in_ledger(&mut voice, job, clock, stop, remote, ledger).await,
        Err(error) => Err(error.into()),
    };
    voice.finish(ended)
}

/// The part of the story that leaves a line among the ledger's runs.
async fn in_ledger(
    voice: &mut Voice<'_>,
    job: &Job,
    clock: Clock,
    stop: Stop,
    remote: Remote,
    mut ledger: Ledger,
) -> Result<(), SyncError> {
    voice.name_ledger(&ledger);
    let id = ledger.start_run("sync", &job.input.display().to_string(), clock.now())?;
    voice.summary.run_id = Some(id.0);
    let input = match input::read(job, voice) {
        Ok(input) => input,
        Err(error) => return finish::without_connection(ledger, id, voice, error),
    };
    let tally = Arc::new(Tally::default());
    let pace = remote.pace.clone();
    let client = match connect::connect(remote, &mut ledger, clock, &tally).await {
        Ok(client) => Arc::new(client),
        Err(error) => {
            voice.count_requests(&tally);
            return finish::without_connection(ledger, id, voice, error);
        }
    };
    let begun = Begun { ledger, id, client, clock, pace, settle: job.settle, stop };
    let mut run = begun.run(voice)?;
    let ended = run.carry_out(job, input).await;
    run.close(&tally, ended)
}

impl Run<'_, '_> {
    /// Recover, plan, guard, apply, and settle what became doubtful.
    async fn carry_out(&mut self, job: &Job, input: input::Input) -> Result<(), SyncError> {
        let recovered = self.recover(job.adoption).await?;
        let sight = Sight { on_gone: job.on_gone, first_reading: recovered.first_reading };
        let used = self.used_so_far();
        let limiter = Arc::clone(self.client.limiter());
        let mut plan = planning::plan(input, &self.ledger, sight, self.voice)?;
        self.voice.planned(&plan.counts, used, limiter.limits(), limiter.day_left());
        let linked = self.ledger.clients_on_server()?;
        self.commit(&[Entry::ToldAnewForgotten])?;
        if let Some(stop) = guard::judge(&plan.counts, linked) {
            self.voice.tell(&Event::Held(stop));
            self.voice.reasons.insert(ExitReason::RunHeld);
            self.breakers.halted = true;
            self.breakers.held = true;
        }
        self.close_without_request(&mut plan)?;
        self.apply(&mut plan.creates).await?;
        self.apply(&mut plan.updates).await?;
        self.apply(&mut plan.gone).await?;
        self.second_round().await
    }

    /// Ends everything in the plan for which nothing is sent.
    fn close_without_request(&mut self, plan: &mut Planned) -> Result<(), SyncError> {
        let mut batch = Vec::new();
        for change in plan.quiet.read()? {
            self.end_quietly(change?, &mut batch)?;
        }
        self.flush(&mut batch)
    }

    /// Commits entries; after an error nothing more may be sent.
    fn commit(&mut self, entries: &[Entry]) -> Result<(), SyncError> {
        if entries.is_empty() {
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
