//! The parts of a plan as people look at it: what would be created, changed, taken away, and what waits for a person.
//!
//! In: changes. Out: the part each belongs to, and its mark. Terminal, page and mail show the same parts in the same order.

use crate::plan::{Act, Change};

/// A part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Clients that are new.
    Create,
    /// Clients that differ.
    Update,
    /// Clients that are gone from the file.
    Gone,
    /// Changes that a guard keeps back.
    Held,
    /// Clients that wait for a person.
    Blocked,
    /// Rows that cannot be used.
    Rejected,
}

impl Part {
    /// Every part, in the order in which they are shown.
    pub const ALL: [Part; 6] =
        [Part::Create, Part::Update, Part::Gone, Part::Held, Part::Blocked, Part::Rejected];

    /// The part that a change belongs to; none when there is nothing to be said of it.
    #[must_use]
    pub fn of(change: &Change) -> Option<Self> {
        Some(match change.act {
            Act::Create(_) => Self::Create,
            Act::Update(_) => Self::Update,
            Act::Gone(_) => Self::Gone,
            Act::Held(..) => Self::Held,
            Act::Blocked(..) => Self::Blocked,
            Act::Rejected(_) => Self::Rejected,
            Act::Unchanged(_) => return None,
        })
    }

    /// The mark in front of it.
    #[must_use]
    pub fn mark(self) -> char {
        match self {
            Self::Create => '+',
            Self::Update => '~',
            Self::Gone => '-',
            Self::Held | Self::Blocked | Self::Rejected => '!',
        }
    }
}
