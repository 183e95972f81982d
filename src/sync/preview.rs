//! The plan without the run: the same reading and the same decisions, and no write anywhere.

use std::path::Path;
use std::sync::Arc;

use super::opened::Opened;
use super::planning::{self, Sight};
use super::voice::Voice;
use super::{Finished, Order, Remote, SyncError, connect, input};
use crate::client::Tally;
use crate::event::{Event, ExitReason, Notice};
use crate::guard;
use crate::ledger::{Binding, Ledger, LedgerError};
use crate::plan::Cost;
use crate::settings::{Job, Limits, OnGone, Scope};

/// Requests that every run needs to begin: the token, and the partner.
const REQUESTS_TO_BEGIN: u64 = 2;

/// Plans a run and stops: the changes are told as events, and the ledger stays as it is. With a ledger that knows
/// nothing the server's list is read, if there is a way to the server; else the account is taken for empty.
pub async fn preview(order: Order<'_>, remote: Option<Remote>, limits: Limits, ledger: &Path) -> Finished {
    let Order { job, clock, mut stop, listener } = order;
    let mut voice = Voice::new("plan", job, clock, listener);
    let ended = async {
        let ledger = existing(ledger)?;
        if let Some(ledger) = &ledger {
            voice.name_ledger(ledger);
        }
        if let (Some(ledger), Some(remote)) = (&ledger, &remote) {
            same_account(ledger, remote)?;
        }
        let input = input::read(job, clock, &mut stop, &mut voice).await?;
        let job = &input.narrowed(job);
        let knows = ledger.as_ref().map(knows_something).transpose()?.unwrap_or_default();
        match (ledger, remote) {
            (Some(ledger), _) if knows => decide(&mut voice, input, &ledger, job, limits),
            (_, Some(remote)) => {
                let pace = remote.pace.clone();
                let mut ledger = Ledger::in_memory()?;
                let tally = Arc::new(Tally::default());
                let limiter = connect::limiter(&pace, &ledger, clock)?;
                let connecting = connect::connect(remote, &mut ledger, clock, &tally, &limiter);
                let client = Arc::new(connecting.await?);
                let id = ledger.start_run("plan", "", clock.now())?;
                let opened = Opened { ledger, id, clock, stop };
                let mut run = opened.run(client, pace, job.settle, &mut voice)?;
                run.recover(&Job { witness: None, ..job.clone() }).await?;
                let ledger = run.ledger;
                voice.count_requests(&tally);
                decide(&mut voice, input, &ledger, &reporting(job), limits)
            }
            (ledger, None) => {
                voice.tell(&Event::Notice(Notice::AssumingEmptyAccount));
                let ledger = ledger.map_or_else(Ledger::in_memory, Ok)?;
                decide(&mut voice, input, &ledger, job, limits)
            }
        }
    }
    .await;
    voice.finish(ended)
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

fn decide(
    voice: &mut Voice<'_>,
    input: input::Input,
    ledger: &Ledger,
    job: &Job,
    limits: Limits,
) -> Result<(), SyncError> {
    let sight = Sight { on_gone: job.on_gone, scope: &job.scope, limit: job.limit, first_reading: false };
    let counts = planning::each_change(input, ledger, sight, voice, |change, voice| {
        voice.tell(&Event::Change(Box::new(change)));
        Ok(())
    })?;
    let requests = if counts.requests > 0 { counts.requests + REQUESTS_TO_BEGIN } else { 0 };
    let cost = Cost::of(requests, limits, limits.per_day.map(u64::from));
    voice.tell(&Event::Planned { counts, cost });
    let held = guard::judge(&counts, ledger.clients_on_server()?);
    if let Some(stop) = held.filter(|_| job.scope == Scope::Full) {
        voice.tell(&Event::Held(stop));
        voice.reasons.insert(ExitReason::RunHeld);
    }
    if counts.has_changes() {
        voice.reasons.insert(ExitReason::Changes);
    }
    Ok(())
}
