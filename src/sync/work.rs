//! One client's share of the work: its steps in order, and what each of them sends.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use crate::client::{Added, Answer, Client, ConnectError, Created, NewClient, NoSlot, ReadError, Slot};
use crate::event::Why;
use crate::journal::{Action, Intent};
use crate::operation::AttemptId;
use crate::plan::{Act, Change, Fate, Reach, Update};
use crate::record::{Answered, Desired, ExternalId, HasOrganization, Known, KnownContact, Line, Mid};

/// A reading that takes longer waits for quota, or for a server that does not answer.
const LONGEST_LOOK: Duration = Duration::from_secs(45);

/// A client's work under way.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) external_id: ExternalId,
    pub(super) lines: Vec<Line>,
    pub(super) label: String,
    pub(super) job: Job,
    pub(super) steps: VecDeque<Step>,
    /// How often the present step was sent without effect.
    pub(super) tries: u32,
    /// Whether a new token was asked for because of it.
    pub(super) renewed: bool,
    /// Whether an intent of it stands in the ledger.
    pub(super) begun: bool,
    /// A part that could not be done, though the rest goes on.
    pub(super) shortfall: Option<Why>,
    /// Quota for the step that follows a reading, taken together with the reading's.
    pub(super) held: Option<Slot>,
    /// The contacts that the client had just before others are added.
    pub(super) before: Vec<Mid>,
    /// Contacts that were added, while it remains to be read which is which.
    pub(super) added: Vec<Mid>,
}

/// What is to become of the client.
#[derive(Debug)]
pub(super) enum Job {
    Create(Box<Desired>),
    /// It was created; which of its contacts is which remains to be seen.
    Compare(Box<Desired>, NewClient),
    Update(Box<Update>, Box<Known>),
    Delete(Mid),
    Archive(Mid),
}

/// One step: one request, and one intent unless it only reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Create,
    /// Reads the contacts of a client to which some were just given, to see which is which.
    ReadContacts,
    /// Reads a contact whose address will be written: the server replaces addresses whole.
    ReadContact(usize),
    PatchContact(usize),
    /// Reads which contacts there are: who is left out when others are added is deleted.
    ReadBefore,
    AddContacts,
    PatchClient,
    RemoveContact(usize),
    Delete,
    Archive,
}

impl Step {
    /// Whether the step behind it rests on what it reads, and should follow at once.
    pub(super) fn leads_to_a_write(self) -> bool {
        matches!(self, Self::ReadContact(_) | Self::ReadBefore)
    }
}

/// A step that came back.
pub(super) struct Landed {
    pub(super) work: Work,
    pub(super) step: Step,
    pub(super) attempt: Option<AttemptId>,
    pub(super) back: Back,
}

/// With what a step came back.
pub(super) enum Back {
    Created(Created),
    Contacts(Result<Vec<KnownContact>, ReadError>),
    Contact(Result<Option<KnownContact>, ReadError>),
    /// All contacts of a client, by their ids.
    Before(Result<Vec<Mid>, ReadError>),
    Answered(Result<Answer, NoSlot>),
    Added(Added),
    /// Nothing was sent: the pause before another try is over.
    Rested,
    /// A new token was asked for.
    Renewed(Result<(), ConnectError>),
}

impl Work {
    /// The work that a change means; the change itself when nothing can be sent for it. `known` is what the ledger
    /// knows.
    pub(super) fn of(change: Change, known: Option<Known>) -> Result<Self, Box<Change>> {
        let Change { external_id: Some(external_id), lines, label, act } = change else {
            return Err(Box::new(change));
        };
        let (job, steps) = match (act, known) {
            (Act::Create(desired), _) => (Job::Create(desired), VecDeque::from([Step::Create])),
            (Act::Update(update), Some(known)) => {
                let steps = steps_of(&update);
                (Job::Update(update, Box::new(known)), steps)
            }
            (Act::Gone(gone), _) if gone.fate == Fate::Archive => {
                (Job::Archive(gone.mid), VecDeque::from([Step::Archive]))
            }
            (Act::Gone(gone), _) => (Job::Delete(gone.mid), VecDeque::from([Step::Delete])),
            (
                act @ (Act::Update(_)
                | Act::Unchanged(_)
                | Act::Rejected(_)
                | Act::Blocked(..)
                | Act::Held(..)),
                _,
            ) => {
                return Err(Box::new(Change { external_id: Some(external_id), lines, label, act }));
            }
        };
        Ok(Self {
            external_id,
            lines,
            label,
            job,
            steps,
            tries: 0,
            renewed: false,
            begun: false,
            shortfall: None,
            held: None,
            before: Vec::new(),
            added: Vec::new(),
        })
    }

