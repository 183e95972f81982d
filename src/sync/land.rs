//! Takes answers in: what each of them makes of its client, in the ledger and in the report.

use std::sync::Arc;
use std::time::Duration;

use super::Run;
use super::apply::Floor;
use super::second_round::Undecided;
use super::work::{Back, Job, Landed, Step, Work};
use crate::client::{Added, Answer, ConnectError, Created, NewClient, NoSlot, ReadError};
use crate::event::{Ending, Event, ExitReason, Notice, Why};
use crate::journal::{ContactOrder, Entry, Failure, Outcome};
use crate::operation::{AttemptId, Verdict};
use crate::plan::{Act, Reach, Update, diff};
use crate::record::{Desired, Field, Fields, HasOrganization, Known, KnownContact, Mid};
use crate::report::words;

/// How often one step is sent again after answers that say that nothing was done.
const MOST_TRIES: u32 = 5;

impl Run<'_, '_> {
    /// Takes in one step that came back.
    pub(super) fn land(&mut self, floor: &mut Floor<'_>, landed: Landed) {
        let Landed { work, step, attempt, back } = landed;
        match back {
            Back::Rested => put_back(floor, work, step),
            Back::Renewed(token) => self.renewed(floor, work, step, token),
            Back::Created(created) => self.created(floor, work, attempt, created),
            Back::Contacts(contacts) => self.compared(floor, work, contacts),
            Back::Added(added) => self.added(floor, work, attempt, added),
            Back::Answered(answer) => {
                let answer = self.judged(floor, attempt, answer);
                match (step, &answer.verdict) {
                    (Step::Delete, _) => self.deleted(floor, work, answer),
                    (_, Verdict::NotDone) => self.not_done(floor, work, step, &answer),
                    (_, _) => self.patched(floor, work, step, answer),
                }
            }
        }
    }

    /// Writes an answer down. Quota that ran out between two tries leaves the request in doubt.
    fn judged(
        &mut self,
        floor: &mut Floor<'_>,
        attempt: Option<AttemptId>,
        answer: Result<Answer, NoSlot>,
    ) -> Answer {
        let answer = answer.unwrap_or_else(|no_slot| {
            self.halt_for(&no_slot);
            in_doubt(no_slot.to_string())
        });
        note(floor, attempt, &answer);
        answer
    }

    fn created(&mut self, floor: &mut Floor<'_>, work: Work, attempt: Option<AttemptId>, created: Created) {
        let Created { answer, client } = created;
        note(floor, attempt, &answer);
        let id = work.external_id.clone();
        match (answer.verdict, client) {
            (Verdict::Done, Some(client)) => self.linked(floor, work, client),
            (Verdict::Refused, _) => {
                floor.comparing = false;
                if let Job::Create(desired) = &work.job {
                    floor.entries.push(Entry::CreateRefused(id, desired.fingerprint()));
                }
                self.refused(floor, work, &answer);
            }
            (Verdict::NotDone | Verdict::Absent, _) => {
                floor.comparing = false;
                floor.entries.push(Entry::NotCreated(id));
                self.not_done(floor, work, Step::Create, &answer);
            }
            (Verdict::InDoubt | Verdict::Done, _) => {
                floor.comparing = false;
                self.doubtful(floor, work, &answer);
            }
        }
    }

    /// The client exists. Its contacts stand in the order sent, unless that has never been compared.
    fn linked(&mut self, floor: &mut Floor<'_>, mut work: Work, client: NewClient) {
        self.breakers.calm();
        let Job::Create(desired) = work.job else { return };
        let sent = desired.contacts(HasOrganization::No).len();
        let trusted = client.contacts.len() == sent && (sent < 2 || self.contact_order == ContactOrder::Kept);
        let known = known_from(&desired, &client);
        let fingerprint = trusted.then(|| desired.fingerprint());
        floor.entries.push(Entry::Linked { external_id: work.external_id.clone(), known, fingerprint });
        if trusted {
            work.job = Job::Compare(desired, client);
            end(floor, work, Outcome::Done, Why::Plain);
        } else {
            // Until the contacts are read the ledger must not take its guess for knowledge.
            floor.entries.push(Entry::Unsure(work.external_id.clone(), desired.clone()));
            work.job = Job::Compare(desired, client);
            work.steps.push_front(Step::ReadContacts);
            work.tries = 0;
            floor.back.push_front(work);
        }
    }

