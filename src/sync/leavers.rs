//! Which persons may be removed outside of a plan: in the second round of a run, and when something is tried again.
//!
//! In: a change that was decided anew. Out: the same change without the removals that a plan would not have let pass.

use super::SyncError;
use super::holding::approved_or_free;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::{Act, Change, Departure, Removals};

/// What the plan of this run found about persons whose rows are gone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leavers {
    /// Whether they may be removed at all.
    pub(super) removals: Removals,
    /// From how many whole files in a row one must be absent; 1 when this file is known to be complete.
    pub(super) after_runs: u32,
}

impl Leavers {
    /// The change without what must wait.
    pub(super) fn judged(self, change: Change, ledger: &Ledger) -> Result<Change, SyncError> {
        let (Act::Update(update), Some(id)) = (&change.act, &change.external_id) else { return Ok(change) };
        if update.remove.is_empty() {
            return Ok(change);
        }
        if self.removals == Removals::Wait || !approved_or_free(ledger, &change)? {
            return Ok(change.allowing(Removals::Wait));
        }
        let mut may_go = Vec::new();
        for gone in &update.remove {
            let long = self.after_runs <= 1 || ledger.absences(id, Some(&gone.mid))? >= self.after_runs;
            if gone.cause == Departure::Stated || long {
                may_go.push(gone.mid.clone());
            }
        }
        Ok::<_, LedgerError>(change.removing(|gone| may_go.contains(&gone.mid))).map_err(SyncError::from)
    }
}
