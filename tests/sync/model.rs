//! The plan against a model of the server that is written down here, apart from client and sandbox: whatever the file
//! wants and whatever the server has, carrying the plan out gives what the file wants, and then nothing is left to do.

use std::collections::BTreeSet;

use leapsync::plan::{Act, Update, diff};
use leapsync::record::{
    Contact, Desired, ExternalId, Field, Fields, Kind, Known, KnownContact, Line, Mid, Place,
};
use proptest::prelude::*;

/// One of a few texts, so that equal ones meet often; an empty one is left out.
fn text(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(str::to_owned)
}

fn fields(columns: &[(Field, &'static [&'static str])]) -> impl Strategy<Value = Fields> + use<> {
    let columns: Vec<_> = columns.iter().map(|(field, texts)| (Just(*field), text(texts))).collect();
    columns.prop_map(|pairs| pairs.into_iter().filter(|(_, text)| !text.is_empty()).collect())
}

fn person() -> impl Strategy<Value = Fields> {
    let columns: [(Field, &'static [&'static str]); 4] = [
        (Field::FamilyName, &["佐藤", "鈴木", "高橋"]),
        (Field::GivenName, &["", "一郎"]),
        (Field::Title, &["", "部長", "課長"]),
        (Field::Email, &["", "a@example.jp", "b@example.jp"]),
    ];
    fields(&columns)
}

fn company(names: &'static [&'static str]) -> impl Strategy<Value = Fields> {
    let columns: [(Field, &'static [&'static str]); 4] = [
        (Field::Name, names),
        (Field::PhoneNumber, &["", "03-0000-0001", "03-0000-0002"]),
        (Field::Locality, &["", "渋谷区", "港区"]),
        (Field::StreetAddress, &["", "1-1", "2-2"]),
    ];
    fields(&columns)
}

fn own() -> impl Strategy<Value = Fields> {
    fields(&[(Field::DateCutoff, &["", "20", "31"]), (Field::LangCode, &["", "ja", "en"])])
}

prop_compose! {
    fn desired()(
        own in own(),
        company in company(&["", "見本商事", "架空工業"]),
        persons in prop::collection::btree_set(person(), 0..4),
        alone in person(),
    ) -> Desired {
        let mut persons: Vec<Fields> = persons.into_iter().collect();
        if persons.is_empty() && !company.contains(Field::Name) {
            persons.push(alone);
        }
        Desired { external_id: ExternalId::new("A1"), lines: vec![Line(2)], own, company, persons, departed: Vec::new(), yielded: BTreeSet::new() }
    }
}

fn contact(kind: Kind, number: usize, ours: bool, fields: Fields) -> KnownContact {
    let mid = Mid::parse(&format!("{number}")).unwrap();
    KnownContact { mid, kind, ours, fields, other_addresses: Vec::new() }
}

prop_compose! {
    fn known()(
        own in own(),
        company in prop::option::of(company(&["見本商事", "架空工業"])),
        persons in prop::collection::vec((any::<bool>(), person()), 0..4),
    ) -> Known {
        let company = company.map(|fields| contact(Kind::Organization, 1, true, fields));
        let persons = persons.into_iter().enumerate();
        let persons = persons.map(|(at, (ours, fields))| contact(Kind::Person, 10 + at, ours, fields));
        let contacts = company.into_iter().chain(persons).collect();
        Known { mid: Mid::parse("9").unwrap(), own, contacts, archived: false }
    }
}

/// What the server makes of an update: it replaces addresses whole and every other field alone.
fn carried_out(update: &Update, mut server: Known) -> Known {
    for edit in &update.contacts {
        let contact = server.contacts.iter_mut().find(|contact| contact.mid == edit.mid).unwrap();
        let plain = edit.edits.iter().filter(|edit| edit.field.place() != Place::Address);
        contact.fields.extend(plain.map(|edit| (edit.field, edit.to.clone())));
        if let Some(address) = &edit.address {
            contact.fields.retain(|field, _| field.place() != Place::Address);
            contact.fields.extend(address.iter());
        }
        contact.ours = true;
    }
    for (at, Contact { kind, fields }) in update.add.iter().enumerate() {
        server.contacts.push(contact(*kind, 100 + at, true, fields.clone()));
    }
    server.own.extend(update.own.iter().map(|edit| (edit.field, edit.to.clone())));
    server.contacts.retain(|contact| update.remove.iter().all(|gone| gone.mid != contact.mid));
    for contact in &mut server.contacts {
        contact.ours |= update.claims.contains(&contact.mid);
    }
    server
}

fn holds(contact: &KnownContact, wanted: &Contact) -> bool {
    let same = |(field, text)| contact.fields.get(field) == Some(text);
    contact.kind == wanted.kind && wanted.fields.iter().all(same)
}

/// Whether each wanted contact can have a contact of its own that holds it, tried in every way.
fn all_held(wanted: &[Contact], have: &[KnownContact], used: &mut BTreeSet<Mid>) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return true };
    have.iter().any(|contact| {
        if !holds(contact, first) || !used.insert(contact.mid.clone()) {
            return false;
        }
        let held = all_held(rest, have, used);
        used.remove(&contact.mid);
        held
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn a_plan_that_is_carried_out_gives_what_the_file_wants_and_leaves_nothing_to_do(
        desired in desired(), known in known(),
    ) {
        let after = match diff(desired.clone(), &known) {
            Act::Update(update) => carried_out(&update, known.clone()),
            Act::Unchanged(_) => known.clone(),
            other => panic!("{other:?}"),
        };
        for (field, text) in desired.own.iter() {
            prop_assert_eq!(after.own.get(field), Some(text));
        }
        for (field, text) in known.own.iter().filter(|(field, _)| !desired.own.contains(*field)) {
            prop_assert_eq!(after.own.get(field), Some(text));
        }
        let wanted = desired.contacts(known.organization());
        prop_assert!(all_held(&wanted, &after.contacts, &mut BTreeSet::new()), "{:#?}", after.contacts);
        let again = diff(desired, &after);
        prop_assert!(matches!(again, Act::Unchanged(_)), "{:#?}", again);
    }

    #[test]
    fn what_people_made_beside_ours_is_neither_changed_nor_removed(desired in desired(), known in known()) {
        let Act::Update(update) = diff(desired, &known) else { return Ok(()) };
        let ours = |mid: &Mid| known.contacts.iter().any(|contact| contact.mid == *mid && contact.ours);
        for gone in &update.remove {
            prop_assert!(ours(&gone.mid));
        }
        for edit in &update.contacts {
            prop_assert!(ours(&edit.mid) || update.claims.contains(&edit.mid));
        }
    }

    #[test]
    fn a_client_is_never_left_without_a_contact(desired in desired(), known in known()) {
        let Act::Update(update) = diff(desired, &known) else { return Ok(()) };
        prop_assert!(!carried_out(&update, known).contacts.is_empty());
    }
}
