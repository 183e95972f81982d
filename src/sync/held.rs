//! What speaks against a plan, for `sync` and `plan` alike.

use super::SyncError;
use super::planning::Tally;
use crate::guard::{self, Situation, Stop};
use crate::ledger::Ledger;
use crate::mapping::Parts;
use crate::settings::{Job, OnNewMapping, Scope};

/// Everything that speaks against sending the plan; `linked` is how many clients are on the server by the ledger's
/// word. A mapping is compared only when there are clients that it could change unseen.
pub(super) fn stops(
    ledger: &Ledger,
    job: &Job,
    parts: &Parts,
    tally: &Tally,
    linked: u64,
) -> Result<Vec<Stop>, SyncError> {
    let mut stops = Vec::new();
    if job.on_new_mapping == OnNewMapping::Hold && linked > 0 {
        stops.extend(ledger.mapping()?.and_then(|known| guard::compare(&known, parts)));
    }
    let (candidates, bounds) = (&tally.candidates, job.bounds);
    match (&job.scope, job.limit) {
        (Scope::Full, None) => {
            let before = ledger.last_full()?.map(|last| last.clients);
            let named = tally.counts.named();
            stops.extend(guard::judge(Situation { candidates, linked, named, before, bounds }));
        }
        (Scope::Full | Scope::Partial, limit) => {
            let most = limit.unwrap_or(u64::MAX);
            stops.extend(guard::judge_changes(&candidates.clone().at_most(most), linked, bounds));
        }
        // A person has named each of them.
        (Scope::Only(_), _) => {}
    }
    stops.extend(tally.last_row.map(|line| Stop::LastRow { line }));
    Ok(stops)
}
