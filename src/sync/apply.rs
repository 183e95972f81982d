//! Applies changes: takes quota, writes intents, sends, takes answers in, several requests at once.
//!
//! One task owns the ledger. Whatever answers have come while it was busy are committed together with the intents of
//! the requests that take their places: one durable commit for many results when the server is fast, one each when
//! the quota is slow. No request leaves before the commit that holds its intent.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::FutureExt;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;

use super::work::{Landed, Step, Work};
use super::{Run, SyncError, land};
use crate::client::{Limiter, NoSlot, Slot};
use crate::event::{Ending, Event, ExitReason, Wait, Why};
use crate::journal::{Action, ContactOrder, Entry, Outcome};
use crate::operation::{AttemptId, HoldId};
use crate::plan::{Act, Change, Fate, Gone};
use crate::spool::{Spool, SpoolError};

/// So many doubtful answers in a row end the sending.
const DOUBTFUL_IN_A_ROW: u32 = 5;
/// So many equal refusals in a row end the creates: a plan's cap on active clients, say.
const REFUSED_ALIKE: u32 = 10;

/// What ends the sending before the work is done.
#[derive(Debug, Default)]
pub(super) struct Breakers {
    pub(super) halted: bool,
    /// A guard held the whole run back.
    pub(super) held: bool,
    /// The hold that keeps all deletes back.
    pub(super) deletes_held: Option<HoldId>,
    /// Creates were refused alike too often; other changes go on.
    pub(super) creates_stopped: bool,
    /// The quota could not be written down.
    pub(super) unwritten: Option<NoSlot>,
    doubtful: u32,
    refusal: String,
    alike: u32,
}

impl Breakers {
    /// An answer that was neither doubtful nor a refusal.
    pub(super) fn calm(&mut self) {
        self.doubtful = 0;
        self.alike = 0;
    }

    /// One more doubtful answer; whether it was one too many.
    pub(super) fn doubtful(&mut self) -> bool {
        self.doubtful += 1;
        self.doubtful >= DOUBTFUL_IN_A_ROW
    }

    /// One more refusal; whether it was the same once too often.
    pub(super) fn refused(&mut self, message: &str) -> bool {
        self.doubtful = 0;
        if self.refusal != message {
            message.clone_into(&mut self.refusal);
            self.alike = 0;
        }
        self.alike += 1;
        self.alike >= REFUSED_ALIKE
    }
}

/// Where the work of one phase lies while it is done.
pub(super) struct Floor<'a> {
    changes: &'a mut dyn Iterator<Item = Result<Change, SpoolError>>,
    /// Work that was begun, or taken and put back.
    pub(super) back: VecDeque<Work>,
    spare: Vec<Slot>,
    /// Steps whose intents are among the entries, not sent before these are committed.
    prepared: Vec<(Work, Step, Option<AttemptId>, Slot)>,
    pub(super) in_flight: FuturesUnordered<BoxFuture<'static, Landed>>,
    pub(super) entries: Vec<Entry>,
    pub(super) endings: Vec<Ending>,
    waits_for: WaitsFor,
    /// A create is under way whose answer will show whether contacts keep their order.
    pub(super) comparing: bool,
}

/// What the next step waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WaitsFor {
    Answers,
    Slots,
}

impl Run<'_, '_> {
    /// Carries out the changes of one phase.
    pub(super) async fn apply(&mut self, changes: &mut Spool<Change>) {
        let mut changes = match changes.read() {
            Ok(changes) => changes,
            Err(error) => return self.break_off(error.into()),
        };
        let mut floor = Floor {
            changes: &mut changes,
            back: VecDeque::new(),
            spare: Vec::new(),
            prepared: Vec::new(),
            in_flight: FuturesUnordered::new(),
            entries: Vec::new(),
            endings: Vec::new(),
            waits_for: WaitsFor::Answers,
            comparing: false,
        };
        loop {
            // The wish may have come while nobody listened for it, as during the reading of the list.
            if self.stop.is_requested() && !self.breakers.halted {
                self.halt(ExitReason::Signal);
            }
            if let Err(error) = self.prepare(&mut floor) {
                self.break_off(error);
            }
            self.commit_floor(&mut floor);
            self.send(&mut floor);
            if floor.in_flight.is_empty() && (floor.back.is_empty() || self.breakers.halted) {
                break;
            }
            self.wait(&mut floor).await;
        }
        self.leave_the_rest(&mut floor);
    }

