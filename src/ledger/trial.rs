//! What the tests of this room share: a ledger in memory with a run, and clients to put into it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Ledger, LedgerError};
use crate::journal::{Entry, Intent};
use crate::operation::{AttemptId, RunId, State};
use crate::record::{Desired, ExternalId, Field, Fields, Kind, Known, KnownContact, Line, Mid};

pub(super) struct Trial {
    pub(super) ledger: Ledger,
    pub(super) run: RunId,
    now: i64,
}

impl Trial {
    pub(super) fn new() -> Self {
        let mut ledger = Ledger::in_memory().unwrap();
        let run = ledger.start_run("sync", "clients.csv", at(0)).unwrap();
        Self { ledger, run, now: 0 }
    }

    /// Commits one second later than the last time.
    pub(super) fn commit(&mut self, entries: &[Entry]) -> Result<(), LedgerError> {
        self.now += 1;
        self.ledger.commit(self.run, at(self.now), entries)
    }

    /// Commits entries that must be accepted, and looks whether the ledger is still sound.
    pub(super) fn write(&mut self, entries: &[Entry]) {
        self.commit(entries).unwrap();
        assert_eq!(self.ledger.integrity().unwrap(), Vec::<String>::new());
    }

    pub(super) fn intend(&self, key: &str, intent: Intent) -> Entry {
        let attempt = self.ledger.next_attempt().unwrap();
        Entry::Intent { attempt, external_id: id(key), intent, request: "POST /client/".to_owned() }
    }

    pub(super) fn begin_create(&mut self, key: &str) {
        self.write(&[self.intend(key, Intent::Create(Box::new(desired(key))))]);
    }

    pub(super) fn begin_patch(&mut self, key: &str) {
        self.write(&[self.intend(key, Intent::Patch(Box::new(desired(key))))]);
    }

    pub(super) fn begin_remove(&mut self, key: &str) {
        self.write(&[self.intend(key, Intent::Remove)]);
    }

    pub(super) fn last_attempt(&self) -> AttemptId {
        AttemptId(self.ledger.next_attempt().unwrap().0 - 1)
    }

    /// Links a client that has a company contact of ours and a person of other people's.
    pub(super) fn link(&mut self, key: &str) {
        self.write(&[linked(key)]);
    }

    pub(super) fn state(&self, key: &str) -> State {
        self.ledger.head(&id(key)).unwrap().map_or(State::New, |head| head.state)
    }
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

pub(super) fn id(key: &str) -> ExternalId {
    ExternalId::new(key)
}

pub(super) fn mid(text: &str) -> Mid {
    Mid::parse(text).unwrap()
}

pub(super) fn fields(pairs: &[(Field, &str)]) -> Fields {
    pairs.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
}

pub(super) fn desired(key: &str) -> Desired {
    Desired {
        external_id: id(key),
        lines: vec![Line(2)],
        own: fields(&[(Field::LangCode, "ja")]),
        company: fields(&[(Field::Name, "見本商事")]),
        persons: Vec::new(),
        departed: Vec::new(),
        yielded: BTreeSet::new(),
    }
}

pub(super) fn contact(text: &str, kind: Kind, name: &str) -> KnownContact {
    let field = if kind == Kind::Person { Field::FamilyName } else { Field::Name };
    KnownContact {
        mid: mid(text),
        kind,
        ours: kind == Kind::Organization,
        fields: fields(&[(field, name)]),
        other_addresses: vec![serde_json::json!({ "locality": "港区" })],
    }
}

pub(super) fn known(text: &str) -> Known {
    Known {
        mid: mid(text),
        own: fields(&[(Field::LangCode, "ja")]),
        contacts: vec![contact("20", Kind::Organization, "見本商事"), contact("10", Kind::Person, "佐藤")],
        archived: false,
    }
}

pub(super) fn linked(key: &str) -> Entry {
    let fingerprint = Some(desired(key).fingerprint());
    Entry::Linked { external_id: id(key), known: known("1"), fingerprint }
}
