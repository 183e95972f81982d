//! The second round: what became doubtful, or was too young to be settled at the start, is settled once its time has
//! passed and decided again, in the same run.

use super::land::failure;
use super::planning::Lookups;
use super::work::{Job, Work};
use super::{Run, SyncError, holding};
use crate::event::{Ending, Event, ExitReason, Why};
use crate::journal::{Action, Entry, Outcome};
use crate::operation::State;
use crate::plan::{Act, Block, Change, Fate, Gone, Reach, Refresh, Update, decide};
use crate::record::{Desired, ExternalId};
use crate::spool::Spool;

/// A client that waits for its last request to be settled.
#[derive(Debug)]
pub(super) struct Undecided {
    external_id: ExternalId,
    /// How it ends if it cannot be settled.
    ending: Ending,
    aim: Aim,
    /// What it counts as when it turns out that the request was done in this run.
    sent_in_this_run: Option<Action>,
}

/// What was to become of the client.
#[derive(Debug)]
enum Aim {
    /// The file wants this of it.
    Row(Box<Desired>),
    /// What people changed was to be written back.
    Drift(Box<Update>),
    /// It was to be deleted.
    Delete,
}

impl Undecided {
    /// A request of this run.
    pub(super) fn sent(work: Work, ending: Ending) -> Self {
        let action = work.action();
        let aim = match work.job {
            Job::Create(desired) | Job::Compare(desired, _) => Aim::Row(desired),
            Job::Update(update, _) if update.reach == Reach::Drift => Aim::Drift(update),
            Job::Update(update, _) => Aim::Row(Box::new(update.desired)),
            Job::Delete(_) | Job::Archive(_) => Aim::Delete,
        };
        Self { external_id: work.external_id, ending, aim, sent_in_this_run: Some(action) }
    }

    /// A request of an earlier run.
    pub(super) fn sent_before(
        external_id: ExternalId,
        desired: Option<Box<Desired>>,
        ending: Ending,
    ) -> Self {
        let aim = desired.map_or(Aim::Delete, Aim::Row);
        Self { external_id, ending, aim, sent_in_this_run: None }
    }
}

impl Run<'_, '_> {
    /// Settles what waits, and carries out what is decided then.
    pub(super) async fn second_round(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        // Also what the file does not speak of: a request in doubt is settled, whoever asked for it.
        if !self.breakers.halted
            && let Err(error) = self.settle_all().await
        {
            self.break_off(error);
        }
        let mut changes = Spool::new();
        for undecided in waiting {
            let ending = undecided.ending.clone();
            if self.broken.is_none() {
                match self.decide_again(undecided, &mut changes) {
                    Ok(()) => continue,
                    Err(error) => self.break_off(error),
                }
            }
            self.voice.tell(&Event::Ended(Box::new(ending)));
        }
        self.apply(&mut changes).await;
        for undecided in std::mem::take(&mut self.waiting) {
            self.voice.tell(&Event::Ended(Box::new(undecided.ending)));
        }
        match self.is_anything_open() {
            Ok(false) => {}
            Ok(true) => drop(self.voice.reasons.insert(ExitReason::InDoubt)),
            Err(error) => self.break_off(error),
        }
    }

    fn is_anything_open(&self) -> Result<bool, SyncError> {
        Ok(!self.ledger.in_doubt()?.is_empty() || !self.ledger.interrupted()?.is_empty())
    }