    pub(super) fn action(&self) -> Action {
        match self.job {
            Job::Create(_) | Job::Compare(..) => Action::Create,
            Job::Update(..) => Action::Update,
            Job::Delete(_) => Action::Delete,
            Job::Archive(_) => Action::Archive,
        }
    }

    /// The row it brings to the server; none for a delete, and where no row is known.
    pub(super) fn desired(&self) -> Option<&Desired> {
        match &self.job {
            Job::Create(desired) | Job::Compare(desired, _) => Some(desired),
            Job::Update(update, _) if update.reach == Reach::Drift => None,
            Job::Update(update, _) => Some(&update.desired),
            Job::Delete(_) | Job::Archive(_) => None,
        }
    }

    /// The fields that the row answers for.
    pub(super) fn answered(&self) -> Option<Answered> {
        let organization = match &self.job {
            Job::Update(_, known) => known.organization(),
            Job::Create(_) | Job::Compare(..) | Job::Delete(_) | Job::Archive(_) => HasOrganization::No,
        };
        self.desired().map(|desired| desired.answered(organization))
    }

    /// The server's id, when the work began with one.
    pub(super) fn mid(&self) -> Option<Mid> {
        match &self.job {
            Job::Create(_) => None,
            Job::Compare(_, client) => Some(client.mid.clone()),
            Job::Update(update, _) => Some(update.mid.clone()),
            Job::Delete(mid) | Job::Archive(mid) => Some(mid.clone()),
        }
    }

    /// Whether it waits for a reading that shows which of its new client's contacts is which.
    pub(super) fn is_comparison(&self) -> bool {
        matches!(self.job, Job::Compare(..))
    }

    /// Whether the next step is a create whose answer will show several contacts.
    pub(super) fn creates_several_contacts(&self) -> bool {
        match &self.job {
            Job::Create(desired) if self.steps.front() == Some(&Step::Create) => {
                desired.contacts(HasOrganization::No).len() > 1
            }
            _ => false,
        }
    }

    /// What the ledger writes down before `step` leaves: the intent, and the request for people to read. A reading
    /// has none.
    pub(super) fn intent(&self, step: Step) -> Option<(Intent, String)> {
        let id = &self.external_id;
        match (&self.job, step) {
            (Job::Create(desired), Step::Create) => {
                Some((Intent::Create(desired.clone()), format!("POST /client/ ({id})")))
            }
            (Job::Update(update, _), step) => {
                let request = match step {
                    Step::PatchContact(index) => format!("PATCH /contact/{}/", update.contacts[index].mid),
                    Step::RemoveContact(index) => format!("DELETE /contact/{}/", update.remove[index].mid),
                    Step::AddContacts => format!("PATCH /client/{}/ (contacts added)", update.mid),
                    Step::PatchClient => format!("PATCH /client/{}/", update.mid),
                    Step::ReadContacts
                    | Step::ReadContact(_)
                    | Step::ReadBefore
                    | Step::Create
                    | Step::Delete
                    | Step::Archive => return None,
                };
                Some((Intent::Patch(Box::new(update.desired.clone())), request))
            }
            (Job::Delete(mid), Step::Delete) => Some((Intent::Remove, format!("DELETE /client/{mid}/"))),
            (Job::Archive(mid), Step::Archive) => {
                Some((Intent::Remove, format!("PATCH /client/{mid}/ (archived)")))
            }
            (Job::Create(_) | Job::Compare(..) | Job::Delete(_) | Job::Archive(_), _) => None,
        }
    }

