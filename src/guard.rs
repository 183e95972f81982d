//! The guard: looks at a whole plan before the first request and says what must not happen unseen.
//!
//! In: what the plan would newly do, what earlier files were like, and by which mapping the ledger was filled. Out: what
//! speaks against it, each with its numbers, or nothing. What an earlier hold keeps back already is not judged again, and
//! what a person approved is not either.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::plan::{Act, Change};
use crate::record::{ExternalId, Field, Line, code_key};
use crate::settings::Bounds;

/// As many deletes, removals or changes of one field are never too many by their share alone.
const FEW: u64 = 10;
/// As many changed clients are never too many by their share alone.
const FEW_UPDATES: u64 = 20;
/// One in so many linked clients may be deleted: 5 %.
const DELETE_SHARE: u64 = 20;
/// So many in a hundred linked clients may be changed.
const UPDATE_PERCENT: u64 = 30;
/// A file may lose one in so many of its clients from one run to the next: 20 %.
const SHRINK_SHARE: u64 = 5;
/// A file that lost fewer clients has not shrunk, however short it is, and fewer ids have not changed.
const FEWEST_LOST: u64 = 3;

/// What speaks against a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The file names no client, and the ledger holds some.
    EmptyInput {
        /// Clients on the server by the ledger's word.
        linked: u64,
    },
    /// The file names far fewer clients than at the last good run.
    Shrunk {
        /// Clients that it names.
        clients: u64,
        /// Clients that it named then.
        before: u64,
    },
    /// Most clients of the file are new while most of the ledger's are gone: the codes are others.
    Rekeyed {
        /// New clients.
        created: u64,
        /// Clients that are gone.
        gone: u64,
        /// Clients on the server by the ledger's word.
        linked: u64,
    },
    /// New clients have the codes of clients that are gone, only written otherwise: each would be a customer's twin.
    Respelled {
        /// How many have.
        clients: u64,
        /// Clients that are gone.
        gone: u64,
    },
    /// More clients would be deleted than a normal night deletes.
    TooManyDeletes {
        /// How many would be deleted.
        deletes: u64,
        /// Clients on the server by the ledger's word.
        linked: u64,
        /// The most that would have passed.
        most: u64,
    },
    /// More persons would be removed from clients than on a normal night.
    TooManyRemovals {
        /// How many would be removed.
        removals: u64,
        /// Clients on the server by the ledger's word.
        linked: u64,
        /// The most that would have passed.
        most: u64,
    },
    /// More clients would be changed than on a normal night.
    TooManyUpdates {
        /// How many would be changed.
        updates: u64,
        /// Clients on the server by the ledger's word.
        linked: u64,
        /// The most that would have passed.
        most: u64,
    },
    /// One field would change for most clients: a column has moved, perhaps.
    FieldChanged {
        /// The field.
        field: Field,
        /// Clients for which it would change.
        clients: u64,
        /// Those of them for which it would be emptied.
        emptied: u64,
        /// Clients on the server by the ledger's word.
        linked: u64,
    },
    /// The mapping is not the one that the ledger was filled with: what it brings is a wave of changes.
    MappingChanged {
        /// The parts of it that changed, by name.
        parts: Vec<String>,
    },
    /// The file ended with a line end at the last good run and does not now: its last row may be cut off.
    LastRow {
        /// The last row.
        line: Line,
    },
}

/// How much a stop keeps back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of the run, because the file as a whole is not to be trusted. What was held back is free again when the
    /// file is as it should be.
    File,
    /// All of the run in which it is found, and from then on the changes that it names.
    Run,
    /// The changes that it names.
    Part,
}