    /// Takes work and quota as long as both are there at once, and writes the intents.
    fn prepare(&mut self, floor: &mut Floor<'_>) -> Result<(), SyncError> {
        floor.waits_for = WaitsFor::Answers;
        // A wish that was uttered while nothing was waited for: nothing more may leave.
        if self.stop.is_requested() && !self.breakers.halted {
            self.halt(ExitReason::Signal);
        }
        while !self.breakers.halted && floor.in_flight.len() + floor.prepared.len() < self.pace.concurrency {
            let Some(mut work) = self.next_work(floor)? else { break };
            let compares = work.creates_several_contacts();
            if floor.comparing && self.contact_order == ContactOrder::Unknown && compares {
                // What it waits for may itself still wait behind it.
                let comparison = floor.back.iter().position(Work::is_comparison);
                floor.back.push_front(work);
                let Some(first) = comparison.and_then(|at| floor.back.remove(at + 1)) else { break };
                floor.back.push_front(first);
                continue;
            }
            let Some(step) = work.steps.front().copied() else { continue };
            match take_slot(&mut floor.spare, &mut work, step, self.client.limiter()) {
                Ok(Some(slot)) => {
                    work.steps.pop_front();
                    floor.comparing |= compares;
                    let attempt = self.write_intent(floor, &work, step);
                    work.begun |= attempt.is_some();
                    floor.prepared.push((work, step, attempt, slot));
                }
                Ok(None) => {
                    floor.back.push_front(work);
                    floor.waits_for = WaitsFor::Slots;
                    break;
                }
                Err(no_slot) => {
                    floor.back.push_front(work);
                    self.halt_for(&no_slot);
                }
            }
        }
        Ok(())
    }

    fn next_work(&mut self, floor: &mut Floor<'_>) -> Result<Option<Work>, SyncError> {
        if let Some(work) = floor.back.pop_front() {
            return Ok(Some(work));
        }
        for change in &mut *floor.changes {
            let change = change?;
            if self.breakers.creates_stopped && matches!(change.act, Act::Create(_)) {
                floor.endings.push(self.left(change));
                continue;
            }
            let known = match (&change.act, &change.external_id) {
                (Act::Update(_), Some(id)) => match self.ledger.known(id) {
                    Ok(known) => known,
                    Err(error) => {
                        floor.endings.push(self.left(change));
                        return Err(error.into());
                    }
                },
                _ => None,
            };
            match Work::of(change, known) {
                Ok(work) => return Ok(Some(work)),
                Err(change) => floor.endings.push(self.left(*change)),
            }
        }
        Ok(None)
    }

    fn write_intent(&mut self, floor: &mut Floor<'_>, work: &Work, step: Step) -> Option<AttemptId> {
        let (intent, request) = work.intent(step)?;
        let attempt = self.attempt();
        floor.entries.push(Entry::Intent { attempt, external_id: work.external_id.clone(), intent, request });
        Some(attempt)
    }

    /// Commits answers and intents together, then tells how clients ended.
    fn commit_floor(&mut self, floor: &mut Floor<'_>) {
        if let Err(error) = self.commit(&floor.entries) {
            self.break_off(error);
        }
        floor.entries.clear();
        for ending in floor.endings.drain(..) {
            let ending = if self.broken.is_some() { ending.unwritten() } else { ending };
            self.voice.tell(&Event::Ended(Box::new(ending)));
        }
    }

    /// Sends what is prepared, unless its intents could not be written.
    fn send(&mut self, floor: &mut Floor<'_>) {
        for (mut work, step, attempt, slot) in floor.prepared.drain(..) {
            if self.broken.is_some() {
                work.take_again(step);
                floor.back.push_back(work);
            } else {
                floor.in_flight.push(work.send(Arc::clone(&self.client), step, attempt, slot));
            }
        }
        self.voice.tell(&Event::InFlight(floor.in_flight.len()));
    }

