//! The plan: what has to be sent so that the server's clients equal the file's.
//!
//! In: each client as the file wants it beside what the ledger knows of it. Out: one [`Change`] for each, with what
//! it costs. Nothing here reads a file, a ledger or a clock, and nothing here sends anything.

use serde::{Deserialize, Serialize};

use crate::operation::{HoldId, State};
use crate::record::{
    Acknowledged, Answered, Contact, Desired, ExternalId, Field, Fields, Fingerprint, Head, Kind, Known,
    Line, Mid, Problem, Rejection, Removal,
};

mod cost;
mod diff;
mod digest;
mod merge;
mod pairing;
mod remaining;

pub use cost::{Cost, Counts};
pub use diff::diff;
pub use digest::{Digest, Digester};
pub use merge::{Merge, Pair};

/// What one client needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The client; none for a row without a usable id.
    pub external_id: Option<ExternalId>,
    /// Its rows in the file, ascending; none when it is gone from it, unless they say that it is inactive.
    pub lines: Vec<Line>,
    /// Its name, for people.
    pub label: String,
    /// What is to be done.
    pub act: Act,
}

/// What is to be done with a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It is new.
    Create(Box<Desired>),
    /// It differs.
    Update(Box<Update>),
    /// It is as it should be; the ledger may have to learn that without a request.
    Unchanged(Option<Refresh>),
    /// Its rows are unusable.
    Rejected(Vec<Problem>),
    /// It waits for a person or for an earlier request to be settled.
    Blocked(Block, Box<Desired>),
    /// It is no longer in the file, or inactive in it.
    Gone(Gone),
    /// An earlier run held this very change back, and nobody has approved it.
    Held(HoldId, Box<Act>),
}

/// What an update sends, in this order: contacts changed, contacts added, own fields, contacts removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// The server's id.
    pub mid: Mid,
    /// The client as the file wants it.
    pub desired: Desired,
    /// Changes of the client's own fields.
    pub own: Vec<Edit>,
    /// Changes of contacts.
    pub contacts: Vec<ContactEdit>,
    /// Contacts to be added.
    pub add: Vec<Contact>,
    /// Contacts of ours whose rows are gone; in a repair, those that people removed and that are made anew.
    pub remove: Vec<ContactGone>,
    /// Contacts that the file answers for from now on.
    pub claims: Vec<Mid>,
    /// Whether the client equals its rows once this is done.
    pub reach: Reach,
}

/// How far an update goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The client then equals its rows.
    Whole,
    /// Contacts that are gone from the rows are kept for now; the next plan looks closer.
    WithoutRemovals,
    /// Only what people changed on the server is written back, and nothing is known of the rows; the next plan looks
    /// closer.
    Drift,
}

/// Whether contacts whose rows are gone may be removed in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removals {
    /// They may.
    Now,
    /// They wait: the file is not the whole list, or a row without a usable id might name them.
    Wait,
}

impl Change {
    /// The same change without what must wait.
    #[must_use]
    #[inline]
    pub fn allowing(self, removals: Removals) -> Self {
        match removals {
            Removals::Now => self,
            Removals::Wait => self.removing(|_| false),
        }
    }

    /// The same change with those removals only that `may_go` lets pass.
    #[must_use]
    pub fn removing(mut self, may_go: impl FnMut(&ContactGone) -> bool) -> Self {
        if let Act::Update(update) = &mut self.act {
            let before = update.remove.len();
            update.remove.retain(may_go);
            if update.remove.len() < before {
                update.reach = Reach::WithoutRemovals;
                if update.sends_nothing() {
                    self.act = Act::Unchanged(None);
                }
            }
        }
        self
    }
}

/// One field, from what to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The field.
    pub field: Field,
    /// What the server last confirmed; empty when it has nothing.
    pub from: String,
    /// What the file wants; empty to clear it.
    pub to: String,
}

/// The changes of one contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactEdit {
    /// The contact's id.
    pub mid: Mid,
    /// Company or person.
    pub kind: Kind,
    /// Its name before the change, for people.
    pub label: String,
    /// The changed fields, at least one.
    pub edits: Vec<Edit>,
    /// What the file says of the address, when a part of it changed: the server replaces addresses whole, so the
    /// contact is read just before and all that it holds besides is sent back.
    pub address: Option<Fields>,
}

/// A contact to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactGone {
    /// The contact's id.
    pub mid: Mid,
    /// Its name, for people.
    pub label: String,
    /// Why it is to go.
    pub cause: Departure,
}

impl ContactGone {
    /// Whether a person approved the removal.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        matches!(self.cause, Departure::Approved(_))
    }
}

/// Why a contact is to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// A row says that the person has left.
    Stated,
    /// No row names it.
    Absent,
    /// Either of them, and a person approved it when a guard had held it back.
    Approved(HoldId),
}

/// What the ledger learns of an unchanged client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    /// The row's fingerprint.
    pub fingerprint: Fingerprint,
    /// Contacts that the file answers for from now on.
    pub claims: Vec<Mid>,
    /// The fields that the rows answer for.
    pub answered: Answered,
}

/// Why nothing is sent for a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// The server refused this very row before; a person may have acknowledged that.
    RefusedBefore(Acknowledged),
    /// A client of the same name without an external id exists: creating this one might make its twin.
    SameName(Mid),
    /// People deleted it on the server.
    Missing,
    /// Several clients on the server carry its external id.
    Conflict,
    /// An earlier request is not settled; the row waits to be decided again when it is.
    InDoubt,
}

/// A client that is no longer in the file, or inactive in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// The server's id.
    pub mid: Mid,
    /// What is to become of it.
    pub fate: Fate,
}

