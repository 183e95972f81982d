//! The plan without the run: the same reading and the same decisions, and no write anywhere.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::opened::Opened;
use super::planning::{self, Met, Sight};
use super::saved::{input_digest, mapping_digest};
use super::standing::Met as MetHold;
use super::voice::Voice;
use super::watch::watched;
use super::{Finished, Order, Remote, Stop, SyncError, connect, held, input, reading};
use crate::client::{Limiter, Tally};
use crate::clock::Clock;
use crate::event::{Event, ExitReason, HeldBack, Notice};
use crate::guard::Reach;
use crate::ledger::{Binding, Ledger, LedgerError};
use crate::mapping::Parts;
use crate::plan::{Act, Cost};
use crate::saved::{Draft, Item, Terms};
use crate::settings::{Job, OnGone, Pace};

/// Plans a run and stops: the changes are told as events, and the ledger stays as it is. With a ledger that knows
/// nothing the server's list is read, if there is a way to the server; else the account is taken for empty.
pub async fn preview(
    order: Order<'_>,
    remote: Option<Remote>,
    pace: &Pace,
    ledger: &Path,
    draft: Option<&mut Draft>,
) -> Finished {
    let Order { job, clock, mut stop, listener } = order;
    let mut voice = Voice::new("plan", job, clock, listener);
    voice.summary.ledger = Some(ledger.display().to_string());
    let ended = async {
        let ledger = existing(ledger)?;
        if let (Some(ledger), Some(remote)) = (&ledger, &remote) {
            same_account(ledger, remote)?;
        }
        let knows = ledger.as_ref().map(knows_something).transpose()?.unwrap_or_default();
        let input = match &ledger {
            Some(ledger) if knows => {
                let input = reading::read_beside(ledger, job, clock, &mut stop, &mut voice);
                let (input, around) = (Box::pin(input).await?, (&mut stop, &mut voice));
                // A run may have gone on beside.
                Box::pin(reading::still_fitting(input, ledger, job, clock, around)).await?
            }
            _ => Box::pin(reading::read(job, clock, &mut stop, &mut voice)).await?,
        };
        let job = &input.narrowed(job);
        let limiter = connect::limiter_of_a_reader(pace, ledger.as_ref(), clock)?;
        let to_begin = connect::requests_to_begin(ledger.as_ref(), remote.as_ref())?;
        let desk = Desk { limiter: &limiter, now: clock.now(), draft, to_begin };
        match (ledger, remote) {
            (Some(ledger), _) if knows => desk.decide(&mut voice, input, &ledger, job),
            (_, Some(remote)) => {
                let ledger = as_read(remote, job, (clock, stop), &limiter, &mut voice).await?;
                desk.decide(&mut voice, input, &ledger, &reporting(job))
            }
            (ledger, None) => {
                voice.tell(&Event::Notice(Notice::AssumingEmptyAccount));
                let ledger = ledger.map_or_else(Ledger::in_memory, Ok)?;
                desk.decide(&mut voice, input, &ledger, job)
            }
        }
    }
    .await;
    voice.finish(ended)
}

/// A ledger in memory that knows what the server's list says.
async fn as_read(
    remote: Remote,
    job: &Job,
    (clock, mut stop): (Clock, Stop),
    limiter: &Arc<Limiter>,
    voice: &mut Voice<'_>,
) -> Result<Ledger, SyncError> {
    let pace = remote.pace.clone();
    let mut ledger = Ledger::in_memory()?;
    let tally = Arc::new(Tally::default());
    let connecting = connect::connect(remote, &mut ledger, clock, &tally, limiter);
    let connected = watched(connecting, limiter, &mut stop, voice).await;
    voice.count_requests(&tally);
    let client = Arc::new(connected.unwrap_or(Err(SyncError::Stopped))?);
    let id = ledger.start_run("plan", "", clock.now())?;
    let opened = Opened { ledger, id, clock, stop };
    let mut run = opened.run(client, pace, job.settle, voice)?;
    run.recover(&Job { witness: None, ..job.clone() }).await?;
    let (ledger, unread) = (run.ledger, run.breakers.halted);
    voice.count_requests(&tally);
    // What was found is no result of a run.
    voice.summary.result = None;
    if unread { Err(SyncError::ListUnread) } else { Ok(ledger) }
}

/// A plan made against another account's ledger would be a plan of nothing.
fn same_account(ledger: &Ledger, remote: &Remote) -> Result<(), LedgerError> {
    let Some(bound) = ledger.binding()? else { return Ok(()) };
    let partner = remote.partner.clone().unwrap_or_else(|| bound.partner.clone());
    let asked = Binding { origin: remote.origin.to_string(), partner };
    if asked == bound { Ok(()) } else { Err(LedgerError::OtherAccount { ledger: bound, asked }) }
}

