//! Takes in the steps of an update: what was read just before a write, and what the write brought.

use super::{end, ending, note, vanished};
use crate::client::{Added, Answer, ReadError};
use crate::event::{Event, ExitReason, Notice, Why};
use crate::journal::{ContactOrder, Entry, Outcome};
use crate::operation::{AttemptId, Verdict};
use crate::plan::{Reach, Update};
use crate::record::{Fingerprint, Known, KnownContact, Mid};
use crate::sync::Run;
use crate::sync::apply::Floor;
use crate::sync::work::{Job, Step, Work};

impl Run<'_, '_> {
    /// A contact was read whose address will be written: the write is built upon what it holds now.
    pub(super) fn contact_read(
        &mut self,
        floor: &mut Floor<'_>,
        mut work: Work,
        read: Result<Option<KnownContact>, ReadError>,
    ) {
        let Job::Update(_, known) = &mut work.job else { return };
        let Some(Step::PatchContact(index)) = work.steps.front().copied() else { return };
        match read {
            Ok(Some(read)) => {
                for contact in known.contacts.iter_mut().filter(|contact| contact.mid == read.mid) {
                    *contact = KnownContact { ours: contact.ours, ..read.clone() };
                }
            }
            Ok(None) => {
                work.steps.pop_front();
                work.held = None;
                contact_gone(floor, &mut work, index);
            }
            Err(error) => return self.unread(floor, &work, &error),
        }
        go_on(floor, work);
    }

    /// Which contacts a client has was read, before others are added: all of them, also those of a kind that leapsync
    /// does not know.
    pub(super) fn before_read(
        &mut self,
        floor: &mut Floor<'_>,
        mut work: Work,
        read: Result<Vec<Mid>, ReadError>,
    ) {
        match read {
            Ok(contacts) => work.before = contacts,
            Err(ReadError::Absent { .. }) => return vanished(floor, work),
            Err(error) => return self.unread(floor, &work, &error),
        }
        go_on(floor, work);
    }

    /// The contacts of a client were read after some were added, to see which are the new ones.
    pub(super) fn contacts_read(
        &mut self,
        floor: &mut Floor<'_>,
        mut work: Work,
        read: Result<Vec<KnownContact>, ReadError>,
    ) {
        match read {
            Ok(contacts) => {
                let added = std::mem::take(&mut work.added);
                for contact in contacts.into_iter().filter(|contact| added.contains(&contact.mid)) {
                    let contact = KnownContact { ours: true, ..contact };
                    floor.entries.push(Entry::ContactConfirmed(work.external_id.clone(), contact));
                }
            }
            Err(ReadError::Absent { .. }) => return vanished(floor, work),
            Err(error) => {
                self.cannot_read(&error);
                let why = Why::Server { status: None, message: error.to_string() };
                return self.put_aside(floor, work, why);
            }
        }
        go_on(floor, work);
    }

    pub(super) fn added(
        &mut self,
        floor: &mut Floor<'_>,
        mut work: Work,
        attempt: Option<AttemptId>,
        added: Added,
    ) {
        let Added { answer, contacts, lost } = added;
        note(floor, attempt, &answer);
        if !lost.is_empty() {
            let external_id = work.external_id.clone();
            self.voice.tell(&Event::Notice(Notice::ContactsLost { external_id, contacts: lost }));
        }
        match (answer.verdict, contacts, &work.job) {
            (Verdict::Done, Some(mids), Job::Update(update, _)) => {
                self.breakers.calm();
                work.tries = 0;
                if update.reach == Reach::Drift {
                    // They were gone, and those that were added take their places.
                    let gone = update.remove.iter().map(|it| it.mid.clone());
                    let id = &work.external_id;
                    floor.entries.extend(gone.map(|mid| Entry::ContactRemoved(id.clone(), mid)));
                }
                if update.add.len() > 1 && self.contact_order != ContactOrder::Kept {
                    work.added = mids;
                    work.steps.push_front(Step::ReadContacts);
                    return go_on(floor, work);
                }
                for (mid, contact) in mids.into_iter().zip(&update.add) {
                    let fields = contact.fields.clone();
                    let other_addresses = Vec::new();
                    let contact =
                        KnownContact { mid, kind: contact.kind, ours: true, fields, other_addresses };
                    floor.entries.push(Entry::ContactConfirmed(work.external_id.clone(), contact));
                }
                go_on(floor, work);
            }
            (Verdict::NotDone, ..) => self.not_done(floor, work, Step::AddContacts, &answer),
            (Verdict::Refused, ..) => self.update_refused(floor, work, &answer),
            (Verdict::Absent | Verdict::InDoubt | Verdict::Done, ..) => self.doubtful(floor, work, &answer),
        }
    }