impl Fate {
    /// Whether a DELETE, or the PATCH that archives, may be sent for it in this run.
    #[must_use]
    pub fn sends(self) -> bool {
        match self {
            Self::Delete | Self::DeleteOnceSettled | Self::Archive => true,
            Self::Report
            | Self::Archived
            | Self::RefusedBefore
            | Self::WaitsForRow
            | Self::WaitsForCount
            | Self::WaitsForNextRun
            | Self::FirstAbsence
            | Self::Held(_) => false,
        }
    }
}

/// What becomes of a client that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is only reported.
    Report,
    /// It is deleted.
    Delete,
    /// It is deleted once its last request, which may still land, is settled.
    DeleteOnceSettled,
    /// It is archived.
    Archive,
    /// It is archived already.
    Archived,
    /// The server refused to delete it before; it is listed and not tried again.
    RefusedBefore,
    /// It would be deleted, but a row without a usable id might be this client.
    WaitsForRow,
    /// It would be deleted, but a footer counts other rows than the file has: some may be missing.
    WaitsForCount,
    /// It would be deleted, but the ledger has only just learnt of it.
    WaitsForNextRun,
    /// It would be deleted, but it was in the file of the last run, and nothing tells that this one is complete.
    FirstAbsence,
    /// An earlier run held it back, and nobody has approved it.
    Held(HoldId),
}

/// What the decision about a client may have to look up; asked only when the narrow line does not settle it.
pub trait Lookup {
    /// Why a look-up fails.
    type Error;
    /// All that the ledger knows of the client.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn known(&self, id: &ExternalId) -> Result<Option<Known>, Self::Error>;
    /// Whether there is any client without an external id: without one, none is looked for.
    fn has_strangers(&self) -> bool {
        true
    }
    /// A client without an external id whose name has this key.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    fn stranger(&self, name_key: &str) -> Result<Option<Mid>, Self::Error>;
}

/// Decides what a client of the file needs; `head` is the ledger's line for it, if there is one.
///
/// # Errors
/// When a look-up fails.
pub fn decide<L: Lookup>(desired: Box<Desired>, head: Option<&Head>, ledger: &L) -> Result<Change, L::Error> {
    let mut label = desired.label();
    let (id, lines) = (desired.external_id.clone(), desired.lines.clone());
    let act = act_on(desired, head, ledger)?;
    if matches!(act, Act::Unchanged(_)) {
        label.clear();
    }
    Ok(Change { external_id: Some(id), lines, label, act })
}

/// What becomes of a client whose rows are unusable.
#[must_use]
pub fn rejected(rejection: Rejection) -> Change {
    let Rejection { external_id, lines, problems } = rejection;
    Change { external_id, lines, label: String::new(), act: Act::Rejected(problems) }
}

fn act_on<L: Lookup>(desired: Box<Desired>, head: Option<&Head>, ledger: &L) -> Result<Act, L::Error> {
    let Some(head) = head else { return create(desired, ledger) };
    let fingerprint = desired.fingerprint();
    let refused_before = head.refused == Some(fingerprint);
    let blocked = |block: Block, desired| Ok(Act::Blocked(block, desired));
    match head.state {
        State::Refused | State::Linked if refused_before => {
            blocked(Block::RefusedBefore(head.acknowledged), desired)
        }
        State::New | State::Removed | State::Refused => create(desired, ledger),
        State::Creating | State::Patching | State::Removing => blocked(Block::InDoubt, desired),
        State::Missing => blocked(Block::Missing, desired),
        State::Conflict => blocked(Block::Conflict, desired),
        State::Linked if head.fingerprint == Some(fingerprint) && head.removal == Removal::Open => {
            Ok(Act::Unchanged(None))
        }
        State::Linked => match ledger.known(&desired.external_id)? {
            Some(known) => Ok(diff(*desired, &known)),
            None => blocked(Block::InDoubt, desired),
        },
    }
}

fn create<L: Lookup>(desired: Box<Desired>, ledger: &L) -> Result<Act, L::Error> {
    let mut twin = None;
    if ledger.has_strangers() {
        for name in desired.name_keys() {
            twin = twin.or(ledger.stranger(&name)?);
        }
    }
    Ok(match twin {
        Some(mid) => Act::Blocked(Block::SameName(mid), desired),
        None => Act::Create(desired),
    })
}

/// Says what becomes of a client that the file no longer names, or names as inactive in `lines`; none when the server
/// does not have it either.
///
/// # Errors
/// When the ledger cannot be read.
pub fn gone<L: Lookup>(
    head: &Head,
    lines: Vec<Line>,
    fate: Fate,
    ledger: &L,
) -> Result<Option<Change>, L::Error> {
    let (true, Some(mid)) = (head.state.is_on_server(), head.mid.clone()) else { return Ok(None) };
    let known = ledger.known(&head.external_id)?;
    let archived = known.as_ref().is_some_and(|known| known.archived);
    let fate = match (fate, head.removal) {
        (Fate::Archive, _) if archived => Fate::Archived,
        (_, Removal::Refused) => Fate::RefusedBefore,
        (Fate::Delete, Removal::Open) if head.state != State::Linked => Fate::DeleteOnceSettled,
        (Fate::Archive, Removal::Open) if head.state != State::Linked => Fate::WaitsForNextRun,
        (fate, _) => fate,
    };
    let label = known.map(|known| known.label()).unwrap_or_default();
    Ok(Some(Change {
        external_id: Some(head.external_id.clone()),
        lines,
        label,
        act: Act::Gone(Gone { mid, fate }),
    }))
}
