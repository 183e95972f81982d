//! The judge: looks into the server's own store and says what is not as it must be. It knows the file as it was
//! invented and nothing of leapsync's mapping, plan or ledger.

use std::collections::{BTreeMap, BTreeSet};

use leapsync::journal::Outcome;
use leapsync::sandbox::LogEntry;
use serde_json::Value;

use crate::file::{Client, File, Person};
use crate::night::{Night, line};
use crate::people::{People, Touch};
use crate::world::TestWorld;

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object[key].as_str().unwrap_or_default()
}

/// What must hold after every life, crashed or not: no id on two clients of ours, nothing of other people's lost or
/// changed, nothing there that nobody made.
pub(crate) fn after_a_life(world: &TestWorld, people: &People, file: &File) -> Vec<String> {
    let clients = world.sandbox.clients();
    let mut faults = Vec::new();
    let mut ours: BTreeMap<&str, u32> = BTreeMap::new();
    let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
    for client in &clients {
        let (mid, id) = (text(client, "mid"), text(client, "client_external_id"));
        seen.insert(mid, client);
        if people.made.contains_key(mid) {
            continue;
        }
        *ours.entry(id).or_default() += 1;
        // A list that shifts under its reader shows a client of the sandbox's own making.
        if !file.ever.contains(id) && !id.is_empty() {
            faults.push(format!("nobody wanted the client {id}"));
        }
    }
    ours.remove("");
    let twins = ours.iter().filter(|(_, count)| **count > 1);
    faults.extend(twins.map(|(id, count)| format!("twins: {count} clients of ours carry {id}")));
    for (mid, left) in &people.made {
        let theirs = text(left, "client_external_id").is_empty();
        match seen.get(mid.as_str()) {
            None if theirs => faults.push(format!("people's client {mid} is lost")),
            Some(now) if theirs && *now != left => {
                faults.push(format!("people's client {mid} was changed: {now}"));
            }
            _ => {}
        }
    }
    for (contact, client) in people.contacts.iter().filter(|(contact, _)| !people.gone.contains(*contact)) {
        let Some(client) = seen.get(client.as_str()) else { continue };
        if contacts(client).all(|there| text(there, "mid") != contact) {
            faults.push(format!("people's contact {contact} is lost"));
        }
    }
    faults
}

/// Writes that no plan can have held: a client created or deleted that the file does not ask for.
pub(crate) fn outside_the_plan(log: &[LogEntry], named: &BTreeSet<String>, deletes: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for entry in log {
        let line = line(entry);
        if line == "POST /client/" {
            let id = entry.body.as_ref().map(|body| text(body, "client_external_id")).unwrap_or_default();
            if !named.contains(id) {
                faults.push(format!("outside the plan: {line} of {id}"));
            }
        } else if line.starts_with("DELETE /client/") && !deletes {
            faults.push(format!("outside the plan: {line}"));
        }
    }
    faults
}

/// What must hold at the end, when a run has nothing left to send: the server has what the file wants, and says so
/// wherever people did not interfere.
pub(crate) fn at_the_end(world: &TestWorld, people: &People, file: &File, night: &Night) -> Vec<String> {
    let clients = world.sandbox.clients();
    let mut faults = Vec::new();
    for wanted in file.clients.values().filter(|client| !client.spoilt) {
        let none = BTreeSet::new();
        let touched = people.touched.get(&wanted.id).unwrap_or(&none);
        let found: Vec<&Value> =
            clients.iter().filter(|client| text(client, "client_external_id") == wanted.id).collect();
        let outcome = night
            .endings()
            .find(|ending| ending.external_id.as_ref().is_some_and(|id| id.as_str() == wanted.id))
            .map(|ending| ending.outcome);
        match (found.as_slice(), outcome) {
            // Which of the two is meant is for people to say.
            (_, Some(_)) if touched.contains(&Touch::Twin) => {}
            ([client], Some(Outcome::Unchanged | Outcome::Done)) => {
                let differences = differences(client, wanted, touched, world, people);
                faults.extend(differences.into_iter().map(|fault| format!("{}: {fault}", wanted.id)));
            }
            ([], Some(Outcome::Unchanged | Outcome::Missing)) if touched.contains(&Touch::Deleted) => {}
            ([], Some(Outcome::Blocked)) if touched.contains(&Touch::Namesake) => {}
            ([_], Some(Outcome::Refused)) => {}
            (found, outcome) => {
                faults.push(format!("{}: {} clients, ended as {outcome:?}", wanted.id, found.len()));
            }
        }
    }
    faults
}

fn contacts(client: &Value) -> impl Iterator<Item = &Value> {
    client["contacts"].as_array().into_iter().flatten()
}

fn differences(
    client: &Value,
    wanted: &Client,
    touched: &BTreeSet<Touch>,
    world: &TestWorld,
    people: &People,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut equal = |what: &str, is: &str, should: &str| {
        if is != should {
            faults.push(format!("{what} is `{is}`, not `{should}`"));
        }
    };
    equal("lang_code", text(client, "lang_code"), wanted.lang);
    if !touched.contains(&Touch::Cutoff) {
        equal("date_cutoff", &client["date_cutoff"].to_string(), &wanted.cutoff.to_string());
    }
    let kind = if wanted.company.is_some() { "organization" } else { "person" };
    let Some(home) = contacts(client).find(|contact| text(contact, "contact_type") == kind) else {
        return vec![format!("no {kind}")];
    };
    if let Some(company) = &wanted.company {
        equal("name", text(home, "name"), company);
    }
    if wanted.persons.is_empty() {
        equal("email", text(&home["email"], "address"), &wanted.email);
    }
    if !touched.contains(&Touch::PersonGone) || wanted.company.is_some() {
        let address = &home["addresses"][0];
        equal("postal_code", text(address, "postal_code"), &wanted.postal_code);
        equal("region", text(address, "region"), wanted.region());
        equal("locality", text(address, "locality"), &wanted.locality);
        if !touched.contains(&Touch::Phone) {
            equal("phone_number", text(home, "phone_number"), &wanted.phone);
        }
    }
    if !touched.contains(&Touch::PersonGone) {
        faults.extend(persons(client, wanted, world, people));
    }
    faults
}

/// Each person of the file is there once, and beside them only people's own.
fn persons(client: &Value, wanted: &Client, world: &TestWorld, people: &People) -> Vec<String> {
    let is = |contact: &Value, person: &Person| {
        text(contact, "family_name") == person.family
            && text(contact, "given_name") == person.given
            && (person.title.is_empty() || text(contact, "title") == person.title)
            && text(&contact["email"], "address") == person.email
    };
    let there: Vec<&Value> =
        contacts(client).filter(|contact| text(contact, "contact_type") == "person").collect();
    let mut faults = Vec::new();
    for person in &wanted.persons {
        let count = there.iter().filter(|contact| is(contact, person)).count();
        if count != 1 {
            faults.push(format!("{count} contacts are {} {}", person.family, person.email));
        }
    }
    // A ledger that was lost has forgotten which persons were its own; a file without persons leaves them alone.
    if world.ledger_begins > 0 || wanted.persons.is_empty() {
        return faults;
    }
    for contact in there {
        let theirs = people.contacts.contains_key(text(contact, "mid"));
        if !theirs && !wanted.persons.iter().any(|person| is(contact, person)) {
            faults.push(format!("an unwanted person is left: {contact}"));
        }
    }
    faults
}
