//! What is assumed of the server: its fields, their types, lengths and values, as they are written.
//!
//! In: a part of the API's objects. Out: its fields as data. Lengths and regions come from the words for fields, by which
//! the rows of a file are judged too, so that the two cannot disagree.

use crate::record::{ExternalId, Field, Place, REGIONS};

/// A part of the API's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A client.
    Client,
    /// A contact, inside a client or on its own.
    Contact,
    /// The e-mail of a contact.
    Email,
    /// An address of a contact.
    Address,
}

impl Part {
    /// The word for it in what scripts read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Contact => "contact",
            Self::Email => "email",
            Self::Address => "address",
        }
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// A text of one form, or one of some values.
    Form,
    /// A whole number.
    Integer,
    /// An object.
    Object,
    /// A list of objects.
    List,
    /// A time.
    Time,
}

impl Shape {
    /// Whether a field of the server's type takes it. `field` is what the framework says when it does not know better.
    pub(super) fn accepts(self, kind: &str) -> bool {
        let kinds: &[&str] = match self {
            Self::Text => &["string", "email", "regex", "slug"],
            Self::Form => &["string", "choice", "regex", "slug"],
            Self::Integer => &["integer", "choice"],
            Self::Object => &["nested object"],
            Self::List => &["list", "nested object"],
            Self::Time => &["datetime", "date", "string"],
        };
        kind == "field" || kinds.contains(&kind)
    }
}

/// When a field is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// With every create.
    Always,
    /// When a row has it.
    Sometimes,
    /// To archive a client.
    Archive,
}

/// A field as it is written.
#[derive(Debug, Clone)]
pub(super) struct Assumed {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) need: Need,
    /// The longest text that is let through, in characters.
    pub(super) longest: Option<usize>,
    /// Every value that may be written, when these are few.
    pub(super) values: Vec<&'static str>,
}

impl Assumed {
    fn new(name: &'static str, shape: Shape, need: Need) -> Self {
        Self { name, shape, need, longest: None, values: Vec::new() }
    }

    /// The part that stands inside of it.
    pub(super) fn inner(&self) -> Option<Part> {
        match self.name {
            "contacts" => Some(Part::Contact),
            "email" => Some(Part::Email),
            "addresses" => Some(Part::Address),
            _ => None,
        }
    }
}

/// The fields of a part.
pub(super) fn assumed(part: Part) -> Vec<Assumed> {
    use Need::{Always, Archive, Sometimes};
    let own = |place: Place| Field::ALL.into_iter().filter(move |field| field.place() == place).map(of_field);
    match part {
        Part::Client => {
            let id = Assumed::new("client_external_id", Shape::Text, Always);
            let mut fields = vec![
                Assumed { longest: Some(ExternalId::LONGEST), ..id },
                Assumed::new("contacts", Shape::List, Always),
                Assumed::new("date_archived", Shape::Time, Archive),
            ];
            fields.extend(own(Place::Client));
            fields
        }
        Part::Contact => {
            let kind = Assumed::new("contact_type", Shape::Form, Always);
            let mut fields = vec![
                Assumed { values: vec!["organization", "person"], ..kind },
                Assumed::new("addresses", Shape::List, Always),
            ];
            fields.extend(own(Place::Contact));
            fields
        }
        Part::Email => {
            let address = Assumed::new("address", Shape::Text, Always);
            vec![Assumed { longest: Some(Field::Email.longest()), ..address }]
        }
        Part::Address => {
            let mut fields = vec![Assumed::new("format", Shape::Form, Sometimes)];
            fields.extend(own(Place::Address));
            fields
        }
    }
}

fn of_field(field: Field) -> Assumed {
    let (shape, need) = match field {
        Field::Email => return Assumed::new(field.name(), Shape::Object, Need::Always),
        Field::DateCutoff => return Assumed::new(field.name(), Shape::Integer, Need::Sometimes),
        Field::Country => (Shape::Form, Need::Always),
        Field::LangCode | Field::TaxRegistrationNumber | Field::Region => (Shape::Form, Need::Sometimes),
        Field::Name
        | Field::FamilyName
        | Field::GivenName
        | Field::Title
        | Field::Department
        | Field::PhoneNumber
        | Field::FaxNumber
        | Field::PostalCode
        | Field::Locality
        | Field::StreetAddress
        | Field::ExtendedAddress => (Shape::Text, Need::Sometimes),
    };
    let values = match field {
        Field::LangCode => vec!["ja", "en"],
        Field::Region => REGIONS.iter().map(|(_, key)| *key).collect(),
        _ => Vec::new(),
    };
    // Texts of one form are shorter than any server's limit. A region abroad is any text.
    let has_length = shape == Shape::Text || field == Field::Region;
    let longest = has_length.then(|| field.longest());
    Assumed { longest, values, ..Assumed::new(field.name(), shape, need) }
}
