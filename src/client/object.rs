//! Reads the server's objects: envelope, clients, contacts, addresses. It accepts every name a field has been seen
//! under and ignores what it does not know.

use serde_json::Value;

use super::list::RemoteClient;
use crate::record::{ExternalId, Field, Fields, Kind, Known, KnownContact, Mid, Place, canonical};

/// What is inside the envelope; the document itself when there is none.
pub(super) fn inside(document: &Value) -> &Value {
    document.get("response").unwrap_or(document)
}

/// The mids of a list of objects or URLs, or of a list under `partners`; what has no mid is left out.
pub(super) fn mids_in(value: &Value) -> Vec<Mid> {
    let items = value.as_array().or_else(|| value.get("partners").and_then(Value::as_array));
    items.into_iter().flatten().filter_map(mid_of).collect()
}

/// The mid of an object or of a URL that names one.
pub(super) fn mid_of(value: &Value) -> Option<Mid> {
    match value {
        Value::String(url) => mid_in_url(url),
        Value::Object(map) => map
            .get("mid")
            .and_then(Value::as_str)
            .and_then(Mid::parse)
            .or_else(|| map.get("url").and_then(Value::as_str).and_then(mid_in_url)),
        _ => None,
    }
}

fn mid_in_url(url: &str) -> Option<Mid> {
    Mid::parse(url.trim_end_matches('/').rsplit('/').next()?)
}

/// A client, without the fields of its contacts.
pub(super) fn client(value: &Value) -> Option<RemoteClient> {
    let mid = mid_of(value)?;
    let map = value.as_object()?;
    let own = [Field::LangCode, Field::DateCutoff, Field::TaxRegistrationNumber];
    let known = Known {
        mid,
        own: own.into_iter().map(|field| (field, text(map.get(field.name())))).collect(),
        contacts: Vec::new(),
        archived: map.get("date_archived").is_some_and(|date| !date.is_null()),
    };
    Some(RemoteClient {
        external_id: ExternalId::new(&text(map.get("client_external_id"))),
        name: text(map.get("display_name")),
        contacts: map.get("contacts").map(mids_in).unwrap_or_default(),
        url: text(map.get("url")),
        known,
    })
}

/// A contact, not ours, with the client that owns it; none for the partner's own contacts.
pub(super) fn contact(value: &Value) -> Option<(KnownContact, Option<Mid>)> {
    let map = value.as_object()?;
    if map.get("owner_type").and_then(Value::as_str) == Some("partner") {
        return None;
    }
    let kind = match map.get("contact_type").and_then(Value::as_str)? {
        "organization" => Kind::Organization,
        "person" => Kind::Person,
        _ => return None,
    };
    let plain = |field: &Field| field.place() == Place::Contact && *field != Field::Email;
    let mut fields: Fields = Field::ALL
        .into_iter()
        .filter(plain)
        .filter_map(|field| map.get(field.name()).map(|value| (field, text(Some(value)))))
        .collect();
    if let Some(email) = map.get("email") {
        fields.insert(Field::Email, text(email.get("address").or(Some(email))));
    }
    let mut addresses = map.get("addresses").and_then(Value::as_array).cloned().unwrap_or_default();
    if !addresses.is_empty() {
        fields.extend(address(&addresses.remove(0)).iter());
    }
    let known = KnownContact { mid: mid_of(value)?, kind, ours: false, fields, other_addresses: addresses };
    Some((known, owner(value)))
}

/// The client that owns a contact; none for the partner's own contacts.
pub(super) fn owner(contact: &Value) -> Option<Mid> {
    if contact.get("owner_type").and_then(Value::as_str) == Some("partner") {
        return None;
    }
    contact.get("owner").and_then(mid_of)
}

/// The parts of an address, under the names seen on documents and on contacts alike.
fn address(value: &Value) -> Fields {
    let parts = Field::ALL.into_iter().filter(|field| field.place() == Place::Address);
    parts
        .map(|field| {
            let other_name = (field == Field::Country).then(|| value.get("country_name")).flatten();
            (field, text(value.get(field.name()).or(other_name)))
        })
        .collect()
}

/// A text or a number as a canonical text; everything else is empty.
fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => canonical(text).to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_contact_is_read_with_its_first_address_and_keeps_the_others_as_they_are() {
        let other = json!({"street_address": "倉庫", "odd": [1]});
        let value = json!({
            "mid": "12", "contact_type": "organization", "name": " 見本商事\u{3000}", "email": null,
            "owner": "https://api.example.com/api/partner/1/client/9/",
            "addresses": [{"country_name": "JP", "region": "tokyo", "postal_code": "150-0001"}, other]
        });
        let (contact, owner) = contact(&value).unwrap();
        assert_eq!(owner, Mid::parse("9"));
        assert_eq!(contact.fields.text(Field::Name), "見本商事");
        assert_eq!(contact.fields.text(Field::Email), "");
        assert_eq!(contact.fields.text(Field::Country), "JP");
        assert_eq!(contact.other_addresses, [other]);
    }

    #[test]
    fn the_partners_own_contact_is_never_read() {
        let value = json!({"mid": "12", "contact_type": "person", "owner_type": "partner"});
        assert_eq!(contact(&value), None);
    }

    #[test]
    fn a_client_is_known_by_its_url_when_it_has_no_mid() {
        let value = json!({
            "url": "https://api.example.com/api/partner/1/client/77/", "client_external_id": null,
            "date_cutoff": 31, "date_archived": "2026-01-01T00:00:00Z",
            "contacts": ["https://api.example.com/api/partner/1/contact/5/", {"mid": "6"}]
        });
        let client = client(&value).unwrap();
        assert_eq!(client.known.mid.as_str(), "77");
        assert!(client.external_id.is_empty());
        assert!(client.known.archived);
        assert_eq!(client.known.own.text(Field::DateCutoff), "31");
        assert_eq!(client.contacts.iter().map(Mid::as_str).collect::<Vec<_>>(), ["5", "6"]);
    }
}
