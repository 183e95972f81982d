//! The difference between a client as the file wants it and as the server last confirmed it, field by field.

use std::collections::BTreeSet;

use super::pairing::pair;
use super::{Act, ContactEdit, ContactGone, Departure, Edit, Reach, Refresh, Update};
use crate::record::{Contact, Desired, Field, Fields, Kind, Known, KnownContact, Mid, Place};

/// Compares field by field: an update that holds only what differs, or unchanged.
#[must_use]
pub fn diff(desired: Desired, known: &Known) -> Act {
    let contacts = desired.contacts(known.organization());
    let Pairs { wanted: pairs, departed } = pair_contacts(&contacts, &desired.departed, &known.contacts);
    let mut update = Update {
        mid: known.mid.clone(),
        own: edits(&desired.own, &known.own, &desired.yielded),
        contacts: Vec::new(),
        add: Vec::new(),
        remove: removed(&contacts, &pairs, &departed, &known.contacts),
        claims: claims(&pairs, &known.contacts),
        reach: Reach::Whole,
        desired,
    };
    for (contact, pair) in contacts.into_iter().zip(&pairs) {
        match pair {
            Some(index) => update.contacts.extend(contact_edit(
                &contact,
                &known.contacts[*index],
                &update.desired.yielded,
            )),
            None => update.add.push(contact),
        }
    }
    if update.sends_nothing() {
        let fingerprint = update.desired.fingerprint();
        let answered = update.desired.answered(known.organization());
        return Act::Unchanged(Some(Refresh { fingerprint, claims: update.claims, answered }));
    }
    Act::Update(Box::new(update))
}

impl Update {
    /// Whether no request is needed for it.
    #[must_use]
    pub fn sends_nothing(&self) -> bool {
        let Self { mid: _, desired: _, own, contacts, add, remove, claims: _, reach: _ } = self;
        own.is_empty() && contacts.is_empty() && add.is_empty() && remove.is_empty()
    }
}

/// What differs, but for the fields that people decide.
fn edits(wanted: &Fields, confirmed: &Fields, yielded: &BTreeSet<Field>) -> Vec<Edit> {
    let ours = wanted.iter().filter(|(field, _)| !yielded.contains(field));
    let pairs = ours.map(|(field, to)| (field, confirmed.text(field), to)).filter(|(_, from, to)| from != to);
    pairs.map(|(field, from, to)| Edit { field, from: from.to_owned(), to: to.to_owned() }).collect()
}

/// Which contact is which.
struct Pairs {
    /// The contact that each wanted one is.
    wanted: Vec<Option<usize>>,
    /// The contacts of persons who have left.
    departed: Vec<usize>,
}

/// The company is paired with the company, persons with persons by their own rules.
fn pair_contacts(wanted: &[Contact], departed: &[Fields], have: &[KnownContact]) -> Pairs {
    let company = have.iter().position(|contact| contact.kind == Kind::Organization);
    let at: Vec<usize> = (0..have.len()).filter(|index| have[*index].kind == Kind::Person).collect();
    let persons: Vec<&KnownContact> = at.iter().map(|index| &have[*index]).collect();
    let mut fields: Vec<Fields> =
        wanted.iter().filter(|c| c.kind == Kind::Person).map(|c| c.fields.clone()).collect();
    let active = fields.len();
    fields.extend(departed.iter().cloned());
    let mut paired = pair(&fields, active, &persons).into_iter().map(|pair| pair.map(|index| at[index]));
    let wanted = wanted
        .iter()
        .map(|contact| match contact.kind {
            Kind::Organization => company,
            Kind::Person => paired.next().flatten(),
        })
        .collect();
    Pairs { wanted, departed: paired.flatten().collect() }
}

/// Persons of ours whom the file no longer names, or names as having left. A client whose rows name nobody keeps its
/// persons, but for those: an empty cell keeps what the server has.
fn removed(
    wanted: &[Contact],
    pairs: &[Option<usize>],
    departed: &[usize],
    have: &[KnownContact],
) -> Vec<ContactGone> {
    let names_somebody = wanted.iter().any(|contact| contact.kind == Kind::Person);
    let ours = |contact: &KnownContact| contact.ours && contact.kind == Kind::Person;
    let gone = |index: usize| names_somebody && !pairs.contains(&Some(index)) || departed.contains(&index);
    have.iter()
        .enumerate()
        .filter(|(index, contact)| ours(contact) && gone(*index))
        .map(|(index, contact)| ContactGone {
            mid: contact.mid.clone(),
            label: crate::record::label(contact.kind, &contact.fields),
            cause: if departed.contains(&index) { Departure::Stated } else { Departure::Absent },
        })
        .collect()
}

fn claims(pairs: &[Option<usize>], have: &[KnownContact]) -> Vec<Mid> {
    let paired = pairs.iter().flatten().map(|index| &have[*index]);
    paired.filter(|contact| !contact.ours).map(|contact| contact.mid.clone()).collect()
}

fn contact_edit(wanted: &Contact, have: &KnownContact, yielded: &BTreeSet<Field>) -> Option<ContactEdit> {
    let edits = edits(&wanted.fields, &have.fields, yielded);
    if edits.is_empty() {
        return None;
    }
    let moved = edits.iter().any(|edit| edit.field.place() == Place::Address);
    let of_address = |(field, _): &(Field, &str)| field.place() == Place::Address && !yielded.contains(field);
    let address = moved.then(|| wanted.fields.iter().filter(of_address).collect());
    Some(ContactEdit {
        mid: have.mid.clone(),
        kind: have.kind,
        label: crate::record::label(have.kind, &have.fields),
        edits,
        address,
    })
}
