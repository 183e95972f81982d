//! What a run tells while it goes on, and what it ends with: one closed list of events. Progress, log lines, the
//! results file and the summary are folds of it.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::guard::Stop;
use crate::journal::{Action, Outcome};
use crate::plan::{Block, Change, Cost, Counts};
use crate::record::{ExternalId, Line, Mid, Problem};
use crate::settings::Limits;

mod warning;

pub use warning::{Oddity, Warning};

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
    /// A cell is odd, though its row is used; sent in the order of the rows, once reading is done.
    Warning(Warning),
    /// Something worth a line.
    Notice(Notice),
    /// The run waits.
    Waiting {
        /// Until when.
        until: Timestamp,
        /// For what.
        reason: Wait,
    },
    /// One change of the plan, in the plan's order; sent while planning.
    Change(Box<Change>),
    /// The plan is made.
    Planned {
        /// What it counts.
        counts: Counts,
        /// What it costs.
        cost: Cost,
    },
    /// A guard held something back.
    Held(Stop),
    /// Requests are in flight; sent whenever that changes.
    InFlight(usize),
    /// A client came to its end in this run.
    Ended(Box<Ending>),
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
    /// A client of the server was linked without a POST.
    Adopted {
        /// The client.
        external_id: ExternalId,
    },
}

/// How one client, or one row without an id, ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// The client; none for a row without a usable id.
    pub external_id: Option<ExternalId>,
    /// Its rows, ascending; none when it is gone from the file.
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// The run ended before its turn.
    Stopped,
    /// As many clients as the run may change came before it.
    Limit,
    /// The run was asked for other clients only.
    NotAskedFor,
    /// It is not a client but a footer below the rows.
    Footer,
    /// A guard held the whole run back.
    Guard,
    /// The server refused to delete it in an earlier run.
    RemovalRefusedBefore,
    /// Deletes wait, because a row without a usable id might be this client.
    RowWithoutId,
    /// Deletes wait, because the ledger has only just learnt of the client.
    FirstReading,
}

impl Why {
    /// The HTTP status, when the server spoke.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Server { status, .. } => *status,
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

/// Why a run ends as it does, each with the exit code it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitReason {
    /// Everything asked for is on the server.
    InSync,
    /// As many clients were changed as the run may change; more remain.
    Limited,
    /// The plan holds changes.
    Changes,
    /// Rows were rejected.
    Rejected,
    /// The server refused something.
    Refused,
    /// Clients wait for a person.
    Blocked,
    /// Several clients on the server carry one external id.
    Conflict,
    /// People deleted clients.
    Missing,
    /// Requests are in doubt.
    InDoubt,
    /// Deletes were held back.
    DeletesHeld,
    /// The whole run was held back.
    RunHeld,
    /// The quota is used up until then.
    DayQuota(Timestamp),
    /// The run has sent as many requests as it may.
    MaxRequests,
    /// The run has sent for as long as it may.
    MaxDuration,
    /// A signal asked the run to stop.
    Signal,
    /// The API cannot be reached.
    Unreachable,
    /// The credentials were refused midway.
    CredentialsRefused,
    /// Too many answers in a row were doubtful.
    Doubtful,
    /// Too many refusals in a row were alike.
    RefusedAlike,
    /// The ledger could not be written midway.
    LedgerFailed,
}

impl ExitReason {
    /// The exit code it stands for.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::InSync | Self::Limited => 0,
            Self::Changes => 6,
            Self::Rejected
            | Self::Refused
            | Self::Blocked
            | Self::Conflict
            | Self::Missing
            | Self::InDoubt => 3,
            Self::DeletesHeld | Self::RunHeld => 4,
            Self::DayQuota(_)
            | Self::MaxRequests
            | Self::MaxDuration
            | Self::Signal
            | Self::Unreachable
            | Self::CredentialsRefused
            | Self::Doubtful
            | Self::RefusedAlike
            | Self::LedgerFailed => 5,
        }
    }

    /// When the run can go on, if the quota ended it.
    #[must_use]
    pub fn resume_at(&self) -> Option<Timestamp> {
        if let Self::DayQuota(until) = self { Some(*until) } else { None }
    }

    /// The word that scripts read.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::InSync => "in_sync",
            Self::Limited => "limited",
            Self::Changes => "changes",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Blocked => "blocked",
            Self::Conflict => "conflict",
            Self::Missing => "missing",
            Self::InDoubt => "in_doubt",
            Self::DeletesHeld => "deletes_held",
            Self::RunHeld => "run_held",
            Self::DayQuota(_) => "day_quota",
            Self::MaxRequests => "max_requests",
            Self::MaxDuration => "max_duration",
            Self::Signal => "signal",
            Self::Unreachable => "unreachable",
            Self::CredentialsRefused => "credentials_refused",
            Self::Doubtful => "doubtful",
            Self::RefusedAlike => "refused_alike",
            Self::LedgerFailed => "ledger_failed",
        }
    }
}

/// The strongest of some exit codes, in the order 7, 2, 1, 5, 4, 3, 6, 0.
#[must_use]
pub fn strongest(codes: impl IntoIterator<Item = u8>) -> u8 {
    const ORDER: [u8; 8] = [7, 2, 1, 5, 4, 3, 6, 0];
    let rank = |code: &u8| ORDER.iter().position(|other| other == code).unwrap_or(ORDER.len());
    codes.into_iter().min_by_key(rank).unwrap_or(0)
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
