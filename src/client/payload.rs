//! Writes the server's objects: the body of every create and of every change.

use serde_json::{Map, Value, json};

use crate::plan::{ContactEdit, Edit};
use crate::record::{Contact, Desired, Field, Fields, HasOrganization, Kind, KnownContact, Place};

/// The country of an address that names none.
const HOME: &str = "JP";

/// The body that creates a client with all its contacts.
pub(super) fn create(desired: &Desired) -> Value {
    // What is empty is simply left out: there is nothing yet to clear.
    let filled = desired.own.iter().filter(|(_, text)| !text.is_empty());
    let mut body = own(filled);
    body.insert("client_external_id".into(), desired.external_id.as_str().into());
    let contacts = desired.contacts(HasOrganization::No);
    body.insert("contacts".into(), contacts.iter().map(contact).collect());
    Value::Object(body)
}

/// The body that changes a client's own fields.
pub(super) fn own_edits(edits: &[Edit]) -> Value {
    Value::Object(own(edits.iter().map(|edit| (edit.field, edit.to.as_str()))))
}

fn own<'a>(fields: impl Iterator<Item = (Field, &'a str)>) -> Map<String, Value> {
    fields
        .map(|(field, text)| {
            let value = match field {
                Field::DateCutoff => text.parse::<u8>().map_or(Value::Null, Value::from),
                _ => text.into(),
            };
            (field.name().to_owned(), value)
        })
        .collect()
}

/// A contact that is to be made.
pub(super) fn contact(contact: &Contact) -> Value {
    let kind = match contact.kind {
        Kind::Organization => "organization",
        Kind::Person => "person",
    };
    let filled = contact.fields.iter().filter(|(_, text)| !text.is_empty());
    let mut body = contact_fields(filled);
    body.insert("contact_type".into(), kind.into());
    body.entry("email").or_insert(Value::Null);
    let address = address(&contact.fields);
    body.insert("addresses".into(), address.into_iter().collect());
    Value::Object(body)
}

/// The body that changes a contact: what differs, and when a part of the address differs the whole list of addresses,
/// built upon what the contact has.
pub(super) fn contact_edit(edit: &ContactEdit, has: &KnownContact) -> Value {
    let mut body = contact_fields(edit.edits.iter().map(|edit| (edit.field, edit.to.as_str())));
    if let Some(parts) = &edit.address {
        let mut whole = has.fields.clone();
        whole.extend(parts.iter());
        body.insert(
            "addresses".into(),
            address(&whole).into_iter().chain(has.other_addresses.clone()).collect(),
        );
    }
    Value::Object(body)
}

fn contact_fields<'a>(fields: impl Iterator<Item = (Field, &'a str)>) -> Map<String, Value> {
    fields
        .filter(|(field, _)| field.place() == Place::Contact)
        .map(|(field, text)| {
            let value = match field {
                Field::Email if text.is_empty() => Value::Null,
                Field::Email => json!({"address": text}),
                _ => text.into(),
            };
            (field.name().to_owned(), value)
        })
        .collect()
}

/// An address under the names used on write; none when every part is empty.
fn address(fields: &Fields) -> Option<Value> {
    let parts = Field::ALL.into_iter().filter(|field| field.place() == Place::Address);
    let mut body: Map<String, Value> = parts
        .filter(|field| !fields.text(*field).is_empty())
        .map(|field| (field.name().to_owned(), fields.text(field).into()))
        .collect();
    if body.is_empty() {
        return None;
    }
    let country = body.entry("country").or_insert_with(|| HOME.into()).clone();
    if country == HOME {
        body.insert("format".into(), "jp_default".into());
    }
    Some(Value::Object(body))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::record::{ExternalId, Line, Mid};

    fn fields(pairs: &[(Field, &str)]) -> Fields {
        pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    #[test]
    fn a_create_carries_company_and_person_as_nested_contacts() {
        let desired = Desired {
            external_id: ExternalId::new("A-1"),
            lines: vec![Line(2)],
            own: fields(&[(Field::DateCutoff, "31"), (Field::LangCode, "ja")]),
            company: fields(&[(Field::Name, "見本商事"), (Field::Region, "tokyo")]),
            persons: vec![fields(&[(Field::FamilyName, "佐藤"), (Field::Email, "s@example.com")])],
            departed: Vec::new(),
            yielded: BTreeSet::new(),
        };
        let expected = json!({
            "client_external_id": "A-1", "date_cutoff": 31, "lang_code": "ja",
            "contacts": [
                {"contact_type": "organization", "name": "見本商事", "email": null,
                 "addresses": [{"format": "jp_default", "country": "JP", "region": "tokyo"}]},
                {"contact_type": "person", "family_name": "佐藤", "email": {"address": "s@example.com"},
                 "addresses": []}
            ]
        });
        assert_eq!(create(&desired), expected);
    }

    #[test]
    fn a_changed_street_sends_the_whole_address_and_other_peoples_addresses_beside_it() {
        let edit = ContactEdit {
            mid: Mid::parse("5").unwrap(),
            kind: Kind::Organization,
            label: String::new(),
            edits: vec![
                Edit { field: Field::StreetAddress, from: "1-1".into(), to: "2-2".into() },
                Edit { field: Field::Email, from: "a@example.com".into(), to: String::new() },
            ],
            address: Some(fields(&[(Field::StreetAddress, "2-2")])),
        };
        let has = KnownContact {
            mid: edit.mid.clone(),
            kind: edit.kind,
            ours: true,
            fields: fields(&[(Field::Name, "見本"), (Field::Region, "tokyo"), (Field::StreetAddress, "1-1")]),
            other_addresses: vec![json!({"street_address": "倉庫"})],
        };
        let expected = json!({"email": null, "addresses": [
            {"format": "jp_default", "country": "JP", "region": "tokyo", "street_address": "2-2"},
            {"street_address": "倉庫"}
        ]});
        assert_eq!(contact_edit(&edit, &has), expected);
    }

    #[test]
    fn an_address_abroad_has_no_japanese_format() {
        let body = address(&fields(&[(Field::Country, "US"), (Field::Locality, "Springfield")])).unwrap();
        assert_eq!(body, json!({"country": "US", "locality": "Springfield"}));
    }
}