    /// Sends `step` and comes back with what it brought.
    pub(super) fn send(
        mut self,
        client: Arc<Client>,
        step: Step,
        attempt: Option<AttemptId>,
        slot: Slot,
    ) -> BoxFuture<'static, Landed> {
        Box::pin(async move {
            let request = self.request(&client, step, slot);
            let back = if step.leads_to_a_write() {
                tokio::time::timeout(LONGEST_LOOK, request).await.ok()
            } else {
                Some(request.await)
            };
            let back = back.unwrap_or_else(|| {
                // It waits for quota, and must not hold on to some meanwhile: others may be waiting for just that.
                self.held = None;
                self.tries += 1;
                Back::Rested
            });
            Landed { work: self, step, attempt, back }
        })
    }

    async fn request(&self, client: &Client, step: Step, slot: Slot) -> Back {
        match (&self.job, step) {
            (Job::Create(desired), Step::Create) => Back::Created(client.create(slot, desired).await),
            (Job::Compare(_, created), Step::ReadContacts) => {
                Back::Contacts(client.contacts_from(slot, &created.mid).await)
            }
            (Job::Update(update, _), Step::ReadContacts) => {
                Back::Contacts(client.contacts_from(slot, &update.mid).await)
            }
            (Job::Update(update, _), Step::ReadBefore) => {
                Back::Before(client.contact_mids_from(slot, &update.mid).await)
            }
            (Job::Update(update, _), Step::ReadContact(index)) => {
                Back::Contact(client.contact_from(slot, &update.contacts[index].mid).await)
            }
            (Job::Update(update, known), Step::PatchContact(index)) => {
                let edit = &update.contacts[index];
                match known.contacts.iter().find(|contact| contact.mid == edit.mid) {
                    Some(has) => Back::Answered(client.patch_contact(slot, edit, has).await),
                    None => Back::Rested,
                }
            }
            (Job::Update(update, _), Step::AddContacts) => {
                Back::Added(client.add_contacts(slot, &update.mid, &self.before, &update.add).await)
            }
            (Job::Update(update, _), Step::PatchClient) => {
                Back::Answered(client.patch_client(slot, &update.mid, &update.own).await)
            }
            (Job::Update(update, _), Step::RemoveContact(index)) => {
                Back::Answered(client.delete_contact(slot, &update.remove[index].mid).await)
            }
            (Job::Delete(mid), Step::Delete) => Back::Answered(client.delete_client(slot, mid).await),
            (Job::Archive(mid), Step::Archive) => Back::Answered(client.archive_client(slot, mid).await),
            _ => Back::Rested,
        }
    }

    /// Puts a step back that must be taken again, after a new look when it rests on one.
    pub(super) fn take_again(&mut self, step: Step) {
        self.steps.push_front(step);
        let look = match &self.job {
            Job::Update(update, _) => look_before(update, step),
            Job::Create(_) | Job::Compare(..) | Job::Delete(_) | Job::Archive(_) => None,
        };
        if let Some(look) = look {
            self.steps.push_front(look);
        }
    }

    /// Comes back with a new token, or without.
    pub(super) fn renew(self, step: Step, client: Arc<Client>) -> BoxFuture<'static, Landed> {
        Box::pin(async move {
            let back = Back::Renewed(client.renew_token().await);
            Landed { work: self, step, attempt: None, back }
        })
    }

    /// Comes back after a pause, having sent nothing.
    pub(super) fn rest(self, step: Step, pause: Duration) -> BoxFuture<'static, Landed> {
        Box::pin(async move {
            tokio::time::sleep(pause).await;
            Landed { work: self, step, attempt: None, back: Back::Rested }
        })
    }
}

/// Contacts first, then the client's own fields, and removals last, so that a client is never without a contact.
fn steps_of(update: &Update) -> VecDeque<Step> {
    let mut steps: Vec<Step> = (0..update.contacts.len()).map(Step::PatchContact).collect();
    if !update.add.is_empty() {
        steps.push(Step::AddContacts);
    }
    if !update.own.is_empty() {
        steps.push(Step::PatchClient);
    }
    // In a repair they are gone already.
    if update.reach != Reach::Drift {
        steps.extend((0..update.remove.len()).map(Step::RemoveContact));
    }
    steps.into_iter().flat_map(|step| look_before(update, step).into_iter().chain([step])).collect()
}

/// The reading that `step` rests on, if it rests on one.
fn look_before(update: &Update, step: Step) -> Option<Step> {
    match step {
        Step::PatchContact(index) => {
            update.contacts[index].address.as_ref().map(|_| Step::ReadContact(index))
        }
        Step::AddContacts => Some(Step::ReadBefore),
        _ => None,
    }
}
