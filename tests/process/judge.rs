//! The judge: what must hold after a trial, read from the server's own store and log and from the ledger's file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use leapsync::ledger::Ledger;
use leapsync::record::ExternalId;
use serde_json::Value;

use crate::rows::{self, FIRST, SECOND};
use crate::station::{Ran, Station, text};

/// What happens in a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    /// All clients are new.
    Import,
    /// The clients are there, and the next day's file has every kind of change.
    Day,
}

/// What one trial is measured by: its files, and what an undisturbed run of them leaves on the server.
pub(crate) struct Measure {
    pub(crate) clients: u32,
    imported: BTreeMap<String, Value>,
    changed: BTreeMap<String, Value>,
    every_id: BTreeSet<String>,
}

impl Story {
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Import => FIRST,
            Self::Day => SECOND,
        }
    }
}

impl Measure {
    /// Runs both stories undisturbed, and takes what the server then holds as the measure.
    pub(crate) fn take(clients: u32) -> Self {
        let (first, second) = (rows::first(clients), rows::second(clients));
        let every_id = first.ids.union(&second.ids).cloned().collect();
        let mut measure = Self { clients, imported: BTreeMap::new(), changed: BTreeMap::new(), every_id };
        let station = measure.station(1, &[], Story::Import);
        station.sync(FIRST, &[]).expect(0, "the undisturbed import").unwrap();
        measure.imported = once_each(&station).unwrap();
        station.sync(SECOND, &["--delete", "delete"]).expect(0, "the undisturbed day").unwrap();
        measure.changed = once_each(&station).unwrap();
        assert!(measure.imported.keys().eq(first.ids.iter()), "the import is what the file says");
        assert!(measure.changed.keys().eq(second.ids.iter()), "the day is what the file says");
        assert_ne!(measure.imported, measure.changed);
        measure
    }

    /// A station at the beginning of a story; faults, if any, begin at once.
    pub(crate) fn station(&self, seed: u64, arguments: &[&str], story: Story) -> Station {
        let station = Station::open(seed, arguments);
        station.write(FIRST, &rows::first(self.clients).text);
        station.write(SECOND, &rows::second(self.clients).text);
        if story == Story::Day {
            station.sync(FIRST, &[]).expect(0, "the import before the day").unwrap();
        }
        station
    }

    fn goal(&self, story: Story) -> &BTreeMap<String, Value> {
        match story {
            Story::Import => &self.imported,
            Story::Day => &self.changed,
        }
    }

    /// Whether the server holds every client exactly once, with everything that the file says and nothing else.
    pub(crate) fn server_is_right(&self, station: &Station, story: Story) -> Result<(), String> {
        let (goal, found) = (self.goal(story), once_each(station)?);
        if found == *goal {
            return Ok(());
        }
        let missing: Vec<_> = goal.keys().filter(|id| !found.contains_key(*id)).collect();
        let unexpected: Vec<_> = found.keys().filter(|id| !goal.contains_key(*id)).collect();
        let other = found.iter().find(|(id, client)| goal.get(*id).is_some_and(|goal| goal != *client));
        let other = other.map(|(id, client)| format!("{client}\nis not\n{}", goal[id]));
        Err(format!("missing {missing:?}, unexpected {unexpected:?}, first that differs: {other:?}"))
    }

    /// Whether every write on the wire has an intent of its own, or for what may be repeated one at all, in the
    /// ledger. To be asked after a run that ended badly, before another one.
    pub(crate) fn every_write_was_intended(&self, station: &Station) -> Result<(), String> {
        let writes = station.writes();
        let ledger = match Ledger::open_to_read(&station.ledger()) {
            Ok(ledger) => ledger,
            Err(_) if writes.is_empty() => return Ok(()),
            Err(error) => return Err(format!("{} writes, and no ledger: {error}", writes.len())),
        };
        let mut intents: BTreeMap<String, usize> = BTreeMap::new();
        for id in &self.every_id {
            for attempt in ledger.attempts(&ExternalId::new(id)).map_err(|error| error.to_string())? {
                *intents.entry(attempt.request.replace(" (contacts added)", "")).or_default() += 1;
            }
        }
        let mut sent: BTreeMap<String, usize> = BTreeMap::new();
        for write in &writes {
            let method = text(write, "method");
            let path = text(write, "path").splitn(5, '/').nth(4).unwrap_or_default();
            let request = match method {
                "POST" => format!("POST /client/ ({})", text(&write["body"], "client_external_id")),
                _ => format!("{method} /{path}"),
            };
            *sent.entry(request).or_default() += 1;
        }
        for (request, times) in sent {
            let intended = intents.get(&request).copied().unwrap_or_default();
            if intended == 0 || request.starts_with("POST") && times > intended {
                return Err(format!("`{request}` was sent {times} times with {intended} intents"));
            }
        }
        Ok(())
    }

