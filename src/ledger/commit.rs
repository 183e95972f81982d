//! Writing entries: one transaction for all of them, every change of a state asked of the one transition function.
//!
//! In: entries, the run and the time. Out: all of them durable, or none of them written.

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::error::while_doing;
use super::{Ledger, LedgerError, account, attempt, failure};
use crate::journal::{Entry, Intent};
use crate::operation::{AttemptId, Happening, RunId, State, Verdict};
use crate::record::{Desired, ExternalId, Fingerprint, Known};

mod confirmed;
#[cfg(test)]
mod histories;
mod line;
#[cfg(test)]
mod tests;

use line::step;

/// The run that writes, and when it does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) run: RunId,
    pub(super) now: Timestamp,
}

impl Ledger {
    /// Writes the entries in their order, in one transaction. When it returns, they survive a power loss.
    ///
    /// # Errors
    /// [`LedgerError::Illegal`] when the protocol does not allow one of them, [`LedgerError::NeverLinked`] when
    /// one concerns a part of a client without a mid, [`LedgerError::NoSuchAttempt`] when one answers nothing,
    /// [`LedgerError::Sqlite`] when the disk fails. Nothing is written then.
    pub fn commit(&mut self, run: RunId, now: Timestamp, entries: &[Entry]) -> Result<(), LedgerError> {
        let doing = while_doing("commit to the ledger");
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(doing)?;
        let moment = Moment { run, now };
        entries.iter().try_for_each(|entry| write(&transaction, moment, entry))?;
        if entries.iter().any(changes_knowledge) {
            transaction.execute("UPDATE book SET generation = generation + 1", []).map_err(doing)?;
        }
        transaction.commit().map_err(doing)
    }
}

/// Whether a plan that was made before may be another one afterwards.
fn changes_knowledge(entry: &Entry) -> bool {
    !matches!(entry, Entry::ToldAnewForgotten | Entry::Failed(_) | Entry::FailedBefore(_) | Entry::Cleared(_))
}

fn write(ledger: &Connection, moment: Moment, entry: &Entry) -> Result<(), LedgerError> {
    match entry {
        Entry::Intent { attempt, external_id: id, intent, request } => {
            intend(ledger, moment, id, intent)?;
            attempt::begin(ledger, moment, *attempt, id, request)
        }
        Entry::Answer { attempt, verdict, status, message } => {
            attempt::end(ledger, moment, *attempt, *verdict, *status, message)?;
            judged(ledger, moment, *attempt, *verdict)
        }
        Entry::Linked { external_id, known, fingerprint } => link(ledger, external_id, known, *fingerprint),
        Entry::Unsure(id, desired) => unsure(ledger, moment, id, desired),
        Entry::NotCreated(id) => step(ledger, id, Happening::NotCreated),
        Entry::CreateRefused(id, row) => {
            step(ledger, id, Happening::RefuseCreate)?;
            line::note_refused_row(ledger, id, *row)
        }
        Entry::Duplicated(id) => step(ledger, id, Happening::Duplicate),
        Entry::OwnConfirmed(id, fields) => confirmed::merge_own(ledger, id, fields),
        Entry::ContactConfirmed(id, contact) => confirmed::put_contact(ledger, id, contact),
        Entry::ContactRemoved(id, mid) => confirmed::drop_contact(ledger, id, mid),
        Entry::Updated(id, row) => {
            step(ledger, id, Happening::EndPatch)?;
            line::equals(ledger, id, *row)
        }
        Entry::UpdateStopped(id, refused) => {
            step(ledger, id, Happening::EndPatch)?;
            line::differs(ledger, id, *refused)
        }
        Entry::Reread(id, known) => reread(ledger, id, known),
        Entry::Vanished(id) => step(ledger, id, Happening::Vanish),
        Entry::Removed(id) => remove(ledger, id),
        Entry::Archived(id) => {
            step(ledger, id, Happening::KeepDespiteRemove)?;
            confirmed::note_archived(ledger, id)
        }
        Entry::RemovalRefused(id) => {
            step(ledger, id, Happening::KeepDespiteRemove)?;
            line::note_refused_removal(ledger, id)
        }
        Entry::StillThere(id) => still_there(ledger, id),
        Entry::Refreshed(id, row, ours) => {
            line::equals(ledger, id, *row)?;
            confirmed::mark_ours(ledger, id, ours)
        }
        Entry::AnswersFor(id, answered) => confirmed::note_answered(ledger, id, answered),
        Entry::TakenOver(id, known) => confirmed::take_over(ledger, id, known),
        Entry::Acknowledged(id) => line::acknowledge(ledger, id),
        Entry::LetGo(id) => {
            step(ledger, id, Happening::LetGo)?;
            line::bury(ledger, id)?;
            confirmed::forget(ledger, id)
        }
        Entry::Failed(failure) => failure::put(ledger, failure),
        Entry::Cleared(id) => failure::clear(ledger, id),
        Entry::FailedBefore(failure) => failure::keep(ledger, failure),
        Entry::ToldAnewForgotten => failure::forget_told_anew(ledger),
        Entry::ListRead(strangers) => account::note_reading(ledger, strangers),
        Entry::MappingInUse(parts) => account::note_mapping(ledger, parts),
        Entry::ContactOrder(order) => account::note_order(ledger, *order),
    }
}

