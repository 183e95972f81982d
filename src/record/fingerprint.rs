//! The fingerprint of a client: a hash that tells a row that changed from one that did not.
//!
//! In: a client as the file wants it. Out: a number. It only says "look closer", never "send".

use serde::{Deserialize, Serialize};

use super::Desired;

/// A hash of a client's canonical fields: a difference means "look closer", never "send".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub i64);

/// The version of the canonical form, part of every fingerprint.
const CANONICAL_FORM: &str = "leapsync/1";

impl Desired {
    /// The fingerprint of everything that reaches the server.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut text = String::from(CANONICAL_FORM);
        let wanted = [&self.own, &self.company].into_iter().chain(&self.persons).map(|it| ('\u{1d}', it));
        for (mark, fields) in wanted.chain(self.departed.iter().map(|it| ('\u{1c}', it))) {
            text.push(mark);
            for (field, value) in fields.iter() {
                text.push_str(field.name());
                text.push('\u{1f}');
                text.push_str(value);
                text.push('\u{1e}');
            }
        }
        // A field that is no longer yielded must be looked at, though its text is the same.
        for field in &self.yielded {
            text.push('\u{1b}');
            text.push_str(field.name());
        }
        Fingerprint(xxhash_rust::xxh3::xxh3_64(text.as_bytes()).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{ExternalId, Field, Fields, Line};

    fn desired(company: &[(Field, &str)], persons: &[&[(Field, &str)]]) -> Desired {
        let fields = |pairs: &[(Field, &str)]| pairs.iter().map(|(f, t)| (*f, (*t).to_owned())).collect();
        Desired {
            external_id: ExternalId::new("A-1"),
            lines: vec![Line(2)],
            own: Fields::new(),
            company: fields(company),
            persons: persons.iter().map(|person| fields(person)).collect(),
            departed: Vec::new(),
            yielded: [].into(),
        }
    }

    #[test]
    fn a_fingerprint_tells_a_moved_value_from_the_same_value_in_its_place() {
        let family = desired(&[], &[&[(Field::FamilyName, "佐藤")]]);
        let given = desired(&[], &[&[(Field::GivenName, "佐藤")]]);
        let two = desired(&[], &[&[], &[(Field::FamilyName, "佐藤")]]);
        assert_ne!(family.fingerprint(), given.fingerprint());
        assert_ne!(family.fingerprint(), two.fingerprint());
        assert_eq!(family.fingerprint(), family.clone().fingerprint());
    }

    #[test]
    fn a_field_that_is_yielded_or_no_longer_makes_another_fingerprint() {
        let mut row = desired(&[(Field::Name, "見本商事")], &[]);
        let before = row.fingerprint();
        row.yielded.insert(Field::PhoneNumber);
        assert_ne!(row.fingerprint(), before);
    }
}