fn knows_something(ledger: &Ledger) -> Result<bool, LedgerError> {
    Ok(ledger.was_read()? || ledger.clients_on_server()? > 0)
}

fn existing(path: &Path) -> Result<Option<Ledger>, SyncError> {
    match Ledger::open_to_read(path) {
        Ok(ledger) => Ok(Some(ledger)),
        Err(LedgerError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The same job without deletes: the run that first reads the list deletes nothing.
fn reporting(job: &Job) -> Job {
    Job { on_gone: OnGone::Report, ..job.clone() }
}

/// What a plan is made with, besides file and ledger.
struct Desk<'d> {
    limiter: &'d Limiter,
    now: Timestamp,
    /// Where the plan is written down, if it is to be saved.
    draft: Option<&'d mut Draft>,
    /// Requests that the run needs to begin.
    to_begin: u64,
}

impl Desk<'_> {
    fn decide(
        mut self,
        voice: &mut Voice<'_>,
        input: input::Input,
        ledger: &Ledger,
        job: &Job,
    ) -> Result<(), SyncError> {
        let sight = Sight {
            on_gone: job.on_gone,
            scope: &job.scope,
            limit: job.limit,
            first_reading: false,
            after_runs: job.after_runs,
            remembers: false,
            now: self.now,
        };
        let parts = input.mapping().parts().clone();
        let line_end = input.has_line_end();
        let tally = planning::each_change(input, ledger, sight, voice, |met, voice| {
            match met {
                Met::Change(change, _) => {
                    if let Some(draft) = self.draft.as_mut().filter(|_| change.act != Act::Unchanged(None)) {
                        draft.add(&Item::Change(change.clone()))?;
                    }
                    voice.tell(&Event::Change(change));
                }
                Met::Absent(id, mid) => {
                    if let Some(draft) = self.draft.as_mut() {
                        draft.add(&Item::Absent(id, mid))?;
                    }
                }
                Met::Left(_) | Met::Sleeps(_) | Met::Awake(_) => {}
            }
            Ok(())
        })?;
        self.tell(voice, ledger, (job, &parts), &tally)?;
        let Some(draft) = self.draft else { return Ok(()) };
        let mut terms = Terms::new(self.now, &job.input, mapping_digest(&job.rules));
        terms.input_sha256 = input_digest(&job.input);
        terms.rows =
            voice.summary.rows.map_or([0; 5], |it| [it.read, it.rejected, it.skipped, it.footer, it.clients]);
        let binding = ledger.binding()?;
        terms.origin = binding.as_ref().map(|bound| bound.origin.clone());
        terms.partner = binding.map(|bound| bound.partner);
        terms.generation = ledger.path().is_some().then(|| ledger.generation()).transpose()?;
        (terms.line_end, terms.parts, terms.counts) = (line_end, parts, tally.counts);
        (terms.on_gone, terms.bounds, terms.scope) = (job.on_gone, job.bounds, job.scope.clone());
        draft.set_terms(terms);
        Ok(())
    }

    /// Tells what the plan counts and costs, and what speaks against it.
    fn tell(
        &self,
        voice: &mut Voice<'_>,
        ledger: &Ledger,
        (job, parts): (&Job, &Parts),
        tally: &planning::Tally,
    ) -> Result<(), SyncError> {
        let counts = tally.counts;
        let requests = if counts.requests > 0 { counts.requests + self.to_begin } else { 0 };
        let cost = Cost::of(requests, self.limiter.limits(), self.limiter.day_left());
        voice.tell(&Event::Planned { counts, cost });
        for MetHold { hold, kept, .. } in &tally.holds {
            if !hold.is_approved(self.now) && hold.reason.reach() != Reach::File && *kept > 0 {
                let named = Some((hold.id, hold.digest.clone()));
                let (stop, since) = (hold.reason.clone(), Some(hold.made_at));
                voice.hold(HeldBack { stop, hold: named, changes: *kept, since }, Reach::Part);
            }
        }
        for stop in held::stops(ledger, job, parts, tally, ledger.clients_on_server()?)? {
            // What a person has approved of a file is free; the rest of it is held once more, by the run.
            let approved =
                |hold: &crate::ledger::Hold| hold.reason.kind() == stop.kind() && hold.is_approved(self.now);
            let reach = stop.reach();
            if reach == Reach::File && tally.holds.iter().any(|met| approved(&met.hold)) {
                continue;
            }
            voice.hold(HeldBack { stop, hold: None, changes: 0, since: None }, reach);
        }
        if counts.has_changes() {
            voice.reasons.insert(ExitReason::Changes);
        }
        Ok(())
    }
}