fn unsure(
    ledger: &Connection,
    moment: Moment,
    id: &ExternalId,
    desired: &Desired,
) -> Result<(), LedgerError> {
    step(ledger, id, Happening::IntendPatch)?;
    line::note_unfinished(ledger, moment, id, Some(desired))
}

fn judged(
    ledger: &Connection,
    moment: Moment,
    attempt: AttemptId,
    verdict: Verdict,
) -> Result<(), LedgerError> {
    match verdict {
        // It may have left long after its intent, and land as long after it left.
        Verdict::InDoubt => line::note_last_try(ledger, moment, attempt),
        Verdict::Done | Verdict::NotDone | Verdict::Refused | Verdict::Absent => Ok(()),
    }
}

fn intend(ledger: &Connection, moment: Moment, id: &ExternalId, intent: &Intent) -> Result<(), LedgerError> {
    let (happening, desired): (_, Option<&Desired>) = match intent {
        Intent::Create(desired) => (Happening::IntendCreate, Some(desired)),
        Intent::Patch(desired) => (Happening::IntendPatch, Some(desired)),
        Intent::Remove => (Happening::IntendRemove, None),
    };
    step(ledger, id, happening)?;
    line::note_unfinished(ledger, moment, id, desired)
}

/// A client that a reading finds again is linked already: what is known of it is replaced, nothing else happens.
fn link(
    ledger: &Connection,
    id: &ExternalId,
    known: &Known,
    row: Option<Fingerprint>,
) -> Result<(), LedgerError> {
    if line::state(ledger, id)? != State::Linked {
        step(ledger, id, Happening::Link)?;
    }
    line::link(ledger, id, &known.mid, row)?;
    confirmed::replace(ledger, id, known)
}

fn reread(ledger: &Connection, id: &ExternalId, known: &Known) -> Result<(), LedgerError> {
    step(ledger, id, Happening::EndPatch)?;
    let ours = confirmed::ours(ledger, id)?;
    line::differs(ledger, id, None)?;
    confirmed::replace(ledger, id, known)?;
    confirmed::mark_ours(ledger, id, &ours)
}

/// The next plan looks closer, and forgets what was said of the delete if the client is wanted again.
fn still_there(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    step(ledger, id, Happening::KeepDespiteRemove)?;
    line::differs(ledger, id, None)
}

/// Nothing personal stays behind: the tombstone says only that there was a client of that external id.
fn remove(ledger: &Connection, id: &ExternalId) -> Result<(), LedgerError> {
    step(ledger, id, Happening::Remove)?;
    line::bury(ledger, id)?;
    confirmed::forget(ledger, id)?;
    attempt::forget_messages(ledger, id)?;
    failure::forget(ledger, id)
}
