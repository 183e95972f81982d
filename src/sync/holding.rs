//! Keeps back what a guard speaks against: makes the holds, takes what they name out of the plan, and closes the holds
//! whose time is over.

use super::asleep::MOST_AWAKE;
use super::planning::{Planned, Remembered};
use super::standing::Met;
use super::{Run, SyncError};
use crate::event::{Ending, Event, HeldBack, Why};
use crate::guard::{Reach, Stop};
use crate::journal::{Action, Outcome};
use crate::ledger::{Closing, Hold, LastFull, Ledger, LedgerError, NewHold, NewImprint};
use crate::operation::HoldId;
use crate::plan::{Act, Change, Digest, Digester, Fate, Removals};
use crate::spool::Spool;

/// Whether a run is about the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Part,
}

impl Run<'_, '_> {
    /// Holds back what `stops` speak against, all of the run if need be.
    pub(super) fn hold_back(
        &mut self,
        plan: &mut Planned,
        stops: &[Stop],
        extent: Extent,
    ) -> Result<(), SyncError> {
        self.close_holds(&plan.tally.holds, stops, extent)?;
        let mut made = Vec::new();
        for stop in stops {
            let approved = self.is_approved(stop, plan);
            let listed = listed(plan, stop)?;
            if approved && listed.items == 0 {
                continue;
            }
            let id = self.hold(plan, &listed)?;
            self.breakers.held |= stop.reach() == Reach::Run || stop.reach() == Reach::File && !approved;
            let NewHold { reason, digest, items } = listed;
            let held = HeldBack { stop: reason, hold: Some((id, digest)), changes: items, since: None };
            self.voice.hold(held, if self.breakers.held { Reach::Run } else { Reach::Part });
            made.push((stop, id));
        }
        if self.breakers.held {
            self.breakers.halted = true;
            return Ok(());
        }
        made.into_iter().try_for_each(|(stop, id)| self.set_aside(plan, stop, id))
    }

    /// Whether a person has approved a hold of the same kind: then its own changes go, and others of the file wait.
    fn is_approved(&self, stop: &Stop, plan: &Planned) -> bool {
        let now = self.clock.now();
        let same = |hold: &Hold| hold.reason.kind() == stop.kind() && hold.is_approved(now);
        stop.reach() == Reach::File && plan.tally.holds.iter().any(|met| same(&met.hold))
    }

    /// The hold of this list: that of an earlier run when nothing of it has changed, else a new one.
    fn hold(&mut self, plan: &mut Planned, listed: &NewHold) -> Result<HoldId, SyncError> {
        let now = self.clock.now();
        for Met { hold, .. } in &plan.tally.holds {
            let same_kind = hold.reason.kind() == listed.reason.kind() && hold.reason.reach() == Reach::File;
            if !same_kind || hold.is_approved(now) {
                continue;
            }
            if hold.digest == listed.digest {
                return Ok(hold.id);
            }
            self.ledger.close_hold(hold.id, now, Closing::Superseded)?;
        }
        let stop = listed.reason.clone();
        let mut lists = plan.lists();
        let mut changes = Vec::new();
        for list in &mut lists {
            changes.push(list.read()?);
        }
        let named = changes.into_iter().flatten().filter_map(|change| match change {
            Ok(change) => digest_in(&stop, &change).map(|digest| Ok((change, digest))),
            Err(error) => Some(Err(SyncError::from(error))),
        });
        self.ledger.make_hold(self.id, now, listed, named)
    }

    /// Closes the holds that name nothing of this plan any more, and those of a file that is as it should be again.
    fn close_holds(&mut self, holds: &[Met], stops: &[Stop], extent: Extent) -> Result<(), SyncError> {
        let now = self.clock.now();
        for Met { hold, named, kept } in holds {
            let still = stops.iter().any(|stop| stop.kind() == hold.reason.kind());
            let (of_file, approved) = (hold.reason.reach() == Reach::File, hold.is_approved(now));
            let over = match (of_file, approved) {
                (true, false) => !still,
                (true, true) => !still && *named == 0,
                (false, _) => *named == 0,
            };
            if extent == Extent::Whole && over {
                let closing = if approved { Closing::Done } else { Closing::Vanished };
                self.ledger.close_hold(hold.id, now, closing)?;
            } else if !approved && !of_file && *kept > 0 {
                let held = HeldBack {
                    stop: hold.reason.clone(),
                    hold: Some((hold.id, hold.digest.clone())),
                    changes: *kept,
                    since: Some(hold.made_at),
                };
                self.voice.hold(held, Reach::Part);
            }
        }
        Ok(())
    }

