//! What remains of an update once the client was read again: some of it may have landed.
//!
//! In: an update, and what the server holds now. Out: the same update without what is there already. Contacts are told
//! apart by their ids alone, never by what they hold, so that nothing is taken for something else.

use super::Update;
use crate::record::{Contact, Known};

impl Update {
    /// The update without what the server already holds, and without contacts that are gone.
    #[must_use]
    pub fn remaining(mut self, known: &Known) -> Self {
        self.own.retain_mut(|edit| {
            known.own.text(edit.field).clone_into(&mut edit.from);
            edit.from != edit.to
        });
        self.contacts.retain_mut(|contact| {
            let Some(has) = known.contacts.iter().find(|has| has.mid == contact.mid) else { return false };
            contact.edits.retain_mut(|edit| {
                has.fields.text(edit.field).clone_into(&mut edit.from);
                edit.from != edit.to
            });
            !contact.edits.is_empty()
        });
        self.add.retain(|contact| !holds(known, contact));
        let there = |mid| known.contacts.iter().any(|has| has.mid == mid);
        self.remove.retain(|gone| there(gone.mid.clone()));
        self
    }
}

/// Whether the client has a contact with all of these fields.
fn holds(known: &Known, contact: &Contact) -> bool {
    known.contacts.iter().any(|has| {
        let same = |(field, text)| has.fields.get(field) == Some(text);
        has.kind == contact.kind && contact.fields.iter().all(same)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{ContactEdit, Edit, Reach};
    use super::*;
    use crate::record::{Desired, ExternalId, Field, Fields, Kind, KnownContact, Mid};

    fn fields(pairs: &[(Field, &str)]) -> Fields {
        pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    fn edit(field: Field, to: &str) -> Edit {
        Edit { field, from: "old".into(), to: to.into() }
    }

    #[test]
    fn what_has_landed_and_who_is_gone_is_left_out() {
        let mid = |text: &str| Mid::parse(text).unwrap();
        let person = fields(&[(Field::FamilyName, "佐藤")]);
        let contact = |edits| ContactEdit {
            mid: mid("5"),
            kind: Kind::Organization,
            label: String::new(),
            edits,
            address: None,
        };
        let desired = Desired {
            external_id: ExternalId::new("A"),
            lines: Vec::new(),
            own: Fields::new(),
            company: Fields::new(),
            persons: Vec::new(),
            departed: Vec::new(),
            yielded: [].into(),
        };
        let update = Update {
            mid: mid("1"),
            desired,
            own: vec![edit(Field::DateCutoff, "20"), edit(Field::LangCode, "ja")],
            contacts: vec![
                contact(vec![edit(Field::Name, "見本"), edit(Field::PhoneNumber, "1")]),
                ContactEdit { mid: mid("6"), ..contact(vec![edit(Field::Name, "見本")]) },
            ],
            add: vec![Contact { kind: Kind::Person, fields: person.clone() }],
            remove: Vec::new(),
            claims: Vec::new(),
            reach: Reach::Drift,
        };
        let known =
            |mid, kind, fields| KnownContact { mid, kind, ours: true, fields, other_addresses: Vec::new() };
        let company = fields(&[(Field::Name, "見本"), (Field::PhoneNumber, "2")]);
        let known = Known {
            mid: mid("1"),
            own: fields(&[(Field::DateCutoff, "20"), (Field::LangCode, "en")]),
            contacts: vec![
                known(mid("5"), Kind::Organization, company),
                known(mid("7"), Kind::Person, person),
            ],
            archived: false,
        };
        let rest = update.remaining(&known);
        assert_eq!(rest.own, [Edit { from: "en".into(), ..edit(Field::LangCode, "ja") }]);
        let phone = Edit { from: "2".into(), ..edit(Field::PhoneNumber, "1") };
        assert_eq!(rest.contacts, [contact(vec![phone])]);
        assert!(rest.add.is_empty() && !rest.sends_nothing());
    }
}
