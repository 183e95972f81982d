//! The words of the protocol: the states of one client, what can happen to it, and which of it is legal.
//!
//! In: a state and what happened. Out: the next state, or the news that the pair is not legal. The one function
//! [`next`] is asked whenever the ledger is written, in release builds too; it touches nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is durable about one client in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing on the server, as far as is proven.
    New,
    /// A POST is in flight; after a crash or a lost answer it is in doubt.
    Creating,
    /// The client exists on the server and its mid is known.
    Linked,
    /// Steps of an update are under way; after a crash the client is read again.
    Patching,
    /// A DELETE is under way.
    Removing,
    /// The server refused to create it, and will again until something changes.
    Refused,
    /// People deleted it on the server.
    Missing,
    /// Two or more clients on the server carry its external id.
    Conflict,
    /// It was deleted by us; the line is its tombstone.
    Removed,
}

impl State {
    /// Every state.
    pub const ALL: [State; 9] = [
        State::New,
        State::Creating,
        State::Linked,
        State::Patching,
        State::Removing,
        State::Refused,
        State::Missing,
        State::Conflict,
        State::Removed,
    ];

    /// The name under which the ledger keeps it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Creating => "creating",
            Self::Linked => "linked",
            Self::Patching => "patching",
            Self::Removing => "removing",
            Self::Refused => "refused",
            Self::Missing => "missing",
            Self::Conflict => "conflict",
            Self::Removed => "removed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the client counts as one that the server has.
    #[must_use]
    pub fn is_on_server(self) -> bool {
        matches!(self, Self::Linked | Self::Patching | Self::Removing)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What can happen to one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// The intent to POST it is about to be committed.
    IntendCreate,
    /// The server answered the POST, or a reading of the list found the client.
    Link,
    /// The POST certainly created nothing, or a complete reading of the list proved it absent.
    NotCreated,
    /// The server refused the POST.
    RefuseCreate,
    /// A reading found more than one client with this external id.
    Duplicate,
    /// The intent to send a step of an update is about to be committed.
    IntendPatch,
    /// The update ended: done, refused, or read again after a crash.
    EndPatch,
    /// The server does not have the client any more.
    Vanish,
    /// The intent to DELETE it is about to be committed.
    IntendRemove,
    /// The server deleted it, or no longer had it.
    Remove,
    /// The server refused to delete it, or it is still there after a crash.
    KeepDespiteRemove,
    /// A client that people deleted may be created again: a person says so, or both of two twins are gone.
    LetGo,
}

impl Happening {
    /// Everything that can happen.
    pub const ALL: [Happening; 12] = [
        Happening::IntendCreate,
        Happening::Link,
        Happening::NotCreated,
        Happening::RefuseCreate,
        Happening::Duplicate,
        Happening::IntendPatch,
        Happening::EndPatch,
        Happening::Vanish,
        Happening::IntendRemove,
        Happening::Remove,
        Happening::KeepDespiteRemove,
        Happening::LetGo,
    ];
}

/// A pair of state and happening that the protocol does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("illegal transition: `{happening:?}` in state `{state}`")]
pub struct Illegal {
    /// The state the client was in.
    pub state: State,
    /// What was to happen to it.
    pub happening: Happening,
}

/// Says what state follows when `happening` befalls a client in `state`.
///
/// # Errors
/// [`Illegal`] when the protocol does not know the pair: nothing may be written then.
#[expect(clippy::match_same_arms, reason = "one line for each happening reads as the protocol's table")]
pub fn next(state: State, happening: Happening) -> Result<State, Illegal> {
    use Happening as H;
    use State as S;
    match (state, happening) {
        (S::New | S::Refused | S::Removed, H::IntendCreate) => Ok(S::Creating),
        // Out of a conflict too: people removed the twin, and a complete reading found exactly one.
        (S::New | S::Creating | S::Refused | S::Removed | S::Missing | S::Conflict, H::Link) => Ok(S::Linked),
        (S::Creating, H::NotCreated) => Ok(S::New),
        (S::Creating, H::RefuseCreate) => Ok(S::Refused),
        (S::New | S::Creating | S::Refused | S::Removed | S::Linked | S::Missing, H::Duplicate) => {
            Ok(S::Conflict)
        }
        (S::Linked | S::Patching, H::IntendPatch) => Ok(S::Patching),
        (S::Patching, H::EndPatch) => Ok(S::Linked),
        (S::Linked | S::Patching, H::Vanish) => Ok(S::Missing),
        (S::Linked, H::IntendRemove) => Ok(S::Removing),
        (S::Removing, H::Remove) => Ok(S::Removed),
        (S::Removing, H::KeepDespiteRemove) => Ok(S::Linked),
        (S::Missing | S::Conflict, H::LetGo) => Ok(S::New),
        _ => Err(Illegal { state, happening }),
    }
}

/// Names one attempt, that is one request with its intent, for the life of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(pub i64);

/// Names one run, for the life of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub i64);

/// Names one hold, that is a list of changes that a guard kept back, for the life of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HoldId(pub i64);

impl fmt::Display for HoldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an answer to a write means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The server did it.
    Done,
    /// The server certainly did nothing; the same request may be sent again.
    NotDone,
    /// The server understood and refused; the same request would be refused again.
    Refused,
    /// The object is not there.
    Absent,
    /// Nobody knows whether the server did it.
    InDoubt,
}

impl Verdict {
    /// The name under which the ledger keeps it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::Refused => "refused",
            Self::Absent => "absent",
            Self::InDoubt => "in_doubt",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_in_doubt_is_never_posted_again_before_it_is_settled() {
        assert!(next(State::Creating, Happening::IntendCreate).is_err());
    }

    #[test]
    fn nothing_is_written_to_a_client_that_is_missing_or_in_conflict() {
        for state in [State::Missing, State::Conflict] {
            for happening in [Happening::IntendCreate, Happening::IntendPatch, Happening::IntendRemove] {
                assert!(next(state, happening).is_err(), "{state} {happening:?}");
            }
        }
    }

    #[test]
    fn every_state_can_be_left() {
        for state in State::ALL {
            let leaves =
                Happening::ALL.iter().any(|happening| next(state, *happening).is_ok_and(|s| s != state));
            assert!(leaves, "{state}");
        }
    }

    #[test]
    fn every_state_is_found_again_by_its_name() {
        for state in State::ALL {
            assert_eq!(State::named(state.name()), Some(state));
        }
    }
}
