//! Two sides of one client, and what comes of their differences.

use super::*;
use crate::plan::{Edit, Reach};

fn mid(text: &str) -> Mid {
    Mid::parse(text).unwrap()
}

fn fields(pairs: &[(Field, &str)]) -> Fields {
    pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

fn contact(id: &str, kind: Kind, pairs: &[(Field, &str)]) -> KnownContact {
    KnownContact { mid: mid(id), kind, ours: true, fields: fields(pairs), other_addresses: Vec::new() }
}

/// A company with one person of ours and one of other people.
fn known() -> Known {
    let company = [(Field::Name, "見本商事"), (Field::PhoneNumber, "03-1"), (Field::Region, "tokyo")];
    let person = [(Field::FamilyName, "佐藤"), (Field::Email, "s@example.jp"), (Field::Title, "")];
    let other = contact("7", Kind::Person, &[(Field::FamilyName, "渡辺")]);
    Known {
        mid: mid("1"),
        own: fields(&[(Field::DateCutoff, "31"), (Field::LangCode, "ja")]),
        contacts: vec![
            contact("5", Kind::Organization, &company),
            contact("6", Kind::Person, &person),
            KnownContact { ours: false, ..other },
        ],
        archived: false,
    }
}

fn answered() -> Answered {
    Answered {
        own: [Field::DateCutoff].into(),
        company: [Field::Name, Field::PhoneNumber, Field::Region].into(),
        persons: [Field::FamilyName, Field::Email].into(),
    }
}

fn drift(prefer: Preference, fields: &[(Field, Preference)]) -> Drift {
    Drift { prefer, fields: fields.iter().copied().collect() }
}

fn mended(remote: &Known, drift: &Drift) -> (Vec<Difference>, Mending) {
    let found = compare(&known(), &answered(), remote, drift);
    let mending = mend(&ExternalId::new("A"), &known(), &answered(), remote, &found);
    (found, mending)
}

#[test]
fn equal_sides_have_no_difference_and_need_nothing() {
    let (found, mending) = mended(&known(), &drift(Preference::Csv, &[]));
    assert_eq!(found, []);
    assert_eq!(mending, Mending { update: None, learnt: None });
}

#[test]
fn only_what_the_rows_answer_for_is_compared_and_never_other_peoples_contacts() {
    let mut remote = known();
    remote.own.insert(Field::LangCode, "en");
    remote.contacts[1].fields.insert(Field::Title, "部長");
    remote.contacts[2].fields.insert(Field::FamilyName, "改名");
    remote.contacts.push(KnownContact { ours: false, ..contact("8", Kind::Person, &[]) });
    assert_eq!(mended(&remote, &drift(Preference::Csv, &[])).0, []);
    remote.contacts.remove(2);
    assert_eq!(mended(&remote, &drift(Preference::Csv, &[])).0, []);
}

#[test]
fn the_files_side_is_written_back_the_servers_is_learnt_and_the_rest_is_only_listed() {
    let mut remote = known();
    remote.own.insert(Field::DateCutoff, "20");
    remote.contacts[0].fields.insert(Field::Region, "osaka");
    remote.contacts[0].fields.insert(Field::PhoneNumber, "06-2");
    remote.contacts[1].fields.insert(Field::Email, "new@example.jp");
    remote.archived = true;
    let rules = [(Field::PhoneNumber, Preference::Remote), (Field::Email, Preference::Report)];
    let (found, mending) = mended(&remote, &drift(Preference::Csv, &rules));
    assert_eq!(found.len(), 5);
    let update = mending.update.unwrap();
    assert_eq!(update.own, [Edit { field: Field::DateCutoff, from: "20".into(), to: "31".into() }]);
    assert_eq!(update.contacts.len(), 1);
    assert_eq!(update.contacts[0].address, Some(fields(&[(Field::Region, "tokyo")])));
    assert_eq!((update.reach, update.remove.len(), update.add.len()), (Reach::Drift, 0, 0));
    let learnt = mending.learnt.unwrap();
    assert_eq!(learnt.contacts[0].fields.text(Field::PhoneNumber), "06-2");
    assert_eq!(learnt.contacts[0].fields.text(Field::Region), "tokyo");
    assert_eq!(learnt.contacts[1].fields.text(Field::Email), "s@example.jp");
    assert!(learnt.archived);
    // What it aims at is the file's side where that wins, and the server's everywhere else.
    assert_eq!(update.desired.own, fields(&[(Field::DateCutoff, "31")]));
    let company = [(Field::Name, "見本商事"), (Field::PhoneNumber, "06-2"), (Field::Region, "tokyo")];
    assert_eq!(update.desired.company, fields(&company));
    let person = [(Field::FamilyName, "佐藤"), (Field::Email, "new@example.jp")];
    assert_eq!(update.desired.persons, [fields(&person)]);
}

#[test]
fn a_contact_that_is_gone_is_made_anew_or_forgotten_or_listed() {
    let mut remote = known();
    remote.contacts.remove(1);
    let (found, mending) = mended(&remote, &drift(Preference::Csv, &[]));
    assert!(matches!(found.as_slice(), [Difference::ContactGone { .. }]), "{found:?}");
    let person = fields(&[(Field::FamilyName, "佐藤"), (Field::Email, "s@example.jp")]);
    let update = mending.update.unwrap();
    assert_eq!((&update.add[0].fields, &update.remove[0].mid), (&person, &mid("6")));
    assert_eq!(mending.learnt, None);
    let (_, mending) = mended(&remote, &drift(Preference::Remote, &[]));
    assert_eq!(mending.update, None);
    assert_eq!(mending.learnt.unwrap().contacts.len(), 2);
    let (_, mending) = mended(&remote, &drift(Preference::Report, &[]));
    assert_eq!((mending.update, mending.learnt), (None, None));
}

#[test]
fn a_wave_is_more_than_thirty_in_a_hundred_or_more_than_twenty() {
    for (linked, most) in [(1_000, 300), (100, 30), (66, 20), (3, 20)] {
        let wave = |repairs| Tally { linked, repairs, ..Tally::default() }.is_a_wave();
        assert_eq!((wave(most), wave(most + 1)), (false, true), "{linked}");
    }
}