impl Stop {
    /// The word for it that scripts read.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EmptyInput { .. } => "empty_input",
            Self::Shrunk { .. } => "shrunk",
            Self::Rekeyed { .. } => "rekeyed",
            Self::Respelled { .. } => "respelled",
            Self::TooManyDeletes { .. } => "deletes",
            Self::TooManyRemovals { .. } => "removals",
            Self::TooManyUpdates { .. } => "updates",
            Self::FieldChanged { .. } => "field",
            Self::MappingChanged { .. } => "mapping",
            Self::LastRow { .. } => "last_row",
        }
    }

    /// How much it keeps back.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match self {
            Self::EmptyInput { .. }
            | Self::Shrunk { .. }
            | Self::Rekeyed { .. }
            | Self::Respelled { .. }
            | Self::MappingChanged { .. } => Reach::File,
            Self::TooManyUpdates { .. } | Self::FieldChanged { .. } => Reach::Run,
            Self::TooManyDeletes { .. } | Self::TooManyRemovals { .. } | Self::LastRow { .. } => Reach::Part,
        }
    }

    /// Whether `change` is on its list.
    #[must_use]
    pub fn names(&self, change: &Change) -> bool {
        match (self, &change.act) {
            (_, Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..)) => false,
            (
                Self::EmptyInput { .. }
                | Self::Shrunk { .. }
                | Self::Rekeyed { .. }
                | Self::Respelled { .. }
                | Self::MappingChanged { .. },
                Act::Create(_) | Act::Update(_),
            ) => true,
            (
                Self::EmptyInput { .. }
                | Self::Shrunk { .. }
                | Self::Rekeyed { .. }
                | Self::Respelled { .. }
                | Self::MappingChanged { .. }
                | Self::TooManyDeletes { .. },
                Act::Gone(gone),
            ) => gone.fate.sends(),
            (Self::TooManyRemovals { .. }, Act::Update(update)) => {
                update.remove.iter().any(|gone| !gone.is_approved())
            }
            (Self::TooManyUpdates { .. }, act) => matches!(act, Act::Update(_)),
            // Whoever is new in such a file has the same column.
            (Self::FieldChanged { .. }, act) => matches!(act, Act::Update(_) | Act::Create(_)),
            (Self::LastRow { line }, Act::Create(_) | Act::Update(_)) => change.lines.contains(line),
            (Self::TooManyDeletes { .. } | Self::TooManyRemovals { .. } | Self::LastRow { .. }, _) => false,
        }
    }
}

/// What a plan would newly do: neither held back by an earlier hold nor approved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Clients to be changed.
    pub updates: u64,
    /// Clients to be deleted or archived.
    pub deletes: u64,
    /// Persons to be removed from clients.
    pub removals: u64,
    /// For how many clients each field changes.
    pub fields: BTreeMap<Field, Touched>,
    /// New clients of the file, whatever becomes of them.
    pub created: u64,
    /// Clients that the file does not name, whatever becomes of them.
    pub gone: u64,
    /// The codes of both, as hashes of their [`code_key`].
    codes: Codes,
}

/// Codes as they are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Codes {
    created: Vec<u64>,
    gone: BTreeSet<u64>,
}

impl Codes {
    /// New clients whose code is that of a client that is gone, written otherwise.
    fn shared(&self) -> u64 {
        self.created.iter().filter(|code| self.gone.contains(code)).count() as u64
    }
}

fn hashed(id: Option<&ExternalId>) -> u64 {
    id.map(|id| xxhash_rust::xxh3::xxh3_64(code_key(id).as_bytes())).unwrap_or_default()
}

/// What happens to one field over all clients.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// Clients for which it changes.
    pub clients: u64,
    /// Those of them for which it is emptied.
    pub emptied: u64,
}

impl Candidates {
    /// The same, when no more than `most` of the changes are made.
    #[must_use]
    pub fn at_most(mut self, most: u64) -> Self {
        self.updates = self.updates.min(most);
        self.fields.values_mut().for_each(|touched| touched.clients = touched.clients.min(most));
        self
    }

    /// Notices a client that is new or gone, before anything is said of what becomes of it.
    pub fn meet(&mut self, change: &Change) {
        match &change.act {
            Act::Create(_) => {
                self.created += 1;
                self.codes.created.push(hashed(change.external_id.as_ref()));
            }
            // Rows that call a client inactive speak of it by its code.
            Act::Gone(_) if change.lines.is_empty() => {
                self.gone += 1;
                self.codes.gone.insert(hashed(change.external_id.as_ref()));
            }
            _ => {}
        }
    }

    /// Counts the removals of a change that was approved otherwise.
    pub fn add_removals(&mut self, change: &Change) {
        if let Act::Update(update) = &change.act {
            self.removals += update.remove.iter().filter(|gone| !gone.is_approved()).count() as u64;
        }
    }

