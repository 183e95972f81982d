//! The words for a client: its ids, its fields, what the CSV wants of it and what the ledger knows of it.
//!
//! In: canonical texts. Out: values that every room shares. Nothing here reads, writes or asks.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::operation::State;

mod answered;
mod field;
mod fields;
mod fingerprint;
mod key;
mod nearest;
mod print;
mod problem;
mod region;
mod warning;

pub use answered::Answered;
pub use field::{Field, Place};
pub use fields::Fields;
pub use fingerprint::Fingerprint;
pub use key::{code_key, name_key, push_name_key};
pub use nearest::nearest;
pub use print::Print;
pub use problem::{Column, Gathered, Mention, Problem, Reason, Rejection, Wanted};
pub use region::{REGIONS, region_key};
pub use warning::{Double, Doubles, Warning, WarningKind};

/// The customer code of the ERP: the key that a client has on both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// The longest one that the server takes, in code points.
    pub const LONGEST: usize = 255;

    /// Takes a code as it stands in a cell; the ends are trimmed as the server trims them.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(canonical(text).to_owned())
    }

    /// The code itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the cell held nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A `MakeLeaps` id: opaque text of the server's making.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mid(String);

impl Mid {
    /// Takes an id as the server wrote it; `None` unless it is made of letters, digits, `-` and `_` only,
    /// so that an id can stand in a URL without escaping anything or leading anywhere else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (!text.is_empty() && text.len() <= 64 && text.chars().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The id itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Mid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A row of the input as Excel numbers it: title, header and blank rows count, line ends inside quotes do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(pub u64);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text as the server keeps it: without blanks at its ends, U+3000 and the four separators U+001C to U+001F
/// included (the server is Python, whose `strip` takes them for blanks).
#[must_use]
#[inline]
pub fn canonical(text: &str) -> &str {
    if has_inked_ends(text) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}

/// Whether a text begins and ends with letters that are no blanks for certain, as nearly all do: ASCII that is seen, kana or
/// kanji; or whether it is empty.
#[inline]
fn has_inked_ends(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = match bytes {
        [0xe3, 0x80, 0x80, ..] => false,
        _ => matches!(bytes, [b'!'..=b'~' | 0xe3..=0xe9, ..]),
    };
    let ends = match bytes {
        [.., 0xe3, 0x80, 0x80] => false,
        _ => matches!(bytes, [.., b'!'..=b'~'] | [.., 0xe3..=0xe9, _, _]),
    };
    bytes.is_empty() || begins && ends
}

/// Whether a contact stands for the company or for a person in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The company itself; a client has at most one.
    Organization,
    /// A person, in a company or as a client of their own.
    Person,
}

/// A contact as the CSV wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Company or person.
    pub kind: Kind,
    /// The managed fields; a field that is absent is left as the server has it.
    pub fields: Fields,
}

impl Contact {
    /// What a reader calls this contact.
    #[must_use]
    pub fn label(&self) -> String {
        label(self.kind, &self.fields)
    }
}

/// What a reader calls a contact: the company's name, or family name and given name.
#[must_use]
pub fn label(kind: Kind, fields: &Fields) -> String {
    match kind {
        Kind::Organization => fields.text(Field::Name).to_owned(),
        Kind::Person => {
            let full = format!("{} {}", fields.text(Field::FamilyName), fields.text(Field::GivenName));
            full.trim().to_owned()
        }
    }
}

/// One client as the CSV wants it: all rows of one external id together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The key.
    pub external_id: ExternalId,
    /// The rows it was read from, ascending.
    pub lines: Vec<Line>,
    /// The client's own fields.
    pub own: Fields,
    /// Name, address, phone, fax and e-mail of the company; without a name they are the first person's.
    pub company: Fields,
    /// The persons, in the order of their rows.
    pub persons: Vec<Fields>,
    /// Persons whom the file names as no longer active: their contacts are removed, where these are ours.
    #[serde(default)]
    pub departed: Vec<Fields>,
    /// Fields that people decide once the client exists: an update leaves them as they are.
    #[serde(default)]
    pub yielded: BTreeSet<Field>,
}

impl Desired {
    /// The contacts that the client should have: `with_organization` says that the server already keeps a
    /// company contact, so that company fields without a name still belong to it.
    #[must_use]
    pub fn contacts(&self, with_organization: HasOrganization) -> Vec<Contact> {
        let mut persons = self.persons.clone();
        let company = self.company.contains(Field::Name) || with_organization == HasOrganization::Yes;
        let mut contacts = Vec::with_capacity(persons.len() + 1);
        if company {
            if !self.company.is_empty() {
                contacts.push(Contact { kind: Kind::Organization, fields: self.company.clone() });
            }
        } else if let Some(first) = persons.first_mut() {
            for (field, text) in self.company.iter() {
                if !first.contains(field) {
                    first.insert(field, text);
                }
            }
        }
        contacts.extend(persons.into_iter().map(|fields| Contact { kind: Kind::Person, fields }));
        contacts
    }

    /// What a reader calls this client.
    #[must_use]
    pub fn label(&self) -> String {
        match self.persons.first() {
            Some(person) if !self.company.contains(Field::Name) => label(Kind::Person, person),
            _ => label(Kind::Organization, &self.company),
        }
    }

