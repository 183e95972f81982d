//! What a run tells while it goes on, and what it ends with: one closed list of events. Progress, log lines, the
//! results file and the summary are folds of it.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::drift::{Finding, Tally};
use crate::guard::Stop;
use crate::journal::{Action, Outcome};
use crate::operation::{HoldId, RunId};
use crate::plan::{Block, Change, Cost, Counts, Digest};
use crate::record::{ExternalId, Line, Mid, Problem, Warning};
use crate::settings::Limits;

mod exit;

pub use exit::{ExitReason, strongest};

/// Something that happened in a run.
#[derive(Debug, Clone)]
pub enum Event {
    /// The input was opened and understood; sent when it was read without changing meanwhile.
    InputOpened {
        /// Its size in bytes, unpacked if it was compressed.
        bytes: u64,
        /// How it is encoded.
        encoding: &'static str,
        /// What separates its cells.
        delimiter: char,
        /// The header's row; none when the columns are only numbered.
        header: Option<Line>,
    },
    /// So many rows were read so far.
    RowsRead(u64),
    /// The input was read to its end.
    InputRead {
        /// Data rows.
        rows: u64,
        /// Rows that cannot be used or belong to a client that cannot.
        rejected: u64,
        /// Rows outside of what the run was asked to look at.
        skipped: u64,
        /// Rows below the last data row that are no data.
        footer: u64,
        /// Clients that can be used.
        clients: u64,
        /// Headers that no column uses.
        unused: Vec<String>,
    },
    /// A footer says how many rows the file should have.
    FooterCount {
        /// The footer's row.
        line: Line,
        /// What it says.
        stated: u64,
        /// The data rows that were read.
        rows: u64,
    },
    /// Something worth a line.
    Notice(Notice),
    /// Something odd about a row that is used all the same. What its cells hold is told in the order of the rows, once
    /// reading is done; what the mapping makes of them by client; and which clients look like one another in the order
    /// of the rows again, before the plan.
    Warned(Warning),
    /// The run waits.
    Waiting {
        /// Until when.
        until: Timestamp,
        /// For what.
        reason: Wait,
    },
    /// One change of the plan, in the plan's order; sent while planning. A preview tells of every change, a run of its
    /// updates, because their ends do not say what they changed.
    Change(Box<Change>),
    /// The plan is made.
    Planned {
        /// What it counts.
        counts: Counts,
        /// What it costs.
        cost: Cost,
    },
    /// A guard holds something back, or has since an earlier run.
    Held(Box<HeldBack>),
    /// Requests are in flight; sent whenever that changes.
    InFlight(usize),
    /// A client came to its end in this run.
    Ended(Box<Ending>),
    /// So many clients are as they were when the last file was read, and were not looked at one by one.
    Unchanged(u64),
    /// A create of an earlier run was settled by reading the list.
    Settled {
        /// The client.
        external_id: ExternalId,
        /// Whether it was found; else it is proven absent.
        found: bool,
    },
    /// A row and clients of the server without an external id have the same name.
    Matched {
        /// The row's external id.
        external_id: ExternalId,
        /// Its rows.
        lines: Vec<Line>,
        /// Its name.
        label: String,
        /// The clients of that name.
        mids: Vec<Mid>,
        /// What came of it.
        found: Match,
    },
    /// A comparison of the server with the ledger came upon something.
    Found(Box<Finding>),
    /// The comparison is made.
    Compared(Box<Comparison>),
    /// A client of the server was linked without a POST.
    Adopted {
        /// The client.
        external_id: ExternalId,
    },
}

/// What a comparison of the server with the ledger counts, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// What it counts.
    pub tally: Tally,
    /// What is done about it.
    pub repair: Repair,
}

/// What is done about the drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// Nothing was asked for.
    NotAsked,
    /// It is mended where somebody wins.
    Begun,
    /// It was asked for, and is held back: more clients would be written to than these.
    Held {
        /// The most that would have passed.
        most: u64,
    },
}

/// What a guard holds back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// Why.
    pub stop: Stop,
    /// The hold and its digest; none in a plan, which makes no hold.
    pub hold: Option<(HoldId, Digest)>,
    /// Changes that are held back in this run.
    pub changes: u64,
    /// When it began, if that was in an earlier run.
    pub since: Option<Timestamp>,
}

/// How one client, or one row without an id, ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// The client; none for a row without a usable id.
    pub external_id: Option<ExternalId>,
    /// Its rows, ascending; none when it is gone from the file, unless they say that it is inactive.
    pub lines: Vec<Line>,
    /// Its name, for people.
    pub label: String,
    /// What was to be done.
    pub action: Action,
    /// What became of it.
    pub outcome: Outcome,
    /// The server's id, when known.
    pub mid: Option<Mid>,
    /// Why.
    pub reason: Why,
}

