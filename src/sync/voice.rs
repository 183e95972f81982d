//! How a run speaks: every event goes to the listener and into the summary, and leaves its exit reason behind.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Finished, SyncError};
use crate::client::Tally;
use crate::clock::Clock;
use crate::event::{Ending, Event, ExitReason, HeldBack, Notice, QuotaUse, Why, strongest};
use crate::guard::{Reach, Stop};
use crate::journal::Outcome;
use crate::ledger::Ledger;
use crate::plan::{Block, Cost, Counts};
use crate::record::Acknowledged;
use crate::report::account::Rhythm;
use crate::report::{Account, RequestFigures, Results, Summary};
use crate::settings::{Job, Limits};

/// Listens to a run.
pub type Listener<'a> = &'a mut (dyn FnMut(&Event) + Send);

/// The listener, the summary, the account and the exit reasons.
pub(super) struct Voice<'a> {
    listener: Listener<'a>,
    clock: Clock,
    pub(super) summary: Summary,
    pub(super) account: Account,
    pub(super) reasons: BTreeSet<ExitReason>,
    ended_at: Option<Timestamp>,
}

impl<'a> Voice<'a> {
    pub(super) fn new(command: &str, job: &Job, clock: Clock, listener: Listener<'a>) -> Self {
        let summary = Summary::begin(command, &job.input.display().to_string(), clock.now());
        Self {
            listener,
            clock,
            summary,
            account: Account::begin(job),
            reasons: BTreeSet::new(),
            ended_at: None,
        }
    }

    pub(super) fn tell(&mut self, event: &Event) {
        self.summary.absorb(event);
        self.account.absorb(event);
        if let Event::Waiting { until, reason } = event {
            self.account.wait(self.clock.now(), *until, *reason);
        }
        if let Event::Ended(ending) = event {
            self.reasons.extend(reason_of(ending));
        }
        (self.listener)(event);
    }

    /// Tells that something is held back, and ends the run with that.
    pub(super) fn hold(&mut self, held: HeldBack, reach: Reach) {
        self.reasons.insert(match (reach, &held.stop) {
            (Reach::File | Reach::Run, Stop::MappingChanged { .. }) => ExitReason::MappingChanged,
            (Reach::File | Reach::Run, _) => ExitReason::RunHeld,
            (Reach::Part, Stop::TooManyDeletes { .. }) => ExitReason::DeletesHeld,
            (Reach::Part, _) => ExitReason::ChangesHeld,
        });
        self.tell(&Event::Held(Box::new(held)));
    }

    pub(super) fn name_ledger(&mut self, ledger: &Ledger) {
        if let Some(path) = ledger.path() {
            self.summary.ledger = Some(path.display().to_string());
            self.tell(&Event::Notice(Notice::Ledger(path.to_owned())));
        }
    }

    /// Tells what the plan counts and costs; `used` are requests that the run has already sent.
    pub(super) fn planned(&mut self, counts: &Counts, used: u64, limits: Limits, left: Option<u64>) {
        let left = left.map(|left| left + used);
        let cost = Cost::of(counts.requests + used, limits, left);
        self.tell(&Event::Planned { counts: *counts, cost });
        self.summary.result.get_or_insert(Results::default());
    }

    pub(super) fn count_requests(&mut self, tally: &Tally) {
        let rhythm = tally.rhythm();
        self.account.rhythm =
            Rhythm { stretch_s: rhythm.stretch().as_secs(), counts: rhythm.counts().to_vec() };
        let requests = tally.requests();
        self.summary.requests = Some(RequestFigures {
            total: requests.total,
            post: requests.post,
            patch: requests.patch,
            delete: requests.delete,
            get: requests.get,
            options: requests.options,
            throttled: requests.throttled,
            retried: requests.retried,
            max_in_60s: requests.max_in_60s,
        });
    }

    pub(super) fn count_quota(&mut self, quota: QuotaUse) {
        self.summary.set_quota(quota);
    }

    /// Ends the summary: with the error's code, or with the strongest of the reasons.
    pub(super) fn end(&mut self, ended: &Result<(), SyncError>) {
        // What is printed is what the ledger keeps, to the millisecond.
        let now = *self.ended_at.get_or_insert_with(|| self.clock.now());
        let mut reasons: Vec<ExitReason> = self.reasons.iter().cloned().collect();
        if reasons.is_empty() {
            reasons.push(ExitReason::InSync);
        }
        self.summary.end(&reasons, now);
        self.account.finish(now, ended.as_ref().err().map(|error| error as _));
        if let Err(error) = ended {
            let code = strongest([error.code(), self.summary.exit.code]);
            self.summary.fail(code, error.reason(), now);
        }
    }

    pub(super) fn finish(mut self, ended: Result<(), SyncError>) -> Finished {
        self.end(&ended);
        Finished { summary: self.summary, account: self.account, error: ended.err(), kept: None }
    }
}

/// The exit reason that an ending gives, if it gives one.
fn reason_of(ending: &Ending) -> Option<ExitReason> {
    match ending.outcome {
        // It is listed, and nobody needs to be woken again.
        Outcome::Refused if ending.reason == Why::Block(Block::RefusedBefore(Acknowledged::Yes)) => None,
        Outcome::Remaining if ending.reason == Why::Limit => Some(ExitReason::Limited),
        Outcome::Done | Outcome::Unchanged | Outcome::Skipped | Outcome::Reported | Outcome::Remaining => {
            None
        }
        Outcome::Rejected => Some(ExitReason::Rejected),
        Outcome::Refused => Some(ExitReason::Refused),
        Outcome::Blocked => Some(ExitReason::Blocked),
        Outcome::Conflict => Some(ExitReason::Conflict),
        Outcome::Missing => Some(ExitReason::Missing),
        Outcome::InDoubt => Some(ExitReason::InDoubt),
        Outcome::Held => Some(ExitReason::DeletesHeld),
    }
}
