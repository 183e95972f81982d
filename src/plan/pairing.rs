//! Which person of the file is which contact of the server: persons have no key of their own.
//!
//! In: the persons that the file wants and the persons that the client has. Out: for each wanted person the contact
//! it is, or none. The rules run in order of their strength; a contact is used once.

use crate::record::{Field, Fields, Kind, KnownContact, label};

/// Pairs each of `wanted` with an index into `have`.
///
/// The rules: every wanted field is equal; an e-mail that is unique on both sides is equal; a name that is unique on
/// both sides is equal; one is left on each side. The last rule may touch only contacts that are ours, unless none
/// is: a person whom people added beside ours is never mistaken for a new row. It says nothing of those behind the
/// first `active` ones, who have left: a contact that is taken for one of them is to be deleted.
pub(super) fn pair(wanted: &[Fields], active: usize, have: &[&KnownContact]) -> Vec<Option<usize>> {
    let mut pairs = equal_pairs(wanted, have);
    by_unique_key(&mut pairs, wanted, have, |fields| fields.text(Field::Email).to_lowercase());
    by_unique_key(&mut pairs, wanted, have, |fields| label(Kind::Person, fields));
    last_on_both_sides(&mut pairs, active, have);
    pairs
}

/// Pairs as many persons as can be with contacts that hold all of their fields. One contact may hold the fields of
/// several persons (a namesake without a title, say), so that a person who came first gives way when another needs
/// that contact and there is a second one for them: what a plan has brought about is always recognised.
fn equal_pairs(wanted: &[Fields], have: &[&KnownContact]) -> Vec<Option<usize>> {
    let choices: Vec<Vec<usize>> = wanted.iter().map(|fields| holders(fields, have)).collect();
    let mut owners = vec![None; have.len()];
    for person in 0..wanted.len() {
        find_place(person, &choices, &mut owners, &mut vec![false; have.len()]);
    }
    let mut pairs = vec![None; wanted.len()];
    for (contact, owner) in owners.into_iter().enumerate() {
        if let Some(person) = owner {
            pairs[person] = Some(contact);
        }
    }
    pairs
}

/// The contacts that hold all of these fields: ours before other people's, those with the fewest other texts first.
fn holders(fields: &Fields, have: &[&KnownContact]) -> Vec<usize> {
    let equal =
        |contact: &KnownContact| fields.iter().all(|(field, text)| contact.fields.text(field) == text);
    let texts = |contact: &KnownContact| contact.fields.values().filter(|text| !text.is_empty()).count();
    let mut found: Vec<usize> = (0..have.len()).filter(|index| equal(have[*index])).collect();
    found.sort_by_key(|index| (!have[*index].ours, texts(have[*index])));
    found
}

/// Finds a contact for `person`, moving others to a contact of theirs where that helps; whether it did.
fn find_place(
    person: usize,
    choices: &[Vec<usize>],
    owners: &mut [Option<usize>],
    asked: &mut [bool],
) -> bool {
    for contact in &choices[person] {
        if std::mem::replace(&mut asked[*contact], true) {
            continue;
        }
        if owners[*contact].is_none_or(|owner| find_place(owner, choices, owners, asked)) {
            owners[*contact] = Some(person);
            return true;
        }
    }
    false
}

fn by_unique_key(
    pairs: &mut [Option<usize>],
    wanted: &[Fields],
    have: &[&KnownContact],
    key: impl Fn(&Fields) -> String,
) {
    let wanted_keys: Vec<String> = wanted.iter().map(&key).collect();
    let have_keys: Vec<String> = have.iter().map(|contact| key(&contact.fields)).collect();
    let only = |keys: &[String], key: &str| {
        let mut at = keys.iter().enumerate().filter(|(_, other)| *other == key).map(|(index, _)| index);
        at.next().filter(|_| at.next().is_none())
    };
    for index in 0..wanted.len() {
        let text = &wanted_keys[index];
        if pairs[index].is_some() || text.is_empty() || only(&wanted_keys, text).is_none() {
            continue;
        }
        if let Some(other) = only(&have_keys, text).filter(|other| !pairs.contains(&Some(*other))) {
            pairs[index] = Some(other);
        }
    }
}

