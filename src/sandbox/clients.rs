//! What the API does with clients: list, create, show, change, delete, and their settings.
//!
//! In: a call, the store and the switches. Out: an outcome, with the store changed when it says so. Quotas and tokens were dealt with before.

use serde_json::{Value, json};

use super::api::Rules;
use super::check::{self, Extent, Fields};
use super::fields::{CLIENT, SETTINGS};
use super::mids::Mid;
use super::objects::{Client, Owner};
use super::outcome::{Body, Outcome};
use super::paging;
use super::render::Depth;
use super::route::{self, Lead, Route};
use super::store::{Place, Shelf};
use super::switches::{Archived, Archiving, ContactOrder, ExternalIds};
use super::texts::Text;

/// One entry of a `contacts` array, checked.
enum Entry {
    Kept(Mid),
    New(Fields),
}

/// A client body, checked.
struct Wish {
    fields: Fields,
    contacts: Option<Vec<Entry>>,
    default_contact: Option<Mid>,
}

impl Rules<'_> {
    pub(super) fn list_clients(&self) -> Outcome {
        let archived = self.call.parameter("archived").map(|value| value.to_lowercase());
        let shown = match (archived.as_deref(), self.switches.archived) {
            (Some("true" | "1"), _) => Shelf::Archived,
            (Some("false" | "0"), _) | (_, Archived::Hidden) => Shelf::Live,
            (_, Archived::Shown) => Shelf::Both,
        };
        let mut mids = self.store.clients_in(shown, self.switches.list_order);
        if let Some(search) = self.call.parameter("search") {
            let terms: Vec<String> = search.to_lowercase().split_whitespace().map(str::to_owned).collect();
            mids.retain(|mid| self.is_called(*mid, &terms));
        }
        if self
            .call
            .parameter("has_virtual_bank_accounts")
            .is_some_and(|value| value.to_lowercase() == "true")
        {
            mids.clear();
        }
        let depth = self.depth();
        paging::page(self.call, &mids, |mid| {
            self.store.client(mid).map(|client| self.view().client(client, depth))
        })
    }

    fn is_called(&self, mid: Mid, terms: &[String]) -> bool {
        let name = self.store.client(mid).map(|client| self.store.display_name(client).to_lowercase());
        name.is_some_and(|name| terms.iter().all(|term| name.contains(term.as_str())))
    }

    fn depth(&self) -> Depth {
        let expand = self.call.parameter("expand").unwrap_or_default();
        if expand.split(',').any(|field| field.trim() == "contacts") { Depth::Contacts } else { Depth::Urls }
    }

    pub(super) fn create_client(&mut self) -> Outcome {
        let body = match self.call.json() {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        match self.make_client(&body, Place::Last) {
            Ok(mid) => self.created(mid),
            Err(errors) => self.invalid(errors),
        }
    }

    /// Checks and stores a new client, by whichever door it comes.
    pub(super) fn make_client(&mut self, body: &Value, place: Place) -> Result<Mid, Value> {
        let wish = self.client_wish(body, None, Extent::Whole)?;
        let cap = self.switches.active_clients;
        if let Some(cap) = cap.filter(|cap| self.store.active() >= *cap as usize) {
            return Err(check::non_field(&Text::CapReached(cap), self.call.lang));
        }
        let fresh = wish.contacts.unwrap_or_default().into_iter().filter_map(|entry| match entry {
            Entry::New(fields) => Some(fields),
            Entry::Kept(_) => None,
        });
        Ok(self.store.add_client(wish.fields, fresh.collect(), place))
    }

    fn created(&self, mid: Mid) -> Outcome {
        let Some(client) = self.store.client(mid) else { return Outcome::not_found(self.call.lang) };
        let mut shown = self.view().client(client, self.depth());
        if self.switches.contact_order == ContactOrder::Reversed
            && let Some(contacts) = shown.get_mut("contacts").and_then(Value::as_array_mut)
        {
            contacts.reverse();
        }
        Outcome::object(201, shown).with("location", self.call.links.client(mid)).committed()
    }

    pub(super) fn show_client(&self, mid: Mid) -> Outcome {
        match self.store.client(mid) {
            Some(client) => self.tagged(self.view().client(client, self.depth())),
            None => Outcome::not_found(self.call.lang),
        }
    }

    pub(super) fn change_client(&mut self, mid: Mid, extent: Extent) -> Outcome {
        if self.store.client(mid).is_none() {
            return Outcome::not_found(self.call.lang);
        }
        let body = match self.call.json() {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        match self.apply_to_client(mid, &body, extent) {
            Ok(()) => self.show_client(mid).committed(),
            Err(errors) => self.invalid(errors),
        }
    }

    /// Checks and stores a change of a client that exists.
    pub(super) fn apply_to_client(&mut self, mid: Mid, body: &Value, extent: Extent) -> Result<(), Value> {
        let wish = self.client_wish(body, Some(mid), extent)?;
        self.store.change_client(mid, wish.fields);
        if let Some(entries) = wish.contacts {
            let contacts = entries.into_iter().map(|entry| match entry {
                Entry::Kept(contact) => contact,
                Entry::New(fields) => self.store.add_contact(Owner::Client(mid), fields),
            });
            let contacts = contacts.collect();
            self.store.set_contacts(mid, contacts);
        }
        if let Some(contact) = wish.default_contact {
            self.store.set_default_contact(mid, contact);
        }
        Ok(())
    }

    fn client_wish(&self, body: &Value, mid: Option<Mid>, extent: Extent) -> Result<Wish, Value> {
        let lang = self.call.lang;
        let body = check::object(body, lang)?;
        let (mut fields, mut errors) = check::plain(CLIENT, body, extent, lang);
        if self.switches.archiving == Archiving::ReadOnly {
            fields.remove("date_archived");
            errors.remove("date_archived");
        }
        let client = mid.and_then(|mid| self.store.client(mid));
        if self.external_id_collides(&fields, client) {
            errors.insert("client_external_id".into(), check::texts(&Text::ExternalIdTaken, lang));
        }
        let mut wish = Wish { fields, contacts: None, default_contact: None };
        match body.get("contacts").map(|raw| self.entries(raw, client)) {
            Some(Ok(entries)) => wish.contacts = Some(entries),
            Some(Err(error)) => {
                errors.insert("contacts".into(), error);
            }
            None => {}
        }
        if let (Some(raw), Some(client)) = (body.get("default_contact"), client) {
            match self.contact_link(raw, client) {
                Ok(contact) => wish.default_contact = Some(contact),
                Err(error) => {
                    errors.insert("default_contact".into(), check::texts(&error, lang));
                }
            }
        }
        if errors.is_empty() { Ok(wish) } else { Err(Value::Object(errors)) }
    }

    fn external_id_collides(&self, fields: &Fields, client: Option<&Client>) -> bool {
        let id = fields.get("client_external_id").and_then(Value::as_str).unwrap_or_default();
        let own = client.is_some_and(|client| client.external_id() == id);
        self.switches.external_ids == ExternalIds::Unique && !own && self.store.external_id_taken(id)
    }

    /// Checks a `contacts` array: URLs keep what is there, objects are new, and what is left out must be free to go.
    fn entries(&self, raw: &Value, client: Option<&Client>) -> Result<Vec<Entry>, Value> {
        let lang = self.call.lang;
        let Some(items) = raw.as_array() else {
            return Err(check::non_field(&Text::NotList(check::type_name(raw)), lang));
        };
        if items.is_empty() {
            return Err(check::non_field(&Text::EmptyList, lang));
        }
        let checked = items.iter().map(|item| match (item, client) {
            (Value::String(_), Some(client)) => self
                .contact_link(item, client)
                .map(Entry::Kept)
                .map_err(|error| check::non_field(&error, lang)),
            _ => check::contact(item, None, Extent::Whole, lang).map(Entry::New),
        });
        let entries = check::each(checked.collect())?;
        let kept = |mid: &Mid| entries.iter().any(|entry| matches!(entry, Entry::Kept(kept) if kept == mid));
        let left_out = client
            .into_iter()
            .flat_map(|client| &client.contacts)
            .find(|mid| !kept(mid) && self.store.in_use(**mid));
        match left_out {
            Some(_) => Err(check::texts(&Text::ContactInUse, lang)),
            None => Ok(entries),
        }
    }

    /// The client's own contact that a URL names.
    fn contact_link(&self, raw: &Value, client: &Client) -> Result<Mid, Text<'static>> {
        let Some(url) = raw.as_str() else { return Err(Text::NotALink(check::type_name(raw))) };
        let path = url
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').map(|slash| &rest[slash..]))
            .unwrap_or(url);
        let Lead::To(Route::Contact(mid)) = route::lead(path, self.partner) else {
            return Err(Text::NoUrlMatch);
        };
        if client.contacts.contains(&mid) { Ok(mid) } else { Err(Text::NoSuchObject) }
    }

    pub(super) fn delete_client(&mut self, mid: Mid) -> Outcome {
        if self.store.client(mid).is_none() {
            return Outcome::not_found(self.call.lang);
        }
        if self.store.in_use(mid) {
            return self.invalid(json!([Text::ClientInUse.say(self.call.lang)]));
        }
        self.store.delete_client(mid);
        Outcome::gone()
    }

    pub(super) fn list_client_contacts(&self, mid: Mid) -> Outcome {
        let Some(client) = self.store.client(mid) else { return Outcome::not_found(self.call.lang) };
        paging::page(self.call, &client.contacts, |mid| {
            self.store.contact(mid).map(|one| self.view().contact(one))
        })
    }

    pub(super) fn show_settings(&self, mid: Mid) -> Outcome {
        match self.store.client(mid) {
            Some(client) => self.tagged(self.view().settings(client)),
            None => Outcome::not_found(self.call.lang),
        }
    }

    pub(super) fn change_settings(&mut self, mid: Mid, extent: Extent) -> Outcome {
        if self.store.client(mid).is_none() {
            return Outcome::not_found(self.call.lang);
        }
        let body = match self.call.json() {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let checked = check::object(&body, self.call.lang)
            .map(|body| check::plain(SETTINGS, body, extent, self.call.lang));
        match checked {
            Ok((values, errors)) if errors.is_empty() => {
                self.store.change_settings(mid, values);
                self.show_settings(mid).committed()
            }
            Ok((_, errors)) => self.invalid(Value::Object(errors)),
            Err(errors) => self.invalid(errors),
        }
    }

    /// A refused body.
    pub(super) fn invalid(&self, errors: Value) -> Outcome {
        Outcome::invalid(errors, self.switches.error_shape)
    }

    /// A single object with its `ETag`, or 304 when the caller has this very state already.
    pub(super) fn tagged(&self, shown: Value) -> Outcome {
        let outcome = Outcome::object(200, shown);
        let Body::Json(body) = &outcome.body else { return outcome };
        let tag = format!("\"{:016x}\"", xxhash_rust::xxh3::xxh3_64(body.to_string().as_bytes()));
        let known = self.call.header("if-none-match").unwrap_or_default();
        let reading = matches!(self.call.method.as_str(), "GET" | "HEAD");
        if reading && known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
            return Outcome::new(304, Body::Nothing).with("etag", tag);
        }
        outcome.with("etag", tag)
    }
}
