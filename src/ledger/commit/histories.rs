//! Whatever happens to clients in whatever order: the ledger accepts exactly what the protocol allows, its states are
//! those that the protocol says, and it stays sound.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::journal::{Entry, Intent};
use crate::ledger::trial::{Trial, desired, id, known, linked};
use crate::operation::{Happening, State, next};
use crate::record::Fingerprint;

const ROW: Fingerprint = Fingerprint(3);
const CLIENTS: [&str; 3] = ["A-1", "ア", "Ω"];

/// The entry by which a happening comes into the ledger; where there are several, `turn` chooses.
fn entry(trial: &Trial, key: &str, happening: Happening, turn: bool) -> Entry {
    match happening {
        Happening::IntendCreate => trial.intend(key, Intent::Create(Box::new(desired(key)))),
        Happening::Link => linked(key),
        Happening::NotCreated => Entry::NotCreated(id(key)),
        Happening::RefuseCreate => Entry::CreateRefused(id(key), ROW),
        Happening::Duplicate => Entry::Duplicated(id(key)),
        Happening::IntendPatch => trial.intend(key, Intent::Patch(Box::new(desired(key)))),
        Happening::EndPatch if turn => Entry::Updated(id(key), ROW),
        Happening::EndPatch => Entry::Reread(id(key), known("1")),
        Happening::Vanish => Entry::Vanished(id(key)),
        Happening::IntendRemove => trial.intend(key, Intent::Remove),
        Happening::Remove => Entry::Removed(id(key)),
        Happening::KeepDespiteRemove if turn => Entry::RemovalRefused(id(key)),
        Happening::KeepDespiteRemove => Entry::StillThere(id(key)),
        Happening::LetGo => Entry::LetGo(id(key)),
    }
}

/// A reading may find a linked client again, which is no transition.
fn expected(state: State, happening: Happening) -> Option<State> {
    match (state, happening) {
        (State::Linked, Happening::Link) => Some(State::Linked),
        _ => next(state, happening).ok(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_ledger_follows_the_protocol_through_any_history(
        history in prop::collection::vec(
            (0..CLIENTS.len(), 0..Happening::ALL.len(), any::<bool>()), 0..80
        ),
    ) {
        let mut trial = Trial::new();
        let mut states = BTreeMap::from(CLIENTS.map(|key| (key, State::New)));
        for (client, happening, turn) in history {
            let (key, happening) = (CLIENTS[client], Happening::ALL[happening]);
            let entry = entry(&trial, key, happening, turn);
            let expected = expected(states[key], happening);
            prop_assert_eq!(trial.commit(&[entry]).is_ok(), expected.is_some());
            if let Some(state) = expected {
                states.insert(key, state);
            }
            prop_assert_eq!(trial.state(key), states[key]);
        }
        prop_assert_eq!(trial.ledger.integrity().unwrap(), Vec::<String>::new());
        let doubts = states.values().filter(|state| **state == State::Creating).count();
        prop_assert_eq!(trial.ledger.in_doubt().unwrap().len(), doubts);
    }
}
