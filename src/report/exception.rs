//! What is not in sync after a run: one client or one row without a code, why, and what kind of trouble it is.

use serde::{Deserialize, Serialize};

use super::clipped;
use crate::event::{Ending, Why};
use crate::journal::Outcome;
use crate::plan::Block;
use crate::record::{Acknowledged, ExternalId, Line, Mid, Problem};

/// The kinds of trouble, the most urgent first: what may be wrong in the books, then what a person has to decide, then
/// what a row has to be mended for, then what is only waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Sent, and nobody knows what became of it.
    InDoubt,
    /// Several clients on the server carry its code.
    Conflict,
    /// People deleted it on the server.
    Missing,
    /// The server refused the row.
    Refused,
    /// The server refused to delete it.
    DeleteRefused,
    /// The row cannot be used.
    Rejected,
    /// It waits for a person.
    Blocked,
    /// A guard keeps it back.
    Held,
    /// Refused, and a person has said that it is known.
    Acknowledged,
}

impl Kind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Kind; 9] = [
        Kind::InDoubt,
        Kind::Conflict,
        Kind::Missing,
        Kind::Refused,
        Kind::DeleteRefused,
        Kind::Rejected,
        Kind::Blocked,
        Kind::Held,
        Kind::Acknowledged,
    ];

    /// The word for it in keys of texts and in class names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InDoubt => "in-doubt",
            Self::Conflict => "conflict",
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::DeleteRefused => "delete-refused",
            Self::Rejected => "rejected",
            Self::Blocked => "blocked",
            Self::Held => "held",
            Self::Acknowledged => "acknowledged",
        }
    }

    /// What kind of trouble an ending is, if it is any.
    #[must_use]
    pub fn of(ending: &Ending) -> Option<Self> {
        Some(match ending.outcome {
            Outcome::Done
            | Outcome::Unchanged
            | Outcome::Skipped
            | Outcome::Reported
            | Outcome::Remaining => {
                return None;
            }
            // The guard has said so itself, once for all of them.
            Outcome::Held if ending.reason == Why::Guard => return None,
            Outcome::Refused if ending.reason == Why::Block(Block::RefusedBefore(Acknowledged::Yes)) => {
                Self::Acknowledged
            }
            Outcome::Refused if ending.is_gone() => Self::DeleteRefused,
            Outcome::Refused => Self::Refused,
            Outcome::Rejected => Self::Rejected,
            Outcome::Blocked => Self::Blocked,
            Outcome::Conflict => Self::Conflict,
            Outcome::Missing => Self::Missing,
            Outcome::InDoubt => Self::InDoubt,
            Outcome::Held => Self::Held,
        })
    }
}

/// One client, or one row without a code, that is not in sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The client; none for a row without a usable code.
    pub external_id: Option<ExternalId>,
    /// Its name; empty when it is not known.
    pub name: String,
    /// Its first rows, ascending.
    pub lines: Vec<Line>,
    /// How many rows it has in all.
    pub rows: u64,
    /// The server's id, when known.
    pub mid: Option<Mid>,
    /// Why, without the problems that are too many.
    pub why: Why,
    /// How many problems were left out.
    #[serde(default)]
    pub more_problems: u64,
}

/// So many rows of one client are named.
const ROWS: usize = 5;
/// So many problems of one client are told.
const PROBLEMS: usize = 5;

impl Exception {
    pub(super) fn of(ending: &Ending) -> Self {
        let (why, more_problems) = short(&ending.reason);
        Self {
            external_id: ending.external_id.as_ref().map(|id| ExternalId::new(&clipped(id.as_str()))),
            name: clipped(&ending.label),
            lines: ending.lines.iter().take(ROWS).copied().collect(),
            rows: ending.lines.len() as u64,
            mid: ending.mid.clone(),
            why,
            more_problems,
        }
    }
}

/// The reason with its texts clipped, and how many problems were left out.
fn short(why: &Why) -> (Why, u64) {
    match why {
        Why::Problems(problems) => {
            let kept = problems.iter().take(PROBLEMS).map(|problem| Problem {
                column: clipped(&problem.column),
                value: clipped(&problem.value),
                ..problem.clone()
            });
            let more = problems.len().saturating_sub(PROBLEMS) as u64;
            (Why::Problems(kept.collect()), more)
        }
        Why::Server { status, message } => (Why::Server { status: *status, message: clipped(message) }, 0),
        other => (other.clone(), 0),
    }
}