    /// The names by which a client of the server may be this one, as [`name_key`] writes them: a person's name is
    /// known in both orders, because the server shows the given name first.
    #[must_use]
    pub fn name_keys(&self) -> Vec<String> {
        let contacts = self.contacts(HasOrganization::No);
        let Some(first) = contacts.first() else { return Vec::new() };
        let mut keys = vec![name_key(&first.label())];
        if first.kind == Kind::Person {
            let part = |field| first.fields.text(field);
            keys.push(name_key(&format!("{}{}", part(Field::GivenName), part(Field::FamilyName))));
        }
        keys.retain(|key| !key.is_empty());
        keys.dedup();
        keys
    }
}

/// Whether the server already keeps a company contact for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HasOrganization {
    /// It does.
    Yes,
    /// It does not, or the client does not exist yet.
    No,
}

/// A contact as the server last confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownContact {
    /// The server's id.
    pub mid: Mid,
    /// Company or person.
    pub kind: Kind,
    /// Whether the CSV answers for it; a contact that is not ours is never touched.
    pub ours: bool,
    /// The confirmed fields; an absent one was never confirmed.
    pub fields: Fields,
    /// Addresses beyond the first, as the server wrote them: they are other people's and are sent back unchanged.
    pub other_addresses: Vec<serde_json::Value>,
}

/// One client as the ledger knows it, in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The server's id.
    pub mid: Mid,
    /// The confirmed own fields.
    pub own: Fields,
    /// Its contacts, ours and other people's.
    pub contacts: Vec<KnownContact>,
    /// Whether people archived it.
    pub archived: bool,
}

impl Known {
    /// Whether one of its contacts is the company itself.
    #[must_use]
    pub fn organization(&self) -> HasOrganization {
        if self.contacts.iter().any(|contact| contact.kind == Kind::Organization) {
            HasOrganization::Yes
        } else {
            HasOrganization::No
        }
    }

    /// What a reader calls this client.
    #[must_use]
    pub fn label(&self) -> String {
        let first = self.contacts.iter().min_by_key(|contact| contact.kind);
        first.map(|contact| label(contact.kind, &contact.fields)).unwrap_or_default()
    }
}

/// The narrow line of the ledger for one client: enough to see that nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The key.
    pub external_id: ExternalId,
    /// What is durable about it.
    pub state: State,
    /// The server's id, once it is known.
    pub mid: Option<Mid>,
    /// The fingerprint of the row that was last brought to the server in full.
    pub fingerprint: Option<Fingerprint>,
    /// The fingerprint of the row that the server last refused.
    pub refused: Option<Fingerprint>,
    /// Whether a person knows that the row with the refused fingerprint is refused.
    pub acknowledged: Acknowledged,
    /// Whether the server refused to delete it.
    pub removal: Removal,
}

/// Whether a person has said that a refusal is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledged {
    /// It is listed, and makes no night end with code 3.
    Yes,
    /// It makes every night end with code 3.
    No,
}

/// Whether a client that is gone from the file may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Nothing speaks against it.
    Open,
    /// The server refused it, because documents refer to the client.
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desired(company: &[(Field, &str)], persons: &[&[(Field, &str)]]) -> Desired {
        let fields = |pairs: &[(Field, &str)]| pairs.iter().map(|(f, t)| (*f, (*t).to_owned())).collect();
        Desired {
            external_id: ExternalId::new("A-1"),
            lines: vec![Line(2)],
            own: Fields::new(),
            company: fields(company),
            persons: persons.iter().map(|person| fields(person)).collect(),
            departed: Vec::new(),
            yielded: BTreeSet::new(),
        }
    }

    #[test]
    fn a_client_without_a_company_name_gives_its_phone_to_its_first_person() {
        let row = desired(&[(Field::PhoneNumber, "03-0000-0000")], &[&[(Field::FamilyName, "佐藤")]]);
        let contacts = row.contacts(HasOrganization::No);
        assert_eq!(contacts.len(), 1);
        assert_eq!(contacts[0].kind, Kind::Person);
        assert_eq!(contacts[0].fields.text(Field::PhoneNumber), "03-0000-0000");
    }

    #[test]
    fn the_phone_stays_with_the_company_that_the_server_already_keeps() {
        let row = desired(&[(Field::PhoneNumber, "03-0000-0000")], &[&[(Field::FamilyName, "佐藤")]]);
        let kinds: Vec<Kind> = row.contacts(HasOrganization::Yes).iter().map(|c| c.kind).collect();
        assert_eq!(kinds, [Kind::Organization, Kind::Person]);
    }

    #[test]
    fn a_mid_that_could_lead_elsewhere_is_no_mid() {
        assert!(Mid::parse("1234567890123456789").is_some());
        for text in ["", "1/../2", "a?b", "%2e", "あ"] {
            assert_eq!(Mid::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_ideographic_space_is_trimmed_from_an_external_id() {
        assert_eq!(ExternalId::new("\u{3000}A-1 ").as_str(), "A-1");
    }

    proptest::proptest! {
        #[test]
        fn blanks_are_cut_off_at_both_ends_and_nothing_else(
            text in "[ \t\u{1c}\u{3000}\u{a0}\u{2003}\u{85}a~あー一龥㈱Ωéﾊ𠮷]{0,4}",
        ) {
            let blank = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
            proptest::prop_assert_eq!(canonical(&text), text.trim_matches(blank));
        }
    }
}
