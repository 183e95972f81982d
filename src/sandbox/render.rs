//! How stored objects look when the API shows them.
//!
//! In: the store, the links of the request and the switches. Out: JSON values. It changes nothing.

use serde_json::{Map, Value, json};

use super::call::Links;
use super::check::Fields;
use super::fields::{ADDRESS, SETTINGS};
use super::objects::{Client, Contact, Document, Owner};
use super::regions;
use super::store::Store;
use super::switches::AddressNames;

/// What a rendering needs besides the object.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) store: &'a Store,
    pub(super) links: &'a Links,
    pub(super) names: AddressNames,
}

/// Whether a client's contacts are named by URL or shown in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Urls,
    Contacts,
}

impl View<'_> {
    pub(super) fn client(&self, client: &Client, depth: Depth) -> Value {
        let field = |name: &str, unset: Value| client.fields.get(name).cloned().unwrap_or(unset);
        let contacts: Vec<Value> = match depth {
            Depth::Urls => client.contacts.iter().map(|mid| self.links.contact(*mid).into()).collect(),
            Depth::Contacts => self.store.contacts_of(client).map(|contact| self.contact(contact)).collect(),
        };
        let mut shown = json!({
            "url": self.links.client(client.mid),
            "mid": client.mid.to_string(),
            "display_name": self.store.display_name(client),
            "organization_type": "client",
            "is_organization": self.store.contacts_of(client).any(Contact::is_organization),
            "date_archived": field("date_archived", Value::Null),
            "client_external_id": field("client_external_id", "".into()),
            "default_contact": client.default_contact.map(|mid| self.links.contact(mid)),
            "managing_teams": [],
            "default_presets": {},
            "integrations": [],
            "lang_code": field("lang_code", "ja".into()),
            "settings": self.links.settings(client.mid),
            "date_cutoff": field("date_cutoff", Value::Null),
            "tax_registration_number": field("tax_registration_number", "".into()),
            "virtual_bank_accounts": [],
        });
        // Moved in afterwards: the macro would copy it.
        shown["contacts"] = contacts.into();
        shown
    }

    pub(super) fn contact(&self, contact: &Contact) -> Value {
        let text = |name: &str| contact.text(name);
        let (owner, owner_type) = match contact.owner {
            Owner::Client(client) => (self.links.client(client), "client"),
            Owner::Partner => (self.links.partner().to_owned(), "partner"),
        };
        let addresses = self.addresses(contact);
        let mut shown = json!({
            "url": self.links.contact(contact.mid),
            "mid": contact.mid.to_string(),
            "owner": owner,
            "owner_type": owner_type,
            "contact_type": text("contact_type"),
            "name": text("name"),
            "family_name": text("family_name"),
            "given_name": text("given_name"),
            "display_name": contact.display_name(),
            "title": text("title"),
            "department": text("department"),
            "format": "default",
            "phone_number": text("phone_number"),
            "fax_number": text("fax_number"),
            "is_default": self.is_default(contact),
            "email": contact.fields.get("email").cloned().unwrap_or(Value::Null),
            "integrations": [],
        });
        shown["default_address"] = addresses.first().cloned().unwrap_or(Value::Null);
        shown["addresses"] = addresses.into();
        shown
    }

    fn is_default(&self, contact: &Contact) -> bool {
        match contact.owner {
            Owner::Partner => true,
            Owner::Client(client) => {
                self.store.client(client).is_some_and(|client| client.default_contact == Some(contact.mid))
            }
        }
    }

    fn addresses(&self, contact: &Contact) -> Vec<Value> {
        let stored =
            contact.fields.get("addresses").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        stored.iter().filter_map(Value::as_object).map(|address| self.address(address)).collect()
    }

    fn address(&self, address: &Fields) -> Value {
        let mut shown = Map::new();
        for field in ADDRESS {
            let name = match (self.names, field.name) {
                (AddressNames::CountryName, "country") => "country_name",
                _ => field.name,
            };
            shown.insert(name.into(), address.get(field.name).cloned().unwrap_or_else(|| "".into()));
        }
        if self.names == AddressNames::CountryName {
            shown.insert("display".into(), one_line(address).into());
        }
        Value::Object(shown)
    }

    pub(super) fn settings(&self, client: &Client) -> Value {
        let mut shown = Map::new();
        for field in SETTINGS {
            let unset = match field.name {
                "url" => self.links.settings(client.mid).into(),
                "client" => self.links.client(client.mid).into(),
                "sending_method" => "email".into(),
                "include_stamp" => true.into(),
                _ => "".into(),
            };
            shown.insert(field.name.into(), client.settings.get(field.name).cloned().unwrap_or(unset));
        }
        Value::Object(shown)
    }

    pub(super) fn document(&self, document: &Document) -> Value {
        json!({
            "url": self.links.document(document.mid),
            "mid": document.mid.to_string(),
            "document_type": "invoice",
            "document_number": document.number,
            "client": self.links.client(document.client),
            "client_contacts": document.contacts.iter().map(|mid| self.links.contact(*mid)).collect::<Vec<_>>(),
            "date_issued": document.issued.to_string(),
        })
    }
}

/// An address on one line, as a person reads it.
pub(super) fn one_line(address: &Fields) -> String {
    let text = |name: &str| address.get(name).and_then(Value::as_str).unwrap_or_default();
    let region = regions::name(text("region"));
    let parts =
        [text("postal_code"), region, text("locality"), text("street_address"), text("extended_address")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
