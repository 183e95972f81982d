//! Looks at what a run would need, without one: the input, and the server with its key, its clock, its quota and its
//! contract. Nothing is written, neither to the server nor to the ledger.

use std::sync::Arc;

use jiff::Timestamp;

use super::planning::{self, Met, Sight};
use super::voice::Voice;
use super::{Finished, Order, Remote, SyncError, connect, reading};
use crate::client::{ConnectError, NoSlot, Probe, Requests, Setup, Tally};
use crate::clock::Clock;
use crate::event::Event;
use crate::ledger::Ledger;
use crate::record::{Column, Mid};
use crate::settings::{Limits, OnGone, Scope};

/// What was seen of the server.
#[derive(Debug)]
pub struct Examined {
    /// The partner that the key belongs to.
    pub account: Result<Mid, ConnectError>,
    /// What the server told of itself; none without an account.
    pub probe: Option<Result<Probe, NoSlot>>,
    /// The requests that this took.
    pub requests: Requests,
    /// Requests of the last 24 hours as the ledger knows them, these ones not among them.
    pub day_used: u64,
    /// What is left of the day; none without a limit.
    pub day_left: Option<u64>,
    /// The limits as they were set.
    pub limits: Limits,
}

/// Asks the server about the key and about itself. What was used of the quota is read from the ledger, and these few
/// requests are not written down there: a run may hold it. Where the quota is used up for the moment, it is told until
/// when that lasts, and waited for.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn examine(
    remote: Remote,
    ledger: Option<&Ledger>,
    clock: Clock,
    waiting: &mut (dyn FnMut(Timestamp) + Send),
) -> Result<Examined, SyncError> {
    let limiter = connect::limiter_of_a_reader(&remote.pace, ledger, clock)?;
    let (day_used, day_left, limits) = (limiter.day_used(), limiter.day_left(), limiter.limits());
    let tally = Arc::new(Tally::default());
    let setup = Setup {
        transport: remote.transport,
        origin: remote.origin,
        credentials: remote.credentials,
        partner: remote.partner,
        seen: None,
        concurrency: remote.pace.concurrency,
        limiter: Arc::clone(&limiter),
        tally: Arc::clone(&tally),
        clock,
        seed: remote.seed,
    };
    if let Some(until) = limiter.waits_until() {
        waiting(until);
    }
    let (account, probe) = match setup.connect().await {
        Ok(client) => (Ok(client.partner().clone()), Some(client.probe().await)),
        Err(error) => (Err(error), None),
    };
    Ok(Examined { account, probe, requests: tally.requests(), day_used, day_left, limits })
}

/// What was seen of the input.
#[derive(Debug)]
pub struct InputSeen {
    /// How reading it ended, with the figures.
    pub finished: Finished,
    /// The fields that columns of the file are taken for.
    pub mapped: Vec<&'static str>,
}

/// Reads the input as a plan of an empty account would; what it meets is told as events.
pub async fn look_at_input(order: Order<'_>) -> InputSeen {
    let Order { job, clock, mut stop, listener } = order;
    let mut voice = Voice::new("doctor", job, clock, listener);
    let mut mapped = Vec::new();
    let ended = async {
        let input = reading::read(job, clock, &mut stop, &mut voice).await?;
        let fields = input.mapping().parts().keys().filter_map(|part| Column::named(part));
        mapped = std::iter::once(Column::ExternalId).chain(fields).map(Column::name).collect();
        mapped.dedup();
        let sight = Sight {
            on_gone: OnGone::Report,
            scope: &Scope::Full,
            limit: None,
            first_reading: false,
            after_runs: job.after_runs,
            remembers: false,
            now: clock.now(),
        };
        let met = |met, voice: &mut Voice<'_>| {
            if let Met::Change(change, _) = met {
                voice.tell(&Event::Change(change));
            }
            Ok(())
        };
        planning::each_change(input, &Ledger::in_memory()?, sight, &mut voice, met).map(drop)
    }
    .await;
    InputSeen { finished: voice.finish(ended), mapped }
}