    fn decide_again(&mut self, undecided: Undecided, changes: &mut Spool<Change>) -> Result<(), SyncError> {
        let Undecided { external_id, mut ending, aim, sent_in_this_run } = undecided;
        let head = self.ledger.head(&external_id)?;
        let state = head.as_ref().map_or(State::New, |head| head.state);
        let desired = match aim {
            Aim::Row(desired) => desired,
            Aim::Drift(update) => return self.decide_drift_again(*update, ending, state, changes),
            Aim::Delete => {
                if let (State::Linked, false, Some(mid)) = (state, self.breakers.halted, ending.mid.clone()) {
                    if let Some(hold) = self.breakers.deletes_held.filter(|_| sent_in_this_run.is_none()) {
                        (ending.outcome, ending.reason) = (Outcome::Held, Why::Hold(hold));
                        self.voice.tell(&Event::Ended(Box::new(ending)));
                        return Ok(());
                    }
                    let fate = if ending.action == Action::Archive { Fate::Archive } else { Fate::Delete };
                    let act = Act::Gone(Gone { mid, fate });
                    let (lines, label) = (ending.lines, ending.label);
                    let external_id = Some(external_id);
                    return Ok(changes.push(&Change { external_id, lines, label, act })?);
                }
                return self.end_delete(ending, state);
            }
        };
        let change = decide(desired, head.as_ref(), &Lookups::new(&self.ledger)?)?;
        let change = self.leavers.judged(change, &self.ledger)?;
        match change.act {
            Act::Create(_) | Act::Update(_) => Ok(changes.push(&change)?),
            Act::Unchanged(refresh) => {
                ending.outcome = if sent_in_this_run.is_some() { Outcome::Done } else { Outcome::Unchanged };
                ending.action = sent_in_this_run.unwrap_or(Action::None);
                ending.mid = head.and_then(|head| head.mid);
                ending.reason = Why::Plain;
                let mut entries = vec![Entry::Cleared(external_id.clone())];
                entries.extend(refresh.into_iter().flat_map(|it| learnt(&external_id, it)));
                self.commit(&entries)?;
                self.voice.tell(&Event::Ended(Box::new(ending)));
                Ok(())
            }
            Act::Blocked(block, desired) => self.end_blocked(ending, block, &desired),
            Act::Rejected(_) | Act::Gone(_) | Act::Held(..) => Ok(()),
        }
    }

    /// What people changed is written back as far as it has not landed.
    fn decide_drift_again(
        &mut self,
        update: Update,
        mut ending: Ending,
        state: State,
        changes: &mut Spool<Change>,
    ) -> Result<(), SyncError> {
        let Some(external_id) = ending.external_id.clone() else { return Ok(()) };
        let known = if state == State::Linked { self.ledger.known(&external_id)? } else { None };
        if let Some(known) = known {
            let rest = update.remaining(&known);
            if !rest.sends_nothing() {
                let (lines, label, act) = (Vec::new(), ending.label, Act::Update(Box::new(rest)));
                return Ok(changes.push(&Change { external_id: Some(external_id), lines, label, act })?);
            }
            (ending.outcome, ending.reason) = (Outcome::Done, Why::Plain);
            self.commit(&[Entry::Cleared(external_id)])?;
        }
        self.voice.tell(&Event::Ended(Box::new(ending)));
        Ok(())
    }

    fn end_delete(&mut self, mut ending: Ending, state: State) -> Result<(), SyncError> {
        match state {
            State::Removed | State::Missing => {
                let inactive_in = ending.lines.first().copied();
                (ending.outcome, ending.reason) =
                    (Outcome::Done, inactive_in.map_or(Why::Plain, Why::Inactive));
            }
            State::Linked => (ending.outcome, ending.reason) = (Outcome::Remaining, Why::Stopped),
            _ => {}
        }
        if ending.outcome != Outcome::InDoubt {
            let id = ending.external_id.clone().into_iter();
            self.commit(&id.map(Entry::Cleared).collect::<Vec<_>>())?;
        }
        self.voice.tell(&Event::Ended(Box::new(ending)));
        Ok(())
    }

    fn end_blocked(&mut self, mut ending: Ending, block: Block, desired: &Desired) -> Result<(), SyncError> {
        if block != Block::InDoubt {
            ending.outcome = outcome_of(&block);
            ending.reason = Why::Block(block);
        }
        self.commit(&[Entry::Failed(failure(&ending, Some(desired)))])?;
        self.voice.tell(&Event::Ended(Box::new(ending)));
        Ok(())
    }

