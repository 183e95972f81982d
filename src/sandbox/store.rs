//! The account itself: clients, contacts and documents, with the indexes that keep every request cheap.
//!
//! In: values that have been checked. Out: objects by mid and lists in order. It knows neither JSON shapes of the API nor quotas.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::check::Fields;
use super::disk::{Kept, Lent};
use super::mids::{self, Mid};
use super::objects::{Client, Contact, Document, Owner};
use super::switches::ListOrder;

/// Which clients a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    Live,
    Archived,
    Both,
}

/// Where a new client stands in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// As the youngest.
    Last,
    /// As the oldest: what a list that is not ordered by age can do to its reader.
    First,
}

/// Everything the account holds.
#[derive(Debug)]
pub(super) struct Store {
    seed: u64,
    /// How many ids were given away.
    given: u64,
    next_place: i64,
    first_place: i64,
    clients: HashMap<Mid, Client>,
    contacts: HashMap<Mid, Contact>,
    documents: BTreeMap<i64, Document>,
    live: BTreeMap<i64, Mid>,
    archived: BTreeMap<i64, Mid>,
    contact_places: BTreeMap<i64, Mid>,
    external_ids: HashMap<String, usize>,
    /// How many documents refer to a client or a contact.
    uses: HashMap<Mid, usize>,
    /// Whether anything changed since it was last written to disk.
    pub(super) dirty: bool,
}