fn last_on_both_sides(pairs: &mut [Option<usize>], active: usize, have: &[&KnownContact]) {
    let some_are_ours = have.iter().any(|contact| contact.ours);
    let mut free = (0..have.len())
        .filter(|index| !pairs.contains(&Some(*index)) && (have[*index].ours || !some_are_ours));
    let (first, second) = (free.next(), free.next());
    drop(free);
    let mut open = pairs.iter_mut().take(active).filter(|pair| pair.is_none());
    if let (Some(pair), None, Some(index), None) = (open.next(), open.next(), first, second) {
        *pair = Some(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Mid;

    fn person(family: &str, email: &str) -> Fields {
        let pairs = [(Field::FamilyName, family), (Field::Email, email)];
        pairs.into_iter().filter(|(_, t)| !t.is_empty()).map(|(f, t)| (f, t.to_owned())).collect()
    }

    fn contact(mid: &str, ours: bool, fields: Fields) -> KnownContact {
        let mid = Mid::parse(mid).unwrap();
        KnownContact { mid, kind: Kind::Person, ours, fields, other_addresses: Vec::new() }
    }

    fn paired(wanted: &[Fields], have: &[KnownContact]) -> Vec<Option<usize>> {
        pair(wanted, wanted.len(), &have.iter().collect::<Vec<_>>())
    }

    #[test]
    fn equal_persons_are_found_in_any_order() {
        let have =
            [contact("1", true, person("佐藤", "s@example.com")), contact("2", true, person("鈴木", ""))];
        let wanted = [person("鈴木", ""), person("佐藤", "s@example.com")];
        assert_eq!(paired(&wanted, &have), [Some(1), Some(0)]);
    }

    #[test]
    fn a_namesake_with_less_to_say_does_not_take_the_contact_of_one_with_more() {
        let have =
            [contact("1", true, person("佐藤", "s@example.com")), contact("2", true, person("佐藤", ""))];
        let wanted = [person("佐藤", ""), person("佐藤", "s@example.com")];
        assert_eq!(paired(&wanted, &have), [Some(1), Some(0)]);
    }

    #[test]
    fn a_contact_of_ours_is_taken_before_other_peoples() {
        let have =
            [contact("1", false, person("佐藤", "")), contact("2", true, person("佐藤", "s@example.com"))];
        assert_eq!(paired(&[person("佐藤", "")], &have), [Some(1)]);
    }

    #[test]
    fn a_person_who_married_is_known_by_the_mail_address() {
        let have =
            [contact("1", true, person("佐藤", "h@example.com")), contact("2", true, person("鈴木", ""))];
        let wanted = [person("高橋", "h@example.com"), person("鈴木", "new@example.com")];
        assert_eq!(paired(&wanted, &have), [Some(0), Some(1)]);
    }

    #[test]
    fn a_shared_mail_address_identifies_nobody() {
        let have = [
            contact("1", true, person("佐藤", "info@example.com")),
            contact("2", true, person("鈴木", "info@example.com")),
        ];
        let wanted = [person("高橋", "info@example.com"), person("田中", "info@example.com")];
        assert_eq!(paired(&wanted, &have), [None, None]);
    }

    #[test]
    fn the_single_one_left_on_both_sides_is_the_same_person() {
        let have = [contact("1", true, person("佐藤", "")), contact("2", true, person("鈴木", ""))];
        let wanted = [person("佐藤", ""), person("鈴木田", "")];
        assert_eq!(paired(&wanted, &have), [Some(0), Some(1)]);
    }

    #[test]
    fn who_has_left_is_not_taken_for_who_has_come() {
        let have = [contact("1", true, person("佐藤", "s@example.com"))];
        let wanted = [person("鈴木", ""), person("佐藤", "s@example.com")];
        assert_eq!(pair(&wanted, 1, &[&have[0]]), [None, Some(0)]);
        let wanted = [person("鈴木", ""), person("高橋", "")];
        assert_eq!(pair(&wanted, 1, &[&have[0]]), [Some(0), None]);
    }

    #[test]
    fn a_person_whom_people_added_is_not_taken_for_a_new_row() {
        let have = [contact("1", true, person("佐藤", "")), contact("2", false, person("渡辺", ""))];
        let wanted = [person("佐藤", ""), person("鈴木", "")];
        assert_eq!(paired(&wanted, &have), [Some(0), None]);
    }
}