    /// Counts one more change that is neither held back nor approved.
    pub fn add(&mut self, change: &Change) {
        self.add_removals(change);
        match &change.act {
            Act::Update(update) => {
                self.updates += 1;
                let mut touched: BTreeMap<Field, bool> = BTreeMap::new();
                for edit in update.own.iter().chain(update.contacts.iter().flat_map(|contact| &contact.edits))
                {
                    *touched.entry(edit.field).or_default() |= edit.to.is_empty();
                }
                for (field, emptied) in touched {
                    let counted = self.fields.entry(field).or_default();
                    counted.clients += 1;
                    counted.emptied += u64::from(emptied);
                }
            }
            Act::Gone(gone) => self.deletes += u64::from(gone.fate.sends()),
            Act::Create(_) | Act::Unchanged(_) | Act::Rejected(_) | Act::Blocked(..) | Act::Held(..) => {}
        }
    }
}

/// All that a whole file is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What would newly be done.
    pub candidates: &'a Candidates,
    /// Clients on the server by the ledger's word.
    pub linked: u64,
    /// Clients that the file names, usable or not.
    pub named: u64,
    /// Clients that it named at the last good run.
    pub before: Option<u64>,
    /// What a person says of how much may change.
    pub bounds: Bounds,
}

/// Compares the mapping in use with the one that the ledger was filled with; both are parts with their hashes. A field
/// that is new is a change, because it comes to be managed; one that is gone is none, because nothing is sent for it.
#[must_use]
pub fn compare(filled_with: &BTreeMap<String, String>, in_use: &BTreeMap<String, String>) -> Option<Stop> {
    let changed = in_use.iter().filter(|(part, hash)| filled_with.get(*part) != Some(*hash));
    let parts: Vec<String> = changed.map(|(part, _)| part.clone()).collect();
    (!parts.is_empty()).then_some(Stop::MappingChanged { parts })
}

/// Judges the plan of a whole file.
#[must_use]
pub fn judge(situation: Situation<'_>) -> Vec<Stop> {
    let Situation { candidates, linked, named, before, bounds } = situation;
    let (created, gone) = (candidates.created, candidates.gone);
    if named == 0 && linked > 0 {
        return vec![Stop::EmptyInput { linked }];
    }
    let mut stops = Vec::new();
    let before = before.unwrap_or_default();
    let lost = before.saturating_sub(named);
    if lost >= FEWEST_LOST && lost * SHRINK_SHARE > before {
        stops.push(Stop::Shrunk { clients: named, before });
    }
    if gone >= FEWEST_LOST && gone * 2 > linked && created * 2 > named {
        stops.push(Stop::Rekeyed { created, gone, linked });
    }
    let clients = candidates.codes.shared();
    if clients >= FEWEST_LOST && stops.is_empty() {
        stops.push(Stop::Respelled { clients, gone });
    }
    stops.extend(judge_changes(candidates, linked, bounds));
    let (deletes, most) = (candidates.deletes, most_deletes(linked, bounds));
    if deletes > most {
        stops.push(Stop::TooManyDeletes { deletes, linked, most });
    }
    let (removals, most) = (candidates.removals, (linked / DELETE_SHARE).max(FEW));
    if removals > most {
        stops.push(Stop::TooManyRemovals { removals, linked, most });
    }
    stops
}

/// Judges the changes of clients that are in the file, whole or not.
#[must_use]
pub fn judge_changes(candidates: &Candidates, linked: u64, bounds: Bounds) -> Option<Stop> {
    let most = candidates.fields.iter().max_by_key(|(_, touched)| touched.clients);
    if let Some((field, Touched { clients, emptied })) = most
        && *clients > FEW
        && clients * 2 > linked
    {
        return Some(Stop::FieldChanged { field: *field, clients: *clients, emptied: *emptied, linked });
    }
    let by_default = (linked * UPDATE_PERCENT / 100).max(FEW_UPDATES);
    let most = bounds.updates.map_or(by_default, |bound| bound.of(linked));
    let updates = candidates.updates;
    (updates > most).then_some(Stop::TooManyUpdates { updates, linked, most })
}

/// The most deletes that pass: 5 % or 10, whichever is more, or what a person says; but always fewer than half, and so
/// never all.
fn most_deletes(linked: u64, bounds: Bounds) -> u64 {
    let by_default = (linked / DELETE_SHARE).max(FEW);
    let below_half = linked.saturating_sub(1) / 2;
    bounds.deletes.map_or(by_default, |bound| bound.of(linked)).min(below_half)
}

#[cfg(test)]
mod tests;
