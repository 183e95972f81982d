//! What a repair makes of the differences of one client.
//!
//! In: both sides of the client and what differs. Out: the update that writes the file's side back, and what the ledger
//! learns of the other differences.

use super::Difference;
use crate::plan::{ContactEdit, ContactGone, Departure, Edit, Reach, Update};
use crate::record::{
    Answered, Contact, Desired, ExternalId, Field, Fields, Kind, Known, KnownContact, Mid, Place, label,
};
use crate::settings::Preference;

/// What is to be done with one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mending {
    /// What is sent; none when the file's side wins nothing.
    pub update: Option<Update>,
    /// What the ledger knows from then on; none when the server's side wins nothing.
    pub learnt: Option<Known>,
}

/// Says what a repair does with the differences of one client.
#[must_use]
pub fn mend(
    external_id: &ExternalId,
    ledger: &Known,
    answered: &Answered,
    remote: &Known,
    differences: &[Difference],
) -> Mending {
    let learnt = learnt(ledger, differences);
    let mut update = Update {
        mid: ledger.mid.clone(),
        desired: aim(external_id, ledger, answered, remote, differences),
        own: Vec::new(),
        contacts: Vec::new(),
        add: Vec::new(),
        remove: Vec::new(),
        claims: Vec::new(),
        reach: Reach::Drift,
    };
    for difference in differences.iter().filter(|it| it.prefer() == Preference::Csv) {
        match difference {
            Difference::Field { contact: None, field, ledger, remote, .. } => {
                update.own.push(Edit { field: *field, from: remote.clone(), to: ledger.clone() });
            }
            Difference::Field { contact: Some(mid), field, ledger: text, remote: from, .. } => {
                if let Some(contact) = ledger.contacts.iter().find(|contact| contact.mid == *mid) {
                    let edit = Edit { field: *field, from: from.clone(), to: text.clone() };
                    change(&mut update.contacts, contact, edit);
                }
            }
            Difference::ContactGone { contact: mid, .. } => {
                if let Some(contact) = ledger.contacts.iter().find(|contact| contact.mid == *mid) {
                    let fields = answered_fields(contact, answered);
                    update.add.push(Contact { kind: contact.kind, fields });
                    let label = label(contact.kind, &contact.fields);
                    update.remove.push(ContactGone { mid: mid.clone(), label, cause: Departure::Stated });
                }
            }
            Difference::Archived { .. } => {}
        }
    }
    let update = Some(update).filter(|update| !update.sends_nothing());
    Mending { update, learnt }
}

/// The client as its rows said, as far as the ledger knows: what a create needs when people deleted it.
#[must_use]
pub fn lost(external_id: &ExternalId, ledger: &Known, answered: &Answered) -> Desired {
    aim(external_id, ledger, answered, ledger, &[])
}

/// What the ledger knows once the server's side has won where it wins.
fn learnt(ledger: &Known, differences: &[Difference]) -> Option<Known> {
    let mut known = ledger.clone();
    for difference in differences.iter().filter(|it| it.prefer() == Preference::Remote) {
        match difference {
            Difference::Field { contact: None, field, remote, .. } => {
                known.own.insert(*field, remote.clone());
            }
            Difference::Field { contact: Some(mid), field, remote, .. } => {
                for contact in known.contacts.iter_mut().filter(|contact| contact.mid == *mid) {
                    contact.fields.insert(*field, remote.clone());
                }
            }
            Difference::ContactGone { contact: mid, .. } => {
                known.contacts.retain(|contact| contact.mid != *mid);
            }
            Difference::Archived { remote } => known.archived = *remote,
        }
    }
    (known != *ledger).then_some(known)
}

fn change(edits: &mut Vec<ContactEdit>, contact: &KnownContact, edit: Edit) {
    let index = edits.iter().position(|other| other.mid == contact.mid).unwrap_or_else(|| {
        let (mid, kind) = (contact.mid.clone(), contact.kind);
        let label = label(kind, &contact.fields);
        edits.push(ContactEdit { mid, kind, label, edits: Vec::new(), address: None });
        edits.len() - 1
    });
    if edit.field.place() == Place::Address {
        // The server replaces addresses whole: what else it holds is read just before and sent back.
        edits[index].address.get_or_insert_default().insert(edit.field, edit.to.clone());
    }
    edits[index].edits.push(edit);
}

fn answered_fields(contact: &KnownContact, answered: &Answered) -> Fields {
    let ours = answered.of(contact.kind);
    contact.fields.iter().filter(|(field, _)| ours.contains(field)).collect()
}

/// The client as it should be afterwards: the ledger's side where it wins, else the server's. It is kept with the
/// intents, and tells what was aimed at if the repair is cut off.
fn aim(
    external_id: &ExternalId,
    ledger: &Known,
    answered: &Answered,
    remote: &Known,
    differences: &[Difference],
) -> Desired {
    let kept = |mid: Option<&Mid>, field: Field| {
        differences.iter().any(|difference| match difference {
            Difference::Field { contact, field: other, prefer, .. } => {
                contact.as_ref() == mid && *other == field && *prefer != Preference::Csv
            }
            Difference::ContactGone { .. } | Difference::Archived { .. } => false,
        })
    };
    let kept_or = |mid: Option<&Mid>, now: Option<&Fields>, ours: &mut dyn Iterator<Item = (Field, &str)>| {
        let text = |(field, text)| {
            let theirs = now.and_then(|now| now.get(field)).filter(|_| kept(mid, field));
            (field, theirs.unwrap_or(text).to_owned())
        };
        ours.map(text).collect::<Fields>()
    };
    let mut own = ledger.own.iter().filter(|(field, _)| answered.own.contains(field));
    let own = kept_or(None, Some(&remote.own), &mut own);
    let stays = |contact: &&KnownContact| {
        let gone_for_good = |it: &Difference| {
            matches!(it, Difference::ContactGone { contact: mid, prefer, .. }
                if *mid == contact.mid && *prefer != Preference::Csv)
        };
        contact.ours && !differences.iter().any(gone_for_good)
    };
    let (mut company, mut persons) = (Fields::new(), Vec::new());
    for contact in ledger.contacts.iter().filter(stays) {
        let now = remote.contacts.iter().find(|other| other.mid == contact.mid).map(|other| &other.fields);
        let fields = kept_or(Some(&contact.mid), now, &mut answered_fields(contact, answered).iter());
        match contact.kind {
            Kind::Organization => company = fields,
            Kind::Person => persons.push(fields),
        }
    }
    let (lines, departed, yielded) = (Vec::new(), Vec::new(), [].into());
    Desired { external_id: external_id.clone(), lines, own, company, persons, departed, yielded }
}