    /// Runs once more without disturbance: it ends well, the server is right, the ledger is sound and agrees, and a
    /// further run sends no write.
    pub(crate) fn recovers(&self, station: &Station, story: Story, arguments: &[&str]) -> Result<(), String> {
        let arguments = [&["--delete", "delete"], arguments].concat();
        let ran = station.sync(story.file(), &arguments);
        ran.expect(0, "the run that recovers")?;
        keeps_secrets(station, &ran, &[])?;
        self.server_is_right(station, story)?;
        self.ledger_is_sound(station, story)?;
        self.every_write_was_intended(station)?;
        let before = station.writes().len();
        station.sync(story.file(), &arguments).expect(0, "the run that has nothing to do")?;
        let more = station.writes().len() - before;
        if more == 0 { Ok(()) } else { Err(format!("a further run sent {more} writes")) }
    }

    fn ledger_is_sound(&self, station: &Station, story: Story) -> Result<(), String> {
        let ledger = Ledger::open(&station.ledger()).map_err(|error| error.to_string())?;
        let faults = ledger.integrity().map_err(|error| error.to_string())?;
        let doubts = ledger.in_doubt().map_err(|error| error.to_string())?.len();
        let interrupted = ledger.interrupted().map_err(|error| error.to_string())?.len();
        let linked = ledger.clients_on_server().map_err(|error| error.to_string())?;
        if faults.is_empty() && doubts + interrupted == 0 && linked == self.goal(story).len() as u64 {
            return Ok(());
        }
        Err(format!("ledger: {faults:?}, {doubts} in doubt, {interrupted} interrupted, {linked} linked"))
    }
}

/// Whether neither the key nor one of these tokens is in what was printed, or in a file of the station.
pub(crate) fn keeps_secrets(station: &Station, ran: &Ran, tokens: &[String]) -> Result<(), String> {
    let key = [station.basic_key(), station.variable("MAKELEAPS_CLIENT_SECRET").to_owned()];
    let mut places =
        vec![("stdout".to_owned(), ran.stdout.clone()), ("stderr".to_owned(), ran.stderr.clone())];
    for entry in fs::read_dir(station.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            places.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    let is_told = |said: &str| tokens.iter().chain(&key).any(|secret| said.contains(secret.as_str()));
    match places.iter().find(|(_, said)| is_told(said)) {
        Some((place, _)) => Err(format!("a secret is in {place}")),
        None => Ok(()),
    }
}

/// How many requests the ledger cannot tell the end of; none when there is no ledger.
pub(crate) fn open_ends(station: &Station) -> usize {
    let Ok(ledger) = Ledger::open_to_read(&station.ledger()) else { return 0 };
    ledger.in_doubt().map_or(0, |doubts| doubts.len()) + ledger.interrupted().map_or(0, |open| open.len())
}

/// The server's clients by external id, without what differs from server to server; an error when one is there
/// twice. Clients of other people carry no external id.
fn once_each(station: &Station) -> Result<BTreeMap<String, Value>, String> {
    let mut found = BTreeMap::new();
    for client in station.clients() {
        let id = text(&client, "client_external_id").to_owned();
        if !id.is_empty() && found.insert(id.clone(), bare(client)).is_some() {
            return Err(format!("`{id}` is there twice"));
        }
    }
    Ok(found)
}

/// A value without mids and URLs, its lists in an order of their own.
fn bare(value: Value) -> Value {
    let is_link = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("http://"));
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, value)| name != "mid" && !is_link(value));
            Value::Object(kept.map(|(name, value)| (name, bare(value))).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().filter(|item| !is_link(item)).map(bare).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        other => other,
    }
}