impl Store {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            given: 0,
            next_place: 0,
            first_place: 0,
            clients: HashMap::new(),
            contacts: HashMap::new(),
            documents: BTreeMap::new(),
            live: BTreeMap::new(),
            archived: BTreeMap::new(),
            contact_places: BTreeMap::new(),
            external_ids: HashMap::new(),
            uses: HashMap::new(),
            dirty: false,
        }
    }

    /// The store that a data file held.
    pub(super) fn from_kept(seed: u64, kept: Kept) -> Self {
        let mut store = Self::new(seed);
        (store.given, store.next_place, store.first_place) = (kept.given, kept.next_place, kept.first_place);
        for contact in kept.contacts {
            store.contact_places.insert(contact.place, contact.mid);
            store.contacts.insert(contact.mid, contact);
        }
        for client in kept.clients {
            store.shelve(&client);
            store.clients.insert(client.mid, client);
        }
        for (place, document) in kept.documents {
            store.keep_document(place, document);
        }
        store
    }

    /// What a data file will hold, in list order.
    pub(super) fn lend(&self) -> Lent<'_> {
        let clients =
            self.live.values().chain(self.archived.values()).filter_map(|mid| self.clients.get(mid));
        let contacts = self.contact_places.values().filter_map(|mid| self.contacts.get(mid));
        let numbers = (self.given, self.next_place, self.first_place);
        Lent::new(numbers, clients.collect(), contacts.collect(), &self.documents)
    }

    fn fresh_mid(&mut self) -> Mid {
        loop {
            self.given += 1;
            let mid = mids::mid(self.seed, self.given);
            if !self.clients.contains_key(&mid) && !self.contacts.contains_key(&mid) {
                return mid;
            }
        }
    }

    fn fresh_place(&mut self, place: Place) -> i64 {
        match place {
            Place::Last => {
                self.next_place += 1;
                self.next_place
            }
            Place::First => {
                self.first_place -= 1;
                self.first_place
            }
        }
    }

    pub(super) fn client(&self, mid: Mid) -> Option<&Client> {
        self.clients.get(&mid)
    }

    pub(super) fn contact(&self, mid: Mid) -> Option<&Contact> {
        self.contacts.get(&mid)
    }

    /// The contacts of a client, in its own order.
    pub(super) fn contacts_of<'a>(&'a self, client: &'a Client) -> impl Iterator<Item = &'a Contact> {
        client.contacts.iter().filter_map(|mid| self.contacts.get(mid))
    }

    /// What a client is called: its organisation, or else its first contact.
    pub(super) fn display_name(&self, client: &Client) -> String {
        let organization = self.contacts_of(client).find(|contact| contact.is_organization());
        organization
            .or_else(|| self.contacts_of(client).next())
            .map(Contact::display_name)
            .unwrap_or_default()
    }

    pub(super) fn active(&self) -> usize {
        self.live.len()
    }

    pub(super) fn external_id_taken(&self, id: &str) -> bool {
        self.external_ids.contains_key(id)
    }

    /// Whether a document refers to this client or contact.
    pub(super) fn in_use(&self, mid: Mid) -> bool {
        self.uses.contains_key(&mid)
    }

    /// Adds a client with its contacts; the organisation is its default contact, or else the first one.
    pub(super) fn add_client(&mut self, fields: Fields, contacts: Vec<Fields>, place: Place) -> Mid {
        let mid = self.fresh_mid();
        let place = self.fresh_place(place);
        let mut client = Client {
            mid,
            place,
            fields,
            contacts: Vec::new(),
            default_contact: None,
            settings: Fields::new(),
        };
        for fields in contacts {
            client.contacts.push(self.add_contact(Owner::Client(mid), fields));
        }
        client.default_contact = self.preferred(&client);
        self.shelve(&client);
        self.clients.insert(mid, client);
        self.dirty = true;
        mid
    }

    fn preferred(&self, client: &Client) -> Option<Mid> {
        let organization = self.contacts_of(client).find(|contact| contact.is_organization());
        organization.map(|contact| contact.mid).or_else(|| client.contacts.first().copied())
    }

    /// Enters a client in the indexes of lists and external ids.
    fn shelve(&mut self, client: &Client) {
        let index = if client.is_archived() { &mut self.archived } else { &mut self.live };
        index.insert(client.place, client.mid);
        if !client.external_id().is_empty() {
            *self.external_ids.entry(client.external_id().to_owned()).or_default() += 1;
        }
    }

    fn unshelve(&mut self, client: &Client) {
        self.live.remove(&client.place);
        self.archived.remove(&client.place);
        release(&mut self.external_ids, client.external_id());
    }

    /// Adds a contact that no client lists yet.
    pub(super) fn add_contact(&mut self, owner: Owner, fields: Fields) -> Mid {
        let mid = self.fresh_mid();
        let place = self.fresh_place(Place::Last);
        self.contacts.insert(mid, Contact { mid, place, owner, fields });
        self.contact_places.insert(place, mid);
        self.dirty = true;
        mid
    }

    /// Overwrites fields of a client; false when it is not there.
    pub(super) fn change_client(&mut self, mid: Mid, fields: Fields) -> bool {
        let Some(mut client) = self.clients.remove(&mid) else { return false };
        self.unshelve(&client);
        client.fields.extend(fields);
        self.shelve(&client);
        self.clients.insert(mid, client);
        self.dirty = true;
        true
    }

    /// Makes this the client's list of contacts; those left out are deleted.
    pub(super) fn set_contacts(&mut self, mid: Mid, contacts: Vec<Mid>) {
        let Some(mut client) = self.clients.remove(&mid) else { return };
        for old in client.contacts.iter().filter(|old| !contacts.contains(old)) {
            self.drop_contact(*old);
        }
        client.contacts = contacts;
        if client.default_contact.is_none_or(|default| !client.contacts.contains(&default)) {
            client.default_contact = self.preferred(&client);
        }
        self.clients.insert(mid, client);
        self.dirty = true;
    }

    pub(super) fn set_default_contact(&mut self, mid: Mid, contact: Mid) {
        if let Some(client) = self.clients.get_mut(&mid) {
            client.default_contact = Some(contact);
            self.dirty = true;
        }
    }

    pub(super) fn change_settings(&mut self, mid: Mid, settings: Fields) {
        if let Some(client) = self.clients.get_mut(&mid) {
            client.settings.extend(settings);
            self.dirty = true;
        }
    }

    /// Overwrites fields of a contact; false when it is not there.
    pub(super) fn change_contact(&mut self, mid: Mid, fields: Fields) -> bool {
        let Some(contact) = self.contacts.get_mut(&mid) else { return false };
        contact.fields.extend(fields);
        self.dirty = true;
        true
    }

    fn drop_contact(&mut self, mid: Mid) {
        if let Some(contact) = self.contacts.remove(&mid) {
            self.contact_places.remove(&contact.place);
        }
    }

    /// Deletes a contact and takes it out of its client's list.
    pub(super) fn delete_contact(&mut self, mid: Mid) {
        let Some(contact) = self.contacts.get(&mid) else { return };
        match contact.owner {
            Owner::Partner => self.drop_contact(mid),
            Owner::Client(client) => {
                let kept =
                    self.clients.get(&client).map(|client| client.contacts.clone()).unwrap_or_default();
                self.set_contacts(client, kept.into_iter().filter(|kept| *kept != mid).collect());
            }
        }
        self.dirty = true;
    }

    /// Deletes a client and all its contacts.
    pub(super) fn delete_client(&mut self, mid: Mid) {
        let Some(client) = self.clients.remove(&mid) else { return };
        self.unshelve(&client);
        client.contacts.iter().for_each(|contact| self.drop_contact(*contact));
        self.dirty = true;
    }

    /// Adds a document that refers to a client and all its contacts.
    pub(super) fn add_document(&mut self, client: Mid, issued: Timestamp) -> Option<Mid> {
        let contacts = self.clients.get(&client)?.contacts.clone();
        let mid = self.fresh_mid();
        let place = self.fresh_place(Place::Last);
        let number = format!("INV-{place:05}");
        self.keep_document(place, Document { mid, number, client, contacts, issued });
        self.dirty = true;
        Some(mid)
    }

    fn keep_document(&mut self, place: i64, document: Document) {
        for used in document.contacts.iter().chain([&document.client]) {
            *self.uses.entry(*used).or_default() += 1;
        }
        self.documents.insert(place, document);
    }

    /// The clients of a shelf in list order.
    pub(super) fn clients_in(&self, shown: Shelf, order: ListOrder) -> Vec<Mid> {
        let mut places: Vec<(i64, Mid)> = Vec::new();
        if shown != Shelf::Archived {
            places.extend(self.live.iter().map(|(place, mid)| (*place, *mid)));
        }
        if shown != Shelf::Live {
            places.extend(self.archived.iter().map(|(place, mid)| (*place, *mid)));
            places.sort_unstable();
        }
        in_order(places.into_iter().map(|(_, mid)| mid), order)
    }

    /// All contacts in list order, the partner's own among them.
    pub(super) fn all_contacts(&self, order: ListOrder) -> Vec<Mid> {
        in_order(self.contact_places.values().copied(), order)
    }

    /// All documents, oldest first.
    pub(super) fn documents(&self) -> impl DoubleEndedIterator<Item = &Document> {
        self.documents.values()
    }
}

/// Puts what comes oldest first into list order.
fn in_order(oldest_first: impl DoubleEndedIterator<Item = Mid>, order: ListOrder) -> Vec<Mid> {
    match order {
        ListOrder::OldestFirst => oldest_first.collect(),
        ListOrder::NewestFirst => oldest_first.rev().collect(),
    }
}

fn release(counts: &mut HashMap<String, usize>, id: &str) {
    if let Some(count) = counts.get_mut(id) {
        *count -= 1;
        if *count == 0 {
            counts.remove(id);
        }
    }
}
