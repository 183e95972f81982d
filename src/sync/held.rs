//! What holds a whole run back, for `sync` and `plan` alike.

use super::SyncError;
use crate::guard::{self, Stop};
use crate::ledger::Ledger;
use crate::mapping::Parts;
use crate::plan::Counts;
use crate::settings::{Job, OnNewMapping, Scope};

/// Everything that speaks against sending the plan; `linked` is how many clients are on the server by the ledger's
/// word. A mapping is compared only when there are clients that it could change unseen.
pub(super) fn stops(
    ledger: &Ledger,
    job: &Job,
    parts: &Parts,
    counts: &Counts,
    linked: u64,
) -> Result<Vec<Stop>, SyncError> {
    let mut stops = Vec::new();
    if job.on_new_mapping == OnNewMapping::Hold && linked > 0 {
        stops.extend(ledger.mapping()?.and_then(|known| guard::compare(&known, parts)));
    }
    stops.extend(guard::judge(counts, linked).filter(|_| job.scope == Scope::Full));
    Ok(stops)
}