    /// Ends a change for which nothing is sent, or puts it aside for the second round.
    pub(super) fn end_quietly(&mut self, change: Change, batch: &mut Vec<Entry>) -> Result<(), SyncError> {
        let Change { external_id, lines, label, act } = change;
        let inactive_in = lines.first().copied();
        let mut ending = Ending {
            external_id: external_id.clone(),
            lines,
            label,
            action: Action::None,
            outcome: Outcome::Unchanged,
            mid: None,
            reason: Why::Plain,
        };
        match (act, external_id) {
            (Act::Unchanged(refresh), Some(id)) => {
                batch.extend(refresh.into_iter().flat_map(|it| learnt(&id, it)));
                batch.push(Entry::Cleared(id));
            }
            (Act::Blocked(Block::InDoubt, desired), Some(id)) => {
                (ending.outcome, ending.reason) = (Outcome::InDoubt, Why::Block(Block::InDoubt));
                self.waiting.push(Undecided::sent_before(id, Some(desired), ending));
                return Ok(());
            }
            (Act::Blocked(block, desired), _) => {
                let known = matches!(block, Block::RefusedBefore(_));
                (ending.outcome, ending.reason) = (outcome_of(&block), Why::Block(block));
                let failure = failure(&ending, Some(&desired));
                batch.push(if known { Entry::FailedBefore(failure) } else { Entry::Failed(failure) });
            }
            (Act::Rejected(problems), _) => {
                (ending.outcome, ending.reason) = (Outcome::Rejected, Why::Problems(problems));
                batch.push(Entry::Failed(failure(&ending, None)));
            }
            (Act::Gone(Gone { mid, fate: Fate::DeleteOnceSettled }), Some(id)) => {
                (ending.mid, ending.action) = (Some(mid), Action::Delete);
                (ending.outcome, ending.reason) = (Outcome::InDoubt, Why::Block(Block::InDoubt));
                self.waiting.push(Undecided::sent_before(id, None, ending));
                return Ok(());
            }
            (Act::Gone(gone), id) => {
                // Whatever was refused of its rows, they are no longer in the file. A doubt stays one.
                if let (Some(id), false) = (id, gone.fate == Fate::RefusedBefore)
                    && self.ledger.head(&id)?.is_some_and(|head| head.state == State::Linked)
                {
                    batch.push(Entry::Cleared(id));
                }
                ending.mid = Some(gone.mid);
                (ending.action, ending.outcome, ending.reason) = fate_of(gone.fate);
                if let (Why::Plain, Some(line)) = (&ending.reason, inactive_in) {
                    ending.reason = Why::Inactive(line);
                }
            }
            (Act::Held(hold, act), id) => {
                let (lines, label) = (ending.lines, ending.label);
                ending = holding::ended(Change { external_id: id, lines, label, act: *act }, hold);
            }
            (Act::Create(_) | Act::Update(_) | Act::Unchanged(_), _) => return Ok(()),
        }
        self.voice.tell(&Event::Ended(Box::new(ending)));
        if batch.len() >= ENTRIES_AT_ONCE { self.flush(batch) } else { Ok(()) }
    }

    /// Commits what has gathered.
    pub(super) fn flush(&mut self, batch: &mut Vec<Entry>) -> Result<(), SyncError> {
        self.commit(batch)?;
        batch.clear();
        Ok(())
    }
}

/// Entries that are committed at once when nothing is sent in between.
const ENTRIES_AT_ONCE: usize = 1_000;

/// What the ledger learns of a client that needs no request.
fn learnt(id: &ExternalId, refresh: Refresh) -> [Entry; 2] {
    let Refresh { fingerprint, claims, answered } = refresh;
    [Entry::Refreshed(id.clone(), fingerprint, claims), Entry::AnswersFor(id.clone(), answered)]
}

fn outcome_of(block: &Block) -> Outcome {
    match block {
        Block::RefusedBefore(_) => Outcome::Refused,
        Block::SameName(_) => Outcome::Blocked,
        Block::Missing => Outcome::Missing,
        Block::Conflict => Outcome::Conflict,
        Block::InDoubt => Outcome::InDoubt,
    }
}

fn fate_of(fate: Fate) -> (Action, Outcome, Why) {
    match fate {
        Fate::Report => (Action::None, Outcome::Reported, Why::Plain),
        Fate::RefusedBefore => (Action::None, Outcome::Reported, Why::RemovalRefusedBefore),
        Fate::WaitsForRow => (Action::Delete, Outcome::Held, Why::RowWithoutId),
        Fate::WaitsForCount => (Action::Delete, Outcome::Held, Why::CountDisagrees),
        Fate::WaitsForNextRun => (Action::None, Outcome::Reported, Why::FirstReading),
        Fate::FirstAbsence => (Action::None, Outcome::Reported, Why::FirstAbsence),
        Fate::Archived => (Action::None, Outcome::Reported, Why::Archived),
        Fate::Held(hold) => (Action::Delete, Outcome::Held, Why::Hold(hold)),
        Fate::Archive => (Action::Archive, Outcome::Remaining, Why::Stopped),
        Fate::Delete | Fate::DeleteOnceSettled => (Action::Delete, Outcome::Remaining, Why::Stopped),
    }
}