    /// The contacts of a client that was just created were read: now it is known which is which.
    fn compared(
        &mut self,
        floor: &mut Floor<'_>,
        work: Work,
        contacts: Result<Vec<KnownContact>, ReadError>,
    ) {
        floor.comparing = false;
        let Job::Compare(desired, client) = &work.job else { return };
        if let Ok(contacts) = contacts {
            let read = Known { contacts, ..known_from(desired, client) };
            let order = order_of(desired, client, &read);
            if self.contact_order == ContactOrder::Unknown {
                self.contact_order = order;
                floor.entries.push(Entry::ContactOrder(order));
            }
            let id = work.external_id.clone();
            floor.entries.push(Entry::Reread(id.clone(), read.clone()));
            if let Act::Unchanged(Some(refresh)) = diff((**desired).clone(), &read) {
                floor.entries.push(Entry::Refreshed(id, refresh.fingerprint, refresh.claims));
            }
        }
        end(floor, work, Outcome::Done, Why::Plain);
    }

    fn added(
        &mut self,
        floor: &mut Floor<'_>,
        work: Work,
        attempt: Option<AttemptId>,
        added: Result<Added, ReadError>,
    ) {
        let Added { answer, contacts, lost } = match added {
            Ok(added) => added,
            Err(ReadError::Absent { .. }) => return vanished(floor, work, attempt),
            Err(error) => return self.unread(floor, work, attempt, &error),
        };
        note(floor, attempt, &answer);
        if !lost.is_empty() {
            let external_id = work.external_id.clone();
            self.voice.tell(&Event::Notice(Notice::ContactsLost { external_id, contacts: lost }));
        }
        match (answer.verdict, contacts, &work.job) {
            (Verdict::Done, Some(mids), Job::Update(update, _)) => {
                self.breakers.calm();
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

    /// The contacts could not be read, so nothing was sent for this step.
    fn unread(&mut self, floor: &mut Floor<'_>, work: Work, attempt: Option<AttemptId>, error: &ReadError) {
        let message = error.to_string();
        note(floor, attempt, &Answer { verdict: Verdict::NotDone, ..in_doubt(message.clone()) });
        match error {
            ReadError::NoSlot(no_slot) => self.halt_for(no_slot),
            _ => self.halt(ExitReason::Unreachable),
        }
        floor.entries.push(Entry::UpdateStopped(work.external_id.clone(), None));
        end(floor, work, Outcome::Remaining, Why::Server { status: None, message });
    }

    fn patched(&mut self, floor: &mut Floor<'_>, mut work: Work, step: Step, answer: Answer) {
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
                floor.entries.push(Entry::ContactRemoved(id, update.contacts[index].mid.clone()));
                work.shortfall = Some(Why::Server {
                    status: answer.status,
                    message: "people deleted this contact; the next run adds it again".to_owned(),
                });
            }
            (Verdict::Absent, _) => return vanished(floor, work, None),
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
        go_on(floor, work);
    }

    fn update_refused(&mut self, floor: &mut Floor<'_>, work: Work, answer: &Answer) {
        if let Job::Update(update, _) = &work.job {
            let fingerprint = Some(update.desired.fingerprint());
            floor.entries.push(Entry::UpdateStopped(work.external_id.clone(), fingerprint));
        }
        self.refused(floor, work, answer);
    }

    fn deleted(&mut self, floor: &mut Floor<'_>, work: Work, answer: Answer) {
        let id = work.external_id.clone();
        match answer.verdict {
            Verdict::Done | Verdict::Absent => {
                self.breakers.calm();
                floor.entries.push(Entry::Removed(id));
                let why = work.lines.first().copied().map_or(Why::Plain, Why::Inactive);
                end(floor, work, Outcome::Done, why);
            }
            Verdict::Refused => {
                self.breakers.calm();
                floor.entries.push(Entry::RemovalRefused(id));
                let why = Why::Server { status: answer.status, message: answer.message };
                end(floor, work, Outcome::Refused, why);
            }
            Verdict::NotDone => {
                floor.entries.push(Entry::StillThere(id));
                self.not_done(floor, work, Step::Delete, &answer);
            }
            Verdict::InDoubt => self.doubtful(floor, work, &answer),
        }
    }

    fn refused(&mut self, floor: &mut Floor<'_>, work: Work, answer: &Answer) {
        if self.breakers.refused(&answer.message) && matches!(work.job, Job::Create(_)) {
            // Creates only: a plan's cap on active clients, say, still lets the other changes through.
            self.breakers.creates_stopped = true;
            self.voice.reasons.insert(ExitReason::RefusedAlike);
        }
        let why = Why::Server { status: answer.status, message: answer.message.clone() };
        end(floor, work, Outcome::Refused, why);
    }

    /// Nobody knows whether it was done: it is settled at the end of this run, or by the next one.
    fn doubtful(&mut self, floor: &mut Floor<'_>, work: Work, answer: &Answer) {
        if self.breakers.doubtful() {
            self.halt(ExitReason::Doubtful);
        }
        let why = Why::Server { status: answer.status, message: answer.message.clone() };
        let ending = ending(&work, Outcome::InDoubt, why);
        floor.entries.push(Entry::Failed(failure(&ending, work.desired())));
        self.waiting.push(Undecided::sent(work, ending));
    }

    /// A new token came, or none: then nothing more can be sent.
    fn renewed(&mut self, floor: &mut Floor<'_>, work: Work, step: Step, token: Result<(), ConnectError>) {
        match token {
            Ok(()) => {}
            Err(ConnectError::NoSlot(no_slot)) => self.halt_for(&no_slot),
            Err(ConnectError::Unreachable(_)) => self.halt(ExitReason::Unreachable),
            Err(_) => self.halt(ExitReason::CredentialsRefused),
        }
        put_back(floor, work, step);
    }

    /// The server certainly did nothing: the step is sent again, with a new intent, while that makes sense.
    fn not_done(&mut self, floor: &mut Floor<'_>, mut work: Work, step: Step, answer: &Answer) {
        work.tries += 1;
        match answer.status {
            Some(401) if !work.renewed => {
                work.renewed = true;
                self.client.tally().count_retried();
                floor.in_flight.push(work.renew(step, Arc::clone(&self.client)));
            }
            Some(401 | 403) => {
                self.halt(ExitReason::CredentialsRefused);
                put_back(floor, work, step);
            }
            Some(429) | None if work.tries < MOST_TRIES => {
                let quota = answer.status.is_some();
                let pause = if quota { Duration::ZERO } else { self.client.pause(work.tries) };
                self.client.tally().count_retried();
                floor.in_flight.push(work.rest(step, pause));
            }
            Some(429) | None => {
                self.halt(ExitReason::Unreachable);
                put_back(floor, work, step);
            }
            Some(404) if matches!(work.job, Job::Update(..)) => vanished(floor, work, None),
            Some(_) => self.update_refused(floor, work, answer),
        }
    }
}

/// Ends the work of a client and writes down whether it is in sync now.
fn end(floor: &mut Floor<'_>, work: Work, outcome: Outcome, why: Why) {
    let ending = ending(&work, outcome, why);
    let desired = work.desired();
    floor.entries.push(match outcome {
        Outcome::Done => Entry::Cleared(work.external_id),
        _ => Entry::Failed(failure(&ending, desired)),
    });
    floor.endings.push(ending);
}

/// Takes the next step, or ends the update.
fn go_on(floor: &mut Floor<'_>, mut work: Work) {
    work.tries = 0;
    if !work.steps.is_empty() {
        floor.back.push_front(work);
        return;
    }
    let Job::Update(update, _) = &work.job else { return };
    let (id, fingerprint) = (work.external_id.clone(), update.desired.fingerprint());
    match work.shortfall.take() {
        None if update.reach == Reach::WithoutRemovals => {
            floor.entries.push(Entry::UpdateStopped(id, None));
            end(floor, work, Outcome::Done, Why::Plain);
        }
        None => {
            floor.entries.push(Entry::Updated(id.clone(), fingerprint));
            floor.entries.push(Entry::Refreshed(id, fingerprint, update.claims.clone()));
            end(floor, work, Outcome::Done, Why::Plain);
        }
        Some(why) => {
            let removal_refused = why.status() != Some(404);
            floor.entries.push(Entry::UpdateStopped(id, removal_refused.then_some(fingerprint)));
            end(floor, work, if removal_refused { Outcome::Refused } else { Outcome::Missing }, why);
        }
    }
}

/// People deleted the client.
fn vanished(floor: &mut Floor<'_>, work: Work, attempt: Option<AttemptId>) {
    if attempt.is_some() {
        let answer = Answer { verdict: Verdict::Absent, status: Some(404), ..in_doubt(String::new()) };
        note(floor, attempt, &answer);
    }
    floor.entries.push(Entry::Vanished(work.external_id.clone()));
    end(floor, work, Outcome::Missing, Why::Block(crate::plan::Block::Missing));
}

/// Leaves work whose turn did not come, or came only in part.
pub(super) fn leave(floor: &mut Floor<'_>, work: Work) {
    match &work.job {
        Job::Compare(..) => return end(floor, work, Outcome::Done, Why::Plain),
        Job::Update(..) if work.begun => {
            floor.entries.push(Entry::UpdateStopped(work.external_id.clone(), None));
        }
        Job::Update(..) | Job::Create(_) | Job::Delete(_) => {}
    }
    floor.endings.push(ending(&work, Outcome::Remaining, Why::Stopped));
}

fn put_back(floor: &mut Floor<'_>, mut work: Work, step: Step) {
    work.steps.push_front(step);
    floor.back.push_front(work);
}

fn note(floor: &mut Floor<'_>, attempt: Option<AttemptId>, answer: &Answer) {
    let Some(attempt) = attempt else { return };
    let Answer { verdict, status, message, body: _ } = answer;
    let (verdict, status, message) = (*verdict, *status, message.clone());
    floor.entries.push(Entry::Answer { attempt, verdict, status, message });
}

fn in_doubt(message: String) -> Answer {
    Answer { verdict: Verdict::InDoubt, status: None, message, body: None }
}

fn ending(work: &Work, outcome: Outcome, reason: Why) -> Ending {
    Ending {
        external_id: Some(work.external_id.clone()),
        lines: work.lines.clone(),
        label: work.label.clone(),
        action: work.action(),
        outcome,
        mid: work.mid(),
        reason,
    }
}

/// What the ledger keeps of something that is not in sync.
pub(super) fn failure(ending: &Ending, desired: Option<&Desired>) -> Failure {
    Failure {
        external_id: ending.external_id.clone().unwrap_or_else(|| crate::record::ExternalId::new("")),
        line: ending.lines.first().copied(),
        action: ending.action,
        outcome: ending.outcome,
        status: ending.reason.status(),
        message: words::why(&ending.reason),
        desired: desired.cloned().map(Box::new),
    }
}

/// What the server confirmed by accepting a create: what was sent, over the defaults that it answered with.
fn known_from(desired: &Desired, client: &NewClient) -> Known {
    let mut own = client.own.clone();
    own.extend(desired.own.clone());
    let contacts = desired.contacts(HasOrganization::No).into_iter().zip(&client.contacts);
    Known {
        mid: client.mid.clone(),
        own,
        contacts: contacts
            .map(|(contact, mid)| KnownContact {
                mid: mid.clone(),
                kind: contact.kind,
                ours: true,
                fields: contact.fields,
                other_addresses: Vec::new(),
            })
            .collect(),
        archived: false,
    }
}

/// Whether the contacts of the answer stood in the order sent, judged by what they hold when read.
fn order_of(desired: &Desired, client: &NewClient, read: &Known) -> ContactOrder {
    let holds = |mid: &Mid, kind, fields: &Fields| {
        read.contacts.iter().any(|contact| {
            let names = [Field::Name, Field::FamilyName, Field::GivenName];
            let same = |field: &Field| {
                contact.fields.get(field).map(String::as_str).unwrap_or_default()
                    == fields.get(field).map(String::as_str).unwrap_or_default()
            };
            contact.mid == *mid && contact.kind == kind && names.iter().all(same)
        })
    };
    let contacts = desired.contacts(HasOrganization::No);
    let kept = contacts.len() == client.contacts.len()
        && contacts.iter().zip(&client.contacts).all(|(sent, mid)| holds(mid, sent.kind, &sent.fields));
    if kept { ContactOrder::Kept } else { ContactOrder::NotKept }
}

/// A contact after its change.
fn confirmed(update: &Update, known: &Known, index: usize) -> Option<KnownContact> {
    let edit = &update.contacts[index];
    let mut contact = known.contacts.iter().find(|contact| contact.mid == edit.mid)?.clone();
    for change in &edit.edits {
        contact.fields.insert(change.field, change.to.clone());
    }
    contact.ours = true;
    Some(contact)
}
