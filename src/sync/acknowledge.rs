//! Marks a refusal as known, so that it no longer makes every night end with code 3 until the row changes.

use std::path::Path;

use super::SyncError;
use crate::clock::Clock;
use crate::journal::Entry;
use crate::ledger::Ledger;
use crate::record::ExternalId;

/// Whether there was a refusal to acknowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgement {
    /// It is marked now.
    Marked,
    /// Nothing of the client is refused.
    NothingRefused,
    /// The ledger does not know the client.
    Unknown,
}

/// Marks the refusal of a client's row as known.
///
/// # Errors
/// When the ledger cannot be opened or written.
pub fn acknowledge(ledger: &Path, id: &ExternalId, clock: Clock) -> Result<Acknowledgement, SyncError> {
    let mut ledger = Ledger::open(ledger)?;
    let Some(head) = ledger.head(id)? else { return Ok(Acknowledgement::Unknown) };
    if head.refused.is_none() {
        return Ok(Acknowledgement::NothingRefused);
    }
    let run = ledger.start_run("ack", id.as_str(), clock.now())?;
    ledger.commit(run, clock.now(), &[Entry::Acknowledged(id.clone())])?;
    ledger.finish_run(run, clock.now(), 0, "null")?;
    Ok(Acknowledgement::Marked)
}