    /// Takes the changes that a hold names out of the plan, and ends them.
    fn set_aside(&mut self, plan: &mut Planned, stop: &Stop, id: HoldId) -> Result<(), SyncError> {
        if matches!(stop, Stop::TooManyRemovals { .. }) {
            self.leavers.removals = Removals::Wait;
        }
        if matches!(stop, Stop::TooManyDeletes { .. }) || stop.reach() == Reach::File {
            self.breakers.deletes_held = Some(id);
        }
        let removals = matches!(stop, Stop::TooManyRemovals { .. });
        let approved = removals.then_some(&mut plan.approved);
        for list in [&mut plan.creates, &mut plan.updates, &mut plan.gone].into_iter().chain(approved) {
            let mut all = std::mem::take(list);
            for change in all.read()? {
                let change = change?;
                if !stop.names(&change) {
                    list.push(&change)?;
                    continue;
                }
                let (rest, whole) = if removals {
                    (change.clone().removing(crate::plan::ContactGone::is_approved), change)
                } else {
                    (Change { act: Act::Unchanged(None), ..change.clone() }, change)
                };
                match rest.act {
                    Act::Unchanged(_) => {
                        self.voice.tell(&Event::Ended(Box::new(ended(whole, id))));
                    }
                    _ => list.push(&rest)?,
                }
            }
        }
        Ok(())
    }

    /// Notes what this file was like, and who is absent from it, for the next ones to be compared with.
    pub(super) fn note_full(&mut self, plan: &mut Planned, has_line_end: bool) -> Result<(), SyncError> {
        let now = self.clock.now();
        let before = self.ledger.last_full()?.is_some_and(|last| last.line_end);
        let agreed = plan.tally.holds.iter().any(|Met { hold, named, .. }| {
            matches!(hold.reason, Stop::LastRow { .. }) && *named > 0 && hold.is_approved(now)
        });
        let line_end = has_line_end || before && !agreed;
        let last = LastFull { clients: plan.tally.counts.named(), line_end };
        let absent = plan.absent.read()?.map(|one| one.map_err(SyncError::from));
        self.ledger.note_full(self.id, last, absent)?;
        self.note_imprint(plan)
    }

    /// Notes what the file was like, for the next one to be compared with. The same file as before is noted already.
    fn note_imprint(&mut self, plan: &mut Planned) -> Result<(), SyncError> {
        let Some(Remembered { terms, file, looked_at }) = plan.tally.memory.take() else { return Ok(()) };
        if plan.awake.len() > MOST_AWAKE as u64 {
            return Ok(self.ledger.forget_imprint()?);
        }
        let new = NewImprint { run: self.id, terms: &terms, file: &file, looked_at: looked_at.as_ref() };
        let sleeping = std::mem::take(&mut plan.sleeping).sorted()?.map(|pair| Ok(pair?.1));
        let awake = plan.awake.read()?.map(|one| one.map_err(SyncError::from));
        self.ledger.note_imprint(&new, sleeping, awake)
    }
}

/// Whether no open hold keeps the removals of a change back.
pub(super) fn approved_or_free(ledger: &Ledger, change: &Change) -> Result<bool, LedgerError> {
    let (Some(id), Some(digest)) = (&change.external_id, change.digest_of_removals()) else {
        return Ok(true);
    };
    Ok(ledger.held(id)?.iter().all(|(_, other)| *other != digest))
}

impl Planned {
    /// The changes that no hold names yet.
    fn lists(&mut self) -> [&mut Spool<Change>; 4] {
        [&mut self.creates, &mut self.updates, &mut self.gone, &mut self.quiet]
    }
}

/// What a hold of this stop would name.
fn listed(plan: &mut Planned, stop: &Stop) -> Result<NewHold, SyncError> {
    let mut digester = Digester::default();
    digester.add(stop.kind());
    if stop.reach() == Reach::File {
        // The list may be empty, and the file is what is approved.
        digester.add(&format!("{stop:?}"));
    }
    let mut items = 0;
    for list in plan.lists() {
        for change in list.read()? {
            if let Some(digest) = digest_in(stop, &change?) {
                items += 1;
                digester.add(digest.as_str());
            }
        }
    }
    Ok(NewHold { reason: stop.clone(), digest: digester.finish(), items })
}

/// The digest under which a hold of this stop names the change, if it does.
fn digest_in(stop: &Stop, change: &Change) -> Option<Digest> {
    let named = stop.names(change);
    match stop {
        Stop::TooManyRemovals { .. } => change.digest_of_removals().filter(|_| named),
        _ => change.digest().filter(|_| named),
    }
}

/// How a change ends that a hold keeps back.
pub(super) fn ended(change: Change, hold: HoldId) -> Ending {
    let Change { external_id, lines, label, act } = change;
    let act = if let Act::Held(_, act) = act { *act } else { act };
    let (action, outcome, mid) = match act {
        Act::Create(_) => (Action::Create, Outcome::Remaining, None),
        Act::Update(update) => (Action::Update, Outcome::Remaining, Some(update.mid)),
        Act::Gone(gone) if gone.fate == Fate::Archive => (Action::Archive, Outcome::Held, Some(gone.mid)),
        Act::Gone(gone) => (Action::Delete, Outcome::Held, Some(gone.mid)),
        Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) => {
            (Action::None, Outcome::Remaining, None)
        }
    };
    Ending { external_id, lines, label, action, outcome, mid, reason: Why::Hold(hold) }
}