impl Ending {
    /// The same for a client whose outcome could not be written down: the next run has to find out.
    #[must_use]
    pub fn unwritten(mut self) -> Self {
        if matches!(self.outcome, Outcome::Done | Outcome::Refused | Outcome::Missing | Outcome::InDoubt) {
            let status = self.reason.status();
            self.outcome = Outcome::InDoubt;
            self.reason = Why::Unwritten { status };
        }
        self
    }

    /// Whether it is the end of a client that is no longer in the file, or inactive in it.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        // What is mended without the file has no rows either.
        self.lines.is_empty() && !matches!(self.action, Action::Create | Action::Update)
            || matches!(self.action, Action::Delete | Action::Archive)
            || self.outcome == Outcome::Reported
    }
}

/// What came of a row and a client of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// They belong together, as it seems; nothing was written.
    Proposed,
    /// The client carries the row's external id now.
    Written,
    /// The server refused it, with these words.
    Refused(String),
    /// Several rows or several clients have this name: a person must tell them apart.
    Ambiguous,
}

/// Why a client ended as it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing to say.
    Plain,
    /// Its rows cannot be used.
    Problems(Vec<Problem>),
    /// It waits for something.
    Block(Block),
    /// The server's status and words.
    Server {
        /// The HTTP status, when there was one.
        status: Option<u16>,
        /// Its words.
        message: String,
    },
    /// The ledger could not be written: the next run finds out what became of it.
    Unwritten {
        /// The HTTP status, when there was one.
        status: Option<u16>,
    },
    /// People deleted a contact that was to be changed: the next run adds it again.
    ContactDeleted,
    /// The run ended before its turn.
    Stopped,
    /// As many clients as the run may change came before it.
    Limit,
    /// The run was asked for other clients only.
    NotAskedFor,
    /// The row lies outside of what `where` lets pass.
    Filtered,
    /// This row says that the client is no longer active.
    Inactive(Line),
    /// It is not a client but a footer below the rows.
    Footer,
    /// A guard held the whole run back.
    Guard,
    /// This hold keeps it back.
    Hold(HoldId),
    /// The server refused to delete it in an earlier run.
    RemovalRefusedBefore,
    /// Deletes wait, because a row without a usable id might be this client.
    RowWithoutId,
    /// Deletes wait, because a footer counts other rows than the file has.
    CountDisagrees,
    /// Deletes wait, because the ledger has only just learnt of the client.
    FirstReading,
    /// It was in the last file, and nothing tells that this one is complete: it is not deleted yet.
    FirstAbsence,
    /// It is archived already.
    Archived,
}

impl Why {
    /// The HTTP status, when the server spoke.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Server { status, .. } | Self::Unwritten { status } => *status,
            // A write to it is what told so.
            Self::ContactDeleted => Some(404),
            _ => None,
        }
    }
}

/// Something worth a line, though nothing failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The ledger in use.
    Ledger(PathBuf),
    /// The file has a header and no rows.
    NoRows,
    /// The file is a rejects file of leapsync, so it holds some of the clients only.
    RejectsFile,
    /// The file is the one that this run read, byte for byte, and nothing has changed since.
    SameFile(RunId),
    /// Cells such as `="00123"` were read as `00123`.
    Unwrapped {
        /// So many of them.
        cells: u64,
        /// The row of the first one.
        first: Line,
    },
    /// The footer says that the file should have another number of rows than were read.
    CountDisagrees {
        /// The footer's row.
        line: Line,
        /// What it says.
        stated: u64,
        /// The data rows that were read.
        rows: u64,
    },
    /// The configuration says that the file should have another number of rows than were read.
    OtherRows {
        /// What it says.
        expected: u64,
        /// The data rows that were read.
        rows: u64,
    },
    /// A plan without ledger and credentials takes the account for empty.
    AssumingEmptyAccount,
    /// The remote list is read, because the ledger is new.
    FirstReading,
    /// The remote list is read, because the ledger is older than one that was used before.
    OlderLedger,
    /// So many clients without an external id were seen on the server.
    Strangers(u64),
    /// People changed a client's contacts in the moment in which one was added: these were lost.
    ContactsLost {
        /// The client.
        external_id: ExternalId,
        /// The contacts.
        contacts: Vec<Mid>,
    },
    /// The run was asked for this client, and the file does not name it.
    NotInFile(ExternalId),
    /// A signal was received: what is in flight is finished.
    Stopping,
}

/// What a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The quota.
    Quota,
    /// The settle time of a request in doubt.
    Settle,
    /// Whoever still writes to the input.
    Input,
}

/// The limits in force and what is used of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUse {
    /// The limits.
    pub limits: Limits,
    /// Requests of the last 24 hours.
    pub day_used: u64,
    /// What is left; `None` without a limit.
    pub day_left: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_exit_code_wins() {
        assert_eq!(strongest([0, 3, 5, 4]), 5);
        assert_eq!(strongest([6, 3]), 3);
        assert_eq!(strongest([1, 7, 2]), 7);
        assert_eq!(strongest([6, 0]), 6);
        assert_eq!(strongest([]), 0);
    }
}