    /// Waits for an answer, for quota, or for the wish to stop.
    async fn wait(&mut self, floor: &mut Floor<'_>) {
        let wants_slot = floor.waits_for == WaitsFor::Slots && !self.breakers.halted;
        if wants_slot && let Some(until) = self.client.limiter().waits_until() {
            self.voice.tell(&Event::Waiting { until, reason: Wait::Quota });
        }
        let limiter = Arc::clone(self.client.limiter());
        tokio::select! {
            biased;
            () = self.stop.requested(), if !self.breakers.halted => self.halt(ExitReason::Signal),
            Some(landed) = floor.in_flight.next(), if !floor.in_flight.is_empty() => {
                self.land(floor, landed);
                while let Some(Some(landed)) = floor.in_flight.next().now_or_never() {
                    self.land(floor, landed);
                }
            }
            slot = limiter.slot(), if wants_slot => match slot {
                Ok(slot) => floor.spare.push(slot),
                Err(no_slot) => self.halt_for(&no_slot),
            },
        }
    }

    pub(super) fn halt_for(&mut self, no_slot: &NoSlot) {
        if let NoSlot::NotRecorded(_) = no_slot {
            self.breakers.unwritten.get_or_insert_with(|| no_slot.clone());
        }
        self.halt(match no_slot {
            NoSlot::Exhausted { until } => ExitReason::DayQuota(*until),
            NoSlot::NotRecorded(_) => ExitReason::LedgerFailed,
            NoSlot::Spent(_) => ExitReason::MaxRequests,
            NoSlot::TimeUp(_) => ExitReason::MaxDuration,
        });
    }

    /// Ends the work whose turn did not come.
    fn leave_the_rest(&mut self, floor: &mut Floor<'_>) {
        while let Some(work) = floor.back.pop_front() {
            land::leave(floor, work);
        }
        self.commit_floor(floor);
        for change in &mut *floor.changes {
            match change {
                Ok(change) => {
                    let ending = self.left(change);
                    self.voice.tell(&Event::Ended(Box::new(ending)));
                }
                Err(error) => return self.break_off(error.into()),
            }
        }
    }

    fn left(&self, change: Change) -> Ending {
        let (action, mid) = match change.act {
            Act::Update(update) => (Action::Update, Some(update.mid)),
            Act::Gone(Gone { mid, fate: Fate::Delete }) => (Action::Delete, Some(mid)),
            Act::Gone(Gone { mid, fate: Fate::Archive }) => (Action::Archive, Some(mid)),
            Act::Gone(Gone { mid, .. }) => (Action::None, Some(mid)),
            Act::Create(_) => (Action::Create, None),
            Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) => (Action::None, None),
        };
        let (outcome, reason) = match (self.breakers.held, action) {
            (true, Action::Delete | Action::Archive) => (Outcome::Held, Why::Guard),
            (true, _) => (Outcome::Remaining, Why::Guard),
            (false, _) => (Outcome::Remaining, Why::Stopped),
        };
        Ending {
            external_id: change.external_id,
            lines: change.lines,
            label: change.label,
            action,
            outcome,
            mid,
            reason,
        }
    }
}

/// The quota that `step` needs, if all of it is there at once: a reading takes that of the write behind it too.
fn take_slot(
    spare: &mut Vec<Slot>,
    work: &mut Work,
    step: Step,
    limiter: &Arc<Limiter>,
) -> Result<Option<Slot>, NoSlot> {
    let reads = step.leads_to_a_write();
    if !reads && work.held.is_some() {
        return Ok(work.held.take());
    }
    // Where one request a minute is all, two slots are never free together.
    let needed = if reads && limiter.limits().per_minute != Some(1) { 2 } else { 1 };
    while spare.len() < needed {
        match limiter.slot().now_or_never() {
            Some(slot) => spare.push(slot?),
            None => return Ok(None),
        }
    }
    work.held = if needed == 2 { spare.pop() } else { None };
    Ok(spare.pop())
}
