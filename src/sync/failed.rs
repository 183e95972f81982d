//! Why a run could not begin, or could not go on.

use super::saved::Stale;
use crate::client::{ConnectError, NoSlot};
use crate::ledger::LedgerError;
use crate::mapping::MappingError;
use crate::source::SourceError;
use crate::spool::SpoolError;

/// Why a run could not begin, or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The input cannot be read.
    #[error(transparent)]
    Input(#[from] SourceError),
    /// The input's columns cannot be understood.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// There is no connection to the partner.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server's list could not be read to its end, and a plan without it would be wrong.
    #[error("the server's client list could not be read, so there is no plan")]
    ListUnread,
    /// A signal came before there was a connection.
    #[error("stopped before anything was sent")]
    Stopped,
    /// A saved plan cannot be applied any more.
    #[error("{}", stale(*.0))]
    Stale(Stale),
    /// The temporary storage failed.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The ledger failed once requests had been sent: nothing more was sent.
    #[error("the ledger failed, so nothing more was sent")]
    LedgerFailed(#[source] LedgerError),
    /// The temporary storage failed once requests had been sent: nothing more was sent.
    #[error("the temporary storage failed, so nothing more was sent")]
    StorageFailed(#[source] SpoolError),
    /// The quota could not be written down once requests had been sent: nothing more was sent.
    #[error("the ledger failed, so nothing more was sent: {0}")]
    QuotaFailed(NoSlot),
}

fn stale(what: Stale) -> &'static str {
    match what {
        Stale::Account => "the plan was made for another account, so nothing was sent",
        Stale::Ledger => "the ledger has changed since the plan was made, so nothing was sent",
        Stale::Mapping => "the mapping has changed since the plan was made, so nothing was sent",
        Stale::Input => "the input has changed since the plan was made, so nothing was sent",
    }
}

impl SyncError {
    /// The same error in a run that may have sent something: it can simply be run again.
    pub(super) fn midway(self) -> Self {
        match self {
            Self::Ledger(error) => Self::LedgerFailed(error),
            Self::Spool(error) => Self::StorageFailed(error),
            other => other,
        }
    }

    /// The exit code it stands for.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Ledger(LedgerError::Locked { .. }) => 7,
            Self::Connect(ConnectError::Unreachable(_) | ConnectError::NoSlot(_))
            | Self::Stopped
            | Self::ListUnread
            | Self::LedgerFailed(_)
            | Self::StorageFailed(_)
            | Self::QuotaFailed(_) => 5,
            Self::Input(_)
            | Self::Mapping(_)
            | Self::Ledger(_)
            | Self::Connect(_)
            | Self::Stale(_)
            | Self::Spool(_) => 1,
        }
    }

    /// The word that scripts read.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Input(_) => "input",
            Self::Mapping(_) => "mapping",
            Self::Ledger(LedgerError::Locked { .. }) => "locked",
            Self::Ledger(LedgerError::OtherAccount { .. }) => "other_account",
            Self::Ledger(_) => "ledger",
            Self::Connect(ConnectError::Credentials { .. }) => "credentials",
            Self::Connect(ConnectError::Unreachable(_)) => "unreachable",
            Self::Connect(ConnectError::NoSlot(NoSlot::NotRecorded(_)))
            | Self::LedgerFailed(_)
            | Self::QuotaFailed(_) => "ledger_failed",
            Self::Connect(ConnectError::NoSlot(_)) => "day_quota",
            Self::Connect(_) => "partner",
            Self::Stopped => "signal",
            Self::ListUnread => "list_unread",
            Self::Stale(_) => "plan_out_of_date",
            Self::Spool(_) | Self::StorageFailed(_) => "temporary_storage",
        }
    }
}
