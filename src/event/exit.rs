//! Why a run ends as it does, and the exit code that tells it to scripts.

use jiff::Timestamp;

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
    /// The server differs from what the ledger knows.
    Drift,
    /// Deletes were held back.
    DeletesHeld,
    /// Changes of clients in the file were held back.
    ChangesHeld,
    /// The whole run was held back.
    RunHeld,
    /// The whole run was held back, because the mapping is not the one that the ledger was filled with.
    MappingChanged,
    /// A repair was held back, because it would have written to too many clients.
    RepairHeld,
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
            | Self::InDoubt
            | Self::Drift => 3,
            Self::DeletesHeld
            | Self::ChangesHeld
            | Self::RunHeld
            | Self::MappingChanged
            | Self::RepairHeld => 4,
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
            Self::Drift => "drift",
            Self::DeletesHeld => "deletes_held",
            Self::ChangesHeld => "changes_held",
            Self::RunHeld => "run_held",
            Self::MappingChanged => "mapping_changed",
            Self::RepairHeld => "repair_held",
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