    /// What the next write rests on could not be read, so it is not sent.
    fn unread(&mut self, floor: &mut Floor<'_>, work: &Work, error: &ReadError) {
        let message = error.to_string();
        match error {
            ReadError::NoSlot(no_slot) => self.halt_for(no_slot),
            _ => self.halt(ExitReason::Unreachable),
        }
        stop_update(floor, work, None);
        floor.endings.push(ending(work, Outcome::Remaining, Why::Server { status: None, message }));
    }

    pub(super) fn patched(&mut self, floor: &mut Floor<'_>, mut work: Work, step: Step, answer: Answer) {
        let Job::Update(update, known) = &work.job else { return };
        let id = work.external_id.clone();
        match (answer.verdict, step) {
            (Verdict::Done, Step::PatchContact(index)) => {
                floor
                    .entries
                    .extend(confirmed(update, known, index).map(|it| Entry::ContactConfirmed(id, it)));
            }
            (Verdict::Done, Step::PatchClient) => {
                let own = update.own.iter().map(|edit| (edit.field, edit.to.clone())).collect();
                floor.entries.push(Entry::OwnConfirmed(id, own));
            }
            (Verdict::Done | Verdict::Absent, Step::RemoveContact(index)) => {
                floor.entries.push(Entry::ContactRemoved(id, update.remove[index].mid.clone()));
            }
            (Verdict::Absent, Step::PatchContact(index)) => {
                contact_gone(floor, &mut work, index);
            }
            (Verdict::Absent, _) => return vanished(floor, work),
            (Verdict::Refused, Step::RemoveContact(_)) => {
                let refusal = Why::Server { status: answer.status, message: answer.message };
                work.shortfall.get_or_insert(refusal);
            }
            (Verdict::Refused, _) => return self.update_refused(floor, work, &answer),
            (Verdict::InDoubt | Verdict::NotDone | Verdict::Done, _) => {
                return self.doubtful(floor, work, &answer);
            }
        }
        self.breakers.calm();
        work.tries = 0;
        go_on(floor, work);
    }

    pub(super) fn update_refused(&mut self, floor: &mut Floor<'_>, work: Work, answer: &Answer) {
        if let Job::Update(update, _) = &work.job {
            // What was refused was no row, so no row is refused again for it.
            let fingerprint = (update.reach != Reach::Drift).then(|| update.desired.fingerprint());
            floor.entries.push(Entry::UpdateStopped(work.external_id.clone(), fingerprint));
        }
        self.refused(floor, work, answer);
    }
}

/// Ends an update that did not reach its end, if it ever began; the fingerprint is of the row that was refused.
fn stop_update(floor: &mut Floor<'_>, work: &Work, refused: Option<Fingerprint>) {
    if work.begun {
        floor.entries.push(Entry::UpdateStopped(work.external_id.clone(), refused));
    }
}

/// People deleted a contact that was to be changed.
fn contact_gone(floor: &mut Floor<'_>, work: &mut Work, index: usize) {
    let Job::Update(update, _) = &work.job else { return };
    floor.entries.push(Entry::ContactRemoved(work.external_id.clone(), update.contacts[index].mid.clone()));
    work.shortfall = Some(Why::ContactDeleted);
}

/// Takes the next step, or ends the update.
fn go_on(floor: &mut Floor<'_>, mut work: Work) {
    if !work.steps.is_empty() {
        floor.back.push_front(work);
        return;
    }
    let Job::Update(update, _) = &work.job else { return };
    let (id, fingerprint) = (work.external_id.clone(), update.desired.fingerprint());
    match work.shortfall.take() {
        None if update.reach != Reach::Whole => {
            stop_update(floor, &work, None);
            end(floor, work, Outcome::Done, Why::Plain);
        }
        None => {
            floor.entries.push(Entry::Updated(id.clone(), fingerprint));
            floor.entries.push(Entry::Refreshed(id, fingerprint, update.claims.clone()));
            end(floor, work, Outcome::Done, Why::Plain);
        }
        Some(why) => {
            let removal_refused = why.status() != Some(404);
            stop_update(floor, &work, removal_refused.then_some(fingerprint));
            end(floor, work, if removal_refused { Outcome::Refused } else { Outcome::Missing }, why);
        }
    }
}

/// A contact after its change.
fn confirmed(update: &Update, known: &Known, index: usize) -> Option<KnownContact> {
    let edit = &update.contacts[index];
    let mut contact = known.contacts.iter().find(|contact| contact.mid == edit.mid)?.clone();
    for change in &edit.edits {
        contact.fields.insert(change.field, change.to.clone());
    }
    contact.fields.extend(edit.address.iter().flat_map(crate::record::Fields::iter));
    contact.ours = true;
    Some(contact)
}
