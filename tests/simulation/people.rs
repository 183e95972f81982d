//! People at work in the web application, and a memory of what they did: what they touched may differ, what they made
//! must stay as they left it.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use leapsync::sandbox::Sandbox;
use serde_json::{Value, json};

/// What people did to a client that the file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Touch {
    Deleted,
    /// They gave its external id to a client of theirs.
    Twin,
    /// They made a client of its name before it was created.
    Namesake,
    Phone,
    Cutoff,
    /// They deleted a person of it.
    PersonGone,
}

/// What people did so far.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) touched: BTreeMap<String, BTreeSet<Touch>>,
    /// Clients of theirs, as they left them.
    pub(crate) made: BTreeMap<String, Value>,
    /// Contacts that they added to other clients: the client of each.
    pub(crate) contacts: BTreeMap<String, String>,
    /// Contacts and clients that they deleted.
    pub(crate) gone: BTreeSet<String>,
    number: u32,
}

/// When people act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// While a run is at it, or just after one is gone.
    During,
    /// When everything that was sent has landed.
    Quiet,
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

impl People {
    /// Does one thing to one client.
    pub(crate) fn act(
        &mut self,
        sandbox: &Sandbox,
        chance: &mut Rng,
        moment: Moment,
        names: &[(String, String)],
    ) {
        let clients = sandbox.clients();
        let one = (!clients.is_empty()).then(|| clients[chance.usize(0..clients.len())].clone());
        self.number += 1;
        match (chance.u8(0..12), one) {
            (0, _) | (_, None) => self.make(sandbox, &format!("手作商店{}", self.number)),
            (1, _) if !names.is_empty() && chance.u8(0..3) == 0 => {
                let (id, name) = &names[chance.usize(0..names.len())];
                self.touch(id, Touch::Namesake);
                self.make(sandbox, name);
            }
            (2, _) if !names.is_empty() && chance.bool() => {
                let (id, _) = &names[chance.usize(0..names.len())];
                self.give_id(sandbox, id);
            }
            (3, Some(client)) if !self.made.contains_key(text(&client, "mid")) => {
                if sandbox.delete_client(text(&client, "mid")) {
                    self.gone.insert(text(&client, "mid").to_owned());
                    self.touch(text(&client, "client_external_id"), Touch::Deleted);
                }
            }
            (4 | 5, Some(client)) => drop(sandbox.archive_client(text(&client, "mid"))),
            (6, Some(client)) => drop(sandbox.unarchive_client(text(&client, "mid"))),
            (7, Some(client)) => self.edit(sandbox, &client),
            (8, Some(client)) if moment == Moment::Quiet => self.add_person(sandbox, &client),
            (9, Some(client)) if moment == Moment::Quiet => self.remove_person(sandbox, &client),
            (10, Some(client)) => drop(sandbox.add_document(text(&client, "mid"))),
            (_, Some(client)) => {
                let cutoff = json!({"date_cutoff": chance.u8(1..=31)});
                sandbox.edit_client(text(&client, "mid"), &cutoff);
                self.touch(text(&client, "client_external_id"), Touch::Cutoff);
            }
        }
        self.look_at_theirs(sandbox);
    }

    fn touch(&mut self, id: &str, touch: Touch) {
        self.touched.entry(id.to_owned()).or_default().insert(touch);
    }

    fn make(&mut self, sandbox: &Sandbox, name: &str) {
        let contact = json!({"contact_type": "organization", "name": name});
        let mid = sandbox.add_client(&json!({"contacts": [contact]}));
        self.made.insert(mid, Value::Null);
    }

    /// Gives a client of theirs an id that the file names.
    fn give_id(&mut self, sandbox: &Sandbox, id: &str) {
        let theirs = sandbox.clients();
        let free = theirs.iter().find(|client| {
            self.made.contains_key(text(client, "mid")) && text(client, "client_external_id").is_empty()
        });
        if let Some(client) = free {
            sandbox.edit_client(text(client, "mid"), &json!({"client_external_id": id}));
            self.touch(id, Touch::Twin);
        }
    }

    fn edit(&mut self, sandbox: &Sandbox, client: &Value) {
        let first = &client["contacts"][0];
        sandbox.edit_contact(text(first, "mid"), &json!({"phone_number": format!("090-{}", self.number)}));
        self.touch(text(client, "client_external_id"), Touch::Phone);
    }

    fn add_person(&mut self, sandbox: &Sandbox, client: &Value) {
        let contacts = client["contacts"].as_array().unwrap();
        let known: BTreeSet<&str> = contacts.iter().map(|contact| text(contact, "mid")).collect();
        let mut all: Vec<Value> = contacts.iter().map(|contact| contact["url"].clone()).collect();
        let family = format!("客{}", self.number);
        all.push(json!({"contact_type": "person", "family_name": family, "given_name": "手子"}));
        let mid = text(client, "mid");
        assert!(sandbox.edit_client(mid, &json!({"contacts": all})), "people could not add a contact");
        let after = sandbox.clients();
        let after = after.iter().find(|client| text(client, "mid") == mid).unwrap();
        let new = after["contacts"].as_array().unwrap().iter().map(|contact| text(contact, "mid"));
        let added = new.filter(|contact| !known.contains(contact));
        self.contacts.extend(added.map(|contact| (contact.to_owned(), mid.to_owned())));
    }

    /// Deletes a person of a client that has several contacts.
    fn remove_person(&mut self, sandbox: &Sandbox, client: &Value) {
        let contacts = client["contacts"].as_array().unwrap();
        let is_person = |contact: &&Value| text(contact, "contact_type") == "person";
        let Some(person) = contacts.iter().skip(1).find(is_person) else { return };
        let gone = text(person, "mid");
        let kept: Vec<Value> = contacts
            .iter()
            .filter(|contact| text(contact, "mid") != gone)
            .map(|contact| contact["url"].clone())
            .collect();
        if sandbox.edit_client(text(client, "mid"), &json!({"contacts": kept})) {
            self.gone.insert(gone.to_owned());
            self.touch(text(client, "client_external_id"), Touch::PersonGone);
        }
    }

    /// Remembers how they left their own clients.
    fn look_at_theirs(&mut self, sandbox: &Sandbox) {
        for client in sandbox.clients() {
            if let Some(left) = self.made.get_mut(text(&client, "mid")) {
                *left = client;
            }
        }
    }
}
