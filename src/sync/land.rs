//! Takes answers in: what each of them makes of its client, in the ledger and in the report.

use std::sync::Arc;
use std::time::Duration;

use super::Run;
use super::apply::Floor;
use super::second_round::Undecided;
use super::work::{Back, Job, Landed, Step, Work};
use crate::client::{Answer, ConnectError, Created, NewClient, NoSlot, ReadError};
use crate::event::{Ending, ExitReason, Why};
use crate::journal::{ContactOrder, Entry, Failure, Outcome};
use crate::operation::{AttemptId, Verdict};
use crate::plan::{Act, diff};
use crate::record::{Desired, Field, Fields, HasOrganization, Known, KnownContact, Mid};
use crate::report::words;
use crate::texts::Texts;

mod update;

/// How often one step is sent again after answers that say that nothing was done.
const MOST_TRIES: u32 = 5;

impl Run<'_, '_> {
    /// Takes in one step that came back.
    pub(super) fn land(&mut self, floor: &mut Floor<'_>, landed: Landed) {
        let Landed { work, step, attempt, back } = landed;
        match back {
            Back::Rested if work.tries < MOST_TRIES => put_back(floor, work, step),
            Back::Rested => {
                self.halt(ExitReason::Unreachable);
                put_back(floor, work, step);
            }
            Back::Renewed(token) => self.renewed(floor, work, step, token),
            Back::Created(created) => self.created(floor, work, attempt, created),
            Back::Contacts(contacts) if work.is_comparison() => self.compared(floor, work, contacts),
            Back::Contacts(contacts) => self.contacts_read(floor, work, contacts),
            Back::Before(contacts) => self.before_read(floor, work, contacts),
            Back::Contact(contact) => self.contact_read(floor, work, contact),
            Back::Added(added) => self.added(floor, work, attempt, added),
            Back::Answered(answer) => {
                let answer = self.judged(floor, attempt, answer);
                match (step, &answer.verdict) {
                    (Step::Delete | Step::Archive, _) => self.deleted(floor, work, answer),
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

    fn deleted(&mut self, floor: &mut Floor<'_>, work: Work, answer: Answer) {
        let id = work.external_id.clone();
        // To a PATCH, too, it says that people deleted the client.
        let verdict = match (answer.verdict, answer.status) {
            (Verdict::NotDone, Some(404)) => Verdict::Absent,
            (verdict, _) => verdict,
        };
        match verdict {
            Verdict::Done | Verdict::Absent => {
                self.breakers.calm();
                let archived = matches!(work.job, Job::Archive(_)) && verdict == Verdict::Done;
                floor.entries.push(if archived { Entry::Archived(id) } else { Entry::Removed(id) });
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
                let step = if matches!(work.job, Job::Archive(_)) { Step::Archive } else { Step::Delete };
                self.not_done(floor, work, step, &answer);
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
        self.put_aside(floor, work, why);
    }

    /// Puts work aside until its last request can be settled.
    fn put_aside(&mut self, floor: &mut Floor<'_>, work: Work, why: Why) {
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
            Some(404) if matches!(work.job, Job::Update(..)) => vanished(floor, work),
            Some(_) => self.update_refused(floor, work, answer),
        }
    }
}

/// Ends the work of a client and writes down whether it is in sync now.
fn end(floor: &mut Floor<'_>, work: Work, outcome: Outcome, why: Why) {
    let ending = ending(&work, outcome, why);
    let desired = work.desired();
    if outcome == Outcome::Done {
        let answered = work.answered().map(|answered| Entry::AnswersFor(work.external_id.clone(), answered));
        floor.entries.extend(answered);
    }
    floor.entries.push(match outcome {
        Outcome::Done => Entry::Cleared(work.external_id),
        _ => Entry::Failed(failure(&ending, desired)),
    });
    floor.endings.push(ending);
}

/// People deleted the client.
fn vanished(floor: &mut Floor<'_>, work: Work) {
    floor.entries.push(Entry::Vanished(work.external_id.clone()));
    end(floor, work, Outcome::Missing, Why::Block(crate::plan::Block::Missing));
}

/// Leaves work whose turn did not come, or came only in part.
pub(super) fn leave(floor: &mut Floor<'_>, work: Work) {
    match &work.job {
        Job::Compare(..) => return end(floor, work, Outcome::Done, Why::Plain),
        // Which of the contacts are the new ones is not known yet: the next run reads the client again.
        Job::Update(..) if !work.added.is_empty() => return end(floor, work, Outcome::InDoubt, Why::Stopped),
        Job::Update(..) if work.begun => {
            floor.entries.push(Entry::UpdateStopped(work.external_id.clone(), None));
        }
        Job::Update(..) | Job::Create(_) | Job::Delete(_) | Job::Archive(_) => {}
    }
    floor.endings.push(ending(&work, Outcome::Remaining, Why::Stopped));
}

fn put_back(floor: &mut Floor<'_>, mut work: Work, step: Step) {
    work.take_again(step);
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
        message: words::why(Texts::default(), &ending.reason),
        reason: serde_json::to_string(&ending.reason).ok(),
        desired: desired.cloned().map(Box::new),
    }
}

/// What the server confirmed by accepting a create: what was sent, over the defaults that it answered with.
fn known_from(desired: &Desired, client: &NewClient) -> Known {
    let mut own = client.own.clone();
    own.extend(desired.own.iter());
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
            let same = |field: &Field| contact.fields.text(*field) == fields.text(*field);
            contact.mid == *mid && contact.kind == kind && names.iter().all(same)
        })
    };
    let contacts = desired.contacts(HasOrganization::No);
    let kept = contacts.len() == client.contacts.len()
        && contacts.iter().zip(&client.contacts).all(|(sent, mid)| holds(mid, sent.kind, &sent.fields));
    if kept { ContactOrder::Kept } else { ContactOrder::NotKept }
}
